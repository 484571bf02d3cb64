extension ClassificationReport {
  /// The area under the receiver operating characteristic: for two classes that of the second, else the one-versus-rest
  /// mean over the classes that occur. Nil if only one class occurs, or samples and classes are too many to rank.
  public var rocAUC: Double? { Self.mean(rankings.map(\.rocAUC)) }

  /// The average precision, averaged like `rocAUC`.
  public var averagePrecision: Double? { Self.mean(rankings.map(\.averagePrecision)) }

  /// The mean recall of the classes that occur; nil without samples.
  public var balancedAccuracy: Double? {
    Self.mean(zip(classes, support).filter { $0.1 > 0 }.map(\.0.recall))
  }

  /// Matthews' correlation coefficient, for several classes as defined by Gorodkin (2004); 0 if all samples have, or
  /// are predicted as, one class.
  public var matthews: Double {
    var right = 0
    var (truths, given) = ([Int: Int](), [Int: Int]())
    for cell in confusion.cells {
      if cell.truth == cell.predicted { right += cell.count }
      truths[cell.truth, default: 0] += cell.count
      given[cell.predicted, default: 0] += cell.count
    }
    let all = Double(support.reduce(0, +))
    func squares(_ counts: [Int: Int]) -> Double { counts.values.reduce(0) { $0 + Double($1) * Double($1) } }
    let common = truths.reduce(0.0) { $0 + Double($1.value) * Double(given[$1.key] ?? 0) }
    let spread = (all * all - squares(truths)) * (all * all - squares(given))
    return spread > 0 ? (Double(right) * all - common) / spread.squareRoot() : 0
  }

  private static func mean(_ values: [Double]) -> Double? {
    values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }
}
