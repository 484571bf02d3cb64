import Experiments
import Reports

extension [ScaleRun] {
  /// A warning for the first lines of terminal and page if workers of some runs lost time to other programs; else nil.
  package var disturbance: String? {
    let disturbed = filter(\.processorUse.isDisturbed)
    let shares = disturbed.compactMap(\.processorUse.waitingShare).sorted()
    guard let least = shares.first, let most = shares.last else { return nil }
    let range = [least, most].map { NumberText.percent($0, digits: 0) }
    return
      "Other programs use the processors: they kept the workers of \(disturbed.count) of \(count) combinations, marked !, waiting for "
      + "\(range[0] == range[1] ? range[0] : range.joined(separator: " to ")) of the time. Those figures do not describe the "
      + "machine alone, and no cost model is fitted to them."
  }
}
