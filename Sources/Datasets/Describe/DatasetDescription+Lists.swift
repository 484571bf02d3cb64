import Files

/// Lists that may be long: only their first or largest items are shown.
extension DatasetDescription {
  /// The largest number of classes that are all listed, each in a line.
  private static let maximumClasses = 64
  /// The number of classes that are listed of more: the largest ones.
  private static let largestClasses = 20
  /// The largest number of columns that are listed.
  private static let maximumColumns = 40
  /// The largest number of texts that are listed of a column.
  private static let maximumTexts = 4

  /// The classes that are listed: all in their order, or the largest of many, the largest first.
  var shownClasses: [Int] {
    guard case .classes(let labels, let counts) = splits[0].figures.answers else { return [] }
    guard labels.count > Self.maximumClasses else { return Array(labels.indices) }
    let order = labels.indices.sorted { counts[$0] == counts[$1] ? $0 < $1 : counts[$0] > counts[$1] }
    return Array(order.prefix(Self.largestClasses))
  }

  /// A line on the classes that are not listed; nil if all are.
  var moreClasses: String? {
    guard case .classes(let labels, let counts) = splits[0].figures.answers, labels.count > Self.maximumClasses else {
      return nil
    }
    let largest = shownClasses.last.map { counts[$0] } ?? 0
    return "... and \(labels.count - Self.largestClasses) more classes, each of at most \(largest) "
      + "sample\(largest == 1 ? "" : "s")" + (splits.count > 1 ? " of \(splits[0].name)" : "")
  }

  /// The named columns of numbers with their ranges in the first split, then those of text with their texts, as lines.
  func columnLists() -> [[String]] {
    let spreads = splits[0].figures.columns
    guard let columns, let names = columns.names, names.count == columns.count, spreads.count == columns.inputs else {
      return []
    }
    var numbers: [[String]] = []
    var texts: [[String]] = []
    var input = 0
    for (feature, name) in names.enumerated() {
      if let levels = columns.categories[feature] {
        let shown = levels.prefix(Self.maximumTexts).map(\.shownName).joined(separator: "; ")
        texts.append([
          name.shownName, "\(levels.count)", "  " + shown + (levels.count > Self.maximumTexts ? "; ..." : ""),
        ])
      } else {
        numbers.append([name.shownName] + Self.cells(spreads[input]))
      }
      input += columns.categories[feature]?.count ?? 1
    }
    return [
      Self.list(["column"] + Self.spreadTitles, numbers), Self.list(["text column", "texts"], texts),
    ].filter { !$0.isEmpty }
  }

  /// The first rows in aligned columns, and a line on further ones; empty without rows.
  private static func list(_ titles: [String], _ rows: [[String]]) -> [String] {
    guard !rows.isEmpty else { return [] }
    let more = rows.count - maximumColumns
    return aligned([titles] + rows.prefix(maximumColumns))
      + (more > 0 ? ["... and \(more) more column\(more == 1 ? "" : "s")"] : [])
  }
}

extension String {
  /// The name of a column or a text of one on a single line of limited length, in plain dots.
  var shownName: String {
    let name = singleLine
    let excerpt = name.excerpt(40)
    return excerpt == name ? name : excerpt.dropLast() + "..."
  }
}
