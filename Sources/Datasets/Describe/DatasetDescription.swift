import Files
import Platform

/// A description of a data source: statistics of its splits, and a few samples.
package struct DatasetDescription: Sendable {
  /// The source, as named to the command.
  package var source: String
  /// The splits in order, by their names (`train`, `test`, `all`).
  package var splits: [(name: String, figures: SplitDescription)]
  /// Lines on the class column and the preprocessing.
  package var details: [String] = []
  /// The columns of a table, which are described one by one if they have names; nil for other sources.
  package var columns: TableColumns?
  /// The names of the target columns; nil for numbers from 0.
  package var targetNames: [String]?
  /// A few samples of the first split.
  package var gallery: SampleGallery

  /// - Parameter moments: the moments of each split's features in the units of the source; nil to compute them from the samples.
  /// - Precondition: at least one split.
  package init(source: String, splits: [(name: String, samples: Samples)], moments: [FeatureMoments?] = []) {
    precondition(!splits.isEmpty, "a description needs at least one split")
    self.source = source
    self.splits = splits.enumerated().map { index, split in
      (split.name, SplitDescription(split.samples, source: index < moments.count ? moments[index] : nil))
    }
    gallery = SampleGallery(splits[0].samples)
  }

  /// The style of the text.
  package struct Style: Sendable {
    /// The width of the page in characters.
    package var columns: Int
    /// The style in which images are drawn.
    package var pictures: PictureStyle

    /// A page in plain ASCII.
    package init(columns: Int = 80, pictures: PictureStyle = .ascii) {
      self.columns = columns
      self.pictures = pictures
    }
  }

  /// The description as text, with a line feed at the end of every line; plain ASCII, except for names of the source,
  /// if `pictures` is `.ascii`.
  package func text(_ style: Style = Style()) -> String {
    var lines = [source.singleLine, ""]
    lines += Self.aligned(figureRows())
    lines.append("")
    for list in columnLists() { lines += list + [""] }
    lines += details.map(\.singleLine)
    lines += Self.aligned(answerRows(bar: style.pictures == .ascii ? "#" : "█"))
    if let more = moreClasses { lines.append(more) }
    lines.append("")
    let gallery = gallery.lines(columns: style.columns, style: style.pictures)
    lines += gallery.map { style.pictures == .ascii ? $0.replacing("…", with: "...") : $0 }
    while lines.last == "" { lines.removeLast() }
    return lines.joined(separator: "\n") + "\n"
  }

  private func figureRows() -> [[String]] {
    let figures = splits.map(\.figures)
    func row(_ name: String, _ value: (SplitDescription) -> String) -> [String] { [name] + figures.map(value) }
    var rows = [[""] + splits.map(\.name)]
    rows.append(row("samples") { "\($0.samples)" })
    rows.append(row("features") { "\($0.features)" })
    if figures.contains(where: { $0.imageShape != nil }) {
      rows.append(row("image") { $0.imageShape.map { "\($0.height) x \($0.width)" } ?? "-" })
    }
    rows.append(row("stored as") { $0.isBytes ? "bytes" : "floats" })
    rows.append(row("nonzero") { percent($0.density) })
    rows.append(row("constant features") { "\($0.constantFeatures)" })
    for (index, title) in Self.spreadTitles.enumerated() { rows.append(row(title) { Self.cells($0.stored)[index] }) }
    // Numbers that are inputs as they are may differ from them by their rounding to floats, which is shown if it can be seen.
    guard figures.contains(where: { Self.cells($0.input) != Self.cells($0.stored) }) else { return rows }
    for (index, title) in Self.spreadTitles.enumerated() {
      let beginning = index == 0 ? "network input: " : "               "
      rows.append(row(beginning + title) { Self.cells($0.input)[index] })
    }
    return rows
  }

  /// Classes with their counts, or outputs with their ranges.
  private func answerRows(bar: Character) -> [[String]] {
    switch splits[0].figures.answers {
    case .classes(let labels, _):
      let counts = splits.map { Self.counts($0.figures, labels.count) }
      let largest = max(counts[0].max() ?? 1, 1)
      return [["class"] + splits.flatMap { [$0.name, "share"] }]
        + shownClasses.map { index in
          let shares = zip(counts, splits).flatMap { counts, split in
            ["\(counts[index])", percent(Double(counts[index]) / Double(max(split.figures.samples, 1)))]
          }
          let length = (counts[0][index] * 20 + largest / 2) / largest
          return [labels[index].singleLine] + shares + ["  " + String(repeating: bar, count: length)]
        }
    case .values(let first):
      return [["output", "split"] + Self.spreadTitles]
        + first.indices.flatMap { output in
          splits.compactMap { split -> [String]? in
            guard case .values(let spreads) = split.figures.answers, output < spreads.count else { return nil }
            let names = targetNames.flatMap { $0.count == first.count ? $0 : nil }
            return [names?[output].shownName ?? "\(output)", split.name] + Self.cells(spreads[output])
          }
        }
    }
  }

  static let spreadTitles = ["minimum", "maximum", "mean", "standard deviation"]

  /// The figures as texts, with the digits in which large numbers with small differences differ, as seconds since 1970.
  static func cells(_ spread: SplitDescription.Spread) -> [String] {
    let levels = [spread.minimum, spread.maximum, spread.mean]
    let size = max(abs(spread.minimum), abs(spread.maximum))
    let ratio = spread.deviation > 0 ? size / spread.deviation : 1
    // A double has 15 decimal digits; NaN is none of these numbers.
    let digits = ratio > 1 ? Int(min(log10(ratio).rounded(.up) + 2, 15)) : 0
    return levels.map { formatted("%.\(max(digits, 5))g", [$0]) } + [shortText(spread.deviation)]
  }

  private static func counts(_ figures: SplitDescription, _ width: Int) -> [Int] {
    guard case .classes(_, let counts) = figures.answers else { return [Int](repeating: 0, count: width) }
    return counts
  }

  /// Aligned columns: the first and a last one of bars to the left, the others to the right.
  static func aligned(_ rows: [[String]]) -> [String] {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
    return rows.map { row in
      var line = ""
      for (column, cell) in row.enumerated() {
        let space = String(repeating: " ", count: widths[column] - cell.count)
        let isFlushLeft = column == 0 || (column == row.count - 1 && cell.hasPrefix("  "))
        line += (column > 0 ? "  " : "") + (isFlushLeft ? cell + space : space + cell)
      }
      while line.last == " " { line.removeLast() }
      return line
    }
  }
}

/// A number with five significant digits, without trailing zeros.
func shortText(_ value: Double) -> String { formatted("%.5g", [value]) }

private func percent(_ fraction: Double) -> String { formatted("%.1f %%", [100 * fraction]) }
