import KernelInterface
import Kernels

/// The parameters of a network in bfloat16, in the same layout, for products that read their weights so
/// (`ProductKernels.roundWeights`).
///
/// Whatever changes parameters writes them here, too, while they are in its cache. As each parameter has a number of its own,
/// the parts that several threads write may be cut anywhere between whole vectors. Biases are never read here. The weights of a
/// masked first layer, which training does not read here, are not written by its steps, and follow at the end of a range of them.
package struct RoundedWeights: Sendable, BitwiseCopyable {
  // Checked by nothing: between barriers, each thread writes the parameters that it updates, and no other reads them.
  private nonisolated(unsafe) let numbers: UnsafeMutablePointer<UInt16>
  private let kernel: RoundWeightsKernel
  /// The first parameter that is written.
  private let first: Int

  /// - Parameters:
  ///   - numbers: memory for all parameters, which outlives this.
  ///   - first: the first parameter that is written, the start of a layer.
  init(_ numbers: AlignedBuffer<UInt16>, from first: Int, _ kernel: @escaping RoundWeightsKernel) {
    (self.numbers, self.first, self.kernel) = (numbers.pointer, first, kernel)
  }

  /// Rounds `count` parameters from `offset` on, whole vectors, except those before the first.
  @inline(__always)
  package func write(_ parameters: MutableFloats, offset: Int, count: Int) {
    let start = max(offset, first)
    guard start < offset + count else { return }
    kernel(UnsafePointer(parameters + start), numbers + start, offset + count - start)
  }
}

/// The weights that the products of a network read: its parameters or a copy of them, or the rounded ones.
package struct ProductWeights {
  private let first: WeightNumbers
  private let bytes: Int

  /// - Parameter parameters: the network's or a copy, which outlive this.
  package init(_ network: FastNetwork, _ parameters: AlignedBuffer<Float>) {
    let isRounded = network.kernels.products.roundWeights != nil
    first = isRounded ? WeightNumbers(network.rounded.pointer) : WeightNumbers(parameters.pointer)
    bytes = isRounded ? MemoryLayout<UInt16>.size : MemoryLayout<Float>.size
  }

  /// The weights from an offset in the layout on, as operands of a product.
  @inline(__always)
  package func from(_ offset: Int) -> WeightNumbers { first + offset * bytes }
}
