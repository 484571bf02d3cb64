import Files

/// A column of a table, as stored in a model.
package enum ColumnPosition: Sendable, Equatable {
  /// The name in the header.
  case name(String)
  /// The number from 0, for a table without a header.
  case index(Int)

  /// The name or the number, as options accept it.
  package var text: String {
    switch self {
    case .name(let name): name
    case .index(let index): "\(index)"
    }
  }
}

/// The columns of a model's training table.
package struct TableColumns: Sendable, Equatable {
  /// The names of the feature columns in the model's order; nil for a table without a header.
  package var names: [String]?
  /// Feature columns, before text columns become one input for each level.
  package var count: Int
  /// The levels of the text columns in the order of their inputs, by the column's position among the features.
  package var categories: [Int: [String]] = [:]
  /// The class column; nil for a regression.
  package var label: ColumnPosition?
  /// The number of the class column from 0, for a table without a header.
  package var labelIndex: Int?
  /// The number of columns of the training table, in which columns are numbered; nil if it is not known.
  package var width: Int?
  /// The numbers of the feature columns in the training table, in the model's order; nil for all that are no class or target, from left to
  /// right, or without `width`.
  package var featureIndices: [Int]?
  /// The numbers of the target columns in the training table, in the model's order; nil for classes, or without `width`.
  package var targetIndices: [Int]?
  /// The targets' names; nil without a header, or for classes.
  package var targetNames: [String]?
  /// The treatment of missing features; nil if none was configured.
  package var missing: MissingFeatures?
  /// The replacement of a missing feature for each feature column, in the table's units; nil if there is none.
  package var fill: [Double]?

  package init(names: [String]? = nil, count: Int) {
    self.names = names
    self.count = count
  }

  /// The number of inputs: one for a number column, one per level for a text column.
  package var inputs: Int { (0..<count).reduce(0) { $0 + (categories[$1]?.count ?? 1) } }

  /// Values for missing features, one for each input; inputs of text columns get 0.
  package func inputFills(_ fills: [Double]) -> [Double] {
    (0..<count).flatMap { feature in
      categories[feature].map { [Double](repeating: 0, count: $0.count) } ?? [fills[feature]]
    }
  }

  /// The name of a feature column for messages.
  package func shown(_ feature: Int) -> String { names.map { "'\($0[feature].excerpt())'" } ?? "\(feature)" }
}

/// The treatment of missing features.
package enum MissingFeatures: String, Sendable, CaseIterable {
  /// A missing feature is an error.
  case error
  /// Replaced by the feature's mean over the training split.
  case mean
  /// Replaced by the feature's median over the training split.
  case median
  /// Samples with a missing feature are left out.
  case drop
}
