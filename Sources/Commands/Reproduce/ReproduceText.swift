import Experiments
import Files
import Pages
import Reports

/// The results of `reproduce` as text.
enum ReproduceText {
  /// The width without a terminal.
  static let usualWidth = 80

  /// Every result with its source, its published figure, its band, what came out in earlier runs, and its command.
  ///
  /// - Parameter options: the options of the commands: data and seeds.
  static func list(_ options: ReproduceOptions, width: Int = usualWidth) -> String {
    let entries = Reproductions.all.map { entry in
      let run = ReproductionRun(entry, options)
      return Layout.entries([.init(entry.name, facts(run))], width: width)
        + CommandText.wrapped(run.command, indent: 4, width: width) + "\n"
    }
    let hint =
      "'descent reproduce NAME' runs one of them, 'descent reproduce speed' all targets of time to accuracy, "
      + "'descent reproduce all --budget 5m' those that five minutes are enough for."
    return entries.joined(separator: "\n") + "\n" + Layout.paragraph(hint, width: width)
  }

  private static func facts(_ run: ReproductionRun) -> String {
    let entry = run.entry
    return [
      entry.what, entry.source,
      // The source of a target is this program.
      entry.isTarget ? nil : "Published: \(entry.expected)",
      "Band, \(entry.basis.rawValue): \(ReproducePage.band(of: entry))", "Seeds: \(run.seeds)",
      entry.measured.map { "Our own runs\(entry.measure.isError ? ", in %" : ""): \($0)" },
    ].compactMap(\.self).joined(separator: ". ") + "."
  }

  /// The lines before the run of a single result.
  static func heading(_ run: ReproductionRun, width: Int?) -> String {
    let entry = run.entry
    return Layout.paragraph("\(entry.name): \(entry.what)", width: width) + Layout.paragraph(entry.source, width: width)
      + "\n" + CommandText.wrapped(run.command, width: width) + "\n\n"
  }

  /// One of several results in a line.
  static func line(_ result: ReproductionResult, width: Int?) -> String {
    Layout.paragraph("\(result.entry.name): \(verdict(result))", width: width)
  }

  /// A single result: a table, the verdict and notes.
  static func outcome(_ result: ReproductionResult, width: Int?) -> String {
    var table = TextTable([.init("", .left), .init("")])
    table.add([result.entry.isTarget ? "target" : "published", result.entry.expected])
    if let measured = result.entry.measured {
      table.add(["our earlier runs" + (result.entry.measure.isError ? ", in %" : ""), measured])
    }
    table.add(["band, \(result.entry.basis.rawValue)", ReproducePage.band(of: result.entry)])
    for (seed, error) in zip(result.seeds, result.errors) where result.errors.count == result.seeds.count {
      table.add(["test error, seed \(seed)", number(error) + " %"])
    }
    for (members, error) in zip(result.committees, result.committeeErrors) where members.count < result.seeds.count {
      table.add(["test error, seeds \(members[0]) to \(members[members.count - 1]) together", number(error) + " %"])
    }
    table.add([result.entry.measure.text.replacing(", in %", with: ""), value(result)])
    if result.seconds != nil { table.add([timeLabel(result.entry), time(result)]) }
    let notes = result.entry.deviations.map { Layout.paragraph($0, width: width ?? usualWidth) }.joined()
    return table.text(width: width) + "\n" + Layout.paragraph(verdict(result), width: width)
      + disturbance([result], width: width)
      + (notes.isEmpty ? "" : "\nDifferences to the source\n" + notes)
  }

  /// The time, marked if other programs made it longer; `–` without one.
  private static func time(_ result: ReproductionResult) -> String {
    result.seconds.map { NumberText.duration($0) + result.row.timeMark } ?? "–"
  }

  /// A warning if other programs slowed down some of the results; else empty.
  private static func disturbance(_ results: [ReproductionResult], width: Int?) -> String {
    results.map(\.row).disturbance.map { Layout.paragraph($0, width: width) } ?? ""
  }

  private static func timeLabel(_ entry: Reproduction) -> String {
    guard entry.measure.isError else { return "time" }
    return "training time per " + (entry.timedNetworks > 1 ? "committee" : "network")
  }

  /// `inside the band: 1.53 ± 0.04 %, 1.22 to 1.98 % expected (from the source), 12.30 s`.
  private static func verdict(_ result: ReproductionResult) -> String {
    if let skipped = result.skipped {
      return skipped + (result.errors.isEmpty ? "" : ": " + result.errors.map(number).joined(separator: ", ") + " %")
    }
    guard result.value != nil else { return "no figure: a network diverged, or the target was not reached" }
    let band = "\(ReproducePage.band(of: result.entry)) expected (\(result.entry.basis.rawValue))"
    let seconds = result.seconds == nil ? "" : ", \(time(result))"
    let verdict =
      result.verdict == .fewSeeds
      ? "not enough seeds for a verdict, \(result.errors.count.grouped) of at least \(result.entry.minimumNetworks.grouped)"
      : mark(result.verdict) + " the band"
    return "\(verdict): \(value(result)), \(band)\(seconds)"
  }

  /// A verdict as text. A result outside its band is to be noticed.
  private static func mark(_ verdict: Reproduction.Verdict) -> String {
    verdict == .outside ? "OUTSIDE" : verdict.rawValue
  }

  /// `1.53 ± 0.04 %`: the quantity; for errors with the standard deviation over networks or committees.
  private static func value(_ result: ReproductionResult) -> String {
    guard let value = result.value else { return "–" }
    guard result.entry.measure.isError else { return NumberText.significant(value, 3) }
    let deviation = MeanAndDeviation(result.values)?.standardDeviation
    return number(value) + (deviation.map { " ± " + number($0) } ?? "") + " %"
  }

  private static func number(_ percent: Double) -> String { NumberText.fixed(percent, 2) }

  /// One row for each result. Verdict, figure and time come first: a narrow terminal leaves out the last columns.
  static func table(_ results: [ReproductionResult], width: Int?) -> String {
    guard !results.isEmpty else { return "" }
    var table = TextTable([
      .init("result", .left), .init("", .left), .init("here"), .init("training"), .init("band"),
      .init(ReproducePage.expectedTitle(results.map(\.row))), .init("networks"),
    ])
    for result in results {
      let expected = result.entry.expected
      table.add([
        result.entry.name, mark(result.verdict), result.skipped == nil ? value(result) : "–",
        time(result), ReproducePage.band(of: result.entry),
        expected.count > 24 ? "see the list" : expected, "\(result.errors.count)",
      ])
    }
    func count(_ verdict: Reproduction.Verdict) -> Int { results.count { $0.verdict == verdict } }
    let (few, stopped) = (count(.fewSeeds), count(.stopped))
    return "\n" + table.fullText(width: width, remedy: "--json has them") + disturbance(results, width: width)
      + "\n\(count(.inside)) inside the band, \(count(.outside)) outside, "
      + (few > 0 ? "\(few) without enough seeds, " : "") + (stopped > 0 ? "\(stopped) stopped, " : "")
      + "\(count(.skipped)) skipped\n"
      + results.filter { $0.skipped != nil }.map { result in
        Layout.paragraph(
          "\(result.entry.name) \(result.errors.isEmpty ? "skipped: " : "")\(result.skipped ?? "")", width: width)
      }.joined()
  }
}
