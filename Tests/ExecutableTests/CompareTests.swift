import Foundation
import JSON
import Testing

@Suite("descent compare", .serialized)
struct CompareTests: JSONReading {
  private static func clouds(_ scratch: Scratch) throws -> String {
    try scratch.write("clouds.csv", SmallData.clouds(150))
  }

  private static func json(_ words: String, data: String) throws -> (value: JSONValue, errors: String) {
    let run = try Executable.run(
      ["compare", "--json", "--data", data] + words.split(separator: " ").map(String.init))
    #expect(run.status == 0, "\(run.errors)")
    return (try JSONValue.parse(run.output.utf8), run.errors)
  }

  @Test("--json has every key of every run, one run a setting and seed, and the sweep")
  func keys() throws {
    let scratch = try Scratch()
    let (object, errors) = try Self.json(
      "--batch-size 1,16,full --optimizer sgd,adam --epochs 2 --seeds 2 --target-accuracy 0.5",
      data: try Self.clouds(scratch))
    let names = ["runs", "sweep", "last_batch", "interrupted", "planned_runs", "unfinished"]
    #expect(Self.names(object) == names && object["last_batch"] == "merge")
    #expect(object["interrupted"] == .bool(false) && object["planned_runs"]?.int == 12 && object["unfinished"] == [])
    let runs = Self.items(object["runs"])
    #expect(runs.count == 12)
    let keys = [
      "options", "seed", "batch_size", "learning_rate", "updates", "diverged", "steps_to_target",
      "gradient_noise_scale", "curve",
    ]
    #expect(runs.allSatisfy { Self.names($0) == keys })
    #expect(runs.map { $0["batch_size"]?.int } == [1, 1, 16, 16, 120, 120, 1, 1, 16, 16, 120, 120])
    #expect(runs.map { $0["updates"]?.int } == [240, 240, 14, 14, 2, 2, 240, 240, 14, 14, 2, 2])
    // Seven batches an epoch: the eight samples beyond them are spread over them.
    #expect(runs.map { $0["seed"]?.int } == Array(repeating: [1, 2], count: 6).flatMap { $0 })
    #expect(runs[5]["options"]?.text == #"{"optimizer":"sgd","batch_size":120}"#)
    let figures = ["samples", "updates", "seconds", "train_loss", "test_loss", "test_accuracy", "evaluations"]
    let points = runs.flatMap { Self.items($0["curve"]) }
    #expect(points.allSatisfy { Self.names($0) == figures && $0["test_loss"]?.double != nil })
    let trials = Self.items(object["sweep"])
    #expect(trials.count >= 30)
    #expect(
      trials.allSatisfy {
        Self.names($0) == ["options", "batch_size", "learning_rate", "updates", "validation_loss", "chosen"]
      })
    #expect(trials.count { $0["chosen"] == .bool(true) } == 6)
    #expect(errors.hasPrefix("Data: "))
  }

  @Test(
    "The training loss is that of train: label smoothing, penalties, class weights and the units of targets are in it",
    arguments: [
      "--label-smoothing 0.3 --l2 2 --class-weights balanced", "--targets z --output identity --l2 50",
    ])
  func trainingLoss(terms: String) throws {
    let scratch = try Scratch()
    let data = try scratch.write(
      "data.csv", terms.contains("targets") ? SmallData.plane(80) : SmallData.clouds(150))
    let options = "--batch-size full --learning-rate 0.1 --epochs 1 \(terms)"
    let (object, _) = try Self.json(options, data: data)
    let metrics = scratch.file("train.jsonl")
    let words = options.split(separator: " ").map(String.init)
    _ = try Executable.run(["train", "--quiet", "--data", data, "--metrics", metrics] + words)
    let epoch = try JSONValue.parse(scratch.text("train.jsonl").split(separator: "\n")[1].utf8)
    let loss = try #require(Self.items(Self.items(object["runs"]).first?["curve"]).first?["train_loss"]?.double)
    // One full-batch step: the loss before it.
    #expect(try abs(loss - #require(epoch["train_loss"]?.double)) < 1e-6 * loss)
  }

  @Test("The last epochs of a run are without distortions, as those of train", arguments: [0, 1, 2, 3])
  func cleanEpochs(count: Int) throws {
    let scratch = try Scratch()
    let options =
      "--hidden 8 --augment affine:rotation=15 --clean-epochs \(count) --epochs 2 --batch-size 16 --last-batch merge "
      + "--learning-rate 0.1 --gradients owned"
    let (object, _) = try Self.json(options, data: "synthetic:60,20")
    let metrics = scratch.file("train.jsonl")
    _ = try Executable.run("train --quiet --data synthetic:60,20 --metrics \(metrics) \(options)")
    let epoch = try JSONValue.parse(scratch.text("train.jsonl").split(separator: "\n")[2].utf8)
    let curve = Self.items(Self.items(object["runs"]).first?["curve"])
    #expect(try #require(curve.last)["test_loss"] == epoch["test_loss"])
  }

  @Test("With rates given there is no sweep; a run that diverges is a result with finite figures, status 0")
  func divergence() throws {
    let scratch = try Scratch()
    let rows = scratch.file("rows.jsonl")
    let (object, _) = try Self.json(
      "--batch-size 8,full --learning-rates 1e30,0.1 --steps 30 --evaluate-every 10 --metrics \(rows)",
      data: try Self.clouds(scratch))
    #expect(object["sweep"] == .null)
    let runs = Self.items(object["runs"])
    #expect(runs.map { $0["diverged"] } == [.bool(true), .bool(false)])
    #expect(runs.map { $0["steps_to_target"] } == [.null, .null])
    #expect(Self.items(runs[1]["curve"]).map { $0["updates"]?.int } == [0, 10, 20, 30])
    let lines = try scratch.rows("rows.jsonl")
    #expect(Set(lines.map { Self.names($0) }).count == 1)
    let points = runs.reduce(0) { $0 + Self.items($1["curve"]).count }
    #expect(lines.count == points + 1)
    #expect(lines.count { $0["diverged"] == .bool(true) && $0["train_loss"] == .null } == 1)
  }

  @Test("The table reports every setting; rows, page and charts are written, and batch sizes that are one are run once")
  func files() throws {
    let scratch = try Scratch()
    let run = try Executable.run(
      [
        "compare", "--data", try Self.clouds(scratch), "--epochs", "3", "--target-accuracy", "0.6", "--metrics",
        scratch.file("rows.csv"), "--report", scratch.file("page.html"), "--charts", scratch.file("charts"),
        "--gradients", "partial", "--workers", "2", "--plot",
      ])
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.errors.contains("Batch sizes 1000, full are all one batch of the 120 training samples: run once."))
    // On a machine that other programs use, a sentence about them comes first.
    #expect(run.lines.contains { $0.hasPrefix("batch  learning rate  steps  samples ") })
    // The batch of the steps, not the 1000 samples that there are not.
    #expect(run.lines.contains { $0.hasPrefix("  120  ") } && !run.lines.contains { $0.hasPrefix(" 1000 ") })
    #expect(run.output.contains("validation loss by learning rate") && run.output.contains("test accuracy"))
    #expect(run.output.contains(#/\nHighest final test accuracy: [01]\.\d{4}, [^.]+\. Fewest steps to 60\.0 %: \d+, /#))
    #expect(run.output.contains(#/\. Fewest steps to 60\.0 %: \d+, .*(batch|settings)/#))
    let rows = try scratch.text("rows.csv").split(separator: "\n")
    #expect(rows[0].hasPrefix("batch_size,seed,learning_rate,samples,updates,seconds,train_loss"))
    let columns = Set(rows.map { $0.split(separator: ",", omittingEmptySubsequences: false).count })
    #expect(columns.count == 1)
    let page = try scratch.page("page.html")
    for words in ["Steps to ", "Gradient noise scale", "descent compare --data", "batch 120"] {
      #expect(page.contains(words), "\(words)")
    }
    #expect(!page.contains("batch 1000"))
    let charts = try FileManager.default.contentsOfDirectory(atPath: scratch.file("charts"))
    #expect(charts.contains("test-accuracy-by-time.svg") && charts.count >= 9, "\(charts)")
  }

  @Test("The ranking says the number of seeds of its differences once, and keeps a heading's number beside its unit")
  func ranking() throws {
    let scratch = try Scratch()
    let run = try Executable.run(
      [
        "compare", "--data", try Self.clouds(scratch), "--epochs", "3", "--batch-size", "1,16", "--seeds", "3",
        "--target-accuracy", "0.6", "--learning-rate", "0.1", "--report", scratch.file("page.html"),
      ])
    try #require(run.status == 0, "\(run.errors)")
    let page = try scratch.page("page.html")
    #expect(page.contains("(Student's t, n\u{A0}=\u{A0}3 unless given)") && !page.contains("(n = 3)"))
    #expect(page.contains("time to 60.0\u{A0}%") && page.contains("samples to 60.0\u{A0}%"))
  }

  @Test("Too many lines for one chart are divided evenly among charts with different titles")
  func manyLines() throws {
    let scratch = try Scratch()
    let run = try Executable.run(
      [
        "compare", "--data", try Self.clouds(scratch), "--steps", "2", "--batch-size", "1,2,3,4,5,6,7,8,9,10",
        "--optimizer", "sgd,adam", "--learning-rate", "0.01", "--workers", "1", "--report", scratch.file("page.html"),
      ])
    #expect(run.status == 0, "\(run.errors)")
    let page = try scratch.page("page.html")
    let titles = page.split(separator: "<h3>").dropFirst().map { String($0.prefix { $0 != "<" }) }
    #expect(Set(titles).count == titles.count, "\(titles)")
    let losses = titles.filter { $0.hasPrefix("Test loss by steps: ") }.map { $0.dropFirst(20) }
    #expect(losses == ["sgd, 1 of 2", "sgd, 2 of 2", "adam, 1 of 2", "adam, 2 of 2"])
    #expect(!page.contains("<td>auto</td>") && page.contains("he,glorot"))
  }

  @Test("A regression has losses and no accuracy")
  func regression() throws {
    let scratch = try Scratch()
    let data = try scratch.write("plane.csv", SmallData.plane(80))
    let line = "--targets 1 --output identity --batch-size 4,full --epochs 3"
    let (object, _) = try Self.json(line + " --report \(scratch.file("page.html"))", data: data)
    let page = try scratch.page("page.html")
    #expect(page.contains("lowest final test loss: ") && !page.contains("lowest final train loss"), "as the ranking")
    let target = try Executable.run("compare --data \(data) \(line) --target-accuracy 0.5")
    #expect(target.status == 2 && target.errors.hasSuffix("expected --output softmax.\n"), "\(target.errors)")
    let points = Self.items(object["runs"]).flatMap { Self.items($0["curve"]) }
    #expect(points.allSatisfy { $0["test_accuracy"] == .null && $0["test_loss"]?.double != nil })
  }
}
