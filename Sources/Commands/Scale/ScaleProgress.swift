import Experiments
import Reports

/// The progress line of `scale` on standard error.
final class ScaleProgress {
  private let titles: [String]
  private let progress: ProgressDisplay
  /// The beginning of the timings of cells that alternate.
  private var start = ContinuousClock.now

  init(_ grid: Grid, _ console: Console) {
    titles = grid.cells.map { grid.title(of: $0) }
    progress = console.progress
  }

  func show(_ event: ScaleEvent) {
    guard case .progress(let stage, let cell, let fraction) = event else { return }
    if fraction == 0 { start = .now }
    progress.update {
      ProgressState(
        title: "\(Self.name(stage)), run \(cell + 1) of \(titles.count)"
          + (titles[cell].isEmpty ? "" : ": " + titles[cell]),
        fraction: fraction, secondsLeft: secondsLeft(stage, fraction))
    }
  }

  /// Estimated from the finished rounds of this process.
  private func secondsLeft(_ stage: ScaleStage, _ fraction: Double) -> Double? {
    guard case .timing = stage, fraction > 0.02 else { return nil }
    return (ContinuousClock.now - start) / .seconds(1) * (1 - fraction) / fraction
  }

  private static func name(_ stage: ScaleStage) -> String {
    switch stage {
    case .warmUp: "warming up"
    case .timing(let round, let last): round == 0 ? "warming up" : "round \(round)/\(last)"
    case .phases: "phases"
    case .target: "to the target"
    }
  }
}
