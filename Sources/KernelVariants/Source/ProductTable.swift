import KernelInterface

/// This instruction set's matrix products.
public func productKernels() -> ProductKernels {
  ProductKernels(
    shape: KernelShape(vectorWidth: vectorWidth, tileRows: tileRows),
    forward: denseForward, weightGradient: denseWeightGradient, errorSignal: denseErrorSignal,
    transposeWeights: transposeWeights, packColumns: packColumns, transposeToRows: transposeToRows,
    transposeToColumns: transposeToColumns,
    biasGradient: biasGradient, unpackedWidth: vectorWidth)
}

/// This instruction set's kernels of the masked input layer.
public func maskedKernels() -> MaskedKernels {
  MaskedKernels(
    forward: maskedForward, transposeMasks: transposeMasks, gradient: maskedGradient, sampleStep: maskedSampleStep,
    reduction: maskedReduction)
}

/// This instruction set's kernels that gather samples and reduce gradients.
public func sampleKernels() -> SampleKernels {
  SampleKernels(
    gatherBytes: gatherBytes, gatherFloats: gatherFloats, packBytes: packBytes, packFloats: packFloats,
    expandBytes: expandBytes, addSources: addSources)
}

/// This instruction set's loop of multiply-adds.
public func multiplyAddPeakKernel() -> MultiplyAddPeakKernel { multiplyAddPeak }

/// This instruction set's kernels that distort images.
public func distortionKernels() -> DistortionKernels {
  DistortionKernels(
    randomKnots: randomKnots, distortBytes: distortBytes, distortFloats: distortFloats, addNoise: addNoise)
}
