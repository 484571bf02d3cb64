import Random

extension Samples {
  /// Divides the samples at random: a part of about `fraction` held out, and the rest; both keep their order.
  ///
  /// The same seed and purpose give the same division for the same number of samples. At least one sample is held out
  /// where `fraction` is above 0, and one is always kept.
  /// - Precondition: `fraction` is in [0, 1).
  public func split(
    fraction: Double, seed: UInt64, purpose: RandomSource.Purpose
  ) -> (kept: Samples, heldOut: Samples) {
    let division = RandomDivision(count: count, fraction: fraction, seed: seed, purpose: purpose)
    return (selecting(division.kept.map { Int($0) }), selecting(division.heldOut.map { Int($0) }))
  }
}

/// The positions 0..<count divided at random into two, each in ascending order.
struct RandomDivision {
  var kept: [Int32]
  var heldOut: [Int32]

  init(count: Int, fraction: Double, seed: UInt64, purpose: RandomSource.Purpose) {
    precondition(fraction >= 0 && fraction < 1, "a part is at least nothing and less than all")
    var positions = (0..<Int32(count)).map { $0 }
    guard fraction > 0, count > 1 else {
      kept = positions
      heldOut = []
      return
    }
    var random = RandomSource(seed: seed, purpose: purpose)
    random.shuffle(&positions)
    let size = min(max(Int((fraction * Double(count)).rounded()), 1), count - 1)
    heldOut = positions[..<size].sorted()
    kept = positions[size...].sorted()
  }
}
