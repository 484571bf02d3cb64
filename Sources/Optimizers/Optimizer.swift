import KernelInterface

/// A rule by which a gradient moves parameters, with its hyper-parameters. The rules and their order of operations are PyTorch's.
///
/// To add one: a file with a type that conforms, and a line in `OptimizerCatalogue.all`. Each tells its rule twice, once for a single
/// parameter in Double (`update`, the definition) and once as the numbers that its kernel takes (`writeOwnCoefficients`).
///
/// In both, g is the gradient with everything that the objective adds to it, so with the `--l2` term; w the parameter; η the learning
/// rate of this step; t the step's number from 1; λ the weight decay, which meets weights and biases alike.
public protocol Optimizer: Sendable {
  /// The name in options and files.
  static var name: String { get }
  /// The learning rate unless one is asked for.
  static var standardLearningRate: Double { get }
  /// What it can be told, in the order of `init(values:)`.
  static var hyperparameters: [Hyperparameter] { get }
  /// How many moving averages it keeps for each parameter: 0, 1 or 2. All start at zero.
  static var stateCount: Int { get }
  /// The kernel that applies it, of one instruction set's.
  static func kernel(in kernels: ElementwiseKernels) -> UpdateKernel

  /// - Precondition: one value for each of `hyperparameters`, within its bounds; `make(_:)` checks numbers from outside.
  init(values: [Double])
  /// Its hyper-parameters' values, in their order.
  var values: [Double] { get }
  /// Decay of weights and biases, λ.
  var weightDecay: Double { get }

  /// The numbers of step `step` (from 1) that are this rule's own: coefficients 4 and up of the kernel's layout. Called inside the
  /// training step: allocates nothing.
  func writeOwnCoefficients(step: Int, into own: UnsafeMutablePointer<Float>)

  /// Moves one parameter: the rule itself, in Double.
  func update(_ weight: inout Double, gradient: Double, state: inout OptimizerState, step: Int, learningRate: Double)
}

/// The moving averages of one parameter; a rule uses as many as its `stateCount` says, the first first.
public struct OptimizerState: Sendable, Equatable {
  public var first = 0.0
  public var second = 0.0

  public init() {}
}

/// The most coefficients that an update kernel takes.
public let maximumCoefficients = 16

/// Where the coefficients that every update kernel takes have their place; an optimizer's own follow.
public enum CoefficientIndex {
  public static let gradientScale = 0
  public static let l2 = 1
  public static let learningRate = 2
  public static let weightDecay = 3
  public static let own = 4
}

extension Optimizer {
  /// The optimizer with the hyper-parameters given by name, the others standard.
  /// - Throws: `OptimizerError` where a name is not among its `hyperparameters`, or a value out of bounds.
  public static func make(_ given: [String: Double] = [:]) throws(OptimizerError) -> Self {
    let names = hyperparameters.map(\.name)
    if let stranger = given.keys.sorted().first(where: { !names.contains($0) }) {
      throw .unknownHyperparameter(stranger, optimizer: name, known: names)
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

  /// With every hyper-parameter standard.
  public init() { self.init(values: Self.hyperparameters.map(\.standard)) }

  /// Writes what the rule's kernel takes for step `step` (from 1); allocates nothing.
  ///
  /// - Parameters:
  ///   - gradientScale: what the gradient in hand is multiplied with, such as 1/m for a sum over m samples.
  ///   - l2: λ/M for weights, 0 for biases.
  ///   - coefficients: room for `maximumCoefficients` numbers.
  public func writeCoefficients(
    step: Int, learningRate: Double, gradientScale: Double, l2: Double,
    into coefficients: UnsafeMutablePointer<Float>
  ) {
    coefficients[CoefficientIndex.gradientScale] = Float(gradientScale)
    coefficients[CoefficientIndex.l2] = Float(l2)
    coefficients[CoefficientIndex.learningRate] = Float(learningRate)
    coefficients[CoefficientIndex.weightDecay] = Float(weightDecay)
    writeOwnCoefficients(step: step, into: coefficients + CoefficientIndex.own)
  }

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
