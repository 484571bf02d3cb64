extension Samples {
  /// Samples of one's own with a class each.
  ///
  /// - Parameters:
  ///   - features: `[samples × width]`, row-major.
  ///   - labels: one a sample; classes are numbered as a source's are: ascending, as numbers where all are numbers.
  /// - Precondition: `features` holds `width` numbers for each label.
  public init(features: [Float], width: Int, labels: [String]) {
    precondition(features.count == labels.count * width, "every label has \(width) features")
    let numbering = ClassNumbering(ClassNumbering.ordered(Set(labels)))
    let classes = labels.map { numbering.index(of: $0) ?? 0 }
    self.init(features: features, width: width, targets: .classes(classes, labels: numbering.labels))
  }

  /// Samples of one's own with target values each.
  ///
  /// - Parameters:
  ///   - features: `[samples × width]`, row-major.
  ///   - values: `[samples × targetWidth]`, row-major.
  /// - Precondition: both are of equally many samples.
  public init(features: [Float], width: Int, values: [Float], targetWidth: Int) {
    self.init(features: features, width: width, targets: .values(values, width: targetWidth))
  }

  private init(features: [Float], width: Int, targets: Targets) {
    let storage = FloatRows(features, width: width)
    self.init(
      storage: .floats(storage), rows: (0..<Int32(storage.rows)).map { $0 }, targets: targets,
      transform: InputTransform(multiplier: [1], shift: [0]))
  }
}
