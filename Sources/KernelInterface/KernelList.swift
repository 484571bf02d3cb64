/// The kernels of one instruction set that have names, as its lists enter them.
///
/// A class, so that the kernel text does no more than call `add`: a dictionary of its own would bring code of the standard library
/// compiled for that instruction set, which the linker might use everywhere.
public final class KernelList {
  /// Each optimizer's kernel, by `Optimizer.kernelName`.
  public private(set) var updates: [String: UpdateKernel] = [:]

  public init() {}

  /// Adds an optimizer's kernel.
  @inline(never)
  public func add(_ name: StaticString, _ kernel: @escaping UpdateKernel) { updates[name.description] = kernel }
}
