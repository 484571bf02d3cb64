import Reports
import Training

/// The last line of `train --seeds N`: mean and standard deviation of the networks' figures.
struct SeedSummary {
  /// The line, with the figures of the networks that were trained to the end; nil if all diverged.
  let line: String?

  /// - Parameters:
  ///   - results: the networks that were begun.
  ///   - count: the number of networks that were requested.
  init(_ results: [SeedResult], of count: Int) {
    let whole = results.filter { $0.end != nil && $0.failure == nil && $0.status != .interrupted }
    let figures: [(name: String, values: [Double])] = [
      ("test accuracy", whole.compactMap { $0.end?.testAccuracy }),
      ("test RMSE", whole.compactMap { $0.end?.regression?.testRMSE }),
      ("R²", whole.compactMap { $0.end?.regression?.testR2 }),
      ("validation loss", whole.compactMap { $0.kept?.validationLoss }),
      ("validation accuracy", whole.compactMap { $0.kept?.validationAccuracy }),
      ("train loss", whole.compactMap { $0.kept?.trainLoss }),
      ("training seconds", whole.compactMap { $0.end?.seconds }),
    ]
    let texts = figures.compactMap { name, values in
      MeanAndDeviation(values).map { "\(name) \(Self.text($0))" }
    }
    let diverged = results.count { $0.status != .interrupted && ($0.end == nil || $0.failure != nil) }
    let isInterrupted = results.count < count || results.contains { $0.status == .interrupted }
    // With `--save-best` every figure but the time is that of the saved epoch.
    let isBest = whole.contains { $0.end?.saved?.epoch != nil }
    let remarks =
      (whole.count > 1 ? ["mean ± standard deviation"] : [])
      + (isBest ? [whole.count > 1 ? "each at its best epoch, saved" : "at its best epoch, saved"] : [])
    let networks =
      (whole.count < count ? "\(whole.count) of " : "") + count.counted("network")
      + (remarks.isEmpty ? "" : " (\(remarks.joined(separator: "; ")))")
    line =
      texts.isEmpty
      ? isInterrupted ? "\(networks): interrupted before one was trained to the end" : nil
      : networks + ": " + texts.joined(separator: ", ") + (diverged > 0 ? "; \(diverged) diverged" : "")
        + (isInterrupted ? "; interrupted" : "")
  }

  /// `0.9781 ± 0.0006`, with the same decimals; the mean alone for one network.
  static func text(_ value: MeanAndDeviation) -> String {
    let isUsual = NumberText.metric(value.mean) == NumberText.fixed(value.mean, 4)
    let deviation = value.standardDeviation.map { isUsual ? NumberText.fixed($0, 4) : NumberText.metric($0) }
    return NumberText.metric(value.mean) + (deviation.map { " ± " + $0 } ?? "")
  }
}
