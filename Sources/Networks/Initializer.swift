import Random

/// The distribution of a network's initial weights. Biases are zero unless `drawsBiases`.
public struct Initializer: Sendable, Equatable {
  /// The distribution of a single weight.
  public enum Distribution: Sendable, Equatable {
    /// Chosen for each layer by its activation, the output layer included: `he` for activations like ReLU, `glorot`
    /// otherwise.
    case automatic
    /// Normal, σ² = 2/fanIn (He et al., 2015).
    case he
    /// Uniform in ±√(6/(fanIn + fanOut)) (Glorot and Bengio, 2010).
    case glorot
    /// Normal with mean 0 and standard deviation sigma.
    case normal(sigma: Double)
    /// Uniform in ±epsilon.
    case uniform(epsilon: Double)
    /// The same number for every weight.
    case constant(Double)
    /// One for each layer, input side first; none of them `automatic` or `layers`.
    case layers([Distribution])
  }

  /// The distribution of the weights.
  public private(set) var distribution: Distribution
  /// True if biases are drawn like weights; only with `normal`, `uniform` and `constant`.
  public private(set) var drawsBiases: Bool

  /// He initialization for activations like ReLU, Glorot otherwise.
  public static let automatic = Initializer(.automatic)

  /// - Precondition: if `drawsBiases`, the distribution is `normal`, `uniform` or `constant`; the others depend on
  ///   fan-in and fan-out, which biases do not have.
  public init(_ distribution: Distribution, drawsBiases: Bool = false) {
    precondition(!drawsBiases || distribution.suitsBiases, "the distribution is for weights only")
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

  /// True if numbers of a layer can be drawn from the distribution as it is, without the layer's activation and index.
  package var isOfOneLayer: Bool {
    switch self {
    case .automatic, .layers: false
    case .he, .glorot, .normal, .uniform, .constant: true
    }
  }

  /// The distribution for a layer with this activation: never `automatic` or `layers`.
  ///
  /// - Parameter index: the index of the layer, from 0.
  /// - Precondition: `layers` has the layer, and for it a distribution of one layer.
  func resolved(for activation: Activation, layer index: Int) -> Self {
    switch self {
    case .automatic: activation.function.isReLUKind ? .he : .glorot
    case .layers(let distributions): distributions[index]
    default: self
    }
  }

  /// A number for a layer, drawn from a resolved distribution.
  func draw(for layer: Layer, from source: inout RandomSource) -> Float {
    switch self {
    case .automatic, .layers: preconditionFailure("a layer's distribution must be resolved before a number is drawn")
    case .he: Float((2 / Double(layer.inputs)).squareRoot() * source.normal())
    case .glorot: Float((6 / Double(layer.inputs + layer.outputs)).squareRoot() * (2 * source.uniform() - 1))
    case .normal(let sigma): Float(sigma * source.normal())
    case .uniform(let epsilon): Float(epsilon * (2 * source.uniform() - 1))
    case .constant(let value): Float(value)
    }
  }
}

extension Initializer {
  /// The number of layers for which the initializer lists distributions; nil if it fits any number.
  package var layerCount: Int? {
    if case .layers(let distributions) = distribution { distributions.count } else { nil }
  }

  /// The initializer with `automatic` resolved: one distribution for all layers, or one for each if they differ.
  public func resolved(for topology: Topology) -> Initializer {
    guard distribution == .automatic else { return self }
    let layers = topology.layers.enumerated().map { distribution.resolved(for: $1.activation, layer: $0) }
    return Initializer(layers.allSatisfy { $0 == layers[0] } ? layers[0] : .layers(layers))
  }
}

extension Parameters {
  /// The initial parameters, a function of topology, initializer and seed.
  ///
  /// Each layer has its own random stream: weights in row-major order, then biases if they are drawn.
  ///
  /// - Precondition: an initializer of `layers` has one distribution for each layer.
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
