/// The nonlinearity of a layer.
///
/// To add one: a file with its function in Double (`ActivationFunction`) beside this one, a file with its vector text in
/// `KernelVariants/Source/Activations` and its line in the list there, and a line in `hiddenChoices`.
public struct Activation: RawRepresentable, Hashable, CaseIterable, Sendable, CustomStringConvertible {
  let function: any ActivationFunction.Type

  init(_ function: any ActivationFunction.Type) { self.function = function }

  /// From a name in options and model files.
  public init?(rawValue: String) {
    guard let activation = Self.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
    self = activation
  }

  /// The name in options and model files.
  public var rawValue: String { function.name }
  public var description: String { rawValue }

  /// Those that a hidden layer may have, in the order of the help texts.
  public static let hiddenChoices: [Activation] = [
    .relu,
    .leakyReLU,
    .sigmoid,
    .tanh,
    .identity,
    .elu,
    .gelu,
    .geluTanh,
    .silu,
    .softplus,
    .scaledTanh,
  ]
  /// Those that an output layer may have, in the order of the help texts.
  public static let outputChoices: [Activation] = [.softmax, .sigmoid, .tanh, .identity]
  public static let allCases: [Activation] = hiddenChoices + outputChoices.filter { !hiddenChoices.contains($0) }

  /// Whether the derivative jumps at z = 0, where difference quotients are then no derivative.
  public var hasKinkAtZero: Bool { function.hasKinkAtZero }

  /// a = f(z) for the units of one layer; softmax alone mixes them.
  public func plainValues(_ z: [Double]) -> [Double] { function.values(z) }

  /// ∂loss/∂z for the units of one layer, from `signal` = ∂loss/∂a.
  func plainSignal(z: [Double], a: [Double], signal: [Double]) -> [Double] {
    function.chain(z: z, a: a, signal: signal)
  }
}
