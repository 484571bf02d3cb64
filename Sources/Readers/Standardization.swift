extension Selection {
  /// A column whose standard deviation is below this fraction of its largest magnitude counts as constant.
  private static let minimumSpread = 1e-12

  /// Sets the standardization to mean and divisor of each feature over these samples, after `scale`.
  package func standardize(_ preprocessing: inout Preprocessing) {
    guard count > 0, let storage else { return }
    let moments = FeatureMoments(storage, rows: rows)
    let scale = preprocessing.divisor
    let mean = moments.mean.indices.map { unit($0).value(moments.mean[$0]) / scale }
    let deviation = moments.deviation.indices.map { feature in
      let unit = unit(feature)
      let deviation = abs(moments.deviation[feature] / unit.factor / scale)
      let size = max(abs(unit.value(moments.minimum[feature])), abs(unit.value(moments.maximum[feature]))) / abs(scale)
      // 0 is tested separately, since the product underflows to 0 for subnormal sizes.
      guard deviation == 0 || deviation < Self.minimumSpread * size else { return deviation }
      // Rounding differences among numbers of 16 digits may be thousands, with which training would diverge. Divided by the
      // magnitude of the numbers they are near 0.
      return deviation <= 1 ? 1 : size
    }
    preprocessing.standardization = Standardization(mean: mean, deviation: deviation)
  }

  private func unit(_ feature: Int) -> ColumnUnit { units?[feature] ?? ColumnUnit() }
}
