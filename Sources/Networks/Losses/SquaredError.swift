/// ½ Σₖ (a−t)² (Berzal's E of one example); by the chain rule δ = f′(z) (a−t) (Bunge (12), Berzal).
struct SquaredError: ElementwiseLoss {
  static let name = "squared-error"

  init() {}
  init?(argument: String?) { if argument != nil { return nil } }

  var slopeLimit: Double? { .infinity }

  func value(_ a: Double, _ t: Double) -> Double { (a - t) * (a - t) / 2 }
  func derivative(_ a: Double, _ t: Double) -> Double { a - t }
}

extension Loss {
  /// Squared error: 1/(2m) Σᵢ Σₖ (a−t)², over m samples i and outputs k.
  public static let squaredError = Loss(SquaredError())
}
