import Platform

/// pₖ = e^zₖ / Σⱼ e^zⱼ, for output layers only.
enum Softmax: ActivationFunction {
  static let name = "softmax"

  /// e^(zₖ−max) / Σⱼ e^(zⱼ−max): the same quotient, but no exponential overflows.
  static func values(_ z: [Double]) -> [Double] {
    let largest = z.max() ?? 0
    let exponentials = z.map { exp($0 - largest) }
    let sum = exponentials.reduce(0, +)
    return exponentials.map { $0 / sum }
  }

  /// The product with the Jacobian: pₖ (dₖ − Σⱼ pⱼ dⱼ), with d = `signal`.
  static func chain(z: [Double], a: [Double], signal: [Double]) -> [Double] {
    let mean = zip(a, signal).reduce(0) { $0 + $1.0 * $1.1 }
    return zip(a, signal).map { $0 * ($1 - mean) }
  }
}

extension Activation {
  /// e^zₖ / Σⱼ e^zⱼ, for output layers only.
  public static let softmax = Activation(Softmax.self)
}
