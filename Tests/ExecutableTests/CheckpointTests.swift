import Foundation
import JSON
import Random
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

@Suite("Checkpoints of descent train", .serialized)
struct CheckpointTests: CheckpointRuns {
  let scratch: Scratch
  let clouds: String

  @Test(
    "A run ended by a signal resumes with the bits and metrics of an uninterrupted run",
    arguments: [
      "--optimizer adam --workers 1 --epochs 6000",
      "--optimizer momentum --gradients partial --workers 3 --epochs 4000",
      "--optimizer rmsprop --schedule cosine --warmup 30 --batch-size 5 --clip-norm 1 --epochs 3000",
      "--validation-fraction 0.3 --save-best --patience 100 --learning-rate 1.5 --epochs 2000",
      "--targets 1 --output identity --optimizer adamw --batch-size full --epochs 4000",
    ])
  func signals(options: String) throws {
    let common = "--data \(clouds) --hidden 9 --quiet \(options)"
    _ = try succeed("\(common) --save \(scratch.file("through")) --metrics \(scratch.file("through.jsonl"))")
    let files = "--save \(scratch.file("model")) --metrics \(scratch.file("run.jsonl"))"
    var isFirst = true
    var interruptions = 0
    for (signal, status) in [(SIGINT, 130), (SIGTERM, 143), (SIGINT, 130)] as [(Int32, Int32)] {
      let start = isFirst ? "train \(common) \(files) --checkpoint \(folder)" : "train --quiet --resume \(folder)"
      try? FileManager.default.removeItem(atPath: scratch.file("run.jsonl"))
      let running = try Running(start, output: "/dev/null")
      // Once its metrics have an epoch of it.
      try Event.wait(for: "the second epoch") { !running.isRunning || scratch.has("\"epoch\":2,", in: "run.jsonl") }
      running.send(signal)
      let outcome = try running.wait()
      // Unless it was over by then, or about to begin.
      #expect([0, status].contains(outcome.status))
      if outcome.status != 0, outcome.errors != "" {
        interruptions += 1
        #expect(outcome.errors.contains("interrupted in epoch"), "\(outcome.errors)")
        #expect(outcome.errors.contains("--resume \(folder) continues from here"), "\(outcome.errors)")
        #expect(scratch.names.contains("model"))
      }
      #expect(checkpoints.count <= 2 && checkpoints.allSatisfy { $0.hasPrefix("checkpoint-") }, "\(checkpoints)")
      isFirst = false
    }
    #expect(interruptions > 0)
    _ = try succeed("--resume \(folder) --quiet")
    #expect(try scratch.read("model") == scratch.read("through"))
    #expect(try scratch.events("run.jsonl") == scratch.events("through.jsonl"))
  }

  @Test("A finished run writes its outputs again, and continues with a larger budget")
  func finished() throws {
    let common = "--data \(clouds) --hidden 8 --optimizer nesterov --quiet"
    _ = try succeed("\(common) --epochs 7 --save \(scratch.file("seven"))")
    for budget in ["--epochs 4", "--steps 7", "--steps 1", "--epochs 0"] {
      try? FileManager.default.removeItem(atPath: folder)
      let files = "--save \(scratch.file("m")) --metrics \(scratch.file("m.jsonl"))"
      _ = try succeed("\(common) \(budget) \(files) --checkpoint \(folder)")
      let (model, metrics) = (try scratch.read("m"), try scratch.events("m.jsonl"))
      for name in ["m", "m.jsonl"] { try FileManager.default.removeItem(atPath: scratch.file(name)) }
      let again = try succeed("--resume \(folder)")
      #expect(again.lines.dropFirst().first?.hasPrefix("resuming \(folder)/checkpoint-") == true, "\(again.output)")
      #expect(try scratch.read("m") == model && scratch.events("m.jsonl") == metrics, "\(budget)")
      _ = try succeed("--resume \(folder) --epochs 7 --steps 1000 --quiet --save \(scratch.file("longer"))")
      #expect(try scratch.read("longer") == scratch.read("seven"), "\(budget)")
    }
    _ = try succeed("--resume \(folder) --metrics \(scratch.file("m.csv")) --quiet")
    #expect(try scratch.text("m.csv").split(separator: "\n").map { $0.prefix(2) } == ["ep"] + (1...7).map { "\($0)," })
  }

  @Test("A run that is resumed with fewer epochs than are done trains nothing, says so and writes its outputs")
  func fewerEpochs() throws {
    // 72 samples of training: five steps an epoch.
    let words = "--data \(clouds) --hidden 8 --batch-size 16"
    for (steps, done) in [(14, "2 epochs and 13 steps"), (15, "3 epochs and 15 steps")] {
      try? FileManager.default.removeItem(atPath: folder)
      _ = try succeed("\(words) --steps \(steps) --checkpoint \(folder) --save \(scratch.file("whole")) -q")
      let outcome = try succeed("--resume \(folder) --epochs 1 --steps 1000 --save \(scratch.file("part"))")
      let end = ": \(done) are done, and nothing is left to train (--epochs 1): a larger --epochs trains on."
      #expect(outcome.lines[1].hasSuffix(end), "\(outcome.output)")
      let last = outcome.lines[outcome.lines.count - 1]
      #expect(last.hasPrefix("finished 3 epochs (\(done.split(separator: " ")[3]) steps)"), "\(last)")
      #expect(outcome.lines.contains { $0.hasPrefix("epoch 3: ") } == (steps == 14), "\(outcome.output)")
      #expect(!outcome.output.contains("/1:"), "\(outcome.output)")
      #expect(try (scratch.read("part") == scratch.read("whole")) == (steps == 15))
      let longer = try succeed("--resume \(folder) --epochs 4 --steps 1000")
      #expect(longer.lines[1].hasSuffix(" are done.") && longer.output.contains("epoch 4/4: "), "\(longer.output)")
    }
  }

  @Test("Steps alone are the limit of a resumed run whose epochs were not given, and not of one with --epochs")
  func stepsAlone() throws {
    // 72 samples of training: five steps an epoch.
    let words = "--data \(clouds) --hidden 8 --batch-size 16 --checkpoint \(folder) --quiet"
    _ = try succeed(words)
    let longer = try succeed("--resume \(folder) --steps 35")
    #expect(longer.output.contains("epoch 7: ") && longer.output.contains("finished 35 steps (7 epochs)"))
    #expect(try succeed("--resume \(folder) --steps 40").output.contains("finished 40 steps (8 epochs)"))
    try FileManager.default.removeItem(atPath: folder)
    _ = try succeed(words + " --epochs 5")
    let outcome = try succeed("--resume \(folder) --steps 35")
    #expect(
      outcome.lines[1].hasSuffix(
        "nothing is left to train (--epochs 5 of the checkpoint): a larger --epochs trains on."),
      "\(outcome.output)")
  }

  @Test("Stop criteria of the checkpoint are named when nothing is left to train, and off trains on")
  func off() throws {
    let words = "--data \(clouds) --hidden 8 --epochs 4 --validation-fraction 0.2 --checkpoint \(folder) --quiet"
    for (name, value) in [("stop-loss", "100"), ("target-accuracy", "0"), ("stop-gradient-norm", "1000")] {
      try? FileManager.default.removeItem(atPath: folder)
      _ = try succeed("\(words) --\(name) \(value)")
      let outcome = try succeed("--resume \(folder)")
      #expect(
        outcome.lines[1].hasSuffix("(--\(name) \(value) of the checkpoint): --\(name) off trains on."),
        "\(outcome.output)")
      #expect(try succeed("--resume \(folder) --\(name) off").output.contains("finished 4 epochs"), "\(name)")
    }
  }

  @Test("A run from initial weights resumes without their file")
  func initialWeights() throws {
    let (weights, through) = (scratch.file("weights"), scratch.file("through"))
    _ = try succeed("--data \(clouds) --hidden 8 --activation tanh --epochs 2 --quiet --save \(weights)")
    let words = "--data \(clouds) --initial-weights \(weights) --optimizer adam --quiet"
    _ = try succeed("\(words) --epochs 5 --save \(through)")
    _ = try succeed("\(words) --epochs 2 --checkpoint \(folder)")
    try FileManager.default.removeItem(atPath: weights)
    let outcome = try succeed("--resume \(folder) --epochs 5 --save \(scratch.file("resumed")) --quiet")
    #expect(outcome.errors == "", "\(outcome.errors)")
    #expect(try scratch.read("resumed") == scratch.read("through"))
  }

  @Test("Options not given come from the checkpoint; those that may change do, others are refused with both values")
  func contradictions() throws {
    _ = try succeed(
      "--data \(clouds) --hidden 8,4 --activation tanh --optimizer adam --learning-rate 0.01 --batch-size 16 --epochs 2 --quiet "
        + "--validation-fraction 0.2 --workers 2 --gradients partial --no-bias --seed 5 --dropout 0.2 "
        + "--checkpoint \(folder)")
    let allowed = [
      "", "--epochs 3", "--epochs 3 --steps 1000", "--stop-loss 0.001", "--stop-gradient-norm 1e-9", "--patience 5",
      "--target-accuracy 1", "--save \(scratch.file("m"))", "--metrics \(scratch.file("m.csv"))",
      "--checkpoint \(scratch.file("elsewhere"))", "--checkpoint \(folder) --checkpoint-every 2s",
      // The same in other words.
      "--learning-rate 1e-2", "--activation tanh,tanh", "--hidden 8,4", "--data \(scratch.path)/./clouds.csv",
      "--optimizer adam --beta1 0.9", "--no-bias", "--shuffle",
      "--seed 5 --workers 2 --gradients partial --batch-size 16", "--workers auto --gradients auto --input auto",
      "--label class", "--classes 0,1,2", "--standardize", "--input dense", "--l2 0", "--initializer auto",
      "--schedule constant --warmup 0", "--dropout 0.20", "--clip-norm off --max-norm OFF --augment none",
      "--stop-loss off --stop-gradient-norm off --patience off --target-accuracy off",
    ]
    for options in allowed {
      let outcome = try train("--resume \(folder) --quiet \(options)")
      #expect(outcome.status == 0 && outcome.errors == "", "\(options): \(outcome.errors)")
    }
    let other = try scratch.write("other.csv", SmallData.clouds(60))
    let refused: [(options: String, given: String, stored: String)] = [
      ("--learning-rate 0.02", "--learning-rate 0.02", "--learning-rate 0.01"),
      ("--hidden 8", "--hidden 8", "--hidden 8,4"), ("--hidden none", "--hidden none", "--hidden 8,4"),
      ("--activation tanh,relu", "--activation tanh,relu", "--activation tanh"),
      ("--optimizer sgd", "--optimizer sgd", "--optimizer adam"),
      ("--momentum 0.5", "--momentum 0.5", "no --momentum"), ("--beta1 0.5", "--beta1 0.5", "--beta1 0.9"),
      ("--batch-size 17", "--batch-size 17", "--batch-size 16"),
      ("--batch-size full", "--batch-size full", "--batch-size 16"),
      ("--validation-fraction 0.1", "--validation-fraction 0.1", "--validation-fraction 0.2"),
      ("--workers 3", "--workers 3", "--workers 2"),
      ("--gradients owned", "--gradients owned", "--gradients partial"), ("--bias", "--bias", "--no-bias"),
      ("--input masked", "--input masked", "--input dense"), ("--seed 6", "--seed 6", "--seed 5"),
      ("--no-shuffle", "--no-shuffle", "--shuffle"), ("--clip-norm 1", "--clip-norm 1", "no --clip-norm"),
      ("--l2 0.1", "--l2 0.1", "--l2 0.0"), ("--schedule cosine", "--schedule cosine", "--schedule constant"),
      ("--data \(other)", "--data \(other.prefix(40))", "--data \(clouds)"), ("--limit 50", "--limit 50", "no --limit"),
      ("--classes 0,1", "--classes 0,1", "--classes 0,1,2"), ("--classes 2,1,0", "--classes 2,1,0", "--classes 0,1,2"),
      ("--no-standardize", "--no-standardize", "--standardize"), ("--test-fraction 0.5", "--test-fraction 0.5", "0.2"),
      ("--save-best --save x", "--save-best", "no --save-best"),
      ("--output sigmoid", "--output sigmoid", "--output softmax"),
      ("--loss squared-error", "--loss squared-error", "--loss cross-entropy"),
      ("--initializer he", "--initializer he", "--initializer glorot"),
      ("--dropout 0.3", "--dropout 0.3", "--dropout 0.2"), ("--dropout off", "--dropout off", "--dropout 0.2"),
    ]
    let before = checkpoints
    for (options, given, stored) in refused {
      let outcome = try train("--resume \(folder) \(options)")
      #expect(outcome.status == 2, "\(options): \(outcome.status) \(outcome.errors)")
      #expect(outcome.errors.contains(given) && outcome.errors.contains(stored), "\(options): \(outcome.errors)")
      #expect(outcome.errors.split(separator: "\n").count == 1 && outcome.output == "", "\(options): \(outcome.errors)")
    }
    #expect(checkpoints == before)
  }

  @Test("No dropout is the same in all words", arguments: ["", "--dropout off", "--dropout 0", "--dropout 0,0"])
  func none(options: String) throws {
    _ = try succeed("--data \(clouds) --hidden 8 --epochs 2 --checkpoint \(folder) --quiet \(options)")
    for words in ["--dropout off", "--dropout 0", "--dropout 0.0,0"] {
      let outcome = try train("--resume \(folder) --epochs 3 --quiet \(words)")
      #expect(outcome.status == 0, "\(words): \(outcome.errors)")
    }
    let refused = try train("--resume \(folder) --dropout 0.2")
    #expect(refused.status == 2 && refused.errors.contains("--dropout 0.2"), "\(refused.errors)")
  }

  @Test("The same command line resumes with the automatic choices of the run")
  func automatic() throws {
    let run = "--data \(clouds) --hidden 8 --checkpoint \(folder) --quiet"
    for option in ["workers", "gradients", "input", "instruction-set", "precision"] {
      try? FileManager.default.removeItem(atPath: folder)
      _ = try succeed("\(run) --\(option) auto --epochs 2")
      let outcome = try train("\(run) --\(option) auto --epochs 3 --resume \(folder)")
      #expect(outcome.status == 0, "\(option): \(outcome.errors)")
    }
  }

  @Test("Under a cosine schedule the budget is part of the run")
  func cosine() throws {
    _ = try succeed("--data \(clouds) --hidden 8 --schedule cosine --epochs 4 --checkpoint \(folder) --quiet")
    #expect(try train("--resume \(folder) --epochs 4 --quiet").status == 0)
    for (given, stored) in [("--epochs 5", "--epochs 4"), ("--steps 7", "no --steps")] {
      let outcome = try train("--resume \(folder) \(given)")
      #expect(outcome.status == 2 && outcome.errors.contains(given) && outcome.errors.contains(stored))
    }
  }
}
