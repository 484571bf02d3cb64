import KernelInterface

/// This instruction set's matrix products.
public func productKernels() -> ProductKernels {
  ProductKernels(
    shape: KernelShape(vectorWidth: vectorWidth, tileRows: tileRows),
    forward: denseForward, weightGradient: denseWeightGradient, errorSignal: denseErrorSignal,
    turnWeights: turnWeights, packColumns: packColumns, transposeToRows: transposeToRows,
    transposeToColumns: transposeToColumns,
    biasGradient: biasGradient)
}

/// This instruction set's gathering, masked input layer and reduction.
public func sampleKernels() -> SampleKernels {
  SampleKernels(
    maskedForward: maskedForward, transposeMasks: transposeMasks, maskedGradient: maskedGradient,
    maskedSampleStep: maskedSampleStep, maskedReduction: maskedReduction,
    gatherBytes: gatherBytes, gatherFloats: gatherFloats, packBytes: packBytes, packFloats: packFloats,
    expandBytes: expandBytes, addSources: addSources, multiplyAddPeak: multiplyAddPeak)
}
