import KernelInterface

/// A `BoundNormsKernel`.
func boundNorms(_ weights: MutableFloats, _ inputs: Int, _ width: Int, _ bound: Double) -> Bool {
  width > vectorWidth
    ? boundPanel(weights, inputs, bound, isWide: true) : boundPanel(weights, inputs, bound, isWide: false)
}

/// The sums of a panel's columns stay in registers.
@inline(__always)
private func boundPanel(_ weights: MutableFloats, _ inputs: Int, _ bound: Double, isWide: Bool) -> Bool {
  let width = isWide ? panelWidth : vectorWidth
  let end = weights + inputs &* width
  var left = (DoubleVector(), DoubleVector())
  var right = (DoubleVector(), DoubleVector())
  var row = weights
  while row < end {
    addSquares(load(row), &left.0, &left.1)
    if isWide { addSquares(load(row + vectorWidth), &right.0, &right.1) }
    row += width
  }
  let exceeding = exceeds(left, bound) || (isWide && exceeds(right, bound))
  guard exceeding else { return false }
  let leftFactors = columnFactors(left, bound)
  let rightFactors = columnFactors(right, bound)
  row = weights
  while row < end {
    store(load(row) * leftFactors, row)
    if isWide { store(load(row + vectorWidth) * rightFactors, row + vectorWidth) }
    row += width
  }
  return true
}

/// True if the norm of any column exceeds the bound.
@inline(__always)
private func exceeds(_ squares: (DoubleVector, DoubleVector), _ bound: Double) -> Bool {
  let most = DoubleVector(repeating: bound * bound)
  return any((squares.0 .> most) .| (squares.1 .> most))
}

/// The number by which each column is multiplied: 1 if its norm does not exceed the bound.
@inline(__always)
private func columnFactors(_ squares: (DoubleVector, DoubleVector), _ bound: Double) -> Vector {
  Vector(lowHalf: floats(factors(squares.0, bound)), highHalf: floats(factors(squares.1, bound)))
}

@inline(__always)
private func factors(_ squares: DoubleVector, _ bound: Double) -> DoubleVector {
  let quotients = DoubleVector(repeating: bound) / squareRoot(squares)
  return DoubleVector(repeating: 1).replacing(with: quotients, where: squares .> DoubleVector(repeating: bound * bound))
}
