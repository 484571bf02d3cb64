import Foundation
import Testing

/// Runs of `train` on a small table, with checkpoints in a folder of their own.
protocol CheckpointRuns {
  var scratch: Scratch { get }
  /// The table.
  var clouds: String { get }

  init(scratch: Scratch, clouds: String)
}

extension CheckpointRuns {
  init() throws {
    let scratch = try Scratch()
    self.init(scratch: scratch, clouds: try scratch.write("clouds.csv", SmallData.clouds()))
  }

  var folder: String { scratch.file("ck") }

  /// The names of the files in the folder, in their order.
  var checkpoints: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
  }

  func train(_ words: String) throws -> Executable.Outcome { try Executable.run("train " + words) }

  func succeed(_ words: String) throws -> Executable.Outcome {
    let outcome = try train(words)
    try #require(outcome.status == 0, "\(words): \(outcome.errors)")
    return outcome
  }
}
