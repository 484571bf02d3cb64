/// The nonlinearity of a layer.
///
/// To add one: a file with its function in Double (`ActivationFunction`) next to this one, a file with its vector code
/// in `KernelVariants/Source/Activations` with a line in the list there, and a line in `hiddenChoices`.
public struct Activation: RawRepresentable, Hashable, CaseIterable, Sendable, CustomStringConvertible {
  let function: any ActivationFunction.Type

  init(_ function: any ActivationFunction.Type) { self.function = function }

  /// The activation with a name in options and model files.
  public init?(rawValue: String) {
    guard let activation = Self.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
    self = activation
  }

  /// The name in options and model files.
  public var rawValue: String { function.name }
  public var description: String { rawValue }

  /// The activations of hidden layers, in the order of the help texts.
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
  /// The activations of output layers, in the order of the help texts.
  public static let outputChoices: [Activation] = [.softmax, .sigmoid, .tanh, .identity]
  /// All activations.
  public static let allCases: [Activation] = hiddenChoices + outputChoices.filter { !hiddenChoices.contains($0) }

  /// True if the derivative is discontinuous at z = 0, where difference quotients do not approximate it.
  public var hasKinkAtZero: Bool { function.hasKinkAtZero }

  /// a = f(z) for the units of one layer; only softmax combines units.
  package func plainValues(_ z: [Double]) -> [Double] { function.values(z) }

  /// ∂loss/∂z for the units of one layer, from `signal` = ∂loss/∂a.
  package func plainSignal(z: [Double], a: [Double], signal: [Double]) -> [Double] {
    function.chain(z: z, a: a, signal: signal)
  }
}
