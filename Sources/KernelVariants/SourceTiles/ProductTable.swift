import KernelInterface

/// Matrix products with operands in bfloat16 on the processor's matrix unit, in the layouts of `float32`, whose other
/// kernels they take: those of AVX-512, of the same vectors. `weightGradient` needs error signals packed for exactly its
/// rows. A tile of the shape is a block, so that gradients are divided at blocks.
public func tileProductKernels(with float32: ProductKernels) -> ProductKernels {
  ProductKernels(
    shape: KernelShape(vectorWidth: vectorWidth, tileRows: blockSize), forward: forward, weightGradient: weightGradient,
    errorSignal: errorSignal,
    transposeWeights: float32.transposeWeights, packColumns: packColumns, transposeToRows: float32.transposeToRows,
    transposeToColumns: float32.transposeToColumns, biasGradient: float32.biasGradient, unpackedWidth: 0,
    packInputs: packInputs, roundWeights: roundWeights)
}
