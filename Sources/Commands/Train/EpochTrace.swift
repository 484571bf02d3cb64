import Pages
import Training

/// Loss and accuracy within the first epoch of a run, for its page.
final class EpochTrace {
  /// The approximate number of points.
  static let parts = 100

  private(set) var points: [TrainPage.TracePoint] = []
  /// The sums up to the last point, and up to the one before.
  private var (last, previous) = (Sums(), Sums())

  private struct Sums {
    var (samples, loss, correct) = (0, 0.0, 0.0)
  }

  /// Adds the means since the last reading. An epoch's end with less than half the samples of the point before, such as the
  /// remainder of a last batch, is part of that point: the mean of a few samples would look like a sudden change.
  func note(_ reading: RunProgress.Reading) {
    guard reading.epochSamples > last.samples, let loss = reading.loss else { return }
    let samples = Double(reading.epochSamples)
    let now = Sums(
      samples: reading.epochSamples, loss: loss * samples, correct: (reading.accuracy ?? 0) * samples)
    if 2 * (now.samples - last.samples) < last.samples - previous.samples {
      points.removeLast()
    } else {
      previous = last
    }
    let count = Double(now.samples - previous.samples)
    points.append(
      .init(
        samples: now.samples, loss: (now.loss - previous.loss) / count,
        accuracy: (now.correct - previous.correct) / count))
    last = now
  }
}
