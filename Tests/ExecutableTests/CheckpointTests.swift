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
struct CheckpointTests {
  private let scratch: Scratch
  private let clouds: String
  private var folder: String { scratch.file("ck") }

  init() throws {
    scratch = try Scratch()
    clouds = try scratch.write("clouds.csv", SmallData.clouds())
  }

  private func train(_ words: String) throws -> Executable.Outcome { try Executable.run("train " + words) }

  private func succeed(_ words: String) throws -> Executable.Outcome {
    let outcome = try train(words)
    try #require(outcome.status == 0, "\(words): \(outcome.errors)")
    return outcome
  }

  private var checkpoints: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
  }

  /// A metrics file's events, without what a clock said, and options that may differ.
  private func events(_ name: String) throws -> [JSONValue] {
    let left: Set = [
      "seconds", "samples_per_second", "save", "metrics", "resume", "checkpoint", "checkpoint_every", "quiet",
    ]
    return try scratch.text(name).split(separator: "\n").map { line in
      guard case .object(let members) = try JSONValue.parse(line.utf8) else { return .null }
      return .object(members.filter { !left.contains($0.name) })
    }
  }

  // MARK: The same end

  @Test(
    "A run that a signal ended goes on to the bits and the metrics of one that was left alone",
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
      let running = try Running(
        program: Executable.path, start.split(separator: " ").map(String.init), output: "/dev/null")
      // As soon as there is an epoch to its name.
      for _ in 0..<500 where (try? scratch.text("run.jsonl"))?.contains("\"epoch\":2,") != true { usleep(2000) }
      running.send(signal)
      let outcome = try running.wait()
      // Unless it was over by then, or about to begin.
      #expect([0, status].contains(outcome.status))
      if outcome.status != 0, outcome.errors != "" {
        interruptions += 1
        #expect(outcome.errors.contains("interrupted in epoch"), "\(outcome.errors)")
        #expect(outcome.errors.contains("--resume \(folder) goes on from here"), "\(outcome.errors)")
        #expect(!scratch.names.contains("model"))
      }
      #expect(checkpoints.count <= 2 && checkpoints.allSatisfy { $0.hasPrefix("checkpoint-") }, "\(checkpoints)")
      isFirst = false
    }
    #expect(interruptions > 0)
    _ = try succeed("--resume \(folder) --quiet")
    #expect(try scratch.bytes("model") == scratch.bytes("through"))
    #expect(try events("run.jsonl") == events("through.jsonl"))
  }

  @Test("A finished run writes its outputs again, and goes on when it is given more to do")
  func finished() throws {
    let common = "--data \(clouds) --hidden 8 --optimizer nesterov --quiet"
    _ = try succeed("\(common) --epochs 7 --save \(scratch.file("seven"))")
    for budget in ["--epochs 4", "--steps 7", "--steps 1", "--epochs 0"] {
      try? FileManager.default.removeItem(atPath: folder)
      let files = "--save \(scratch.file("m")) --metrics \(scratch.file("m.jsonl"))"
      _ = try succeed("\(common) \(budget) \(files) --checkpoint \(folder)")
      let (model, metrics) = (try scratch.bytes("m"), try events("m.jsonl"))
      for name in ["m", "m.jsonl"] { try FileManager.default.removeItem(atPath: scratch.file(name)) }
      let again = try succeed("--resume \(folder)")
      #expect(again.lines.dropFirst().first?.hasPrefix("resuming \(folder)/checkpoint-") == true, "\(again.output)")
      #expect(try scratch.bytes("m") == model && events("m.jsonl") == metrics, "\(budget)")
      _ = try succeed("--resume \(folder) --epochs 7 --steps 1000 --quiet --save \(scratch.file("longer"))")
      #expect(try scratch.bytes("longer") == scratch.bytes("seven"), "\(budget)")
    }
    _ = try succeed("--resume \(folder) --metrics \(scratch.file("m.csv")) --quiet")
    #expect(try scratch.text("m.csv").split(separator: "\n").map { $0.prefix(2) } == ["ep"] + (1...7).map { "\($0)," })
  }

  @Test("What was not given comes from the checkpoint, what may differ does, and the rest is refused with both values")
  func contradictions() throws {
    _ = try succeed(
      "--data \(clouds) --hidden 8,4 --activation tanh --optimizer adam --learning-rate 0.01 --batch-size 16 --epochs 2 --quiet "
        + "--validation-fraction 0.2 --workers 2 --gradients partial --no-bias --seed 5 --checkpoint \(folder)")
    let allowed = [
      "", "--epochs 3", "--epochs 3 --steps 1000", "--stop-loss 0.001", "--stop-gradient-norm 1e-9", "--patience 5",
      "--target-accuracy 1", "--save \(scratch.file("m"))", "--metrics \(scratch.file("m.csv"))",
      "--checkpoint \(scratch.file("elsewhere"))", "--checkpoint \(folder) --checkpoint-every 2s",
      // The same in other words.
      "--learning-rate 1e-2", "--activation tanh,tanh", "--hidden 8,4", "--data \(scratch.path)/./clouds.csv",
      "--optimizer adam --beta1 0.9", "--no-bias", "--shuffle",
      "--seed 5 --workers 2 --gradients partial --batch-size 16",
      "--label first", "--classes 0,1,2", "--scale 1", "--input dense", "--l2 0", "--schedule constant --warmup 0",
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
      ("--workers 3", "--workers 3", "--workers 2"), ("--workers auto", "--workers auto", "--workers 2"),
      ("--gradients owned", "--gradients owned", "--gradients partial"), ("--bias", "--bias", "--no-bias"),
      ("--input masked", "--input masked", "--input dense"), ("--seed 6", "--seed 6", "--seed 5"),
      ("--no-shuffle", "--no-shuffle", "--shuffle"), ("--clip-norm 1", "--clip-norm 1", "no --clip-norm"),
      ("--l2 0.1", "--l2 0.1", "--l2 0.0"), ("--schedule cosine", "--schedule cosine", "--schedule constant"),
      ("--data \(other)", "--data \(other)", "--data \(clouds)"), ("--limit 50", "--limit 50", "no --limit"),
      ("--classes 0,1", "--classes 0,1", "--classes 0,1,2"), ("--classes 2,1,0", "--classes 2,1,0", "--classes 0,1,2"),
      ("--standardize", "--standardize", "no --standardize"), ("--test-fraction 0.5", "--test-fraction 0.5", "0.2"),
      ("--save-best --save x", "--save-best", "no --save-best"),
      ("--output sigmoid", "--output sigmoid", "--output softmax"),
      ("--loss squared-error", "--loss squared-error", "--loss cross-entropy"),
      ("--initializer he", "--initializer he", "--initializer auto"),
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

  @Test("Under a cosine schedule the budget is part of the run")
  func cosine() throws {
    _ = try succeed("--data \(clouds) --hidden 8 --schedule cosine --epochs 4 --checkpoint \(folder) --quiet")
    #expect(try train("--resume \(folder) --epochs 4 --quiet").status == 0)
    for (given, stored) in [("--epochs 5", "--epochs 4"), ("--steps 7", "no --steps")] {
      let outcome = try train("--resume \(folder) \(given)")
      #expect(outcome.status == 2 && outcome.errors.contains(given) && outcome.errors.contains(stored))
    }
  }

  // MARK: What goes wrong

  @Test("A damaged checkpoint is passed over for the one before, and without a whole one the run begins again")
  func damaged() throws {
    let run = "--data \(clouds) --hidden 8 --epochs 6 --quiet --save \(scratch.file("m"))"
    _ = try succeed(run)
    let whole = try scratch.bytes("m")
    for damage in [{ $0[$0.count / 3] ^= 1 }, { $0.removeLast(9) }, { $0 = [] }] as [(inout [UInt8]) -> Void] {
      try? FileManager.default.removeItem(atPath: folder)
      _ = try succeed("\(run) --epochs=3 --checkpoint \(folder)".replacing("--epochs 6 ", with: ""))
      _ = try succeed("--resume \(folder) --epochs 6 --quiet")
      try #require(checkpoints.count >= 2, "\(checkpoints)")
      let newest = checkpoints[1]
      var bytes = [UInt8](try scratch.bytes("ck/" + newest))
      damage(&bytes)
      try scratch.write("ck/" + newest, bytes)
      let outcome = try succeed("--resume \(folder) --quiet --epochs 6")
      #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
      #expect(outcome.errors.contains("passed over") && outcome.errors.contains(newest), "\(outcome.errors)")
      #expect(try scratch.bytes("m") == whole && !checkpoints.contains(newest))
    }
    for name in checkpoints { try scratch.write("ck/" + name, "no checkpoint") }
    let again = try succeed("\(run) --resume \(folder) --checkpoint \(folder)")
    #expect(again.errors.split(separator: "\n").count == 3, "\(again.errors)")
    #expect(again.errors.contains("no whole checkpoint in \(folder): training starts from the beginning"))
    #expect(try scratch.bytes("m") == whole && (1...2).contains(checkpoints.count))
    for place in ["missing", "empty"] {
      if place == "empty" {
        try FileManager.default.createDirectory(atPath: scratch.file(place), withIntermediateDirectories: true)
      }
      let outcome = try succeed("\(run) --resume \(scratch.file(place))")
      #expect(outcome.errors.contains("starts from the beginning"), "\(outcome.errors)")
    }
    #expect(!scratch.names.contains("missing"))
  }

  @Test("A file that has changed behind its name is noticed")
  func changedData() throws {
    _ = try succeed("--data \(clouds) --hidden 8 --epochs 2 --checkpoint \(folder) --quiet")
    for text in [SmallData.clouds(99), SmallData.clouds().replacing("0,-", with: "0,", maxReplacements: 1)] {
      try scratch.write("clouds.csv", text)
      let outcome = try train("--resume \(folder) --epochs 3")
      #expect(outcome.status == 1 && outcome.errors.contains("may have changed since"), "\(outcome.errors)")
    }
  }

  @Test("Without room the run goes on, says so once, ends with status 1, and leaves the good checkpoint")
  func noRoom() throws {
    _ = try succeed("--data \(clouds) --hidden 300 --epochs 2 --checkpoint \(folder) --quiet")
    let good = try scratch.bytes("ck/" + checkpoints[1])
    let (before, name) = (checkpoints, checkpoints[1])
    let script = "$descent train --resume '\(folder)' --epochs 40 --quiet --checkpoint-every 1"
    let outcome = try Executable.shell(script, in: scratch.path, fileBlocks: 4)
    #expect(outcome.status == 1)
    #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
    #expect(outcome.errors.contains(folder) && outcome.errors.contains("ulimit -f"), "\(outcome.errors)")
    #expect(checkpoints == before)
    #expect(try scratch.bytes("ck/" + name) == good)
    #expect(try train("--resume \(folder) --epochs 40 --quiet").status == 0)
  }

  @Test("Where no folder can be, status 1 and a line that names the place")
  func places() throws {
    let run = "--data \(clouds) --epochs 1 --quiet"
    for (options, place) in [
      ("--checkpoint \(clouds)", clouds), ("--checkpoint \(clouds)/ck", "\(clouds)/ck"), ("--resume \(clouds)", clouds),
    ] {
      let outcome = try train("\(run) \(options)")
      #expect(outcome.status == 1 && outcome.errors.contains(place), "\(options): \(outcome.errors)")
      #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
    }
  }

  @Test(
    "A folder that may not be written is refused before training",
    .enabled(if: getuid() != 0, "root may write anywhere"))
  func readOnly() throws {
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o500])
    let outcome = try train("--data \(clouds) --epochs 1 --checkpoint \(folder)")
    #expect(outcome.status == 1 && outcome.errors.contains(folder) && outcome.output == "")
  }

  @Test("A run that diverges keeps the last good checkpoint")
  func diverged() throws {
    let run = "--data \(clouds) --output identity --hidden 8 --optimizer sgd --quiet"
    let outcome = try train("\(run) --learning-rate 3 --epochs 1000 --checkpoint \(folder) --checkpoint-every 1")
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("in epoch ") && outcome.errors.contains("--learning-rate"), "\(outcome.errors)")
    #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
    // It takes the run to the same place again.
    let again = try train("--resume \(folder) --quiet")
    #expect(again.status == 1 && again.errors == outcome.errors, "\(again.errors)")
  }

  @Test("A run whose lines nobody reads goes on for its checkpoints")
  func brokenPipe() throws {
    let run = "train --data '\(clouds)' --hidden 8 --epochs 400"
    _ = try Executable.shell("{ $descent \(run) --checkpoint ck; echo $? >status; } | head -n 1", in: scratch.path)
    #expect(try scratch.text("status") == "0\n")
    let resumed = try succeed("--resume \(folder)")
    #expect(resumed.output.contains("400 epochs and 800 steps are done"), "\(resumed.output)")
  }

  @Test(
    "Options that make no sense are refused",
    arguments: [
      "--checkpoint-every epoch", "--checkpoint ck --checkpoint-every 0", "--checkpoint ck --checkpoint-every 0s",
      "--checkpoint ck --checkpoint-every -3", "--checkpoint ck --checkpoint-every 1.5",
      "--checkpoint ck --checkpoint-every epochs", "--checkpoint", "--resume", "--checkpoint ck --checkpoint ck",
    ])
  func usage(options: String) throws {
    let outcome = try train("--data \(clouds) \(options)")
    #expect(outcome.status == 2 && outcome.errors.contains("--checkpoint") || outcome.errors.contains("--resume"))
    #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
  }

  @Test("One run at a time writes into a folder; a checkpoint of an earlier run is not replaced in silence")
  func oneAtATime() throws {
    let words = "train --data \(clouds) --hidden 8 --epochs 1000000000 --checkpoint \(folder)"
    let running = try Running(
      program: Executable.path, words.split(separator: " ").map(String.init), output: "/dev/null")
    for _ in 0..<500 where checkpoints.isEmpty { usleep(10_000) }
    let second = try train("--data \(clouds) --epochs 1 --checkpoint \(folder)")
    #expect(second.status == 1 && second.errors.contains("another run"), "\(second.errors)")
    running.send(SIGTERM)
    #expect(try running.wait().status == 143)
    let third = try succeed("--data \(clouds) --epochs 1 --checkpoint \(folder) --quiet")
    #expect(third.errors.contains("checkpoints of an earlier run in \(folder) are replaced"), "\(third.errors)")
  }
}
