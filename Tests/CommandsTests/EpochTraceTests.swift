import Testing

@testable import Commands
@testable import Training

@Suite("Loss and accuracy within an epoch")
struct EpochTraceTests {
  /// A reading after `samples` samples, `correct` of them classified correctly, whose losses have this sum.
  private func reading(_ samples: Int, loss: Double, correct: Double) -> RunProgress.Reading {
    .init(
      epoch: 1, steps: 0, samples: samples, epochSamples: samples, loss: loss / Double(samples),
      accuracy: correct / Double(samples))
  }

  @Test("Points are means since the point before, and the remainder of a last batch is part of the last point")
  func remainder() {
    let trace = EpochTrace()
    trace.note(reading(64, loss: 128, correct: 16))
    trace.note(reading(128, loss: 192, correct: 48))
    #expect(trace.points.map(\.samples) == [64, 128])
    #expect(trace.points.map(\.loss) == [2, 1])
    #expect(trace.points.map(\.accuracy) == [0.25, 0.5])
    // 16 samples, all wrong and with a large loss.
    trace.note(reading(144, loss: 288, correct: 48))
    #expect(trace.points.map(\.samples) == [64, 144])
    #expect(trace.points.map(\.loss) == [2, 2])
    #expect(trace.points.map(\.accuracy) == [0.25, 0.4])
  }

  @Test("A last batch of half the samples is a point of its own, and a reading without new samples none")
  func half() {
    let trace = EpochTrace()
    trace.note(reading(64, loss: 64, correct: 32))
    trace.note(reading(64, loss: 64, correct: 32))
    trace.note(reading(96, loss: 160, correct: 32))
    #expect(trace.points.map(\.samples) == [64, 96])
    #expect(trace.points.map(\.loss) == [1, 3])
  }
}
