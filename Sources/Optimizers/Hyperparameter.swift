/// A number that configures an optimizer, fixed before training: its option, its standard value, its bounds.
public struct Hyperparameter: Sendable, Equatable {
  /// The values that a hyperparameter may have; every one is finite.
  public enum Bounds: Sendable, Equatable {
    /// 0 ≤ x < 1: the share that a moving average keeps.
    case fraction
    case positive
    case nonNegative

    public func contain(_ value: Double) -> Bool {
      switch self {
      case .fraction: value >= 0 && value < 1
      case .positive: value > 0 && value.isFinite
      case .nonNegative: value >= 0 && value.isFinite
      }
    }

    /// The words of an error message after "expected".
    public var expectation: String {
      switch self {
      case .fraction: "a number in [0, 1)"
      case .positive: "a finite number above 0"
      case .nonNegative: "a finite number, 0 or more"
      }
    }
  }

  /// The name of the option, without its dashes.
  public let name: String
  public let standard: Double
  public let bounds: Bounds
  /// A phrase for the help text.
  public let meaning: String

  public init(name: String, standard: Double, bounds: Bounds, meaning: String = "hyperparameter of the optimizer") {
    self.name = name
    self.standard = standard
    self.bounds = bounds
    self.meaning = meaning
  }

  /// The share of the velocity that a step keeps, μ.
  public static let momentum = Hyperparameter(
    name: "momentum", standard: 0.9, bounds: .fraction, meaning: "share of the velocity that a step keeps")
  /// The share that the mean of gradients keeps, β₁.
  public static let beta1 = Hyperparameter(
    name: "beta1", standard: 0.9, bounds: .fraction, meaning: "share that the mean of gradients keeps")
  /// The share that the mean of squared gradients keeps, β₂.
  public static let beta2 = Hyperparameter(
    name: "beta2", standard: 0.999, bounds: .fraction, meaning: "share that the mean of squared gradients keeps")
  /// Keeps a quotient by a root finite, ε; outside the root.
  public static let epsilon = epsilon(standard: 1e-8)
  /// As `epsilon`, with another standard value.
  public static func epsilon(standard: Double) -> Hyperparameter {
    Hyperparameter(
      name: "epsilon", standard: standard, bounds: .positive, meaning: "added to the root that divides a step")
  }
  /// Decay of weights and biases, for optimizers that have it off unless asked.
  public static let weightDecay = weightDecay(standard: 0)
  /// Decay of weights and biases.
  public static func weightDecay(standard: Double) -> Hyperparameter {
    Hyperparameter(
      name: "weight-decay", standard: standard, bounds: .nonNegative, meaning: "decay of weights and biases")
  }
}

/// Why a name and numbers make no optimizer.
public enum OptimizerError: Error, Equatable, Sendable, CustomStringConvertible {
  case unknownOptimizer(String)
  /// The optimizer has no such hyperparameter.
  case unknownHyperparameter(String, optimizer: String, known: [String])
  case outOfBounds(name: String, value: Double, expectation: String)

  public var description: String {
    switch self {
    case .unknownOptimizer(let name):
      "optimizer: found \(name), expected one of " + OptimizerCatalogue.names.joined(separator: ", ") + "."
    case .unknownHyperparameter(let name, let optimizer, let known):
      "\(name): found with the optimizer \(optimizer), expected one of its own: " + known.joined(separator: ", ") + "."
    case .outOfBounds(let name, let value, let expectation):
      "\(name): found \(value), expected \(expectation)."
    }
  }
}
