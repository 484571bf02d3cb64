import KernelInterface

/// All kernels of one instruction set.
public struct Kernels: Sendable {
  public let instructionSet: InstructionSet
  public let products: ProductKernels
  public let masked: MaskedKernels
  public let samples: SampleKernels
  public let elementwise: ElementwiseKernels
  public let distortion: DistortionKernels
  /// Each optimizer's kernel, by name.
  public let updates: [String: UpdateKernel]
  /// Each activation's kernels, by name.
  public let activations: [String: ActivationKernels]
  /// Each loss function's kernels, by its name and that of the output's activation.
  public let losses: [String: [String: OutputKernel]]
  /// The kernels of each term of the objective but `l2`, by name.
  public let terms: [String: TermKernels]

  /// The vector, panel and tile sizes of the kernels.
  public var shape: KernelShape { products.shape }

  /// - Precondition: the processor has the instruction set (`InstructionSet.available`).
  public init(_ instructionSet: InstructionSet) {
    precondition(InstructionSet.available.contains(instructionSet), "the processor has no \(instructionSet.rawValue)")
    self.instructionSet = instructionSet
    products = productKernels(for: instructionSet)
    masked = maskedKernels(for: instructionSet)
    samples = sampleKernels(for: instructionSet)
    elementwise = elementwiseKernels(for: instructionSet)
    distortion = distortionKernels(for: instructionSet)
    let list = kernelList(for: instructionSet)
    (updates, activations, losses, terms) = (list.updates, list.activations, list.losses, list.terms)
  }

  /// The kernels of the fastest instruction set that this processor has.
  public static let fastest = Kernels(InstructionSet.available[0])
}
