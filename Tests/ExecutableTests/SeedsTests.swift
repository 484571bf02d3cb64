import Foundation
import JSON
import Models
import Testing

@Suite("Networks of several seeds, and their committee", .serialized)
struct SeedsTests: JSONReading {
  private let scratch: Scratch
  private let clouds: String

  init() throws {
    scratch = try Scratch()
    // Clouds so near to each other that networks disagree.
    clouds = try scratch.write("clouds.csv", SmallData.clouds(300))
  }

  private func train(_ options: String, epochs: Int = 2) throws -> Executable.Outcome {
    try Executable.run("train --data \(clouds) --hidden 4 --epochs \(epochs) --batch-size 32 \(options)")
  }

  private func events(_ name: String, _ kind: String) throws -> [JSONValue] {
    try scratch.rows(name).filter { $0["event"]?.string == kind }
  }

  @Test("each network is the one of its seed alone, bit for bit, with outputs of its own", arguments: ["1", "2"])
  func eachAlone(workers: String) throws {
    let several = try train(
      "--seeds 3 --seed 5 --workers \(workers) --save \(scratch.file("m.safetensors")) --metrics \(scratch.file("r.jsonl"))"
    )
    try #require(several.status == 0, "\(several.errors)")
    for seed in 5...7 {
      let alone = try train("--seed \(seed) --workers \(workers) --save \(scratch.file("alone")) --quiet")
      try #require(alone.status == 0, "\(alone.errors)")
      let (one, other) = try (
        ModelFile.read(scratch.file("alone")), ModelFile.read(scratch.file("m-\(seed).safetensors"))
      )
      #expect(one == other)
      #expect(try events("r-\(seed).jsonl", "run").first?["seed"]?.int == seed)
      #expect(several.output.contains("seed \(seed): epoch 2/2: train loss"))
    }
    #expect(!scratch.names.contains("m.safetensors") && !scratch.names.contains("r.jsonl"))
    let names = (5...7).map { scratch.file("m-\($0).safetensors") }.joined(separator: ", ")
    for command in ["evaluate", "export --to npz", "info"] {
      let single = try Executable.run("\(command) \(scratch.file("m.safetensors"))")
      let hint = "directory. 'train --seeds' saves one model per seed, and there is \(names): name one of them."
      #expect(single.status == 1 && single.errors.contains(hint))
    }
  }

  @Test("networks without --workers are those of their seeds alone, too, bit for bit")
  func automaticWorkers() throws {
    let options = "train --data synthetic:400,50 --hidden 64 --epochs 2 --quiet --save"
    let several = try Executable.run("\(options) \(scratch.file("m")) --seeds 3")
    try #require(several.status == 0, "\(several.errors)")
    for seed in 1...3 {
      let alone = try Executable.run("\(options) \(scratch.file("alone")) --seed \(seed)")
      try #require(alone.status == 0, "\(alone.errors)")
      #expect(try ModelFile.read(scratch.file("alone")) == ModelFile.read(scratch.file("m-\(seed)")))
    }
  }

  @Test("the last line has mean and standard deviation of the networks' test accuracies")
  func summary() throws {
    let run = try train("--seeds 4 --metrics \(scratch.file("r.jsonl"))")
    try #require(run.status == 0, "\(run.errors)")
    let values = try (1...4).map { try #require(events("r-\($0).jsonl", "end").first?["test_accuracy"]?.double) }
    let mean = values.reduce(0, +) / 4
    let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 3).squareRoot()
    try #require(deviation > 0.001, "the networks must differ for this test")
    let text = String(format: "test accuracy %.4f ± %.4f", mean, deviation)
    #expect(run.lines.last?.hasPrefix("4 networks (mean ± standard deviation): ") == true)
    #expect(run.lines.last?.contains(text) == true, "\(run.lines.last ?? "")")
    #expect(try train("--seeds 2 --quiet").output == "")
  }

  @Test("with --save-best all figures of the last line are those of the saved epochs")
  func summaryOfBest() throws {
    // The rate is too large to converge: the last epoch is rarely the best.
    let run = try train(
      "--seeds 3 --validation-fraction 0.3 --learning-rate 2 --no-standardize --save-best --save \(scratch.file("m")) "
        + "--metrics \(scratch.file("r.jsonl"))", epochs: 12)
    try #require(run.status == 0, "\(run.errors)")
    let epochs = try (1...3).map { seed in
      let saved = try #require(events("r-\(seed).jsonl", "end").first?["saved_epoch"]?.int)
      return try #require(events("r-\(seed).jsonl", "epoch").first { $0["epoch"]?.int == saved })
    }
    try #require(epochs.contains { $0["epoch"]?.int != 12 }, "the last epochs must not be the best for this test")
    for (key, title) in [("test_accuracy", "test accuracy"), ("validation_accuracy", "validation accuracy")] {
      let values = try epochs.map { try #require($0[key]?.double) }
      let mean = String(format: "\(title) %.4f ± ", values.reduce(0, +) / 3)
      #expect(run.lines.last?.contains(mean) == true, "\(mean): \(run.lines.last ?? "")")
    }
    #expect(run.lines.last?.contains("each at its best epoch, saved") == true, "\(run.lines.last ?? "")")
  }

  @Test("checkpoints of each network continue bit for bit")
  func resumes() throws {
    let whole = try train("--seeds 2 --save \(scratch.file("whole"))", epochs: 4)
    try #require(whole.status == 0, "\(whole.errors)")
    for (epochs, step) in [(2, "--checkpoint"), (4, "--save \(scratch.file("parts")) --resume")] {
      let part = try train("--seeds 2 \(step) \(scratch.file("points"))", epochs: epochs)
      try #require(part.status == 0, "\(part.errors)")
    }
    for seed in 1...2 { #expect(try scratch.read("whole-\(seed)") == scratch.read("parts-\(seed)")) }
    let bare = try Executable.run("train --epochs 9 --resume \(scratch.file("points"))")
    #expect(bare.status == 2 && bare.errors.contains("expected --seed 1 --seeds 2 with it"), "\(bare.errors)")
    let alone = try Executable.run("train --steps 1 --data \(clouds) --resume \(scratch.file("points"))")
    let remedy = "--seed 1 --seeds 2 with --resume"
    #expect(alone.status == 0 && alone.errors.contains(remedy), "\(alone.errors)")
    #expect(alone.errors.contains("starts from the beginning"))
    let third = try Executable.run("train --seeds 3 --resume \(scratch.file("points"))")
    #expect(third.status == 2 && third.errors.contains("\(scratch.file("points-3")) has no checkpoint"))
    let standardOutput = try train("--seeds 2 --save -", epochs: 1)
    #expect(standardOutput.status == 2 && standardOutput.errors.contains("--save"), "\(standardOutput.errors)")
  }

  @Test("a network that was not begun has the options of the others' checkpoints, and the remedy names its seed")
  func resumesMissing() throws {
    let whole = try train("--seeds 3 --seed 4 --save \(scratch.file("whole"))", epochs: 3)
    try #require(whole.status == 0, "\(whole.errors)")
    let points = scratch.file("points")
    let part = try train("--seeds 3 --seed 4 --save \(scratch.file("parts")) --checkpoint \(points)", epochs: 1)
    try #require(part.status == 0, "\(part.errors)")
    for name in ["points-5", "points-6"] { try FileManager.default.removeItem(atPath: scratch.file(name)) }
    // A network that was continued alone tells the others' options, too.
    let first = try Executable.run("train --resume \(points)-4 --epochs 2 --quiet")
    try #require(first.status == 0, "\(first.errors)")
    let bare = try Executable.run("train --resume \(points)")
    #expect(bare.status == 2 && bare.errors.contains("expected --seed 4 --seeds 3 with it"), "\(bare.errors)")
    let printed = try Executable.run("train --resume \(points) --seed 4 --seeds 3 --print-config")
    #expect(
      printed.output.contains("\"hidden\": \"4\"") && printed.output.contains("\"save\": \"\(scratch.file("parts"))\""),
      "\(printed.errors)\(printed.output)")
    let more = try Executable.run("train --resume \(points) --seed 4 --seeds 4")
    #expect(more.status == 2 && more.errors.contains("\(points)-7 has no checkpoint"), "\(more.errors)")
    let rest = try Executable.run("train --resume \(points) --seed 4 --seeds 3 --epochs 3 --quiet")
    try #require(rest.status == 0, "\(rest.errors)")
    for seed in 4...6 { #expect(try scratch.read("whole-\(seed)") == scratch.read("parts-\(seed)"), "seed \(seed)") }
  }

  @Test("checkpoints of a single network are refused for several, naming both values")
  func single() throws {
    let ck = scratch.file("ck")
    try #require(try train("--checkpoint \(ck)", epochs: 1).status == 0)
    for words in ["", " --data \(clouds)"] {
      let outcome = try Executable.run("train --seeds 2 --resume \(ck)" + words)
      #expect(outcome.status == 2 && outcome.output == "", "\(outcome.output)")
      #expect(
        outcome.errors.contains("--seeds 2 with --resume \(ck): the checkpoint has --seeds 1,"), "\(outcome.errors)")
    }
    #expect(!scratch.names.contains { $0.hasPrefix("ck-") }, "\(scratch.names)")
  }

  @Test("a committee's figures are those of the mean probabilities")
  func committee() throws {
    let trained = try train("--seeds 2 --save \(scratch.file("m"))", epochs: 1)
    try #require(trained.status == 0, "\(trained.errors)")
    let probabilities = try (1...2).map { seed -> [[Double]] in
      let run = try Executable.run("predict \(scratch.file("m-\(seed)")) --data \(clouds) --split all --format csv")
      try #require(run.status == 0, "\(run.errors)")
      return run.lines.dropFirst().map { $0.split(separator: ",").dropFirst(2).compactMap { Double($0) } }
    }
    let truths = try scratch.text("clouds.csv").split(separator: "\n").dropFirst().compactMap { Int($0.prefix(1)) }
    try #require(truths.count == 300 && probabilities.allSatisfy { $0.count == 300 })
    let means = zip(probabilities[0], probabilities[1]).map { zip($0, $1).map { ($0 + $1) / 2 } }
    let right = zip(means, truths).count { mean, truth in mean.indices.max { mean[$0] < mean[$1] } == truth }
    let loss = zip(means, truths).reduce(0) { $0 - log($1.0[$1.1]) } / 300
    let files = "\(scratch.file("m-1")) \(scratch.file("m-2"))"
    let run = try Executable.run("evaluate \(files) --data \(clouds) --json")
    try #require(run.status == 0, "\(run.errors)")
    let object = try JSONValue.parse(run.output.utf8)
    #expect(object["accuracy"]?.double == Double(right) / 300)
    #expect(abs((object["loss"]?.double ?? 0) - loss) < 1e-5)
    let models = Self.items(object["models"])
    #expect(models.compactMap { $0["file"]?.string } == [scratch.file("m-1"), scratch.file("m-2")])
    #expect(models.compactMap { $0["accuracy"]?.double }.count == 2)
    let single = try Executable.run("evaluate \(scratch.file("m-1")) --data \(clouds) --json")
    #expect(try JSONValue.parse(single.output.utf8)["models"] == nil)
    let text = try Executable.run("evaluate \(files) --data \(clouds) --report \(scratch.file("page.html"))")
    #expect(text.output.contains("committee of 2 models") && scratch.names.contains("page.html"))
  }

  @Test("models whose outputs differ in meaning are no committee")
  func refused() throws {
    let two = try scratch.write("two.csv", SmallData.clouds(60, classes: 2))
    for (name, options) in [
      ("three", "--data \(clouds)"), ("two", "--data \(two)"), ("sigmoid", "--data \(clouds) --output sigmoid"),
    ] {
      let run = try Executable.run("train \(options) --hidden 4 --epochs 1 --save \(scratch.file(name)) --quiet")
      try #require(run.status == 0, "\(run.errors)")
    }
    let outputs = try Executable.run("evaluate \(scratch.file("three")) \(scratch.file("sigmoid")) --data \(clouds)")
    #expect(outputs.status == 1 && outputs.errors.contains("sigmoid outputs") && outputs.errors.contains("committee"))
    let classes = try Executable.run("evaluate \(scratch.file("two")) \(scratch.file("three")) --data \(two)")
    #expect(classes.status == 1 && classes.errors.contains(scratch.file("three")), "\(classes.errors)")
  }

  @Test("models that do not fit together are named with their difference, whichever the samples fit, and not the data")
  func unfit() throws {
    let plane = try scratch.write("plane.csv", SmallData.plane())
    for (name, options) in [
      ("clouds", "--data \(clouds)"), ("digits", "--data synthetic:60,20"),
      ("few", "--data synthetic:90,20 --classes 0,1,2"),
      ("plane", "--data \(plane) --targets 1 --output identity"),
      ("narrow", "--data \(plane) --targets 2 --output identity"),
    ] {
      let run = try Executable.run("train \(options) --hidden 4 --epochs 1 --save \(scratch.file(name)) --quiet")
      try #require(run.status == 0, "\(run.errors)")
    }
    for (models, data, found) in [
      ("digits few", "synthetic:60,20", "found 3 outputs, expected 10"),
      ("few digits", "synthetic:60,20", "found 10 outputs, expected 3"),
      ("plane digits", plane, "found 10 outputs, expected 1"), ("digits plane", plane, "found 1 output, expected 10"),
      ("plane narrow", plane, "found 2 outputs, expected 1"),
      ("few clouds", "synthetic:60,20 --classes 0,1,2", "found 2 inputs, expected 784"),
      ("clouds few", clouds, "found 784 inputs, expected 2"),
    ] {
      let names = models.split(separator: " ").map { scratch.file(String($0)) }
      let run = try Executable.run("evaluate \(names.joined(separator: " ")) --data \(data)")
      #expect(run.status == 1, "\(run.errors)")
      #expect(run.errors.contains("descent: \(names[1]): \(found), as \(names[0]) has."), "\(run.errors)")
    }
  }

  @Test("seeds that cannot be are usage errors; a network that diverges is named")
  func errors() throws {
    let stream = try Executable.run("train --data - --seeds 2")
    #expect(stream.status == 2 && stream.errors.contains("--seeds 2") && stream.errors.contains("--data -"))
    let beyond = try train("--seed \(Int.max) --seeds 2")
    #expect(beyond.status == 2 && beyond.errors.contains("--seed \(Int.max)"))
    #expect(try train("--seeds 0").status == 2)
    let plane = try scratch.write("plane.csv", SmallData.plane())
    let diverged = try Executable.run(
      "train --data \(plane) --targets 1 --output identity --learning-rate 1e30 --epochs 2 --seeds 2")
    #expect(diverged.status == 1 && diverged.errors.contains("--learning-rate"))
    let lines = diverged.errors.split(separator: "\n").filter { $0.contains("diverged") }
    #expect(lines.count == 1 && lines[0].hasPrefix("descent: seed 1: "), "\(diverged.errors)")
    #expect(lines.last?.hasSuffix(" Seed 2 diverged, too.") == true)
  }

  /// The outcome of a run that would not end, saved as `m` and interrupted after several epochs.
  private func interrupted(_ options: String) throws -> Executable.Outcome {
    let words =
      "train --data \(clouds) --epochs 100000000 --workers 1 \(options) --save \(scratch.file("m")) --metrics "
      + scratch.file("r.jsonl")
    let running = try Running(words)
    try Event.wait(for: "metrics", from: running) { ((try? scratch.read("r-1.jsonl").count) ?? 0) > 10_000 }
    running.send(SIGINT)
    let outcome = try running.wait()
    #expect(outcome.status == 130, "\(outcome.errors)")
    return outcome
  }

  @Test("a signal ends all networks, and those that were begun are saved")
  func signal() throws {
    let outcome = try interrupted("--seeds 2")
    #expect(outcome.lines.last == "0 of 2 networks: interrupted before one was trained to the end")
    #expect(try ModelFile.read(scratch.file("m-1")).isInterrupted)
    #expect(outcome.errors.contains("seed 1: interrupted in epoch"))
    #expect(!outcome.errors.contains("not begun"), "\(outcome.errors)")
  }

  @Test("a signal names the networks that were not begun")
  func notBegun() throws {
    // More than a machine trains side by side.
    let outcome = try interrupted("--hidden 4 --seeds 300")
    let begun = scratch.names.count { $0.hasPrefix("m-") }
    #expect(
      outcome.errors.contains("descent: seeds \(begun + 1) to 300: not begun.\n"), "\(begun): \(outcome.errors)")
  }
}
