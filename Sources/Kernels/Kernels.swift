import KernelInterface

/// All kernels of one instruction set, with dense products in one precision.
package struct Kernels: Sendable {
  /// The instruction set of all kernels.
  package let instructionSet: InstructionSet
  /// The precision of the factors of dense products.
  package let precision: Precision
  /// Dense matrix products.
  package let products: ProductKernels
  /// Products and gradients that skip inputs of zero.
  package let masked: MaskedKernels
  /// Gathering and packing of samples, and sums of gradients.
  package let samples: SampleKernels
  /// Operations on arrays of the parameters' layout.
  package let elementwise: ElementwiseKernels
  /// The factors of dropout.
  package let dropout: DropoutKernels
  /// Distortions of images.
  package let distortion: DistortionKernels
  /// Each optimizer's kernel, by name.
  package let updates: [String: UpdateKernel]
  /// Each activation's kernels, by name.
  package let activations: [String: ActivationKernels]
  /// Each loss function's kernels, by its name and that of the output's activation.
  package let losses: [String: [String: OutputKernel]]
  /// The kernels of each term of the objective except `l2`, by name.
  package let terms: [String: TermKernels]

  /// The vector, panel and tile sizes of the kernels.
  package var shape: KernelShape { products.shape }

  /// - Precondition: the processor has the instruction set (`InstructionSet.isUsable`), and the precision with it
  ///   (`Precision.available`).
  package init(_ instructionSet: InstructionSet, precision: Precision = .float32) {
    precondition(instructionSet.isUsable, "the processor has no \(instructionSet.rawValue)")
    precondition(
      Precision.available(with: instructionSet).contains(precision),
      "the processor has no \(precision.rawValue) with \(instructionSet.rawValue)")
    self.instructionSet = instructionSet
    self.precision = precision
    let table = kernelTable(for: instructionSet)
    products = table.products.inPrecision(precision, by: instructionSet)
    (masked, samples, elementwise) = (table.masked, table.samples, table.elementwise)
    (dropout, distortion) = (table.dropout, table.distortion)
    let list = KernelList()
    table.addNamed(list)
    (updates, activations, losses, terms) = (list.updates, list.activations, list.losses, list.terms)
  }

  /// The kernels of `other` with other products: emulated ones, whose networks have dense input if their shape is another.
  package init(_ other: Kernels, products: ProductKernels, precision: Precision) {
    (instructionSet, self.precision, self.products) = (other.instructionSet, precision, products)
    (masked, samples, elementwise) = (other.masked, other.samples, other.elementwise)
    (dropout, distortion) = (other.dropout, other.distortion)
    (updates, activations, losses, terms) = (other.updates, other.activations, other.losses, other.terms)
  }

  /// The kernels of the fastest instruction set that this processor has.
  package static let fastest = Kernels(InstructionSet.available[0])
}
