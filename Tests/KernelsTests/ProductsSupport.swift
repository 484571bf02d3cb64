import KernelInterface
import Kernels
import Random

/// The sizes of one product.
struct ProductSize: CustomStringConvertible {
  var rows: Int
  var inputs: Int
  var outputs: Int

  var terms: Int { rows * inputs * outputs }
  var description: String { "\(rows) rows, \(inputs) inputs, \(outputs) outputs" }
}

extension KernelShape {
  /// Sizes around every edge: of the row tile, the vector, the panel, the mask word and the block of 256 terms.
  ///
  /// Every size of each list comes with two draws of the other two; the few large ones at the end go through whole blocks of
  /// everything at once.
  func edgeSizes(seed: UInt64) -> [ProductSize] {
    let rows = [0] + Array(1...(2 * tileRows + 1)) + [31, 32, 33, 64, 65]
    let inputs = Array(1...(2 * tileRows + 1)) + [63, 64, 65, 255, 256, 257, 784]
    let outputs =
      Array(1...(2 * panelWidth + 1)) + [4, 5, 6, 9].flatMap { [$0 * panelWidth - 1, $0 * panelWidth + 1] }
    var source = RandomSource(seed: seed, purpose: .sampling)
    func draw(_ change: (inout ProductSize) -> Void) -> ProductSize {
      while true {
        var size = ProductSize(
          rows: rows.randomElement(using: &source) ?? 1, inputs: inputs.randomElement(using: &source) ?? 1,
          outputs: outputs.randomElement(using: &source) ?? 1)
        change(&size)
        if size.terms <= 15_000 { return size }
      }
    }
    var sizes: [ProductSize] = []
    for _ in 0..<2 {
      sizes += rows.map { value in draw { $0.rows = value } }
      sizes += inputs.map { value in draw { $0.inputs = value } }
      sizes += outputs.map { value in draw { $0.outputs = value } }
    }
    sizes.append(ProductSize(rows: tileRows + 1, inputs: 257, outputs: 4 * panelWidth + vectorWidth + 1))
    sizes.append(ProductSize(rows: 65, inputs: 784, outputs: 3))
    sizes.append(ProductSize(rows: 3, inputs: 2 * tileRows + 1, outputs: 256 + panelWidth + 1))
    return sizes
  }
}

/// The offsets of a matrix's numbers in panels; see `KernelShape`. Repeated here in the simplest way.
struct Panels {
  let shape: KernelShape
  /// Rows of a panel: a layer's inputs, or the rows of packed samples.
  let rows: Int
  /// Columns in whole vectors.
  let padded: Int
  /// From one panel to the next.
  let stride: Int

  init(_ shape: KernelShape, rows: Int, columns: Int, stride: Int? = nil) {
    self.shape = shape
    self.rows = rows
    padded = shape.padded(columns)
    self.stride = stride ?? shape.panelWidth * rows
  }

  /// The width of the panel that a column lies in.
  func width(_ column: Int) -> Int {
    let first = column / shape.panelWidth * shape.panelWidth
    return padded - first > shape.vectorWidth ? shape.panelWidth : shape.vectorWidth
  }

  func offset(_ row: Int, _ column: Int) -> Int {
    column / shape.panelWidth * stride + row * width(column) + column % shape.panelWidth
  }

  /// Floats from the first to the last of the last panel.
  var count: Int { padded == 0 ? 0 : (padded - 1) / shape.panelWidth * stride + rows * width(padded - 1) }

  /// A row-major matrix in panels, 0 in the padding columns.
  func arranged(_ values: [Float], columns: Int, gap: Float = .nan) -> [Float] {
    var result = [Float](repeating: gap, count: count)
    for column in 0..<padded {
      for row in 0..<rows { result[offset(row, column)] = column < columns ? values[row * columns + column] : 0 }
    }
    return result
  }
}

/// A row-major matrix with rows `stride` apart and `padding` in its padding columns; NaN between rows, which must not be read.
func strided(_ values: [Float], rows: Int, columns: Int, padded: Int, stride: Int) -> [Float] {
  var result = [Float](repeating: .nan, count: rows * stride)
  for row in 0..<rows {
    for column in 0..<padded { result[row * stride + column] = column < columns ? values[row * columns + column] : 0 }
  }
  return result
}

/// A product in Double, and how far a Float sum may lie from it.
struct PlainProduct {
  var sums: [Double]
  var bounds: [Double]

  /// C[i][j] = start[i][j] + Σ_k A[i · aRow + k · aTerm] · B[k · bTerm + j · bColumn], `[m × n]`.
  ///
  /// A term passes through `depth` + 1 roundings of 2⁻²⁴ each at most, one more where products are not fused.
  ///
  /// - Parameter operandRounding: the relative error of a product by the rounding of its operands.
  init(
    _ m: Int, _ n: Int, _ depth: Int, _ a: [Float], aRow: Int, aTerm: Int, _ b: [Float], bTerm: Int, bColumn: Int,
    start: [Float], operandRounding: Double = 0
  ) {
    sums = start.map(Double.init)
    bounds = start.map { Double(abs($0)) }
    sums.withUnsafeMutableBufferPointer { sums in
      bounds.withUnsafeMutableBufferPointer { bounds in
        a.withUnsafeBufferPointer { a in
          b.withUnsafeBufferPointer { b in
            for i in 0..<m {
              for j in 0..<n {
                var sum = sums[i * n + j]
                var magnitude = bounds[i * n + j]
                var k = 0
                while k < depth {
                  let term = Double(a[i * aRow + k * aTerm]) * Double(b[k * bTerm + j * bColumn])
                  sum += term
                  magnitude += abs(term)
                  k += 1
                }
                sums[i * n + j] = sum
                bounds[i * n + j] = (Double(depth + 2) * 0x1p-24 + operandRounding) * magnitude
              }
            }
          }
        }
      }
    }
  }
}

/// The expected output buffer: sums within bounds at some indices, unchanged values at all others.
struct ExpectedOutput {
  var values: [Double]
  var bounds: [Double]

  init(before: [Float]) {
    values = before.map(Double.init)
    bounds = before.map { _ in 0 }
  }

  mutating func set(_ offset: Int, _ value: Double, within bound: Double = 0) {
    values[offset] = value
    bounds[offset] = bound
  }

  /// A line about the first number that is off, or that was written where nothing should be.
  func mismatch(_ got: GuardedFloats) -> String? {
    if !got.isIntact { return "something was written before or after the output" }
    return firstMismatch(got.values, values) { bounds[$0] }
  }
}

/// The first failure among cases, with the case and the seed of its numbers.
func firstFailure(_ sizes: [ProductSize], seed: UInt64, _ check: (ProductSize, inout RandomSource) -> String?)
  -> String?
{
  for (index, size) in sizes.enumerated() {
    var source = RandomSource(seed: seed, purpose: .sampling, index: UInt64(index))
    if let failure = check(size, &source) { return "case \(index) of seed \(seed), \(size): \(failure)" }
  }
  return nil
}

/// The bits of floats, so that a comparison distinguishes 0 from −0.
func bits(_ values: [Float]) -> [UInt32] { values.map(\.bitPattern) }
