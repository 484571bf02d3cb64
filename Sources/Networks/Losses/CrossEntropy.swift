import Platform

/// Softmax: −Σₖ tₖ log pₖ, log pₖ = zₖ − log Σⱼ e^zⱼ; for a one-hot target −log p(label).
///
/// Sigmoid: −Σₖ [t log a + (1−t) log(1−a)] (Arriola (2), Práctica 5, Rivera (2)) = Σₖ [max(z,0) − zt + log(1+e^−|z|)].
///
/// Defined only for activations whose values are probabilities.
struct CrossEntropy: LossFunction {
  static let name = "cross-entropy"

  init() {}
  init?(argument: String?) { if argument != nil { return nil } }

  func isDefined(for output: Activation) -> Bool { output == .softmax || output == .sigmoid }

  func value(z: [Double], output: Activation, target: [Double]) -> Double {
    precondition(isDefined(for: output), "cross-entropy needs probabilities")
    guard output == .softmax else {
      return zip(z, target).reduce(0) { $0 + (max($1.0, 0) - $1.0 * $1.1 + log1p(exp(-abs($1.0)))) }
    }
    let largest = z.max() ?? 0
    let logSum = largest + log(z.reduce(0) { $0 + exp($1 - largest) })
    return zip(z, target).reduce(0) { $0 + ($1.1 == 0 ? 0 : $1.1 * (logSum - $1.0)) }
  }

  /// The loss with p, and for sigmoid outputs 1 − p, raised to a positive minimum.
  func value(a: [Double], output: Activation, target: [Double]) -> Double {
    let least = Double(Float.leastNonzeroMagnitude)
    // softmax(log p) is p; the sigmoid of log p − log(1 − p) is p.
    let z = a.map { p in
      let logarithm = log(max(p, least))
      return output == .softmax ? logarithm : logarithm - log(max(1 - p, Double(Float.ulpOfOne) / 2))
    }
    return value(z: z, output: output, target: target)
  }

  /// a − t for the sigmoid (Rivera's appendix; Arriola (6) with the other sign), a Σt − t for softmax, that is a − t if
  /// targets sum to 1.
  func signal(z: [Double], a: [Double], output: Activation, target: [Double]) -> [Double] {
    precondition(isDefined(for: output), "cross-entropy needs probabilities")
    guard output == .softmax else { return zip(a, target).map { $0 - $1 } }
    let sum = target.reduce(0, +)
    return zip(a, target).map { $0 * sum - $1 }
  }
}

extension Loss {
  /// Softmax: categorical, −(1/m) Σᵢ log p(labelᵢ). Sigmoid: binary, −(1/m) Σᵢ Σₖ [t log a + (1−t) log(1−a)].
  public static let crossEntropy = Loss(CrossEntropy())
}
