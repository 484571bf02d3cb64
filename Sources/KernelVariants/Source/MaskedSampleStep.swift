// The online update of the masked input layer. With a batch of one sample, only the weights of its nonzero inputs
// change, so only these are read and written. The error signals stay in registers for the whole row.

/// w −= f · xᵀ · δ for one sample; see `MaskedSampleStepKernel`.
func maskedSampleStep(
  _ mask: UnsafePointer<UInt64>, _ offsets: UnsafePointer<UInt32>, _ values: UnsafePointer<Float>,
  _ delta: UnsafePointer<Float>, _ columns: Int, _ weights: UnsafeMutablePointer<Float>, _ panelStride: Int,
  _ from: Int, _ to: Int, _ descentFactor: Float
) {
  let sample = MaskedSample(mask: mask, offsets: offsets, values: values, from: from, to: to)
  let z = Vector()
  switch columns / panelWidth {
  case 5: stepPanels(sample, delta, weights, panelStride, descentFactor, [z, z, z, z, z])
  case 4: stepPanels(sample, delta, weights, panelStride, descentFactor, [z, z, z, z])
  case 3: stepPanels(sample, delta, weights, panelStride, descentFactor, [z, z, z])
  case 2: stepPanels(sample, delta, weights, panelStride, descentFactor, [z, z])
  case 1: stepPanels(sample, delta, weights, panelStride, descentFactor, [z])
  default: stepNarrowPanel(sample, delta, weights, descentFactor)
  }
}

/// One row, and the range of its inputs to update.
private struct MaskedSample {
  var mask: UnsafePointer<UInt64>
  var offsets: UnsafePointer<UInt32>
  var values: UnsafePointer<Float>
  var from: Int
  var to: Int

  /// Runs `body` for every nonzero input, in order.
  @inline(__always)
  func forEachNonzero(_ body: (_ input: Int, _ x: Vector) -> Void) {
    var word = from / 64
    while word * 64 < to {
      var bits = mask[word]
      var value = values + Int(offsets[word])
      if word * 64 < from {
        let before = bits & ((1 &<< UInt64(from - word * 64)) &- 1)
        value += before.nonzeroBitCount
        bits ^= before
      }
      if to - word * 64 < 64 { bits &= (1 &<< UInt64(to - word * 64)) &- 1 }
      while bits != 0 {
        body(word * 64 + bits.trailingZeroBitCount, Vector(repeating: value.pointee))
        bits &= bits &- 1
        value += 1
      }
      word += 1
    }
  }
}

/// The weights of `P` full panels.
@inline(__always)
private func stepPanels<let P: Int>(
  _ sample: MaskedSample, _ delta: UnsafePointer<Float>, _ weights: UnsafeMutablePointer<Float>, _ panelStride: Int,
  _ descentFactor: Float, _ zeros: InlineArray<P, Vector>
) {
  var left = zeros
  var right = zeros
  var p = 0
  while p < P {
    left[unchecked: p] = load(delta + p * panelWidth)
    right[unchecked: p] = load(delta + p * panelWidth + vectorWidth)
    p += 1
  }
  let negativeFactor = Vector(repeating: -descentFactor)
  sample.forEachNonzero { input, x in
    let target = weights + input * panelWidth
    var p = 0
    while p < P {
      updateWeights(target + p * panelStride, x, left[unchecked: p], negativeFactor)
      updateWeights(target + p * panelStride + vectorWidth, x, right[unchecked: p], negativeFactor)
      p += 1
    }
  }
}

/// The weights of a last panel of one vector.
@inline(__always)
private func stepNarrowPanel(
  _ sample: MaskedSample, _ delta: UnsafePointer<Float>, _ weights: UnsafeMutablePointer<Float>, _ descentFactor: Float
) {
  let signals = load(delta)
  let negativeFactor = Vector(repeating: -descentFactor)
  sample.forEachNonzero { input, x in updateWeights(weights + input * vectorWidth, x, signals, negativeFactor) }
}

/// w −= f · (x · δ), with the roundings of `maskedGradient`: the sum over one row, then its multiple.
@inline(__always)
private func updateWeights(
  _ weights: UnsafeMutablePointer<Float>, _ x: Vector, _ delta: Vector, _ negativeFactor: Vector
) {
  store(multiplyAdd(negativeFactor, multiplyAdd(x, delta, Vector()), load(weights)), weights)
}
