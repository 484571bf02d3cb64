/// The loss of one example in Double: the definition, against which the kernels are checked.
protocol LossFunction: Sendable {
  /// The name in options, model files and the list of kernels.
  static var name: String { get }
  /// The word for the loss's number in help texts; nil, the default, if it has none.
  static var argumentName: String? { get }
  /// - Parameter argument: the text after the colon; nil if there is none.
  /// - Returns: nil for an invalid argument.
  init?(argument: String?)
  /// The text that `init(argument:)` reads. Default: nil.
  var argument: String? { get }
  /// The number after the colon, for the kernels. Default: 0.
  var parameter: Double { get }
  /// The limit δ of a loss that is the sum over outputs of ½r² for |r| ≤ δ, else δ (|r| − ½δ), with r = a − t; infinite for squared
  /// error; nil, the default, for other losses. Targets can be in any units with such a loss, δ in the same.
  var slopeLimit: Double? { get }
  /// True if the loss is defined for an output layer with this activation.
  func isDefined(for output: Activation) -> Bool
  /// The loss, from the pre-activations, so that no logarithm of a rounded 0 is taken.
  func value(z: [Double], output: Activation, target: [Double]) -> Double
  /// The loss, from activations alone; finite for every activation in the range of the output's.
  func value(a: [Double], output: Activation, target: [Double]) -> Double
  /// The error signal of the output layer, δ = ∂loss/∂z.
  func signal(z: [Double], a: [Double], output: Activation, target: [Double]) -> [Double]
}

extension LossFunction {
  static var argumentName: String? { nil }
  var argument: String? { nil }
  var parameter: Double { 0 }
  var slopeLimit: Double? { nil }
}

/// An elementwise loss l(a, t), summed over outputs; defined for every output activation, by the chain rule.
protocol ElementwiseLoss: LossFunction {
  /// l(a, t).
  func value(_ a: Double, _ t: Double) -> Double
  /// ∂l/∂a.
  func derivative(_ a: Double, _ t: Double) -> Double
}

extension ElementwiseLoss {
  func isDefined(for output: Activation) -> Bool { true }

  func value(z: [Double], output: Activation, target: [Double]) -> Double {
    value(a: output.plainValues(z), output: output, target: target)
  }

  func value(a: [Double], output: Activation, target: [Double]) -> Double {
    zip(a, target).reduce(0) { $0 + value($1.0, $1.1) }
  }

  func signal(z: [Double], a: [Double], output: Activation, target: [Double]) -> [Double] {
    output.plainSignal(z: z, a: a, signal: zip(a, target).map { derivative($0, $1) })
  }
}
