import Files

/// A data set loaded into memory, divided and prepared for training.
public struct LoadedData: Sendable {
  /// The training split, or the whole source if it was not divided.
  public var training: Samples
  /// The test split; nil if the source has none and the test fraction is 0.
  public var test: Samples?
  /// The label of each class; `nil` for target values.
  public var labels: [String]?
  /// The preprocessing of the features, for the model file.
  public var preprocessing: Preprocessing
  /// A description of the source.
  public var description: String
  /// True if the test split is the source's own, or that of the `test` option; false if it is a random part.
  public var hasOwnTestSplit: Bool
  /// The format-specific options that the source's format has.
  package var formatOptions: Set<DataOption> = []
  /// True if the source is a table.
  public var isTable: Bool { tableLayout != nil }
  /// The layout of a table; nil for other sources.
  package var tableLayout: TableLayout?
  /// A description of the class column and the preprocessing, for a table.
  public var details: [OptionText] = []
  /// Notes for the user: uncertain decisions, omissions and suspicious data.
  public var notes: [OptionText] = []

  /// Creates a data set of prepared samples.
  public init(
    training: Samples, test: Samples?, labels: [String]?, preprocessing: Preprocessing, description: String,
    hasOwnTestSplit: Bool
  ) {
    self.training = training
    self.test = test
    self.labels = labels
    self.preprocessing = preprocessing
    self.description = description
    self.hasOwnTestSplit = hasOwnTestSplit
  }
}

/// The split of a source that a command uses with a model.
package struct LoadedPart: Sendable {
  package var samples: Samples
  /// The label of each class; `nil` for target values.
  package var labels: [String]?
  /// The preprocessing that makes inputs of features: the model's, or that of the options.
  package var preprocessing: Preprocessing
  /// A description of the source.
  package var description: String
  /// The split; `.all` for a whole source without a test split.
  package var split: DataSplit
  /// A description of the class column and the preprocessing, for a table; empty if a model determines them.
  package var details: [OptionText] = []
  /// Notes for the user: uncertain decisions, omissions and suspicious data.
  package var notes: [OptionText] = []
  /// The index of each sample in the source's split, from 0.
  package var rows: [Int] = []
  /// The table of the samples.
  var table: TableContent?
  /// The row in the table of each sample.
  var tableRows: [Int] = []
  /// The moments of the features of the training and of the test split in the units of the source; nil where the samples have them.
  package var moments: [FeatureMoments?] = []

  /// The names of the columns that are targets; nil for other sources than tables, and for classes.
  package var targetNames: [String]? { table?.columns.targetNames }

  /// The names of the columns that are kept.
  package var keptNames: [String] { table?.keptNames ?? [] }

  /// The texts of these columns for a sample.
  package func keptCells(_ position: Int) -> [String] {
    guard let table, !table.keptNames.isEmpty else { return [] }
    return table.kept.cells(ofRow: tableRows[position])
  }
}
