import Reports
import Training

/// The table of `train` on a terminal: a heading of two lines, and one row per epoch; for a long run some of the
/// epochs, and always the last one.
///
///                  train                test
///     epoch      loss  accuracy      loss  accuracy       time  samples/s
///       1/5    0.3522    0.9012    0.1820    0.9466    24.7 ms     2.43 M
struct EpochTable {
  private struct Column {
    var group = ""
    var title: String
    var width: Int
    var text: (EpochMetrics) -> String?
  }

  private let columns: [Column]
  /// The number of epochs; nil if the run is limited by steps only.
  private let epochs: Int?
  /// The previous epoch, if it has no row.
  private var waiting: EpochMetrics?

  /// The number of epochs from one row to the next; nil for as many as `maximumRows` allows.
  private let interval: Int?
  /// The approximate largest number of rows.
  private let maximumRows: Int
  /// Of a single network, and of one of several.
  private static let usualRows = (alone: 50, ofSeveral: 10)

  /// - Parameters:
  ///   - first: an epoch, which determines the columns.
  ///   - interval: the number of epochs from one row to the next; nil for the usual one.
  ///   - name: the name of the network, at the beginning of each row; nil for a single one.
  init(_ first: EpochMetrics, epochs: Int?, interval: Int? = nil, name: String? = nil) {
    self.epochs = epochs
    self.interval = interval
    maximumRows = name == nil ? Self.usualRows.alone : Self.usualRows.ofSeveral
    var columns = Self.columns(first, epochs: epochs)
    if let name { columns.insert(Column(title: "", width: name.count) { _ in name }, at: 0) }
    self.columns = columns
  }

  private static func width(_ columns: [Column]) -> Int { columns.reduce(-2) { $0 + $1.width + 2 } }

  private static func columns(_ first: EpochMetrics, epochs: Int?) -> [Column] {
    let digits = epochs.map { String($0).count * 2 + 1 } ?? 7
    let measures = EpochMeasure.all.filter { $0.quantity != .r2 && $0.value(first) != nil }
    let measured = measures.map { measure in
      Column(
        group: measure.split.rawValue, title: measure.quantity.title, width: measure.split == .validation ? 10 : 8
      ) { measure.value($0).map { measure.quantity == .accuracy ? NumberText.metric($0) : NumberText.loss($0) } }
    }
    return [Column(title: "epoch", width: max(5, digits)) { TrainReport.number(of: $0.epoch, epochs) }]
      + measured
      + [
        Column(title: "time", width: 9) { NumberText.duration($0.seconds) },
        Column(title: "samples/s", width: 9) { NumberText.scaled($0.samplesPerSecond) },
      ]
  }

  /// The text to print after an epoch; empty if it has no row.
  ///
  /// - Parameters:
  ///   - width: the width of the terminal, which may change during a run.
  ///   - heading: the heading above, which is that of all networks with the same epochs and measures.
  mutating func text(after epoch: EpochMetrics, width: Int, below heading: inout EpochHeading) -> String {
    guard isShown(epoch.epoch) else {
      waiting = epoch
      return ""
    }
    waiting = nil
    return lines(epoch, width: width, below: &heading)
  }

  /// The text to print at the end: the last epoch, if it has no row yet.
  mutating func end(width: Int, below heading: inout EpochHeading) -> String {
    defer { waiting = nil }
    return waiting.map { lines($0, width: width, below: &heading) } ?? ""
  }

  /// A row, below a heading if there is none or it has become far away.
  private func lines(_ epoch: EpochMetrics, width: Int, below heading: inout EpochHeading) -> String {
    var columns = self.columns
    // The last column of a terminal stays empty, since some terminals wrap when it is written.
    while columns.count > 2, Self.width(columns) >= width { columns.removeLast() }
    let isDue = heading.isDue(atBeginning: epoch.epoch == 1)
    if isDue { heading = EpochHeading(columns: columns.count) }
    heading.rows += 1
    // In a window that became wider, the rows have the columns of their heading.
    columns = Array(columns.prefix(heading.columns))
    return (isDue ? Self.heading(columns) : "") + Self.row(epoch, columns)
  }

  /// True for every epoch of a short run, and for every k-th of a longer one, with k = 2, 5, 10, …; k increases during a
  /// run of unknown length.
  private func isShown(_ epoch: Int) -> Bool {
    if epoch == 1 || epoch == epochs { return true }
    if let interval { return epoch % interval == 0 }
    var stride = 1
    var factors = [2, 2.5, 2].makeIterator()
    while Double(epochs ?? epoch) / Double(stride) > Double(maximumRows) {
      guard let factor = factors.next() else {
        factors = [2, 2.5, 2].makeIterator()
        continue
      }
      stride = Int(Double(stride) * factor)
    }
    return epoch % stride == 0
  }

  private static func heading(_ columns: [Column]) -> String {
    (groups(columns) + "\n").replacing(#/ +\n/#, with: "\n")
      + columns.map { right($0.title, $0.width) }.joined(separator: "  ") + "\n"
  }

  /// The names of groups, centered above their columns.
  private static func groups(_ columns: [Column]) -> String {
    var parts: [String] = []
    var start = 0
    while start < columns.count {
      let end = columns[start...].firstIndex { $0.group != columns[start].group } ?? columns.count
      let width = width(Array(columns[start..<end]))
      let before = (width - columns[start].group.count) / 2
      parts.append(right(right("", before) + columns[start].group, before + columns[start].group.count))
      parts[parts.count - 1] += right("", width - before - columns[start].group.count)
      start = end
    }
    return parts.joined(separator: "  ")
  }

  private static func row(_ epoch: EpochMetrics, _ columns: [Column]) -> String {
    columns.map { right($0.text(epoch) ?? "–", $0.width) }.joined(separator: "  ") + "\n"
  }

  private static func right(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }
}

/// The heading above rows of epochs: one for several networks that are trained side by side, whose rows alternate.
struct EpochHeading: Sendable {
  /// The number of columns that it names; 0 for none yet.
  fileprivate(set) var columns = 0
  /// The number of rows below it.
  fileprivate(set) var rows = 0

  /// Rows after which the heading may have left a window of 24 lines, and another network has one of its own: each
  /// network also has two lines at its end.
  private static let maximumRows = 6

  /// - Parameter isBeginning: true for the first epoch of a network.
  fileprivate func isDue(atBeginning isBeginning: Bool) -> Bool {
    columns == 0 || (isBeginning && rows >= Self.maximumRows)
  }
}
