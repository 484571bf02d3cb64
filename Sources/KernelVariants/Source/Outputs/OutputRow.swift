import KernelInterface

/// One row of the output layer.
///
/// - `values`: z, then a; `stride` floats, of which the first `outputs` count.
/// - `targets`: the target's values; nil where it is one-hot.
/// - `column`: the one-hot target's column; −1 where it is zero everywhere.
/// - `delta`: where the error signal goes; nil where unwanted.
///
/// A tuple, because in a build for tests a structure comes with functions that copy it, link-once under names that every module shares
/// (`__swift_memcpy48_8`): the linker might keep one with instructions that the processor at hand lacks.
typealias OutputRow = (
  values: MutableFloats, stride: Int, outputs: Int, targets: Floats?, column: Int, delta: MutableFloats?
)

/// The lanes from `offset` on that hold outputs, not padding.
@inline(__always)
func valid(_ row: OutputRow, _ offset: Int) -> Mask {
  laneNumbers .< IntVector(repeating: Int32(truncatingIfNeeded: row.outputs &- offset))
}

/// The target of the lanes from `offset` on, 0 in padding.
@inline(__always)
func target(_ row: OutputRow, _ offset: Int) -> Vector {
  if let targets = row.targets {
    return Vector().replacing(with: load(targets + offset), where: valid(row, offset))
  }
  let here = laneNumbers .== IntVector(repeating: Int32(truncatingIfNeeded: row.column &- offset))
  return Vector().replacing(with: Vector(repeating: 1), where: here)
}

/// Whether the activations' class is the target's: the greatest column, the lowest of equals; of a single output, whether it reaches
/// 0.5. A NaN among the activations makes it a miss.
@inline(__always)
func isHit(_ row: OutputRow) -> Bool {
  if row.outputs > 1 {
    return isGreatest(row, row.targets == nil ? row.column : firstGreatest(row.targets.unsafelyUnwrapped, row.outputs))
  }
  let target: Float = row.targets == nil ? (row.column == 0 ? 1 : 0) : row.targets.unsafelyUnwrapped.pointee
  let a = row.values.pointee
  return (a >= 0.5 && target >= 0.5) || (a < 0.5 && target < 0.5)
}

/// Whether every activation is below that of `column`, or equal to it and not before it. False where one is NaN.
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
