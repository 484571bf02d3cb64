import Foundation
import JSON
import Models
import Testing

@testable import Commands

@Suite("descent train", .serialized)
struct TrainTests: JSONReading {
  private let scratch: Scratch
  private let clouds: String
  private let plane: String

  init() throws {
    scratch = try Scratch()
    clouds = try scratch.write("clouds.csv", SmallData.clouds())
    plane = try scratch.write("plane.csv", SmallData.plane())
  }

  private func train(_ more: String = "") throws -> Executable.Outcome {
    try Executable.run("train --data \(clouds) --hidden 8 --workers 1 " + more)
  }

  @Test("--log-every leaves out lines of epochs, except the first and the last, and no epoch of the metrics")
  func logEvery() throws {
    // The last epoch is known only at its end.
    let outcome = try Executable.run(
      "train --data \(clouds) --hidden 4 --batch-size 16 --epochs 1000 --steps 35 --log-every 3 --metrics \(scratch.file("m.csv"))"
    )
    let numbers = outcome.lines.compactMap { $0.wholeMatch(of: #/epoch (\d+)\/.*/#).map { String($0.1) } }
    #expect(outcome.status == 0 && numbers == ["1", "3", "6", "7"], "\(outcome)")
    #expect(try scratch.text("m.csv").split(separator: "\n").count == 8)
  }

  @Test("reports the data, the network and its choices, a line an epoch, and why it ended")
  func lines() throws {
    let outcome = try train("--epochs 3")
    try #require(outcome.status == 0, "\(outcome.errors)")
    let lines = outcome.lines
    try #require(lines.count == 5, "\(outcome.output)")
    for part in [
      clouds, "72 training", "18 test", "2-8-3", "relu,softmax", "cross-entropy", "workers 1", "gradients ",
      "input dense",
      "instruction set ",
    ] { #expect(lines[0].contains(part), "\(part) in \(lines[0])") }
    for epoch in 1...3 {
      #expect(lines[epoch].hasPrefix("epoch \(epoch)/3: train loss "))
      #expect(lines[epoch].contains("test accuracy "))
    }
    #expect(lines[4].hasPrefix("finished 3 epochs (6 steps); test accuracy "))
    #expect(outcome.errors == "")
    let quiet = try train("--epochs 1 --quiet")
    #expect(quiet.status == 0 && quiet.output == "" && quiet.errors == "")
  }

  @Test("without --data takes the folder of MNIST, and says how to get the other")
  func defaultData() throws {
    try SmallData.idxFolder(scratch, "Data/mnist")
    let outcome = try Executable.shell("$descent train --epochs 0 --save model", in: scratch.path)
    #expect(outcome.status == 0)
    #expect(
      outcome.lines.first?.contains("MNIST in Data/mnist (for synthetic digits: --data synthetic") == true,
      "\(outcome.output)")
    let evaluated = try Executable.shell("$descent evaluate model", in: scratch.path)
    #expect(evaluated.status == 0 && evaluated.errors.contains("MNIST in Data/mnist"))
    #expect(try Executable.shell("$descent evaluate model --quiet", in: scratch.path).errors == "")
  }

  @Test("writes every option in effect, every epoch and the end as JSON Lines")
  func metrics() throws {
    let outcome = try train(
      "--epochs 2 --validation-fraction 0.25 --optimizer adam --batch-size full --gradients owned "
        + "--metrics \(scratch.file("run.jsonl"))")
    try #require(outcome.status == 0, "\(outcome.errors)")
    let events = try scratch.rows("run.jsonl")
    try #require(events.map { $0["event"]?.string } == ["run", "epoch", "epoch", "end"])
    let run = events[0]
    let options = TrainOptions.groups.flatMap(\.options).map { $0.name.replacing("-", with: "_") }
    #expect(options.filter { run[$0] == nil } == [])
    let expected: [(String, JSONValue)] = [
      ("data", .string(clouds)), ("label", "class"), ("scale", .number(1.0)), ("hidden", [.number(8)]),
      ("activation", ["relu"]), ("output", "softmax"), ("loss", "cross-entropy"), ("optimizer", "adam"),
      ("learning_rate", .number(0.001)), ("beta1", .number(0.9)), ("momentum", .null), ("batch_size", .number(54)),
      ("epochs", .number(2)), ("steps", .null), ("validation_fraction", .number(0.25)), ("seed", .number(1)),
      ("shuffle", .bool(true)), ("workers", .number(1)), ("gradients", "owned"), ("input", "dense"),
      ("bias", .bool(true)), ("test_fraction", .number(0.2)), ("classes", ["0", "1", "2"]),
      ("training_samples", .number(54)), ("validation_samples", .number(18)), ("test_samples", .number(18)),
    ]
    for (name, value) in expected { #expect(run[name] == value, "\(name)") }
    #expect(run["instruction_set"]?.string != nil)
    let members = Self.members(events[2])
    #expect(
      members.map(\.name) == [
        "event", "epoch", "steps", "seconds", "train_loss", "train_accuracy", "validation_loss", "validation_accuracy",
        "test_loss", "test_accuracy", "samples_per_second", "learning_rate", "gradient_norm",
      ])
    #expect(members.dropFirst().filter { $0.value.double == nil }.map(\.name) == [])
    #expect(events[2]["epoch"]?.int == 2 && events[2]["steps"]?.int == 1)
    let end = events[3]
    #expect(end["reason"] == "epochs" && end["epochs"]?.int == 2 && end["steps"]?.int == 2)
    #expect(end["test_accuracy"] == events[2]["test_accuracy"])
  }

  @Test("train writes epochs alone as CSV")
  func metricsCSV() throws {
    try #require(try train("--epochs 2 --metrics \(scratch.file("run.csv"))").status == 0)
    let lines = try scratch.text("run.csv").split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines[0].hasPrefix("epoch,steps,seconds,train_loss,train_accuracy,validation_loss,"))
    #expect(lines[2].hasPrefix("2,2,"))
  }

  @Test(
    "train ends as configured, and says by which criterion",
    arguments: [
      ("--epochs 0", "epochs", 0, 0), ("--epochs 2", "epochs", 2, 4), ("--steps 7", "steps", 4, 7),
      ("--steps 0", "steps", 0, 0), ("--steps 3 --epochs 1", "epochs", 1, 2), ("--steps 1 --epochs 4", "steps", 1, 1),
      ("--stop-loss 100", "stop-loss", 1, 2), ("--stop-gradient-norm 1e9", "stop-gradient-norm", 1, 2),
      ("--target-accuracy 0", "target-accuracy", 1, 2),
      ("--validation-fraction 0.5 --patience 2 --learning-rate 1e-30 --batch-size full", "patience", 3, 3),
    ])
  func ends(options: String, reason: String, epochs: Int, steps: Int) throws {
    let outcome = try train("\(options) --metrics \(scratch.file("m.jsonl")) --save \(scratch.file("m"))")
    try #require(outcome.status == 0, "\(outcome.errors)")
    let end = try scratch.rows("m.jsonl").last
    #expect(end?["reason"]?.string == reason)
    #expect(end?["epochs"]?.int == epochs && end?["steps"]?.int == steps)
    #expect(end?["test_accuracy"]?.double != nil)
    let (parts, counts) = ("\(epochs) epoch", "\(steps) step")
    let words =
      ["epochs": "finished \(parts)", "steps": "finished \(counts)"][reason]
      ?? "stopped early (\(reason)) after \(parts)"
    #expect(outcome.lines.last?.hasPrefix(words) == true, "\(outcome.output)")
    #expect(scratch.names.contains("m"))
  }

  @Test("gives the same bits twice, and with owned gradients for any number of workers", arguments: ["sgd", "adam"])
  func sameBits(optimizer: String) throws {
    func model(_ workers: Int, _ gradients: String, seed: Int = 3) throws -> [UInt8] {
      let outcome = try Executable.run(
        "train --data \(clouds) --hidden 13 --epochs 3 --batch-size 17 --seed \(seed) --optimizer \(optimizer) "
          + "--workers \(workers) --gradients \(gradients) --quiet --save \(scratch.file("model"))")
      try #require(outcome.status == 0, "\(outcome.errors)")
      return try scratch.read("model")
    }
    let owned = try model(1, "owned")
    for workers in [1, 2, 3, 5, 8] { #expect(try model(workers, "owned") == owned, "\(workers) workers") }
    #expect(try model(3, "partial") == model(3, "partial"))
    #expect(try model(1, "owned", seed: 4) != owned)
  }

  @Test("train keeps the best epoch by validation loss if requested")
  func saveBest() throws {
    // The rate is too large to converge: the last epoch is rarely the best.
    let common =
      "--no-standardize --validation-fraction 0.3 --learning-rate 2 --batch-size 8 --save \(scratch.file("best"))"
    let outcome = try train(
      "--epochs 12 --save-best --report \(scratch.file("page")) --metrics \(scratch.file("m.jsonl")) \(common)")
    try #require(outcome.status == 0, "\(outcome.errors)")
    let losses = try scratch.rows("m.jsonl").compactMap { $0["validation_loss"]?.double }
    let best = try #require(losses.indices.min { losses[$0] < losses[$1] }) + 1
    #expect(best < 12)
    let kept = try Self.weights(scratch.file("best"))
    // Terminal, metrics and page name the model that was saved, and the file does.
    let events = try scratch.rows("m.jsonl")
    let accuracy = try #require(events[best]["test_accuracy"]?.double)
    #expect(events.last?["test_accuracy"]?.double == accuracy && events.last?["saved_epoch"]?.int == best)
    let line = "best epoch \(best), saved: test accuracy \(String(format: "%.4f", accuracy))"
    #expect(outcome.lines.last?.contains(line) == true, "\(outcome.output)")
    #expect(try scratch.text("page").contains("of epoch \(best), the best by validation loss"))
    let info = try JSONValue.parse(try Executable.run("info --json \(scratch.file("best"))").output.utf8)
    #expect(info["model"]?["epoch"]?.int == best && info["model"]?["interrupted"] == .bool(false))
    try #require(try train("--epochs \(best) \(common)").status == 0)
    #expect(try Self.weights(scratch.file("best")) == kept)
  }

  @Test("keeps the weights of epochs in the model, those of shorter runs, and the exported page has a slider over them")
  func snapshots() throws {
    let model = scratch.file("kept")
    try #require(try train("--epochs 6 --snapshots 3 --save \(model)").status == 0)
    let kept = try ModelFile.read(model)
    #expect(kept.snapshots.map(\.epoch) == [2, 4, 6] && kept.snapshots.last?.parameters == kept.parameters)
    for snapshot in kept.snapshots {
      try #require(try train("--epochs \(snapshot.epoch) --save \(scratch.file("short"))").status == 0)
      #expect(try ModelFile.read(scratch.file("short")).parameters == snapshot.parameters, "epoch \(snapshot.epoch)")
    }
    try #require(try Executable.run("export \(model) --to html --output \(scratch.file("page"))").status == 0)
    let page = try scratch.text("page")
    #expect(page.contains("id=\"stage\"") && page.contains("[4, [\n['"))
    // One with fewer samples than a page shows: each is there, with its features and its class.
    #expect(page.contains("\"points\":[["))
    try #require(
      try Executable.run("export \(scratch.file("short")) --to html --output \(scratch.file("page"))").status == 0)
    #expect(try !scratch.text("page").contains("id=\"stage\""))
  }

  /// The bytes of a model's tensors, behind its header.
  private static func weights(_ path: String) throws -> Data {
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    return bytes.dropFirst(8 + bytes[..<8].enumerated().reduce(0) { $0 + Int($1.element) << (8 * $1.offset) })
  }

  @Test("that diverges saves its best epoch if requested, and reports it, also in metrics")
  func divergedBest() throws {
    let outcome = try Executable.run(
      "train --data \(plane) --targets 1 --output identity --hidden none --learning-rate 3 --batch-size full "
        + "--optimizer sgd --validation-fraction 0.2 --epochs 100000 --save-best --save \(scratch.file("best")) "
        + "--metrics \(scratch.file("m.jsonl")) --report \(scratch.file("page"))")
    #expect(outcome.status == 1 && outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
    let events = try scratch.rows("m.jsonl")
    let losses = events.compactMap { $0["validation_loss"]?.double }
    let best = try #require(losses.indices.min { losses[$0] < losses[$1] }) + 1
    #expect(
      outcome.errors.contains("The model of epoch \(best), the best by validation loss, was saved to"),
      "\(outcome.errors)")
    #expect(events.last?["reason"] == "diverged" && events.last?["saved_epoch"]?.int == best)
    #expect(scratch.names.contains("best") && scratch.names.contains("page"))
  }

  @Test("train divides an epoch as --last-batch says", arguments: [("keep", 2), ("drop", 1), ("merge", 1)])
  func lastBatch(name: String, steps: Int) throws {
    let outcome = try train("--epochs 1 --last-batch \(name) --batch-size 50 --metrics \(scratch.file("m.jsonl"))")
    try #require(outcome.status == 0, "\(outcome.errors)")
    let events = try scratch.rows("m.jsonl")
    #expect(events[0]["last_batch"]?.string == name && events[1]["steps"]?.int == steps)
    #expect(events[0]["initializer"]?.string == "he,glorot")
  }

  @Test("continues from a model's weights, with its layers, activations and scale")
  func initialWeights() throws {
    let model = scratch.file("model")
    try #require(try train("--epochs 2 --activation tanh --scale 2 --standardize --save \(model)").status == 0)
    func go(_ options: String) throws -> Executable.Outcome {
      try Executable.run(
        "train --data \(clouds) --initial-weights \(model) --epochs 0 --metrics \(scratch.file("m")) "
          + "--save \(scratch.file("copy")) " + options)
    }
    let outcome = try go("")
    try #require(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.lines[0].contains("2-8-3 tanh,softmax"))
    #expect(try scratch.read("copy") == scratch.read("model"))
    #expect(try scratch.rows("m")[0]["scale"]?.double == 2)
    #expect(try go("--hidden 8 --activation tanh --output softmax --bias").status == 0)
    for contradiction in [
      "--hidden 9", "--hidden none", "--activation relu", "--output sigmoid", "--no-bias", "--classes 2,0,1",
    ] {
      let outcome = try go(contradiction)
      #expect(outcome.status == 2, "\(contradiction): \(outcome.output) \(outcome.errors)")
      #expect(outcome.errors.contains(contradiction.prefix { $0 != " " }), "\(contradiction): \(outcome.errors)")
    }
  }

  @Test("continues from a model on data that have some of its classes; unknown ones are refused with both options")
  func initialClasses() throws {
    let model = scratch.file("model")
    try #require(try train("--epochs 1 --save \(model)").status == 0)
    func go(_ labels: [String]) throws -> Executable.Outcome {
      let rows = (0..<30).map { "\(labels[$0 % labels.count]),\($0),\($0 % 7)\n" }
      let data = try scratch.write("some.csv", "class,x,y\n" + rows.joined())
      return try Executable.run(
        "train --data \(data) --initial-weights \(model) --epochs 0 --save \(scratch.file("copy"))")
    }
    for labels in [["0", "1"], ["2", "1"], ["2"]] {
      let outcome = try go(labels)
      try #require(outcome.status == 0, "\(labels): \(outcome.errors)")
      let (copy, own) = try (scratch.read("copy"), scratch.read("model"))
      // The tensors are the same, and so are the labels.
      #expect(copy.suffix(200) == own.suffix(200))
      #expect(String(decoding: copy, as: UTF8.self).contains(#"[\"0\",\"1\",\"2\"]"#))
    }
    let other = try go(["0", "5"])
    #expect(other.status == 2 && !other.errors.contains("--classes"), "\(other.errors)")
    for part in ["--initial-weights", "--data", "0,1,2", "0,5"] {
      #expect(other.errors.contains(part), "\(other.errors)")
    }
    let more = try go(["0", "1", "2", "5"])
    #expect(more.status == 2 && more.errors.contains("--classes 0,1,2 takes the model's"), "\(more.errors)")
  }

  @Test(
    "train works on very few samples",
    arguments: [
      ("0,1\n1,2\n0,3\n", "--test-fraction 0"), ("0,1\n1,2\n0,3\n", ""), ("0,1\n1,2\n0,3\n", "--workers 128"),
      ("0,1\n1,2\n0,3\n", "--workers 8 --gradients partial --batch-size 2"),
      ("0,1\n1,2\n0,3\n", "--batch-size full --gradients owned --workers 128 --hidden none"),
      ("0,1\n1,2\n", "--test-fraction 0.5 --output sigmoid"), ("a,0\nb,0\n", "--standardize --test-fraction 0"),
      ("0,1\n1,2\n0,3\n", "--input masked --workers 2"), ("0,1\n1,2\n0,3\n", "--hidden 1,1,1 --batch-size 1 --steps 5"),
    ])
  func tiny(table: String, options: String) throws {
    let data = try scratch.write("tiny.csv", table)
    let outcome = try Executable.run("train --data \(data) --epochs 2 --save \(scratch.file("m")) \(options)")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.lines.last?.hasPrefix("finished ") == true)
    #expect(scratch.names.contains("m"))
  }

  @Test("that diverges names the learning rate, with status 1, and leaves a good model alone")
  func diverges() throws {
    let model = scratch.file("model")
    try #require(try train("--epochs 1 --save \(model)").status == 0)
    let good = try scratch.read("model")
    let outcome = try train("--output identity --learning-rate 1e20 --epochs 20 --save \(model)")
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("diverged") && outcome.errors.contains("--learning-rate"))
    #expect(outcome.errors.split(separator: "\n").count == 1)
    #expect(try scratch.read("model") == good)
    // If only the last update overflows, no later loss shows it.
    let last = try train(
      "--no-standardize --output identity --learning-rate 1e38 --steps 1 --test-fraction 0 --save \(model)")
    #expect(last.status == 1 && last.errors.contains("--learning-rate"), "\(last.errors)")
    #expect(try scratch.read("model") == good)
    // The same without a model to save: a diverged run is still reported.
    let unsaved = try train("--learning-rate 1e300 --steps 1 --test-fraction 0 --metrics \(scratch.file("m.jsonl"))")
    #expect(unsaved.status == 1 && unsaved.errors.contains("step 1: training diverged"), "\(unsaved.errors)")
    #expect(try scratch.rows("m.jsonl").last?["reason"] == "diverged")
  }

  @Test("ends well also where the stack of an ended thread is released at once, which a large limit of stacks means")
  func largeStacks() throws {
    let outcome = try Executable.shell(
      "ulimit -s 65536 2>/dev/null; $descent train --data synthetic:200,50 --hidden 8 --epochs 2 --save model",
      in: scratch.path)
    #expect(outcome.status == 0, "\(outcome.status): \(outcome.errors)")
    #expect(try scratch.read("model").count > 0)
  }

  @Test("refuses what memory cannot hold, with the bytes and the limit")
  func memory() throws {
    let outcome = try Executable.run("train --data \(clouds) --hidden 16777216,16777216")
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("--hidden") && outcome.errors.contains("PB of memory"), "\(outcome.errors)")
    let limited = try Executable.shell(
      "ulimit -v 4000000; $descent train --data '\(clouds)' --hidden 20000,20000 --epochs 1", in: scratch.path)
    #expect(limited.status == 1)
    #expect(limited.errors.contains("ulimit -v") && limited.errors.contains("GB"), "\(limited.errors)")
  }
}
