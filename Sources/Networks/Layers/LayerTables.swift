import KernelInterface
import Kernels

/// The layers of a layout behind a pointer, so that a step does not count references.
final class LayerTable: @unchecked Sendable {
  // Unchecked: written in `init` only.
  private let layers: UnsafeMutablePointer<ParameterLayout.Layer>
  let count: Int

  init(_ layout: ParameterLayout) {
    count = layout.layers.count
    layers = .allocate(capacity: count)
    for (index, layer) in layout.layers.enumerated() { (layers + index).initialize(to: layer) }
  }

  deinit { layers.deallocate() }

  @inline(__always)
  subscript(_ index: Int) -> ParameterLayout.Layer { layers[index] }
}

/// The dropout of each layer's input, behind a pointer; the entry of a layer without dropout is not used.
final class DropoutTable: @unchecked Sendable {
  // Unchecked: written in `init` only.
  private let layers: UnsafeMutablePointer<LayerDropout>

  init(_ network: FastNetwork) {
    let all = network.topology.layers.indices.map { network.dropout?.layer($0) }
    layers = .allocate(capacity: all.count)
    guard let some = all.compactMap({ $0 }).first else { return }
    for (index, layer) in all.enumerated() { (layers + index).initialize(to: layer ?? some) }
  }

  deinit { layers.deallocate() }

  @inline(__always)
  subscript(_ index: Int) -> LayerDropout { layers[index] }
}

/// The kernels of the hidden layers' activations, behind a pointer.
final class ActivationTable: @unchecked Sendable {
  // Unchecked: written in `init` only.
  private let kernels: UnsafeMutablePointer<ActivationKernels>

  init(_ network: FastNetwork) {
    let hidden = network.topology.layers.dropLast()
    kernels = .allocate(capacity: hidden.count)
    for (index, layer) in hidden.enumerated() {
      (kernels + index).initialize(to: network.kernels.activation(layer.activation))
    }
  }

  deinit { kernels.deallocate() }

  @inline(__always)
  subscript(_ index: Int) -> ActivationKernels { kernels[index] }
}
