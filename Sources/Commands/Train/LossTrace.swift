import Files
import Training

/// The training loss of a run so far. A value is the mean over one or several readings of the progress.
final class LossTrace: Sendable {
  private struct State {
    var values: [Double] = []
    var readingsPerValue = 1
    /// The losses of the readings for the next value.
    var pending: [Double] = []
    var last: RunProgress.Reading?
  }

  private let state = Guarded(State())
  /// The number of values at which pairs of them are merged, so that the trace always covers the whole run; even.
  private static let most = 512

  /// Adds the mean loss since the last reading, and returns the values so far.
  func note(_ reading: RunProgress.Reading) -> [Double] {
    state.withLock { state in
      if let loss = Self.recentLoss(reading, since: state.last) {
        state.pending.append(loss)
        state.last = reading
      }
      if state.pending.count >= state.readingsPerValue {
        state.values.append(state.pending.reduce(0, +) / Double(state.pending.count))
        state.pending = []
      }
      if state.values.count == Self.most {
        let values = state.values
        state.values = stride(from: 0, to: Self.most, by: 2).map { index -> Double in
          (values[index] + values[index + 1]) / 2
        }
        state.readingsPerValue *= 2
      }
      return state.values
    }
  }

  /// The mean loss since the last reading; nil without a new step. A reading has the mean of its epoch so far; from two
  /// readings of one epoch follows the mean between them.
  private static func recentLoss(_ reading: RunProgress.Reading, since last: RunProgress.Reading?) -> Double? {
    guard let loss = reading.loss, reading.epochSamples > 0 else { return nil }
    guard let last, last.epoch == reading.epoch, let before = last.loss else { return loss }
    let samples = reading.epochSamples - last.epochSamples
    guard samples > 0 else { return nil }
    return (loss * Double(reading.epochSamples) - before * Double(last.epochSamples)) / Double(samples)
  }
}
