/// The named kernels of one instruction set.
///
/// A class, so that kernel sources only call `add`: a dictionary there would include standard library code compiled for
/// that instruction set, which the linker might use everywhere.
public final class KernelList {
  /// Each optimizer's kernel, by `Optimizer.kernelName`.
  public private(set) var updates: [String: UpdateKernel] = [:]
  /// Each activation's kernels, by `ActivationFunction.name`.
  public private(set) var activations: [String: ActivationKernels] = [:]
  /// Each loss function's kernels, by `LossFunction.name`, then by the output's activation.
  public private(set) var losses: [String: [String: OutputKernel]] = [:]
  /// The kernels of each term of the objective except `l2`, which is part of update kernels; by
  /// `RegularizationTerm.name`.
  public private(set) var terms: [String: TermKernels] = [:]

  /// An empty list.
  public init() {}

  /// Adds a term's kernels.
  @inline(never)
  public func add(_ name: StaticString, _ add: @escaping AddTermKernel, _ sum: @escaping SumTermKernel) {
    terms[name.description] = TermKernels(add: add, sum: sum)
  }

  /// Adds an optimizer's kernel.
  @inline(never)
  public func add(_ name: StaticString, _ kernel: @escaping UpdateKernel) { updates[name.description] = kernel }

  /// Adds an activation's kernels.
  @inline(never)
  public func add(
    _ name: StaticString, _ activate: @escaping ActivateKernel, _ activateSum: @escaping ActivateSumKernel,
    _ derivative: @escaping DerivativeKernel
  ) {
    activations[name.description] = ActivationKernels(
      activate: activate, activateSum: activateSum, derivative: derivative)
  }

  /// Adds a loss function's kernels; nil for an output activation for which it is not defined.
  @inline(never)
  public func add(
    _ name: StaticString, _ softmax: OutputKernel?, _ sigmoid: OutputKernel?, _ tanh: OutputKernel?,
    _ identity: OutputKernel?
  ) {
    losses[name.description] = ["softmax": softmax, "sigmoid": sigmoid, "tanh": tanh, "identity": identity]
      .compactMapValues { $0 }
  }
}
