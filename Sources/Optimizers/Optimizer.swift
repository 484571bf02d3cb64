import KernelInterface

/// A rule by which a gradient moves parameters, with its hyperparameters. The rules and their order of operations are PyTorch's.
///
/// To add one, write a type that conforms. That is enough to train with it: `update` moves each parameter in Double. To give it a name on
/// the command line, enter it in `OptimizerCatalogue.all`. To make it fast, write its kernel (`KernelVariants/Source/Updates`), enter that
/// in the kernels' list, give its name as `kernelName`, and the numbers that it reads in `setCoefficients`.
///
/// In all of these, g is the gradient with everything that the objective adds to it, so with the `--l2` term; w the parameter; η the
/// learning rate of this step; t the step's number from 1; λ the weight decay, which applies to weights and biases alike.
public protocol Optimizer: Sendable {
  /// The name in options and files.
  static var name: String { get }
  /// The learning rate unless one is given.
  static var standardLearningRate: Double { get }
  /// The numbers that configure it, in the order of `init(values:)`.
  static var hyperparameters: [Hyperparameter] { get }
  /// The number of moving averages for each parameter: 0, 1 or 2. All start at zero.
  static var stateCount: Int { get }
  /// Whether the weight decay is decoupled, w ← w (1 − ηλ), rather than added to the gradient. Default: false.
  static var decouplesWeightDecay: Bool { get }
  /// Whether a step must see all samples: it compares gradients or losses of one step with those of the next. Default: false.
  static var needsFullBatch: Bool { get }
  /// The name of its kernel; nil, the default, where it has none.
  static var kernelName: String? { get }

  /// - Precondition: one value for each of `hyperparameters`, within its bounds; `make(_:)` checks numbers from outside.
  init(values: [Double])
  /// The values of its hyperparameters, in their order.
  var values: [Double] { get }
  /// Decay of weights and biases, λ; by default the hyperparameter `weight-decay`, or 0.
  var weightDecay: Double { get }

  /// Sets the numbers of step `step` (from 1) that its kernel reads, beyond those that every kernel has. Called inside the training step:
  /// allocates nothing.
  func setCoefficients(_ coefficients: inout UpdateCoefficients, step: Int)

  /// Moves one parameter: the rule itself, in Double.
  func update(_ weight: inout Double, gradient: Double, state: inout OptimizerState, step: Int, learningRate: Double)
}

extension Optimizer {
  public static var decouplesWeightDecay: Bool { false }
  public static var needsFullBatch: Bool { false }
  public static var kernelName: String? { nil }
  public func setCoefficients(_ coefficients: inout UpdateCoefficients, step: Int) {}

  public var weightDecay: Double {
    Self.hyperparameters.firstIndex { $0.name == "weight-decay" }.map { values[$0] } ?? 0
  }
}

/// The moving averages of one parameter; a rule uses as many as its `stateCount` says, the first first.
public struct OptimizerState: Sendable, Equatable {
  public var first = 0.0
  public var second = 0.0

  public init() {}
}

extension Optimizer {
  /// The optimizer with the hyperparameters given by name, the others standard.
  /// - Throws: `OptimizerError` where a name is not among its `hyperparameters`, or a value out of bounds.
  public static func make(_ given: [String: Double] = [:]) throws(OptimizerError) -> Self {
    let names = hyperparameters.map(\.name)
    if let unknown = given.keys.sorted().first(where: { !names.contains($0) }) {
      throw .unknownHyperparameter(unknown, optimizer: name, known: names)
    }
    var values: [Double] = []
    for hyperparameter in hyperparameters {
      let value = given[hyperparameter.name] ?? hyperparameter.standard
      guard hyperparameter.bounds.contain(value) else {
        throw .outOfBounds(name: hyperparameter.name, value: value, expectation: hyperparameter.bounds.expectation)
      }
      values.append(value)
    }
    return Self(values: values)
  }

  /// With every hyperparameter standard.
  public init() { self.init(values: Self.hyperparameters.map(\.standard)) }

  /// Moves a whole array of parameters in Double, one `update` each.
  ///
  /// - Parameters:
  ///   - states: one for each weight.
  ///   - step: counts from 1.
  public func update(
    _ weights: inout [Double], gradient: [Double], states: inout [OptimizerState], step: Int, learningRate: Double
  ) {
    precondition(weights.count == gradient.count, "each weight has a gradient")
    precondition(weights.count == states.count, "each weight has a state")
    for index in weights.indices {
      update(
        &weights[index], gradient: gradient[index], state: &states[index], step: step, learningRate: learningRate)
    }
  }
}

/// ε as a kernel takes it: one too small for a Float becomes its smallest normal number, since 0/(0 + 0) is no step.
func kernelEpsilon(_ epsilon: Double) -> Float { max(Float(epsilon), .leastNormalMagnitude) }
