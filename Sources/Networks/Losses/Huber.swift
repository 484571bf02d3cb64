/// ½r² for |r| ≤ δ, else δ (|r| − ½δ), with r = a − t (Huber, 1964): squared error with a slope limited to ±δ.
struct Huber: ElementwiseLoss {
  static let name = "huber"
  static let argumentName: String? = "DELTA"

  /// The threshold δ.
  let parameter: Double

  /// - Returns: nil unless the text is a positive finite Float.
  init?(argument: String?) {
    guard let argument, let delta = Double(argument), Float(delta).isFinite, Float(delta) > 0 else { return nil }
    parameter = delta
  }

  var argument: String? { "\(parameter)" }
  var slopeLimit: Double? { parameter }

  func value(_ a: Double, _ t: Double) -> Double {
    let r = abs(a - t)
    return r > parameter ? parameter * (r - parameter / 2) : r * r / 2
  }

  /// Written so that NaN gives NaN.
  func derivative(_ a: Double, _ t: Double) -> Double {
    let r = a - t
    return r > parameter ? parameter : r < -parameter ? -parameter : r
  }
}
