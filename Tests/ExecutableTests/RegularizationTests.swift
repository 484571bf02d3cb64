import Foundation
import JSON
import Models
import Testing

@Suite("Regularized training", .serialized)
struct RegularizationTests {
  private static let base = "train --data synthetic:700,200 --epochs 3 --hidden 96,40 --quiet"
  private static let options =
    " --dropout 0.1,0.3,0.2 --label-smoothing 0.1 --max-norm 2 --average ema:0.98 --schedule one-cycle:0.3"
    + " -o nesterov --momentum linear:0.5,0.9,2"

  @Test("saves the same bits for any number of workers, and after a resumption")
  func bits() throws {
    let folder = try Scratch()
    func file(_ name: String) -> String { folder.path + "/" + name }
    var models: [Data] = []
    for workers in [1, 2, 3, 5] {
      let run = try Executable.run(
        Self.base + Self.options + " --gradients owned --workers \(workers) --save \(file("\(workers).st"))")
      try #require(run.status == 0, "\(run.errors)")
      models.append(try Data(contentsOf: URL(fileURLWithPath: file("\(workers).st"))))
    }
    #expect(models.allSatisfy { $0 == models[0] })
    // Stops after the first epoch; the resumed run goes on to the third.
    let first = try Executable.run(
      Self.base.replacing("--epochs 3", with: "--epochs 3 --target-accuracy 0") + Self.options
        + " --gradients owned --workers 2 --checkpoint \(file("c")) --checkpoint-every 7")
    try #require(first.status == 0, "\(first.errors)")
    let second = try Executable.run(
      "train --resume \(file("c")) --quiet --target-accuracy 1 --save \(file("resumed.st"))")
    try #require(second.status == 0, "\(second.errors)")
    #expect(try Data(contentsOf: URL(fileURLWithPath: file("resumed.st"))) == models[0])
  }

  @Test("reports the accuracy of the averaged weights, which are saved")
  func average() throws {
    let folder = try Scratch()
    for average in ["ema:0.9", "swa:2", "swa:9"] {
      let (model, metrics) = (folder.path + "/model.st", folder.path + "/metrics.jsonl")
      let run = try Executable.run(
        Self.base + " --average \(average) --save \(model) --metrics \(metrics)")
      try #require(run.status == 0, "\(run.errors)")
      let lines = try String(contentsOfFile: metrics, encoding: .utf8).split(separator: "\n")
      #expect(try JSONValue.parse(lines[0].utf8)["average"]?.string?.prefix(3) == average.prefix(3))
      let end = try JSONValue.parse(lines[lines.count - 1].utf8)["test_accuracy"]?.double
      let evaluation = try Executable.run("evaluate \(model) --data synthetic:700,200 --json")
      #expect(try JSONValue.parse(evaluation.output.utf8)["accuracy"]?.double == end && end != nil, "\(average)")
    }
  }

  @Test("leaves an epoch that a limit of steps ends out of the mean over epochs")
  func averageOfWholeEpochs() throws {
    let folder = try Scratch()
    // Four steps an epoch.
    let base = "train --data synthetic:200,50 --hidden 5 --workers 1 --quiet --no-shuffle"
    func model(_ options: String, _ name: String) throws -> ModelFile {
      let run = try Executable.run("\(base) \(options) --save \(folder.file(name))")
      try #require(run.status == 0, "\(run.errors)")
      return try ModelFile.read(folder.file(name))
    }
    let average = "--average swa:1"
    let checkpoints = folder.file("points")
    #expect(
      try model("--steps 6 \(average) --checkpoint \(checkpoints)", "cut").parameters
        == model("--steps 4", "one").parameters)
    // A resumed run continues the epoch, which is then a whole one, and ends in the fourth.
    #expect(
      try model("--steps 14 --resume \(checkpoints)", "resumed").parameters
        == model("--epochs 3 \(average)", "three").parameters)
    #expect(
      try model("--steps 6 --average swa:2", "late").parameters == model("--steps 6", "plain").parameters)
  }

  @Test("repeats from the run event of its metrics")
  func configuration() throws {
    let folder = try Scratch()
    let (metrics, first, second) = (folder.path + "/m.jsonl", folder.path + "/a.st", folder.path + "/b.st")
    let run = try Executable.run(Self.base + Self.options + " --metrics \(metrics) --save \(first)")
    try #require(run.status == 0, "\(run.errors)")
    let again = try Executable.run("train --config \(metrics) --quiet --save \(second)")
    try #require(again.status == 0, "\(again.errors)")
    #expect(
      try Data(contentsOf: URL(fileURLWithPath: first)) == Data(contentsOf: URL(fileURLWithPath: second)))
  }

  @Test("Regularized training agrees with the check of its gradient")
  func check() throws {
    for options in ["--dropout 0.4 --label-smoothing 0.2", "--dropout 0.2,0.5,0.5 --activation tanh,gelu"] {
      let run = try Executable.run("gradcheck --data synthetic:300,10 --hidden 30,20 --json " + options)
      #expect(run.status == 0, "\(options): \(run.output) \(run.errors)")
    }
  }
}
