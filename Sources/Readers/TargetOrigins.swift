import Files

/// Numbers that are subtracted from target columns before they become floats.
///
/// A float has 24 bits: targets of 1.7e9 ± 50 would be multiples of 128. So columns of large targets with small differences are stored
/// as differences from one of them, and a model of such targets has these numbers besides its parameters.
enum TargetOrigins {
  /// The remedy for a finite target that no float holds.
  static let tooLarge: OptionText =
    "Targets are within a float's range, 3.4e38: divide them all by a power of ten, or leave the sample out."

  /// - Returns: nil if there is nothing to subtract.
  static func checked(_ origins: [Double], width: Int) -> [Double]? {
    origins.count == width && origins.contains { $0 != 0 } ? origins : nil
  }
}

extension Targets {
  /// The targets with these numbers added again, rounded to floats.
  fileprivate func adding(_ origins: [Double]) -> Targets {
    guard case .values(let values, let width) = self else { return self }
    return .values(values.enumerated().map { Float(Double($1) + origins[$0 % width]) }, width: width)
  }
}

extension Samples {
  /// Replaces target values by those of the source, rounded to floats.
  package mutating func removeTargetOrigins() {
    guard let origins = targetOrigins else { return }
    targets = targets.adding(origins)
    targetOrigins = nil
  }
}
