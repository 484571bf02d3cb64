/// A conflict between two options, for any source.
package struct DataOptionConflict: Equatable, Sendable {
  /// The options, in the order in which a message names them.
  package var first: DataOption
  package var second: DataOption
  /// The reason as a clause: `targets have no classes`.
  package var reason: String
}

extension DataOptions {
  /// The first conflict among these options; nil if there is none. Used by the library and by command lines.
  ///
  /// - Parameter targets: the number of target columns, by option or of the model.
  package func conflict(targets: Int?) -> DataOptionConflict? {
    let pairs: [(Bool, DataOption, Bool, DataOption, String)] = [
      (
        targets != nil, .targets, label != nil, .label,
        "a table's last columns are targets, or one column is the class"
      ),
      (targets != nil, .targets, classes != nil, .classes, "targets have no classes"),
      (targets != nil, .targets, limitPerClass != nil, .limitPerClass, "targets have no classes"),
      (features != nil, .features, !ignore.isEmpty, .ignore, "both say which columns are used"),
      (targets != nil, .targets, stratify, .stratify, "targets have no classes"),
      (testFile != nil, .test, testFraction != nil, .testFraction, "both say what is tested on"),
      (testFile != nil, .test, split != nil, .split, "both say how the source is divided"),
    ]
    return pairs.first { $0.0 && $0.2 }.map { DataOptionConflict(first: $0.1, second: $0.3, reason: $0.4) }
  }
}
