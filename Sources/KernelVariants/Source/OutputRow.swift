import KernelInterface

/// One row of the output layer: its numbers in place, what it should answer, where its results go.
struct OutputRow {
  /// z, then a: `stride` floats, of which the first `outputs` count.
  let values: MutableFloats
  let stride: Int
  let outputs: Int
  /// The target's values; nil where it is one-hot.
  let targets: Floats?
  /// The one-hot target's column; −1 where it is zero everywhere.
  let column: Int
  /// The row's error signal, loss and hit; nil where unwanted.
  let delta: MutableFloats?
  let loss: MutableFloats?
  let hit: MutableFloats?

  /// The lanes from `offset` on that hold outputs, not padding.
  @inline(__always)
  func valid(_ offset: Int) -> Mask {
    laneNumbers .< IntVector(repeating: Int32(truncatingIfNeeded: outputs &- offset))
  }

  /// The target of the lanes from `offset` on, 0 in padding.
  @inline(__always)
  func target(_ offset: Int) -> Vector {
    if let targets {
      return Vector().replacing(with: load(targets + offset), where: valid(offset))
    }
    let here = laneNumbers .== IntVector(repeating: Int32(truncatingIfNeeded: column &- offset))
    return Vector().replacing(with: Vector(repeating: 1), where: here)
  }

  /// Writes whether the activations' class is the target's: the greatest column, the lowest of equals; of a single output, whether
  /// it reaches 0.5. A NaN among the activations makes it a miss.
  @inline(__always)
  func storeHit() {
    guard let hit else { return }
    if outputs == 1 {
      let target: Float = targets == nil ? (column == 0 ? 1 : 0) : targets.unsafelyUnwrapped.pointee
      let a = values.pointee
      hit.pointee = (a >= 0.5 && target >= 0.5) || (a < 0.5 && target < 0.5) ? 1 : 0
    } else {
      hit.pointee = isGreatest(targets == nil ? column : targetColumn()) ? 1 : 0
    }
  }

  /// Whether every activation is below that of `column`, or equal to it and not before it. False where one is NaN.
  @inline(__always)
  private func isGreatest(_ column: Int) -> Bool {
    guard column >= 0 else { return false }
    let best = Vector(repeating: values[column])
    var failures = Vector()
    var offset = 0
    while offset < outputs {
      let a = load(values + offset)
      let notBefore = laneNumbers .>= IntVector(repeating: Int32(truncatingIfNeeded: column &- offset))
      let passes = (a .< best) .| ((a .== best) .& notBefore)
      failures += Vector(repeating: 1).replacing(with: Vector(), where: passes .| .!valid(offset))
      offset &+= vectorWidth
    }
    return sum(failures) == 0
  }

  /// The greatest target's column, the lowest of equals.
  @inline(never)
  private func targetColumn() -> Int {
    guard let targets else { return column }
    var best = 0
    var candidate = 1
    while candidate < outputs {
      if targets[candidate] > targets[best] { best = candidate }
      candidate &+= 1
    }
    return best
  }
}
