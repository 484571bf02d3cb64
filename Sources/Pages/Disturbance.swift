import Experiments
import Reports
import Training

/// The time that runs lost to other programs, for a warning in the first lines of terminal and page.
struct Disturbance {
  /// A sentence on the points of a chart whose times are marked.
  static let outlined = " Outlined points, marked ! in the table: other programs used the processors."
  /// The sentence for a line without markers.
  static let marked = " Values marked ! in the table: other programs used the processors."

  /// The number of runs that were disturbed, at least one.
  let count: Int
  /// The smallest and the largest fraction of time that their workers lost: `12 % to 40 %`.
  let shares: String

  /// - Returns: nil if no run was disturbed.
  init?(_ uses: [ProcessorUse]) {
    let disturbed = uses.filter(\.isDisturbed)
    let shares = disturbed.compactMap(\.lostFraction).sorted()
    guard let least = shares.first, let most = shares.last else { return nil }
    let range = [least, most].map { NumberText.percent($0, digits: 0) }
    count = disturbed.count
    self.shares = range[0] == range[1] ? range[0] : range.joined(separator: " to ")
  }
}

extension ProcessorUse {
  /// The mark of times that do not describe the machine alone: ` !`, or empty.
  var mark: String { isDisturbed ? " !" : "" }
}

extension [CompareSummary] {
  /// A warning if other programs slowed down the runs of some settings; else nil.
  package var disturbance: String? {
    Disturbance(map(\.processorUse)).map { disturbance in
      "Other programs use the processors: the workers of \(disturbance.count) of \(count.counted("setting")), marked !, lost "
        + "\(disturbance.shares) of the time to them. Those training times are overestimated; samples, steps and losses are not affected."
    }
  }
}

extension CompareSummary {
  /// The mark of a time that other programs made longer: ` !`, or empty.
  package var timeMark: String { processorUse.mark }
}

extension [ReproducePage.Row] {
  /// A warning if other programs slowed down the training of some results; else nil.
  package var disturbance: String? {
    Disturbance(map(\.outcome.processorUse)).map { disturbance in
      "Other programs used the processors: the workers of \(disturbance.count) of \(count.counted("result")), marked !, lost "
        + "\(disturbance.shares) of the time to them. Those times are overestimated; errors are not affected."
    }
  }
}

extension ReproducePage.Row {
  /// The mark of a time that other programs made longer: ` !`, or empty.
  package var timeMark: String { outcome.processorUse.mark }
}

extension ScaleRun {
  /// True if other programs kept its workers waiting too long for a measurement.
  var isDisturbed: Bool { processorUse.isDisturbed }
}

extension [ScaleRun] {
  /// A warning if workers of some runs lost time to other programs; else nil.
  package var disturbance: String? {
    Disturbance(map(\.processorUse)).map { disturbance in
      "Other programs use the processors: they kept the workers of \(disturbance.count) of \(count.counted("combination")), marked !, waiting for "
        + "\(disturbance.shares) of the time. Those figures do not describe the machine alone, and no cost model is fitted to them."
    }
  }
}
