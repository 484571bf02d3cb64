import Foundation
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

@Suite("Checkpoints of descent train after failures", .serialized)
struct CheckpointFailureTests: CheckpointRuns {
  let scratch: Scratch
  let clouds: String

  @Test("An unreadable checkpoint ends the run and is kept")
  func unreadable() throws {
    let run = "--data \(clouds) --hidden 8 --epochs 3 --quiet --checkpoint \(folder)"
    _ = try succeed(run)
    // A link to itself is what even root cannot open.
    let name = "checkpoint-99999999.safetensors"
    try FileManager.default.createSymbolicLink(atPath: "\(folder)/\(name)", withDestinationPath: name)
    let before = checkpoints
    for command in [run, "\(run) --resume \(folder)"] {
      let outcome = try train(command)
      #expect(outcome.status == 1 && outcome.errors.contains(name), "\(outcome.errors)")
      #expect(outcome.errors.split(separator: "\n").count == 1 && checkpoints == before)
    }
  }

  @Test("A damaged checkpoint is skipped for the previous one; without a valid one the run starts again")
  func damaged() throws {
    let run = "--data \(clouds) --hidden 8 --epochs 6 --quiet --save \(scratch.file("m"))"
    _ = try succeed(run)
    let whole = try scratch.read("m")
    for damage in [{ $0[$0.count / 3] ^= 1 }, { $0.removeLast(9) }, { $0 = [] }] as [(inout [UInt8]) -> Void] {
      try? FileManager.default.removeItem(atPath: folder)
      _ = try succeed("\(run) --epochs=3 --checkpoint \(folder)".replacing("--epochs 6 ", with: ""))
      _ = try succeed("--resume \(folder) --epochs 6 --quiet")
      try #require(checkpoints.count >= 2, "\(checkpoints)")
      let newest = checkpoints[1]
      var bytes = try scratch.read("ck/" + newest)
      damage(&bytes)
      try scratch.write("ck/" + newest, bytes)
      let outcome = try succeed("--resume \(folder) --quiet --epochs 6")
      #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
      #expect(outcome.errors.contains("skipped") && outcome.errors.contains(newest), "\(outcome.errors)")
      #expect(try scratch.read("m") == whole && !checkpoints.contains(newest))
    }
    for name in checkpoints { try scratch.write("ck/" + name, "no checkpoint") }
    let damaged = checkpoints
    for options in ["", "--epochs 9 --seed 2 --save \(scratch.file("typo.m"))"] {
      let bare = try train("--resume \(folder) --quiet \(options)")
      #expect(bare.status == 2 && checkpoints == damaged, "\(checkpoints)")
      #expect(bare.errors.contains("ck: there is no valid checkpoint, and no option describes"), "\(bare.errors)")
    }
    let again = try succeed("\(run) --resume \(folder) --checkpoint \(folder)")
    #expect(again.errors.split(separator: "\n").count == 3, "\(again.errors)")
    #expect(again.errors.contains("no valid checkpoint in \(folder): training starts from the beginning"))
    #expect(try scratch.read("m") == whole && checkpoints.count > damaged.count)
    #expect(Set(checkpoints).isSuperset(of: damaged), "\(checkpoints)")
    let misspelled = try Executable.run(
      "train --quiet --epochs 9 --save \(scratch.file("typo.m")) --resume \(scratch.file("typo"))")
    #expect(
      misspelled.status == 2 && misspelled.errors.contains("typo: there is no such folder"), "\(misspelled.errors)")
    #expect(!scratch.names.contains { $0.hasPrefix("typo") }, "\(scratch.names)")
    for name in ["missing", "empty"] {
      if name == "empty" {
        try FileManager.default.createDirectory(atPath: scratch.file(name), withIntermediateDirectories: true)
      }
      let outcome = try succeed("\(run) --resume \(scratch.file(name))")
      #expect(outcome.errors.contains("starts from the beginning"), "\(outcome.errors)")
      let names = try FileManager.default.contentsOfDirectory(atPath: scratch.file(name))
      #expect(names.contains { $0.hasPrefix("checkpoint-") }, "the same command would begin again: \(names)")
    }
  }

  @Test("A file that was replaced under the same name is noticed")
  func changedData() throws {
    _ = try succeed("--data \(clouds) --hidden 8 --epochs 2 --checkpoint \(folder) --quiet")
    for text in [SmallData.clouds(99), SmallData.clouds().replacing("0,-", with: "0,", maxReplacements: 1)] {
      try scratch.write("clouds.csv", text)
      let outcome = try train("--resume \(folder) --epochs 3")
      #expect(outcome.status == 1 && outcome.errors.contains("may have changed since"), "\(outcome.errors)")
      #expect(outcome.errors.hasPrefix("descent: \(folder): found "), "\(outcome.errors)")
      #expect(
        outcome.errors.contains("The data are \(clouds): a run is resumed with the same samples"), "\(outcome.errors)")
    }
  }

  @Test("On a full disk the run continues, reports it once, ends with status 1, and keeps the valid checkpoint")
  func noRoom() throws {
    _ = try succeed("--data \(clouds) --hidden 300 --epochs 2 --checkpoint \(folder) --quiet")
    let good = try scratch.read("ck/" + checkpoints[1])
    let (before, name) = (checkpoints, checkpoints[1])
    let script = "$descent train --resume '\(folder)' --epochs 40 --quiet --checkpoint-every 1"
    let outcome = try Executable.shell(script, in: scratch.path, fileBlocks: 4)
    #expect(outcome.status == 1)
    #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
    #expect(outcome.errors.contains(folder) && outcome.errors.contains("ulimit -f"), "\(outcome.errors)")
    #expect(checkpoints == before)
    #expect(try scratch.read("ck/" + name) == good)
    #expect(try train("--resume \(folder) --epochs 40 --quiet").status == 0)
  }

  @Test("If no folder can be created, the status is 1 and the error names the path")
  func paths() throws {
    let run = "--data \(clouds) --epochs 1 --quiet"
    for (options, path) in [
      ("--checkpoint \(clouds)", clouds), ("--checkpoint \(clouds)/ck", "\(clouds)/ck"), ("--resume \(clouds)", clouds),
    ] {
      let outcome = try train("\(run) \(options)")
      #expect(outcome.status == 1 && outcome.errors.contains(path), "\(options): \(outcome.errors)")
      #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
    }
  }

  #if os(Linux)
    @Test(
      "A folder that may not be written is refused before training",
      .enabled(if: Executable.canRunUnprivileged, "needs util-linux's setpriv"))
    func readOnly() throws {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o500])
      let outcome = try Executable.shell(
        "\(Executable.unprivileged) $descent train --data '\(clouds)' --epochs 1 --checkpoint '\(folder)'")
      #expect(outcome.status == 1 && outcome.errors.contains(folder) && outcome.output == "", "\(outcome.errors)")
    }
  #endif

  @Test("A run that diverges keeps the last good checkpoint")
  func diverged() throws {
    let run = "--data \(clouds) --output identity --hidden 8 --optimizer sgd --quiet"
    let outcome = try train("\(run) --learning-rate 3 --epochs 1000 --checkpoint \(folder) --checkpoint-every 1")
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("in epoch ") && outcome.errors.contains("--learning-rate"), "\(outcome.errors)")
    #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
    // It takes the run to the same step again.
    let again = try train("--resume \(folder) --quiet")
    #expect(again.status == 1 && again.errors == outcome.errors, "\(again.errors)")
  }

  @Test("A run with closed output continues for its checkpoints")
  func brokenPipe() throws {
    let run = "train --data '\(clouds)' --hidden 8 --epochs 400"
    _ = try Executable.shell("{ $descent \(run) --checkpoint ck; echo $? >status; } | head -n 1", in: scratch.path)
    #expect(try scratch.text("status") == "0\n")
    let resumed = try succeed("--resume \(folder)")
    #expect(resumed.output.contains("400 epochs and 800 steps are done"), "\(resumed.output)")
  }

  @Test(
    "Invalid options are rejected",
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

  @Test("One run at a time writes into a folder; checkpoints of another run are not replaced")
  func oneAtATime() throws {
    let words = "train --data \(clouds) --hidden 8 --epochs 1000000000 --checkpoint \(folder)"
    let running = try Running(words, output: "/dev/null")
    try Event.wait(for: "a checkpoint", from: running) { !checkpoints.isEmpty }
    let second = try train("--data \(clouds) --epochs 1 --checkpoint \(folder)")
    #expect(second.status == 1 && second.errors.contains("another run"), "\(second.errors)")
    running.send(SIGTERM)
    #expect(try running.wait().status == 143)
    let kept = checkpoints
    for other in ["", "--resume \(folder)-2"] {
      let third = try train("--data \(clouds) --epochs 1 --checkpoint \(folder) --quiet \(other)")
      #expect(third.status == 2 && third.errors.contains("--resume \(folder)"), "\(third.errors)")
    }
    #expect(checkpoints == kept)
  }
}
