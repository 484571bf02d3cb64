import KernelInterface

/// An optimizer: an update rule for parameters, with its hyperparameters. Rules that PyTorch has, too, have its order of
/// operations.
///
/// To add one, write a type that conforms. That is enough to train with it: `update` updates each parameter in Double.
/// For a name on the command line, add the type to `OptimizerCatalog.all`. For speed, write a kernel
/// (`KernelVariants/Source/Updates`), add it to the kernels' list, return its name from `kernelName`, and set its
/// coefficients in `setCoefficients`.
///
/// In all rules, g is the gradient of the whole objective, regularization terms included; w the parameter; η the
/// learning rate of this step; t the number of the step, from 1; λ the weight decay, which applies to weights and
/// biases alike.
public protocol Optimizer: Sendable {
  /// The name in options and files.
  static var name: String { get }
  /// The default learning rate.
  static var defaultLearningRate: Double { get }
  /// The hyperparameters, in the order of `init(values:)`.
  static var hyperparameters: [Hyperparameter] { get }
  /// The number of state values (moving averages, for example) for each parameter: 0, 1 or 2, or more if
  /// `searchesStepLength`. All start at zero.
  static var stateCount: Int { get }
  /// True if the weight decay is decoupled, w ← w (1 − ηλ), not added to the gradient. Default: false.
  static var decouplesWeightDecay: Bool { get }
  /// True if a step must use all samples, since the rule compares gradients or losses of successive steps; a trainer then
  /// refuses other batch sizes. Default: false.
  static var needsFullBatch: Bool { get }
  /// True if a step searches along a direction for its length, and updates all parameters together (`lbfgs`). `update`
  /// and kernels are then not used. Default: false.
  static var searchesStepLength: Bool { get }
  /// True if the learning rate is read in the first step alone: a factor of later steps has no effect. Default: false.
  static var readsLearningRateOnce: Bool { get }
  /// True if a step uses the gradient's signs alone: a positive factor of all gradients has no effect. Default: false.
  static var usesOnlySigns: Bool { get }
  /// The name of the kernel; nil, the default, if there is none.
  static var kernelName: String? { get }

  /// - Precondition: one value for each of `hyperparameters`, within its bounds; `make(_:)` checks untrusted values.
  init(values: [Double])
  /// The values of the hyperparameters, in their order.
  var values: [Double] { get }
  /// The weight decay λ of weights and biases; by default the hyperparameter `weight-decay`, or 0.
  var weightDecay: Double { get }

  /// Sets the coefficients of step `step` (from 1) that only this optimizer's kernel reads. Called in every training
  /// step: must not allocate.
  func setCoefficients(_ coefficients: inout UpdateCoefficients, step: Int)

  /// Updates one parameter and its state: the rule itself, in Double.
  ///
  /// - Precondition: a parameter of zero whose gradient and state are zero stays zero, with its state. Training does not call
  ///   the rule for it: weights are padded with zeros, and padding must stay zero.
  /// - Parameters:
  ///   - gradient: the derivative of the objective with respect to the parameter, the mean over the batch.
  ///   - step: counts from 1.
  func update(_ weight: inout Double, gradient: Double, state: inout OptimizerState, step: Int, learningRate: Double)
}

extension Optimizer {
  /// False: the weight decay is added to the gradient.
  public static var decouplesWeightDecay: Bool { false }
  /// False: any batch size.
  public static var needsFullBatch: Bool { false }
  /// False: a step is `update` of every parameter.
  public static var searchesStepLength: Bool { false }
  /// False: every step reads it.
  public static var readsLearningRateOnce: Bool { false }
  /// False: magnitudes count.
  public static var usesOnlySigns: Bool { false }
  /// Nil: the rule is applied in Double.
  public static var kernelName: String? { nil }
  /// Sets nothing.
  public func setCoefficients(_ coefficients: inout UpdateCoefficients, step: Int) {}

  /// The hyperparameter `weight-decay`, or 0.
  public var weightDecay: Double {
    Self.hyperparameters.firstIndex { $0.name == "weight-decay" }.map { values[$0] } ?? 0
  }
}

/// The state values of one parameter; a rule uses the first `stateCount` of them.
public struct OptimizerState: Sendable, Equatable {
  /// The first value.
  public var first = 0.0
  /// The second value.
  public var second = 0.0

  /// Creates a state of zeros.
  public init() {}
}

extension Optimizer {
  /// The optimizer with the given hyperparameters, the others at their defaults.
  /// - Throws: `OptimizerError` if a name is not among its `hyperparameters` or a value is out of bounds.
  public static func make(_ given: [String: Double] = [:]) throws(OptimizerError) -> Self {
    let names = hyperparameters.map(\.name)
    if let unknown = given.keys.sorted().first(where: { !names.contains($0) }) {
      throw .unknownHyperparameter(unknown, optimizer: name, known: names)
    }
    var values: [Double] = []
    for hyperparameter in hyperparameters {
      let value = given[hyperparameter.name] ?? hyperparameter.defaultValue
      guard hyperparameter.bounds.contain(value) else {
        throw .outOfBounds(name: hyperparameter.name, value: value, expectation: hyperparameter.bounds.expectation)
      }
      values.append(value)
    }
    return Self(values: values)
  }

  /// The optimizer with default hyperparameters.
  public init() { self.init(values: Self.hyperparameters.map(\.defaultValue)) }

  /// Updates an array of parameters in Double, one `update` each.
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

/// ε for a kernel. An ε too small for Float becomes its smallest normal number, since 0/(0 + 0) would be NaN.
func kernelEpsilon(_ epsilon: Double) -> Float { max(Float(epsilon), .leastNormalMagnitude) }
