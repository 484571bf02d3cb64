import Random

/// How the weights of a network begin. Biases begin at zero unless `drawsBiases`.
public struct Initializer: Sendable, Equatable {
  /// What a weight is drawn from.
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
    case .automatic, .he, .glorot: false
    case .normal, .uniform, .constant: true
    }
  }

  /// What a layer with this activation draws from: never `automatic`.
  func resolved(for activation: Activation) -> Self {
    guard self == .automatic else { return self }
    return activation == .relu || activation == .leakyReLU ? .he : .glorot
  }

  /// A number for a layer.
  func draw(for layer: Layer, from source: inout RandomSource) -> Float {
    switch resolved(for: layer.activation) {
    case .automatic, .he: Float((2 / Double(layer.inputs)).squareRoot() * source.normal())
    case .glorot: Float((6 / Double(layer.inputs + layer.outputs)).squareRoot() * (2 * source.uniform() - 1))
    case .normal(let sigma): Float(sigma * source.normal())
    case .uniform(let epsilon): Float(epsilon * (2 * source.uniform() - 1))
    case .constant(let value): Float(value)
    }
  }
}

extension Parameters {
  /// The numbers that training begins with: the same ones for the same topology, initializer and seed.
  ///
  /// Each layer draws from a stream of its own: its weights in row-major order, then its biases where they are drawn.
  public static func initial(topology: Topology, initializer: Initializer = .automatic, seed: UInt64) -> Parameters {
    Parameters(
      layers: topology.layers.enumerated().map { index, layer in
        var source = RandomSource(seed: seed, purpose: .weights, index: UInt64(index))
        func numbers(_ count: Int, drawn: Bool) -> [Float] {
          guard drawn else { return [Float](repeating: 0, count: count) }
          return (0..<count).map { _ in initializer.distribution.draw(for: layer, from: &source) }
        }
        let weight = numbers(layer.outputs * layer.inputs, drawn: true)
        let bias = numbers(topology.hasBiases ? layer.outputs : 0, drawn: initializer.drawsBiases)
        return LayerParameters(weight: weight, bias: bias)
      })
  }
}
