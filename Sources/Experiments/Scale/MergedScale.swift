import JSON

/// Scaling experiments of several numbers of ranks, joined.
package struct MergedScale: Sendable {
  /// By ascending ranks within runs that differ in nothing else.
  package let runs: [MergedRun]
  /// The speed relative to one rank with the same other options; nil for a run on one rank, and if none was measured.
  package let speedups: [Double?]
  /// The speed relative to one worker on the same ranks with the same other options, of any file; nil if that was not measured.
  package let workerSpeedups: [Double?]
  /// nil for exchanges of fewer than two different numbers of bytes.
  package let network: NetworkModel?
  /// Runs on more ranks than were measured, by the model.
  package let predictions: [Prediction]
  /// The axes on which all runs have the same value.
  private let common: Set<String>
  /// The options, in alphabetical order, in which the files of the runs differ.
  private let differing: [String]

  /// A run that was not measured.
  package struct Prediction: Sendable {
    /// The index of a run on one rank with the same other options.
    package var like: Int
    package var ranks: Int
    /// Seconds of an epoch.
    package var seconds: Double
    package var speedup: Double
  }

  /// The largest number of ranks predicted.
  static let maximumRanks = 64
  /// The reason if there is no model.
  package static let missing =
    "a fit needs runs on several ranks that send at least two different numbers of bytes per step, "
    + "such as those of two networks or of 2 and 3 ranks"

  package init(_ unordered: [MergedRun]) {
    var order: [String: Int] = [:]
    for run in unordered where order[run.configuration] == nil { order[run.configuration] = order.count }
    let runs = unordered.enumerated().sorted { one, other in
      let (first, second) = (order[one.element.configuration] ?? 0, order[other.element.configuration] ?? 0)
      return (first, one.element.ranks, one.offset) < (second, other.element.ranks, other.offset)
    }.map(\.element)
    self.runs = runs
    if case .object(let members)? = runs.first?.options {
      common = Set(members.filter { member in runs.allSatisfy { $0.options[member.name] == member.value } }.map(\.name))
    } else {
      common = []
    }
    differing = Set(runs.flatMap(\.shared.keys)).filter { name in
      runs.contains { $0.shared[name] != runs[0].shared[name] }
    }.sorted()
    let singles = runs.map { run in
      runs.firstIndex { $0.ranks == 1 && $0.configuration == run.configuration }
    }
    speedups = zip(runs, singles).map { run, single in
      run.ranks > 1 ? single.map { run.samplesPerSecond / runs[$0].samplesPerSecond } : nil
    }
    let alone = Dictionary(
      runs.filter { $0.workers == 1 }.map { ($0.withoutWorkers, $0.samplesPerSecond) },
      uniquingKeysWith: { first, _ in first })
    workerSpeedups = runs.map { run in alone[run.withoutWorkers].map { run.samplesPerSecond / $0 } }
    let network = NetworkModel(
      runs.compactMap { run in
        guard let seconds = run.exchangeSeconds, let bytes = run.bytesPerStep else { return nil }
        return .init(bytes: Double(bytes), seconds: seconds / Double(run.stepsPerEpoch))
      })
    self.network = network
    predictions = network.map { Self.predictions(runs, singles, $0) } ?? []
  }

  /// True if some run has several ranks: tables then have speed-ups to one rank, else those to one worker.
  package var hasRanks: Bool { runs.contains { $0.ranks > 1 } }

  /// The speed-ups of tables; nil for those that were not measured.
  package var tableSpeedups: [Double?] { hasRanks ? speedups : workerSpeedups }

  /// The number of ranks, or of workers, by which the speed-up of a table is divided for the efficiency.
  package func divisor(_ run: MergedRun) -> Double { Double(hasRanks ? run.ranks : run.workers) }

  /// The values in which a run differs from others: options that its file's runs share, and those on the axes.
  ///
  /// - Parameter columns: axes to leave out.
  package func title(_ run: MergedRun, apartFrom columns: Set<String> = []) -> String {
    var parts = differing.compactMap { name -> String? in
      // Axes of this run's file have their own values.
      guard let value = run.shared[name], run.options[name.replacing("-", with: "_")] == nil else { return nil }
      return value.isEmpty ? "no \(name)" : "\(name) \(value)"
    }
    let axes = run.axes(apartFrom: common.union(columns))
    if !axes.isEmpty { parts.append(axes) }
    return parts.joined(separator: ", ")
  }

  /// A rank's own work is that of one process divided by the ranks; the bytes are those of a measured run, by the formula
  /// of the exchange.
  private static func predictions(_ runs: [MergedRun], _ singles: [Int?], _ network: NetworkModel) -> [Prediction] {
    var predictions: [Prediction] = []
    for (index, run) in runs.enumerated() where singles[index] == index {
      let others = runs.filter { $0.ranks > 1 && $0.configuration == run.configuration }
      guard let measured = others.first(where: { $0.bytesPerStep != nil }), let bytes = measured.bytesPerStep else {
        continue
      }
      let whole = Double(bytes) * Double(measured.ranks) / Double(measured.ranks - 1)
      let most = others.map(\.ranks).max() ?? 1
      for ranks in (1...6).map({ 1 << $0 }) where ranks > most && ranks <= min(maximumRanks, run.batchSize) {
        let exchange = network.seconds(bytes: whole * Double(ranks - 1) / Double(ranks))
        let seconds = run.seconds / Double(ranks) + exchange * Double(run.stepsPerEpoch)
        predictions.append(Prediction(like: index, ranks: ranks, seconds: seconds, speedup: run.seconds / seconds))
      }
    }
    return predictions
  }
}
