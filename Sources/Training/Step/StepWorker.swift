import KernelInterface
import Kernels

/// The properties that the workers of every exchange have.
protocol StepWorker: AnyObject, Sendable {
  var index: Int { get }
  var clock: StepClock { get }
  /// The parameters that the worker reads and updates: the network's, or a copy of them.
  var parameters: AlignedBuffer<Float> { get }
  /// Pointers to the other workers' copies, which its updates are also written to.
  var copies: AlignedBuffer<MutableFloats> { get }
}
