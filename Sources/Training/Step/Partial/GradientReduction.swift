import KernelInterface
import Kernels
import Networks

/// The sums of several gradients in a data-parallel step, in a fixed tree of pairs (`AddSourcesKernel`), and the update by
/// them: the same in one process and on several ranks.
struct GradientReduction: Sendable {
  private let kernels: Kernels
  /// A piece of a sum, before the update.
  private let piece: AlignedBuffer<Float>
  /// The index after the last weight that is updated with one rounding; 0 if none is.
  private let fusedEnd: Int

  init(_ context: StepContext) {
    kernels = context.network.kernels
    piece = AlignedBuffer(count: FlatRange.pieceSize)
    let first = context.network.layout.layers[0]
    fusedEnd = context.decision.fusesFirstLayerUpdate ? first.weights + first.weightCount : 0
  }

  /// Sums `count` gradients of a range within one layer, and stores the sum in `result`.
  @inline(__always)
  func sum(_ range: FlatRange, _ sources: UnsafePointer<Floats>, count: Int, into result: MutableFloats) {
    kernels.samples.addSources(sources, count, range.offset, range.count, result + range.offset)
  }

  /// Sums `count` gradients of a range within one layer, and updates its parameters, piece by piece.
  ///
  /// - Parameter measure: called with each piece of the sum before its update.
  @inline(__always)
  func update(
    _ range: FlatRange, _ sources: UnsafePointer<Floats>, count: Int, by update: ParameterUpdate,
    measuring measure: (_ sum: Floats, _ count: Int) -> Void = { _, _ in }
  ) {
    range.reduce(
      sources, count: count, by: update, kernels: kernels, piece: piece, isFused: range.offset < fusedEnd,
      measuring: measure)
  }
}
