import Files

/// Names of classes or variables in messages.
package enum ShownNames {
  /// The first names, each truncated if it is long.
  package static func list(_ names: [String]) -> String {
    names.prefix(12).map { $0.excerpt() }.joined(separator: ",")
      + (names.count <= 12 ? "" : ",… (\(names.count) in all)")
  }
}
