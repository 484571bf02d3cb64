/// All kernels compiled for one instruction set.
public struct KernelTable: Sendable {
  /// Products of layers with dense input.
  public let products: ProductKernels
  /// The first layer with masked input.
  public let masked: MaskedKernels
  /// Gathering and packing of samples.
  public let samples: SampleKernels
  /// Elementwise functions of parameters.
  public let elementwise: ElementwiseKernels
  /// Dropout.
  public let dropout: DropoutKernels
  /// Distortions of images.
  public let distortion: DistortionKernels
  /// Multiply-adds in registers alone, for measuring their rate.
  public let multiplyAddPeak: MultiplyAddPeakKernel
  /// Adds the named kernels to a list.
  public let addNamed: @Sendable (KernelList) -> Void

  /// All kernels of one instruction set.
  public init(
    products: ProductKernels, masked: MaskedKernels, samples: SampleKernels, elementwise: ElementwiseKernels,
    dropout: DropoutKernels, distortion: DistortionKernels, multiplyAddPeak: MultiplyAddPeakKernel,
    addNamed: @escaping @Sendable (KernelList) -> Void
  ) {
    self.products = products
    self.masked = masked
    self.samples = samples
    self.elementwise = elementwise
    self.dropout = dropout
    self.distortion = distortion
    self.multiplyAddPeak = multiplyAddPeak
    self.addNamed = addNamed
  }
}
