/// All kernels compiled for one instruction set.
public struct KernelTable: Sendable {
  public let products: ProductKernels
  public let masked: MaskedKernels
  public let samples: SampleKernels
  public let elementwise: ElementwiseKernels
  public let distortion: DistortionKernels
  public let multiplyAddPeak: MultiplyAddPeakKernel
  /// Adds the named kernels to a list.
  public let addNamed: @Sendable (KernelList) -> Void

  public init(
    products: ProductKernels, masked: MaskedKernels, samples: SampleKernels, elementwise: ElementwiseKernels,
    distortion: DistortionKernels, multiplyAddPeak: MultiplyAddPeakKernel,
    addNamed: @escaping @Sendable (KernelList) -> Void
  ) {
    self.products = products
    self.masked = masked
    self.samples = samples
    self.elementwise = elementwise
    self.distortion = distortion
    self.multiplyAddPeak = multiplyAddPeak
    self.addNamed = addNamed
  }
}
