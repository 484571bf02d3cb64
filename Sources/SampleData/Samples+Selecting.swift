import Random

extension Samples {
  /// Divides the samples at random into a held-out part of about `fraction`, and the rest; both keep their order.
  ///
  /// The division depends on seed, purpose and number of samples only. At least one sample is kept and, unless stratified, at
  /// least one of two or more is held out if `fraction` is above 0.
  /// - Parameter isStratified: true to divide each class separately: of n samples of a class, ⌊n · fraction⌋ or one more are
  ///   held out, and at least one is kept; a small class may have no held-out sample. The division then depends on the
  ///   classes, too. Without effect on target values.
  /// - Precondition: `fraction` is in [0, 1).
  public func split(
    fraction: Double, seed: UInt64, purpose: RandomSource.Purpose, isStratified: Bool = false
  ) -> (kept: Samples, heldOut: Samples) {
    let division = RandomDivision(targets, isStratified: isStratified, fraction: fraction, seed: seed, purpose: purpose)
    return (selecting(division.kept.map { Int($0) }), selecting(division.heldOut.map { Int($0) }))
  }
}

/// The positions 0..<count divided at random into two, each in ascending order.
package struct RandomDivision {
  /// The positions that remain.
  package var kept: [Int32]
  /// The positions that are taken out: about `fraction` of all; at least one of several if the fraction is above 0 and the
  /// division is not stratified.
  package var heldOut: [Int32]

  /// - Parameter isStratified: true to divide each class separately; without effect on target values.
  package init(_ targets: Targets, isStratified: Bool, fraction: Double, seed: UInt64, purpose: RandomSource.Purpose) {
    if isStratified, case .classes(let classes, let labels) = targets {
      self.init(classes: classes, of: labels.count, fraction: fraction, seed: seed, purpose: purpose)
    } else {
      self.init(count: targets.count, fraction: fraction, seed: seed, purpose: purpose)
    }
  }

  /// - Precondition: `fraction` is in [0, 1).
  package init(count: Int, fraction: Double, seed: UInt64, purpose: RandomSource.Purpose) {
    precondition(fraction >= 0 && fraction < 1, "the fraction must be in [0, 1)")
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

  /// Divides each class separately: of n samples of a class, ⌊n · fraction⌋ or one more are held out, and at least one is
  /// kept. The fraction of all samples is about `fraction`, or less if many classes are so small that the one sample they keep
  /// is more than their share.
  package init(classes: [Int32], of count: Int, fraction: Double, seed: UInt64, purpose: RandomSource.Purpose) {
    precondition(fraction >= 0 && fraction < 1, "the fraction must be in [0, 1)")
    var members = [[Int32]](repeating: [], count: count)
    for (position, number) in classes.enumerated() { members[Int(number)].append(Int32(position)) }
    var random = RandomSource(seed: seed, purpose: purpose)
    kept = []
    heldOut = []
    // The rounding error of one class is added to the number of the next one.
    var owed = 0.0
    for index in members.indices where !members[index].isEmpty {
      random.shuffle(&members[index])
      let wanted = Double(members[index].count) * fraction + owed
      let size = min(max(Int(wanted.rounded()), 0), members[index].count - 1)
      // Not more than a rounding error: what a small class cannot give is not taken from another one.
      owed = min(max(wanted - Double(size), -0.5), 0.5)
      heldOut += members[index][..<size]
      kept += members[index][size...]
    }
    heldOut.sort()
    kept.sort()
  }
}
