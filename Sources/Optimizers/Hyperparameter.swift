/// A number that configures an optimizer: its option, its default and its bounds.
public struct Hyperparameter: Sendable, Equatable {
  /// The valid range of a hyperparameter; all values are finite.
  public enum Bounds: Sendable, Equatable {
    /// 0 ≤ x < 1, as for the decay rate of a moving average.
    case fraction
    /// x > 0.
    case positive
    /// x ≥ 0.
    case nonNegative

    /// Returns true if the value is within the bounds.
    public func contain(_ value: Double) -> Bool {
      switch self {
      case .fraction: value >= 0 && value < 1
      case .positive: value > 0 && value.isFinite
      case .nonNegative: value >= 0 && value.isFinite
      }
    }

    /// The text of an error message after "expected".
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
  /// The default value.
  public let defaultValue: Double
  /// The allowed values.
  public let bounds: Bounds
  /// A phrase for the help text.
  public let meaning: String

  /// Creates a hyperparameter; its name is also that of its option, without dashes.
  public init(name: String, default: Double, bounds: Bounds, meaning: String = "optimizer hyperparameter") {
    self.name = name
    defaultValue = `default`
    self.bounds = bounds
    self.meaning = meaning
  }

  /// The momentum coefficient μ.
  public static let momentum = Hyperparameter(
    name: "momentum", default: 0.9, bounds: .fraction, meaning: "momentum coefficient μ")
  /// The decay rate β₁ of the mean of gradients.
  public static let beta1 = Hyperparameter(
    name: "beta1", default: 0.9, bounds: .fraction, meaning: "decay rate β₁ of the mean of gradients")
  /// The decay rate β₂ of the mean of squared gradients.
  public static let beta2 = Hyperparameter(
    name: "beta2", default: 0.999, bounds: .fraction, meaning: "decay rate β₂ of the mean of squared gradients")
  /// ε, added to the root in the denominator of a step.
  public static let epsilon = epsilon(default: 1e-8)
  /// Like `epsilon`, with another default.
  public static func epsilon(default: Double) -> Hyperparameter {
    Hyperparameter(
      name: "epsilon", default: `default`, bounds: .positive, meaning: "ε, added to the denominator of a step")
  }
  /// Weight decay of weights and biases, off by default.
  public static let weightDecay = weightDecay(default: 0)
  /// Weight decay of weights and biases.
  public static func weightDecay(default: Double) -> Hyperparameter {
    Hyperparameter(
      name: "weight-decay", default: `default`, bounds: .nonNegative, meaning: "weight decay, of biases too")
  }
}

/// An invalid optimizer name or hyperparameter.
public enum OptimizerError: Error, Equatable, Sendable, CustomStringConvertible {
  /// No optimizer has this name.
  case unknownOptimizer(String)
  /// The optimizer has no such hyperparameter.
  case unknownHyperparameter(String, optimizer: String, known: [String])
  /// The value of a hyperparameter is out of its bounds.
  case outOfBounds(name: String, value: Double, expectation: String)

  public var description: String {
    switch self {
    case .unknownOptimizer(let name):
      "optimizer: found \(name), expected one of " + OptimizerCatalog.names.joined(separator: ", ") + "."
    case .unknownHyperparameter(let name, let optimizer, let known):
      "\(name): found with the optimizer \(optimizer), expected one of its own: " + known.joined(separator: ", ") + "."
    case .outOfBounds(let name, let value, let expectation):
      "\(name): found \(value), expected \(expectation)."
    }
  }
}
