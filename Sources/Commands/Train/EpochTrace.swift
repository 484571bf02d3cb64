import Pages
import Training

/// Loss and accuracy within the first epoch of a run, for its page.
final class EpochTrace {
  /// The approximate number of points.
  static let parts = 100

  private(set) var points: [TrainPage.TracePoint] = []
  private var last = (samples: 0, loss: 0.0, correct: 0.0)

  /// Adds the means since the last reading.
  func note(_ reading: RunProgress.Reading) {
    guard reading.epochSamples > last.samples, let loss = reading.loss else { return }
    let samples = Double(reading.epochSamples)
    let now = (samples: reading.epochSamples, loss: loss * samples, correct: (reading.accuracy ?? 0) * samples)
    let count = Double(now.samples - last.samples)
    points.append(
      .init(
        samples: now.samples, loss: (now.loss - last.loss) / count, accuracy: (now.correct - last.correct) / count))
    last = now
  }
}
