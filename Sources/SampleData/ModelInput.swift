/// A model's description of its training data. A property is nil if the model file does not have it.
package struct ModelInput: Sendable, Equatable {
  /// The label of each class, from metadata.
  package var labels: [String]?
  /// The number of classes or targets: the model's outputs, or 2 for a single output.
  package var width: Int
  /// The number of features of a sample; nil if images are resampled.
  package var inputs: Int?
  /// The number of target values, for a regression.
  package var targets: Int?
  /// The number to add to each output; nil for 0.
  package var targetOrigins: [Double]?
  /// The preprocessing of the training data.
  package var preprocessing: Preprocessing

  package init(
    labels: [String]? = nil, width: Int, inputs: Int? = nil, targets: Int? = nil, targetOrigins: [Double]? = nil,
    preprocessing: Preprocessing = Preprocessing(scale: nil)
  ) {
    self.labels = labels
    self.width = width
    self.inputs = inputs
    self.targets = targets
    self.targetOrigins = targetOrigins
    self.preprocessing = preprocessing
  }

  /// The columns of the training table.
  package var columns: TableColumns? { preprocessing.columns }

  /// The class labels; 0…K−1 if the model has none.
  package var classLabels: [String] { labels ?? (0..<width).map { "\($0)" } }

  /// The replacements by which the model that is applied to a table may treat missing features, besides leaving samples out.
  package var fills: [MissingFeatures] {
    MissingFeatures.allCases.filter {
      $0 == .mean && preprocessing.standardization != nil || columns?.fill != nil && $0 == columns?.missing
    }
  }
}
