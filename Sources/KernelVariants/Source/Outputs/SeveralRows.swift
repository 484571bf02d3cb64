#if KERNELS_AVX512 || KERNELS_AVX2
  import KernelInterface

  // A row of up to four independent outputs fills a quarter of an AVX-512 vector, or half of an AVX2 vector, so several
  // rows are evaluated in one vector. Lanes do not depend on each other, so the bits are those of one vector per row.

  /// The outputs of one row.
  private typealias Four = SIMD4<Float>

  /// The number of rows in a vector.
  @inline(__always) private var rowsAtOnce: Int { vectorWidth / 4 }

  /// Evaluates rows `first` ..< `end` of at most four independent outputs.
  @inline(__always)
  func severalRows<Output: SeparateOutput>(_ output: Output, _ batch: OutputBatch, _ first: Int, _ end: Int) {
    let padding =
      laneNumbers & IntVector(repeating: 3) .>= IntVector(repeating: Int32(truncatingIfNeeded: batch.pointee.outputs))
    var index = first
    while index < end {
      // The last vector may repeat the last row, whose equal results are then stored several times.
      let last = end &- 1
      let second = min(index &+ 1, last)
      #if KERNELS_AVX512
        let (third, fourth) = (min(index &+ 2, last), min(index &+ 3, last))
        let z = joined(outputs(batch, index), outputs(batch, second), outputs(batch, third), outputs(batch, fourth))
        let t = joined(targets(batch, index), targets(batch, second), targets(batch, third), targets(batch, fourth))
      #else
        let z = Vector(lowHalf: outputs(batch, index), highHalf: outputs(batch, second))
        let t = Vector(lowHalf: targets(batch, index), highHalf: targets(batch, second))
      #endif
      let result = output.evaluate(z, t.replacing(with: Vector(), where: padding))
      let activation = result.activation.replacing(with: Vector(), where: padding)
      let delta = result.delta.replacing(with: Vector(), where: padding)
      let loss = result.loss.replacing(with: Vector(), where: padding)
      #if KERNELS_AVX512
        storeRow(batch, index, activation.lowHalf.lowHalf, delta.lowHalf.lowHalf, loss.lowHalf.lowHalf)
        storeRow(batch, second, activation.lowHalf.highHalf, delta.lowHalf.highHalf, loss.lowHalf.highHalf)
        storeRow(batch, third, activation.highHalf.lowHalf, delta.highHalf.lowHalf, loss.highHalf.lowHalf)
        storeRow(batch, fourth, activation.highHalf.highHalf, delta.highHalf.highHalf, loss.highHalf.highHalf)
      #else
        storeRow(batch, index, activation.lowHalf, delta.lowHalf, loss.lowHalf)
        storeRow(batch, second, activation.highHalf, delta.highHalf, loss.highHalf)
      #endif
      index &+= rowsAtOnce
    }
  }

  #if KERNELS_AVX512
    @inline(__always)
    private func joined(_ a: Four, _ b: Four, _ c: Four, _ d: Four) -> Vector {
      Vector(lowHalf: HalfVector(lowHalf: a, highHalf: b), highHalf: HalfVector(lowHalf: c, highHalf: d))
    }

    /// A vector that begins with a row's outputs, and zeros.
    @inline(__always)
    private func widened(_ row: Four) -> Vector {
      Vector(lowHalf: HalfVector(lowHalf: row, highHalf: Four()), highHalf: HalfVector())
    }
  #else
    /// A vector that begins with a row's outputs, and zeros.
    @inline(__always)
    private func widened(_ row: Four) -> Vector { Vector(lowHalf: row, highHalf: Four()) }
  #endif

  /// A row's z.
  @inline(__always)
  private func outputs(_ batch: OutputBatch, _ index: Int) -> Four {
    UnsafeRawPointer(batch.pointee.values + index &* batch.pointee.stride).load(as: Four.self)
  }

  /// A row's targets; any values in padding.
  @inline(__always)
  private func targets(_ batch: OutputBatch, _ index: Int) -> Four {
    let row = outputRow(batch, index)
    if let targets = row.targets { return UnsafeRawPointer(targets).load(as: Four.self) }
    let column = SIMD4<Int32>(repeating: Int32(truncatingIfNeeded: row.column))
    return Four().replacing(with: Four(repeating: 1), where: SIMD4(0, 1, 2, 3) .== column)
  }

  /// Clears the padding beyond a row's first vector.
  @inline(__always)
  private func clearRest(_ batch: OutputBatch, _ row: MutableFloats) {
    var offset = vectorWidth
    while offset < batch.pointee.stride {
      store(Vector(), row + offset)
      offset &+= vectorWidth
    }
  }

  /// Stores a row's results.
  @inline(__always)
  private func storeRow(_ batch: OutputBatch, _ index: Int, _ activation: Four, _ delta: Four, _ loss: Four) {
    let offset = index &* batch.pointee.stride
    store(widened(activation), batch.pointee.values + offset)
    clearRest(batch, batch.pointee.values + offset)
    if let deltas = batch.pointee.delta {
      store(widened(delta), deltas + offset)
      clearRest(batch, deltas + offset)
    }
    // The order of `sum`.
    if let losses = batch.pointee.losses { losses[index] = (loss.x + loss.z) + (loss.y + loss.w) }
  }
#endif
