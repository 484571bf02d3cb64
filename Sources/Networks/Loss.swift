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
