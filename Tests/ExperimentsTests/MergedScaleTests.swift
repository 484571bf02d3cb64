import Files
import JSON
import Testing

@testable import Experiments

@Suite("Joined scaling experiments")
struct MergedScaleTests {
  /// The JSON of an experiment with a run for each of some networks.
  private static func text(ranks: Int, hidden: [Int], latency: Double, bandwidth: Double) -> String {
    let runs = hidden.map { width -> JSONValue in
      let parameters = width * 795 + 10
      let bytes = 8 * parameters * (ranks - 1) / ranks
      let exchange = ranks == 1 ? 0 : 2 * latency + Double(bytes) / bandwidth
      let seconds = 100 * (Double(parameters) * 1e-9 / Double(ranks) + exchange)
      return [
        "options": ["hidden": .number(width), "batch_size": .number(64), "workers": .number(1)], "workers": .number(1),
        "batch_size": .number(64),
        "seconds": .number(seconds), "samples_per_second": .number(6400 / seconds), "steps_per_epoch": .number(100),
        "ranks": .number(ranks), "hosts": .number(ranks),
        "exchange_seconds": .number(ranks == 1 ? nil : 100 * exchange),
        "bytes_per_step": ranks == 1 ? .null : .number(bytes),
      ]
    }
    return (["runs": .array(runs), "experiment": "epochs=1"] as JSONValue).text
  }

  private static func merged(_ texts: [String]) throws -> MergedScale {
    MergedScale(try texts.enumerated().flatMap { try MergedRun.all(Array($1.utf8), file: "\($0).json") })
  }

  @Test("Speed-ups are to one rank with the same options; a fit finds latency and bandwidth, and predicts more ranks")
  func fit() throws {
    let (latency, bandwidth) = (30e-6, 125e6)
    let texts = [2, 1, 4].map { Self.text(ranks: $0, hidden: [32, 512], latency: latency, bandwidth: bandwidth) }
    let merged = try Self.merged(texts)
    #expect(merged.runs.map(\.ranks) == [1, 2, 4, 1, 2, 4])
    #expect(merged.runs.map(\.file) == ["1.json", "0.json", "2.json", "1.json", "0.json", "2.json"])
    let speedups = merged.speedups
    #expect(speedups[0] == nil && speedups[3] == nil)
    for index in [1, 2, 4, 5] {
      let expected = merged.runs[index < 3 ? 0 : 3].seconds / merged.runs[index].seconds
      #expect(abs((speedups[index] ?? 0) - expected) < 1e-12)
    }
    let model = try #require(merged.network)
    #expect(abs(model.latency - latency) < 1e-9 && abs((model.bandwidth ?? 0) / bandwidth - 1) < 1e-6)
    #expect(model.cells == 4 && model.largestError < 1e-6)
    #expect(merged.predictions.map(\.ranks) == [8, 16, 32, 64, 8, 16, 32, 64])
    let eight = try #require(merged.predictions.first)
    let parameters = Double(32 * 795 + 10)
    let seconds = 100 * (parameters * 1e-9 / 8 + 2 * latency + 7 * parameters / bandwidth)
    // The bytes of a measured run are a whole number.
    #expect(abs(eight.seconds / seconds - 1) < 1e-4)
  }

  @Test("Exchanges of one size determine no model, and options that differ no speed-up")
  func missing() throws {
    let one = Self.text(ranks: 1, hidden: [16], latency: 1e-5, bandwidth: 1e9)
    let two = Self.text(ranks: 2, hidden: [32], latency: 1e-5, bandwidth: 1e9)
    let merged = try Self.merged([one, two])
    #expect(merged.network == nil && merged.predictions.isEmpty && merged.speedups == [nil, nil])
    let other = two.replacing("epochs=1", with: "epochs=2")
    #expect(try Self.merged([one.replacing("16", with: "32"), other]).speedups == [nil, nil])
  }

  @Test(
    "A file of something else is an error that names it",
    arguments: [
      ("", "text that is not JSON"), ("{}", "no runs"), (#"{"runs":[]}"#, "an experiment without runs"),
      (#"{"runs":[{"options":{},"workers":1,"batch_size":0}]}"#, "an incomplete run 1"),
      (#"{"runs":[{"options":{},"workers":1,"batch_size":1,"seconds":-1}]}"#, "an incomplete run 1"),
    ])
  func faults(text: String, found: String) throws {
    let error = #expect(throws: FileError.self) { try MergedRun.all(Array(text.utf8), file: "a.json") }
    #expect(error?.file == "a.json" && error?.found == found, "\(error.map { "\($0)" } ?? "none")")
  }
}
