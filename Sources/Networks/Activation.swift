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

  /// Those that a hidden layer may have, in the contract's order.
  public static let hiddenChoices: [Activation] = [.relu, .leakyReLU, .sigmoid, .tanh, .identity]
  /// Those that an output layer may have, in the contract's order.
  public static let outputChoices: [Activation] = [.softmax, .sigmoid, .tanh, .identity]
}

/// What training makes small. Raw values are the names in options and model files.
public enum Loss: String, CaseIterable, Sendable {
  /// Softmax: categorical, −(1/m) Σᵢ log p(labelᵢ). Sigmoid: binary, −(1/m) Σᵢ Σₖ [t log a + (1−t) log(1−a)].
  case crossEntropy = "cross-entropy"
  /// 1/(2m) Σᵢ Σₖ (a−t)².
  case squaredError = "squared-error"

  /// The loss that an output has unless another is asked for.
  public static func standard(for output: Activation) -> Loss {
    output == .softmax || output == .sigmoid ? .crossEntropy : .squaredError
  }
}
