import Testing

@testable import Commands
@testable import Training

@Suite("Trace of the loss")
struct LossTraceTests {
  @Test(
    "has at most 512 values, each the mean of equally many readings, no complete one left out",
    arguments: [3, 511, 512, 513, 5000])
  func coversEveryReading(readings: Int) {
    let trace = LossTrace()
    var values: [Double] = []
    for number in 1...readings {
      // An epoch per reading: the loss of the reading is then that of its epoch.
      values = trace.note(
        RunProgress.Reading(
          epoch: number, steps: number, samples: number, epochSamples: 1, loss: Double(number), accuracy: nil))
    }
    #expect(values.count <= 512)
    // The first value is the mean of 1...width.
    let width = Int(2 * values[0] - 1)
    #expect(values == (0..<(readings / width)).map { Double($0 * width) + Double(width + 1) / 2 })
  }
}
