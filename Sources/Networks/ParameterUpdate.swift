import KernelInterface
import ProcessorBuiltins

/// The update of parameters by their gradient: an optimizer's kernel, the parameters, the optimizer's state, and the
/// coefficients of this step. All arrays have the parameters' layout.
package struct ParameterUpdate {
  /// The optimizer's kernel.
  package let kernel: UpdateKernel
  /// The parameters, which are updated in place.
  package let parameters: MutableFloats
  /// The first array of the optimizer's state; nil for an optimizer without state.
  package let state0: MutableFloats?
  /// The second array of the optimizer's state; nil for an optimizer with fewer.
  package let state1: MutableFloats?
  /// The coefficients for weights, with the `l2` term.
  package let weightCoefficients: UnsafePointer<UpdateCoefficients>
  /// The coefficients for biases, without it.
  package let biasCoefficients: UnsafePointer<UpdateCoefficients>
  /// Learning rate times gradient scale, if a step only subtracts this multiple of the gradient: weights of inactive
  /// inputs then do not change. Nil if parameters can change with a zero gradient.
  package let descentFactor: Floats?
  /// Copies of the parameters, to which updated parameters are also written.
  package let copies: UnsafePointer<MutableFloats>
  /// The number of copies; 0 for none.
  package let copyCount: Int
  private let copier: CopyKernel
  private let rounded: RoundedWeights?
  private let terms: UnsafePointer<ActiveTerms.Term>
  private let termCount: Int

  /// The parameters are the properties; `copier` writes the copies, updated parameters are also written to `rounded`, and
  /// `terms` are added to the gradients of weights.
  package init(
    kernel: UpdateKernel, parameters: MutableFloats, state0: MutableFloats?, state1: MutableFloats?,
    weightCoefficients: UnsafePointer<UpdateCoefficients>, biasCoefficients: UnsafePointer<UpdateCoefficients>,
    descentFactor: Floats?,
    copies: UnsafePointer<MutableFloats>, copyCount: Int,
    copier: @escaping CopyKernel, rounded: RoundedWeights?, terms: UnsafePointer<ActiveTerms.Term>, termCount: Int
  ) {
    self.kernel = kernel
    self.parameters = parameters
    self.state0 = state0
    self.state1 = state1
    self.weightCoefficients = weightCoefficients
    self.biasCoefficients = biasCoefficients
    self.descentFactor = descentFactor
    self.copies = copies
    self.copyCount = copyCount
    self.copier = copier
    self.rounded = rounded
    self.terms = terms
    self.termCount = termCount
  }

  /// Updates `count` adjacent parameters from `offset` on by `gradient`, which starts at the first of them.
  ///
  /// - Parameter gradient: may be overwritten, since terms of the objective are added to it.
  @inline(__always)
  package func apply(_ gradient: Floats, offset: Int, count: Int, isWeights: Bool) {
    if isWeights, termCount > 0 {
      ActiveTerms.add(
        terms, count: termCount, to: MutableFloats(mutating: gradient), weights: parameters + offset,
        scale: weightCoefficients.pointee.gradientScale, numbers: count)
    }
    kernel(
      parameters + offset, gradient, state0.map { $0 + offset }, state1.map { $0 + offset }, count,
      isWeights ? weightCoefficients : biasCoefficients)
    writeCopies(offset: offset, count: count)
  }

  /// Prefetches `count` adjacent parameters from `offset` on, and their state.
  @inline(__always)
  func prefetch(offset: Int, count: Int) {
    var number = offset
    while number < offset + count {
      processor_prefetch(parameters + number)
      if let state0 { processor_prefetch(state0 + number) }
      if let state1 { processor_prefetch(state1 + number) }
      number += 16
    }
  }

  /// Updates `count` adjacent weights from `offset` on with one rounding, w ← w − `descentFactor` · gradient, as the kernels
  /// do that leave out the weights of inactive inputs.
  /// - Precondition: there is a `descentFactor`.
  @inline(__always)
  package func applyFused(_ gradient: Floats, offset: Int, count: Int, by kernels: ElementwiseKernels) {
    guard let descentFactor else { return }
    // w ← 1 · w + (−f) · gradient, with a fused multiply-add.
    kernels.scale(parameters + offset, by: 1, adding: gradient, times: -descentFactor.pointee, count: count)
    writeCopies(offset: offset, count: count)
  }

  @inline(__always)
  private func writeCopies(offset: Int, count: Int) {
    var copy = 0
    while copy < copyCount {
      copier(parameters + offset, copies[copy] + offset, count)
      copy += 1
    }
    rounded?.write(parameters, offset: offset, count: count)
  }
}
