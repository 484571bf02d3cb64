import Models
import Networks
import Random
import Training

/// One tensor of a network, and the places of its entries.
struct GradientCheckTensor {
  let layer: Int
  let isBias: Bool
  let name: String
  let shape: [Int]

  /// All of a network's, in the order of a model file.
  static func all(of topology: Topology) -> [GradientCheckTensor] {
    topology.layers.enumerated().flatMap { index, layer in
      let weight = GradientCheckTensor(
        layer: index, isBias: false, name: TensorName.weight(index), shape: [layer.outputs, layer.inputs])
      let bias = GradientCheckTensor(layer: index, isBias: true, name: TensorName.bias(index), shape: [layer.outputs])
      return topology.hasBiases ? [weight, bias] : [weight]
    }
  }

  /// Its numbers, row-major.
  func values(of gradient: Parameters) -> [Float] {
    isBias ? gradient.layers[layer].bias : gradient.layers[layer].weight
  }

  /// What the number at a place is.
  func entry(_ place: Int) -> PlainEntry {
    isBias
      ? .bias(layer: layer, unit: place)
      : .weight(layer: layer, unit: place / shape[1], input: place % shape[1])
  }
}

/// Draws places of a tensor, none twice: the one where the gradient is largest first, then any.
struct GradientCheckDraw {
  private let count: Int
  private let largest: Int
  private var taken: Set<Int> = []

  init(_ gradient: [Float]) {
    count = gradient.count
    largest = gradient.indices.max { abs(gradient[$0]) < abs(gradient[$1]) } ?? 0
  }

  /// As many places as asked for, or all that are left.
  mutating func next(_ wanted: Int, _ random: inout RandomSource) -> [Int] {
    if count - taken.count <= wanted {
      let rest = (0..<count).filter { !taken.contains($0) }
      taken.formUnion(rest)
      return rest
    }
    var places: [Int] = []
    if wanted > 0, taken.insert(largest).inserted { places.append(largest) }
    while places.count < wanted {
      let place = Int(random.below(UInt64(count)))
      if taken.insert(place).inserted { places.append(place) }
    }
    return places
  }
}
