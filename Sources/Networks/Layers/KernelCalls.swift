import KernelInterface
import Kernels

// Labeled methods for kernels with many operands, which are called only here.

extension ProductKernels {
  /// The number of columns that products compute for a layer of `outputs` outputs, `padded` in whole vectors: half a
  /// vector where the outputs fit into it. Kernels whose operands are packed compute whole vectors.
  @inline(__always)
  func computedColumns(outputs: Int, padded: Int) -> Int {
    unpackedWidth > 0 && outputs <= shape.vectorWidth / 2 ? shape.vectorWidth / 2 : padded
  }

  /// Computes z = x · W + b; see `ForwardKernel`.
  ///
  /// - Parameters:
  ///   - weights: `[inputs × columns]` in panels.
  ///   - biases: nil if sums start at zero.
  ///   - z: `[rows × stride]`.
  ///   - columns: the number of outputs to compute, from `computedColumns`.
  @inline(__always)
  func product(
    _ x: LayerInput, weights: WeightNumbers, biases: Floats?, into z: MutableFloats, stride: Int, rows: Int,
    inputs: Int, columns: Int
  ) {
    forward(x.pointer, x.stride, weights, biases, z, stride, rows, inputs, columns)
  }

  /// Computes xᵀ · δ, and stores it in `gradient` or adds it there; see `WeightGradientKernel`.
  ///
  /// - Parameters:
  ///   - packedDelta: error signals in panels of `packedRows` rows.
  ///   - panelStride: the stride between panels of the gradient in floats.
  @inline(__always)
  func weightGradient(
    _ x: LayerInput, packedDelta: Floats, packedRows: Int, into gradient: MutableFloats, panelStride: Int, inputs: Int,
    columns: Int, adds: Bool
  ) {
    weightGradient(
      x.pointer, x.stride, packedDelta, packedRows, gradient, panelStride, packedRows, inputs, columns, adds)
  }
}

extension MaskedKernels {
  /// Computes z = x · W + b over some words of the masks; see `MaskedForwardKernel`.
  ///
  /// - Parameters:
  ///   - first: the first of `count` rows.
  ///   - weights: the weights of the columns, for all inputs of the layer, in panels.
  ///   - biases: nil if sums start at zero.
  ///   - z: the first row's; rows are `stride` floats apart.
  ///   - columns: the number of outputs in whole vectors.
  @inline(__always)
  func product(
    _ rows: MaskedRows, words: Range<Int>, first: Int, count: Int, weights: Floats, biases: Floats?,
    into z: MutableFloats, stride: Int, inputs: Int, columns: Int, sharesWeights: Bool
  ) {
    let offset = first * rows.words + words.lowerBound
    forward(
      rows.masks.pointer + offset, rows.offsets.pointer + offset, rows.starts.pointer + first, words.count, rows.words,
      words.lowerBound * 64 - rows.layout.padding, weights, biases, z, stride, count, inputs, columns, sharesWeights)
  }

  /// Computes xᵀ · δ for some inputs of one mask word; see `MaskedGradientKernel` and `ListedGradientKernel`.
  ///
  /// - Parameters:
  ///   - values: those of the rows, with a list only if this instruction set has `listedGradient`.
  ///   - start: initial values of the sums; nil for zero.
  ///   - descentFactor: nil stores the sums, a number subtracts that multiple of them.
  @inline(__always)
  func gradient(
    rowMasks: UnsafePointer<UInt64>, rowWords: Int, inputs: UInt64, values: WordValues, delta: Floats,
    deltaStride: Int, columns: Int, into result: PanelSums, from start: PanelSums?, descentFactor: Floats?
  ) {
    let (sums, startStride) = (start.map { UnsafePointer($0.pointer) }, start?.stride ?? 0)
    if let list = values.list, let listedGradient {
      listedGradient(
        rowMasks, rowWords, inputs, values.cursors, delta, deltaStride, columns, result.pointer, result.stride, sums,
        startStride, descentFactor, list, values.isListed)
    } else {
      gradient(
        rowMasks, rowWords, inputs, values.cursors, delta, deltaStride, columns, result.pointer, result.stride, sums,
        startStride, descentFactor)
    }
  }

  /// Updates the weights of a single row's nonzero inputs; see `MaskedSampleStepKernel`.
  ///
  /// - Parameters:
  ///   - weights: the weights in panels, from the row of the mask's bit 0 on.
  ///   - bits: the range of the mask's bits.
  @inline(__always)
  func sampleStep(
    _ row: MaskedRows, delta: Floats, columns: Int, weights: PanelSums, bits: Range<Int>, descentFactor: Float
  ) {
    sampleStep(
      row.masks.pointer, row.offsets.pointer, row.starts.pointer[0], delta, columns, weights.pointer, weights.stride,
      bits.lowerBound, bits.upperBound, descentFactor)
  }

  /// Sums gradients over some inputs of one mask word; see `MaskedReductionKernel`.
  ///
  /// - Parameters:
  ///   - active: the active inputs of the word in each source.
  ///   - offset: the offset of the word's first input in the first panel of a source.
  ///   - sourceStride: the stride between panels of a source in floats.
  ///   - descentFactor: nil stores the sums, a number subtracts that multiple of them.
  ///   - copies: `copyCount` further destinations, laid out as the sources.
  @inline(__always)
  func reduce(
    _ sources: UnsafePointer<Floats>, active: UnsafePointer<UInt64>, count: Int, offset: Int, sourceStride: Int,
    columns: Int, into result: PanelSums, inputs: UInt64, descentFactor: Floats?, copies: UnsafePointer<MutableFloats>,
    copyCount: Int
  ) {
    reduction(
      sources, active, count, offset, sourceStride, columns, result.pointer, result.stride, inputs, descentFactor,
      copies,
      copyCount)
  }
}

extension DropoutKernels {
  /// Drops a sample's inputs in place; see `DropInputsKernel`.
  @inline(__always)
  func dropInputs(_ values: MutableFloats, count: Int, _ draw: DropoutDraw, sample: Int32, epoch: Int) {
    dropInputs(
      values, count, draw.threshold, draw.scale, draw.generator.key.x, draw.generator.key.y,
      UInt32(bitPattern: sample), UInt32(truncatingIfNeeded: epoch), draw.layer)
  }

  /// Drops a sample's activations, and stores their factors; see `DropOutputsKernel`.
  @inline(__always)
  func dropOutputs(
    _ values: Floats, factors: MutableFloats, into result: MutableFloats, count: Int, _ draw: DropoutDraw,
    sample: Int32, epoch: Int
  ) {
    dropOutputs(
      values, factors, result, count, draw.threshold, draw.scale, draw.generator.key.x, draw.generator.key.y,
      UInt32(bitPattern: sample), UInt32(truncatingIfNeeded: epoch), draw.layer)
  }
}

extension ElementwiseKernels {
  /// Computes x · scale + y · factor in the place of x; see `ScaleAndAddKernel`.
  ///
  /// - Parameter count: whole vectors.
  @inline(__always)
  package func scale(
    _ values: MutableFloats, by scale: Float, adding addends: Floats, times factor: Float, count: Int
  ) {
    scaleAndAdd(values, addends, scale, factor, count)
  }
}
