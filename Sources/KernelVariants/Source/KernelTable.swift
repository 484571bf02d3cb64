import KernelInterface

/// The kernels of this instruction set.
public func kernelTable() -> KernelTable {
  KernelTable(
    products: ProductKernels(
      shape: KernelShape(vectorWidth: vectorWidth, tileRows: tileRows),
      forward: denseForward, weightGradient: denseWeightGradient, errorSignal: denseErrorSignal,
      transposeWeights: transposeWeights, packColumns: packColumns, transposeToRows: transposeToRows,
      transposeToColumns: transposeToColumns,
      biasGradient: biasGradient, unpackedWidth: panelWidth, packInputs: inputPacking, packedRow: tileRows),
    masked: MaskedKernels(
      forward: maskedForward, transposeMasks: transposeMasks, gradient: maskedGradient, listedGradient: listedGradient,
      sampleStep: maskedSampleStep, reduction: maskedReduction),
    samples: SampleKernels(
      gatherBytes: gatherBytes, gatherFloats: gatherFloats, packBytes: packBytes, packFloats: packFloats,
      expandBytes: expandBytes, addSources: addSources),
    elementwise: ElementwiseKernels(
      sumOfSquares: sumOfSquares, scaleAndAdd: scaleAndAdd, copy: copy, boundNorms: boundNorms),
    dropout: DropoutKernels(dropInputs: dropInputs, dropOutputs: dropOutputs),
    distortion: DistortionKernels(
      randomKnots: randomKnots, distortBytes: distortBytes, distortFloats: distortFloats, addNoise: addNoise),
    multiplyAddPeak: multiplyAddPeak, addNamed: addNamed)
}

/// Measured with AVX2 alone, too.
private var inputPacking: PackInputsKernel? {
  #if KERNELS_AVX2
    return packInputs
  #else
    return nil
  #endif
}

/// Measured with AVX2 alone.
private var listedGradient: ListedGradientKernel? {
  #if KERNELS_AVX2
    return maskedListedGradient
  #else
    return nil
  #endif
}

@Sendable private func addNamed(to list: KernelList) {
  addUpdates(to: list)
  addActivations(to: list)
  addLosses(to: list)
  addTerms(to: list)
}
