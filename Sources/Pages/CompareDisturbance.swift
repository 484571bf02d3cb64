import Experiments
import Reports

extension [CompareSummary] {
  /// A warning for the first lines of terminal and page if other programs slowed down the runs of some settings; else nil.
  package var disturbance: String? {
    let disturbed = filter(\.processorUse.isDisturbed)
    let shares = disturbed.compactMap(\.processorUse.waitingShare).sorted()
    guard let least = shares.first, let most = shares.last else { return nil }
    let range = [least, most].map { NumberText.percent($0, digits: 0) }
    return
      "Other programs use the processors: the workers of \(disturbed.count) of \(NumberText.count(count, "setting")), marked !, lost "
      + "\(range[0] == range[1] ? range[0] : range.joined(separator: " to ")) of the time to them. Those training times are too "
      + "long; samples, updates and losses are not affected."
  }
}

extension CompareSummary {
  /// The mark of a time that other programs made too long: ` !`, or empty.
  package var timeMark: String { processorUse.isDisturbed ? " !" : "" }
}
