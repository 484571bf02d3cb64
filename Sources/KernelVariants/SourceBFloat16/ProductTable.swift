import KernelInterface

/// Matrix products with operands rounded to bfloat16. `weightGradient` needs error signals packed for exactly its rows.
///
/// - Parameter float32: the AVX-512 products of the same shape, which provide the layouts and all other kernels.
public func bfloat16ProductKernels(with float32: ProductKernels) -> ProductKernels {
  ProductKernels(
    shape: KernelShape(vectorWidth: vectorWidth, tileRows: tileRows), forward: forward, weightGradient: weightGradient,
    errorSignal: errorSignal,
    transposeWeights: float32.transposeWeights, packColumns: packColumns, transposeToRows: float32.transposeToRows,
    transposeToColumns: float32.transposeToColumns, biasGradient: float32.biasGradient, unpackedWidth: 0,
    packInputs: packInputs, roundWeights: roundWeights)
}
