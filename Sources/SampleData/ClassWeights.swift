/// Weights of the classes in the loss.
package enum ClassWeights: Sendable, Equatable {
  /// n / (K nₖ) for class k: n samples, nₖ of the class, K classes that occur. scikit-learn's `class_weight="balanced"`.
  case balanced
  /// One weight per class, in the order of the labels; none is negative.
  case each([Double])

  /// One weight per class; `balanced` gives 0 to a class without samples. Nil for target values.
  package func weights(of targets: Targets) -> [Double]? {
    guard case .classes(let classes, let labels) = targets else { return nil }
    switch self {
    case .each(let weights): return weights
    case .balanced:
      var counts = [Int](repeating: 0, count: labels.count)
      for number in classes { counts[Int(number)] += 1 }
      let occurring = Double(counts.count { $0 > 0 })
      return counts.map { $0 > 0 ? Double(classes.count) / (occurring * Double($0)) : 0 }
    }
  }
}

extension ClassWeights {
  /// Weights divided by a power of two near the largest one, which is exact, so that their sum over samples does not overflow; nil if none is
  /// positive.
  package static func scaled(_ weights: [Double]) -> [Double]? {
    guard let largest = weights.max(), largest > 0 else { return nil }
    return weights.map { Double(sign: .plus, exponent: -largest.exponent, significand: $0) }
  }
}

extension Samples {
  /// One factor per class, by which a sample's loss and its error signals are multiplied: the class's weight divided by the mean weight of
  /// these samples, so that the mean loss is the weighted mean Σ w l / Σ w. Nil without class weights, or if the mean weight is 0.
  public var lossFactors: [Double]? {
    guard let classWeights, case .classes(let classes, _) = targets, !classes.isEmpty,
      let weights = ClassWeights.scaled(classWeights)
    else { return nil }
    let mean = classes.reduce(0) { $0 + weights[Int($1)] } / Double(classes.count)
    return mean > 0 ? weights.map { $0 / mean } : nil
  }
}
