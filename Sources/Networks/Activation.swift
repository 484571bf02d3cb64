/// The nonlinearity of a layer. Raw values are the names in options and model files.
public enum Activation: String, CaseIterable, Sendable {
  case relu
  /// Slope 0.01 at and below zero.
  case leakyReLU = "leaky-relu"
  case sigmoid
  case tanh
  case identity
  /// Of an output layer only.
  case softmax

  /// Those that a hidden layer may have, in the order of the help texts.
  public static let hiddenChoices: [Activation] = [.relu, .leakyReLU, .sigmoid, .tanh, .identity]
  /// Those that an output layer may have, in the order of the help texts.
  public static let outputChoices: [Activation] = [.softmax, .sigmoid, .tanh, .identity]
}
