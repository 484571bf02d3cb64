import Random

/// The distribution of a network's initial weights. Biases begin at zero unless `drawsBiases`.
public struct Initializer: Sendable, Equatable {
  /// The distribution of a single weight.
  public enum Distribution: Sendable, Equatable {
    /// Each layer by its own activation, the output's included: `he` for relu kinds, `glorot` otherwise.
    case automatic
    /// Normal, σ² = 2/fanIn (He et al., 2015).
    case he
    /// Uniform in ±√(6/(fanIn + fanOut)) (Glorot and Bengio, 2010).
    case glorot
    case normal(sigma: Double)
    /// Uniform in ±epsilon.
    case uniform(epsilon: Double)
    case constant(Double)
    /// One for each layer, input side first: `he` or `glorot`.
    case layers([Distribution])
  }

  public var distribution: Distribution
  /// Whether biases are drawn as weights are: for `normal`, `uniform` and `constant` alone.
  public var drawsBiases: Bool

  public static let automatic = Initializer(.automatic)

  /// - Precondition: `drawsBiases` only with a distribution that has numbers of its own, which suit any tensor.
  public init(_ distribution: Distribution, drawsBiases: Bool = false) {
    precondition(!drawsBiases || distribution.suitsBiases, "the distribution is made for weights alone")
    self.distribution = distribution
    self.drawsBiases = drawsBiases
  }
}

extension Initializer.Distribution {
  fileprivate var suitsBiases: Bool {
    switch self {
    case .automatic, .he, .glorot, .layers: false
    case .normal, .uniform, .constant: true
    }
  }

  /// The distribution for a layer with this activation: never `automatic` or `layers`.
  ///
  /// - Parameter index: of the layer, the first being 0.
  func resolved(for activation: Activation, layer index: Int) -> Self {
    switch self {
    case .automatic: activation.function.isReLUKind ? .he : .glorot
    case .layers(let distributions): distributions[index]
    default: self
    }
  }

  /// A number for a layer, drawn from a distribution that is resolved.
  func draw(for layer: Layer, from source: inout RandomSource) -> Float {
    switch self {
    case .automatic, .layers: preconditionFailure("a layer's distribution is resolved before a number is drawn")
    case .he: Float((2 / Double(layer.inputs)).squareRoot() * source.normal())
    case .glorot: Float((6 / Double(layer.inputs + layer.outputs)).squareRoot() * (2 * source.uniform() - 1))
    case .normal(let sigma): Float(sigma * source.normal())
    case .uniform(let epsilon): Float(epsilon * (2 * source.uniform() - 1))
    case .constant(let value): Float(value)
    }
  }
}

extension Initializer {
  /// The layers that it is for; nil for any number of them.
  public var layerCount: Int? { if case .layers(let distributions) = distribution { distributions.count } else { nil } }

  /// The same with the distribution that holds in place of `automatic`: one for all layers, or one for each where they differ.
  public func resolved(for topology: Topology) -> Initializer {
    guard distribution == .automatic else { return self }
    let layers = topology.layers.enumerated().map { distribution.resolved(for: $1.activation, layer: $0) }
    return Initializer(layers.allSatisfy { $0 == layers[0] } ? layers[0] : .layers(layers))
  }
}

extension Parameters {
  /// The numbers that training begins with: the same ones for the same topology, initializer and seed.
  ///
  /// Each layer draws from a stream of its own: its weights in row-major order, then its biases where they are drawn.
  public static func initial(topology: Topology, initializer: Initializer = .automatic, seed: UInt64) -> Parameters {
    Parameters(
      layers: topology.layers.enumerated().map { index, layer in
        let distribution = initializer.distribution.resolved(for: layer.activation, layer: index)
        var source = RandomSource(seed: seed, purpose: .weights, index: UInt64(index))
        func numbers(_ count: Int, drawn: Bool) -> [Float] {
          guard drawn else { return [Float](repeating: 0, count: count) }
          return (0..<count).map { _ in distribution.draw(for: layer, from: &source) }
        }
        let weight = numbers(layer.outputs * layer.inputs, drawn: true)
        let bias = numbers(topology.hasBiases ? layer.outputs : 0, drawn: initializer.drawsBiases)
        return LayerParameters(weight: weight, bias: bias)
      })
  }
}
