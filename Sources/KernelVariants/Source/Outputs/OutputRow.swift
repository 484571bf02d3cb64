import KernelInterface

/// One row of the output layer.
///
/// - `values`: z, overwritten by a; `stride` floats, of which the first `outputs` are used.
/// - `targets`: the target's values; nil if the target is one-hot, or there is none.
/// - `column`: the one-hot target's column; −1 if all targets are zero.
/// - `delta`: the error signal's memory; nil if it is not needed.
///
/// A tuple: in a test build, a struct has link-once copy functions whose names all modules share
/// (`__swift_memcpy48_8`), and the linker could keep one compiled for an instruction set that the processor lacks.
typealias OutputRow = (
  values: MutableFloats, stride: Int, outputs: Int, targets: Floats?, column: Int, delta: MutableFloats?
)

/// The mask of the lanes from `offset` on that hold outputs, not padding.
@inline(__always)
func valid(_ row: OutputRow, _ offset: Int) -> Mask {
  laneNumbers .< IntVector(repeating: Int32(truncatingIfNeeded: row.outputs &- offset))
}

/// The targets of the lanes from `offset` on, 0 in padding.
@inline(__always)
func target(_ row: OutputRow, _ offset: Int) -> Vector {
  if let targets = row.targets {
    return Vector().replacing(with: load(targets + offset), where: valid(row, offset))
  }
  let here = laneNumbers .== IntVector(repeating: Int32(truncatingIfNeeded: row.column &- offset))
  return Vector().replacing(with: Vector(repeating: 1), where: here)
}

/// Returns true if the predicted class is the target's. The predicted class is the column of the greatest activation,
/// the lowest of equals; a single output predicts 1 from 0.5 on. False if an activation is NaN.
@inline(__always)
func isCorrect(_ row: OutputRow) -> Bool {
  if row.outputs > 1 {
    return isGreatest(row, row.targets == nil ? row.column : firstGreatest(row.targets.unsafelyUnwrapped, row.outputs))
  }
  let target: Float = row.targets == nil ? (row.column == 0 ? 1 : 0) : row.targets.unsafelyUnwrapped.pointee
  let a = row.values.pointee
  return (a >= 0.5 && target >= 0.5) || (a < 0.5 && target < 0.5)
}

/// Returns true if every activation is less than that of `column`, or equal and at a higher index. False if one is NaN.
@inline(__always)
private func isGreatest(_ row: OutputRow, _ column: Int) -> Bool {
  if column < 0 { return false }
  let best = Vector(repeating: row.values[column])
  var failures = Vector()
  var offset = 0
  while offset < row.outputs {
    let a = load(row.values + offset)
    let notBefore = laneNumbers .>= IntVector(repeating: Int32(truncatingIfNeeded: column &- offset))
    let passes = (a .< best) .| ((a .== best) .& notBefore)
    failures += Vector(repeating: 1).replacing(with: Vector(), where: passes .| .!valid(row, offset))
    offset &+= vectorWidth
  }
  return sum(failures) == 0
}

/// The index of the greatest of `count` values, the lowest of equals.
@inline(__always)
private func firstGreatest(_ values: Floats, _ count: Int) -> Int {
  var best = 0
  var candidate = 1
  while candidate < count {
    best = values[candidate] > values[best] ? candidate : best
    candidate &+= 1
  }
  return best
}
