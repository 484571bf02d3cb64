import Files
import Models
import Reports

extension ExportedModel {
  /// The largest rounding of a feature that goes unnoticed, in standard deviations. On two features of 1000 samples, a time and a normal
  /// number, probabilities of a 2-64-64-1 network differed by up to 4e-4 at 4e-5, 5e-3 at 4e-4, 6e-2 at 4e-3.
  private static let minimumRounding = 1e-4

  /// A sentence on the standardized feature that 32-bit floats represent worst, unless they are enough for any of its values; nil if
  /// they are. Whole numbers below 2²⁴, such as years, are exact; the model does not know of what kind a feature's values are.
  var featureRounding: String? {
    // Resampled pixels are rounded in training, too.
    guard preprocessing.resize == nil, let standardization = preprocessing.standardization else { return nil }
    let mean = standardization.mean
    let roundings = zip(mean, standardization.deviation).map { mean, deviation in
      Double(Float(mean * scale).ulp) / abs(scale) / deviation
    }
    guard let worst = roundings.indices.max(by: { roundings[$0] < roundings[$1] }),
      roundings[worst].isFinite, roundings[worst] > Self.minimumRounding
    else { return nil }
    let name = features.map { "'\($0[worst].excerpt())'" } ?? "\(worst)"
    let center = mean[worst] * scale
    return
      "the input is 32-bit floats, in which feature \(name), near \(NumberText.significant(center, 3)), has multiples of "
      + "\(NumberText.significant(Double(Float(center).ulp), 3)), \(NumberText.significant(roundings[worst], 2)) of its standard "
      + "deviation: for values between them outputs differ from those of 'descent predict'. --to npz and torch take 64-bit features."
  }
}
