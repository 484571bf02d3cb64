import Models
import Networks
import Random
import Training

/// One tensor of a network with its values.
struct GradientCheckTensor {
  let layer: Int
  let isBias: Bool
  let name: String
  let shape: [Int]

  /// All tensors of a network, in the order of a model file.
  static func all(of topology: Topology) -> [GradientCheckTensor] {
    topology.layers.enumerated().flatMap { index, layer in
      let weight = GradientCheckTensor(
        layer: index, isBias: false, name: TensorName.weight(index), shape: [layer.outputs, layer.inputs])
      let bias = GradientCheckTensor(layer: index, isBias: true, name: TensorName.bias(index), shape: [layer.outputs])
      return topology.hasBiases ? [weight, bias] : [weight]
    }
  }

  /// The values, row-major.
  func values(of gradient: Parameters) -> [Float] {
    isBias ? gradient.layers[layer].bias : gradient.layers[layer].weight
  }

  /// The parameter at an index.
  func entry(_ position: Int) -> PlainEntry {
    isBias
      ? .bias(layer: layer, unit: position)
      : .weight(layer: layer, unit: position / shape[1], input: position % shape[1])
  }
}

/// Draws distinct indices of a tensor: first that of the largest gradient, then random ones.
struct GradientCheckDraw {
  private let count: Int
  private let largest: Int
  private var taken: Set<Int> = []

  init(_ gradient: [Float]) {
    count = gradient.count
    largest = gradient.indices.max { abs(gradient[$0]) < abs(gradient[$1]) } ?? 0
  }

  /// Returns the requested number of indices, or all that are left.
  mutating func next(_ wanted: Int, _ random: inout RandomSource) -> [Int] {
    if count - taken.count <= wanted {
      let rest = (0..<count).filter { !taken.contains($0) }
      taken.formUnion(rest)
      return rest
    }
    var positions: [Int] = []
    if wanted > 0, taken.insert(largest).inserted { positions.append(largest) }
    while positions.count < wanted {
      let position = Int(random.below(UInt64(count)))
      if taken.insert(position).inserted { positions.append(position) }
    }
    return positions
  }
}
