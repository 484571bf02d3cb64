import Foundation
import Testing

@Suite("Files of the user")
struct OutputFileTests {
  private let scratch: Scratch

  /// A model `m.st` trained on `d.csv`, with its metrics in `p.jsonl`.
  init() throws {
    scratch = try Scratch()
    try scratch.write("d.csv", SmallData.clouds())
    let run = try run("train --data d.csv --hidden 3 --epochs 1 --save m.st --metrics p.jsonl --quiet")
    try #require(run.status == 0, "\(run.errors)")
  }

  private func run(_ line: String) throws -> Executable.Outcome {
    try Executable.shell("$descent \(line)", in: scratch.path)
  }

  private func contents() throws -> [String: [UInt8]] {
    let names = ["d.csv", "m.st", "p.jsonl"]
    return Dictionary(uniqueKeysWithValues: try names.map { ($0, try scratch.read($0)) })
  }

  @Test("are not written for names that a model's file cannot hold, which is said before the training")
  func names() throws {
    let columns = (0..<200).map { "column\($0)" + String(repeating: "n", count: 30_000) }
    let rows = (0..<40).map { row in
      (0..<200).map { "\((row + $0) % 7)," }.joined() + "label\(row % 20)" + String(repeating: "l", count: 150_000)
    }
    try scratch.write("long.csv", (["\(columns.joined(separator: ",")),class"] + rows).joined(separator: "\n") + "\n")
    let run = try run("train --data long.csv --label class --hidden 3 --epochs 1 --save long.st --metrics long.jsonl")
    #expect(run.status == 1 && run.output.isEmpty, "\(run.output.prefix(500))")
    #expect(run.errors.contains("long.st: found a header of ") && run.errors.contains("most of it names of columns, "))
    #expect(scratch.names == ["d.csv", "long.csv", "m.st", "p.jsonl"])
  }

  @Test("stay as they are when an output would replace them: a usage error, also for the data that a model names")
  func refused() throws {
    let before = try contents()
    try FileManager.default.createSymbolicLink(atPath: scratch.file("link"), withDestinationPath: "m.st")
    try FileManager.default.createSymbolicLink(atPath: scratch.file("data"), withDestinationPath: "d.csv")
    for line in [
      "gradient m.st --save ./m.st", "gradient m.st --save link", "gradient m.st --save data",
      "predict m.st --output d.csv",
      "predict m.st --data d.csv --output m.st", "evaluate m.st --report data", "export m.st --to html --output d.csv",
      "train --config p.jsonl --save p.jsonl", "train --data d.csv --save new --charts new",
    ] {
      let run = try run(line)
      #expect(run.status == 2 && run.output.isEmpty && run.errors.contains(" with --"), "\(line): \(run.errors)")
      #expect(try contents() == before, "\(line)")
    }
    #expect(scratch.names == ["d.csv", "data", "link", "m.st", "p.jsonl"])
  }

  @Test(
    "are not begun by a command that ends before its work: no folder is left",
    arguments: [
      ("train --data d.csv --class-weights 1,2 --save s --metrics j", 2),
      ("train --data d.csv --label none --report r.html --tensorboard t", 2),
      ("train --data d.csv --initial-weights none", 1), ("train --data none.csv", 1),
      ("compare --data d.csv --class-weights 1,2", 2), ("sweep --data d.csv --label none --hidden '4|8'", 2),
      ("scale --data d.csv --label none", 2), ("evaluate m.st --data none.csv", 1),
    ])
  func notBegun(line: String, status: Int32) throws {
    let names = scratch.names
    let outputs = line.hasPrefix("train") ? " --checkpoint new/checkpoints --charts new/charts" : " --charts new/charts"
    let run = try run(line + outputs)
    #expect(run.status == status, "\(run.errors)")
    #expect(scratch.names == names)
  }

  /// Commands, and the beginning of the file that they write to standard output.
  @Test(
    "are written to standard output as -, results then to standard error",
    arguments: [
      ("export m.st --to npz --output -", "PK", "npz"),
      ("export m.st --to torch --output -", "# A network of ", "torch"),
      ("gradient m.st --save -", "", "loss"), ("evaluate m.st --report -", "<!DOCTYPE html>", "accuracy"),
      ("train --data d.csv --epochs 1 --metrics -", "{\"event\":\"run\"", "epoch 1/1"),
      ("predict m.st --output -", "index,label,", ""), ("predict m.st --format json --output -", "{\"index\":0", ""),
    ])
  func standardOutput(line: String, beginning: String, results: String) throws {
    #expect(try self.run("gradient m.st --save g.st").status == 0)
    let run = try Executable.shell("$descent \(line) > out", in: scratch.path)
    #expect(run.status == 0 && (results.isEmpty || run.errors.contains(results)), "\(run.errors)")
    let bytes = try scratch.read("out")
    #expect(bytes.starts(with: Data(beginning.utf8)), "\(String(decoding: bytes.prefix(80), as: UTF8.self))")
    if line.hasPrefix("gradient") { #expect(try bytes == scratch.read("g.st")) }
    if line == "predict m.st --output -" { #expect(try self.run("predict m.st").output == scratch.text("out")) }
    #expect(!scratch.names.contains("-"))
  }

  /// Options, the name in the note on what could not be written, and the end of the last line.
  @Test(
    "are written although a record of the run cannot be, which is noted once and fails the command at its end",
    arguments: [
      ("--metrics new.jsonl", "new.jsonl", "; new.jsonl is incomplete"),
      ("--metrics new.csv", "new.csv", "; new.csv is incomplete"),
      ("--tensorboard board", "board/events", "; board is incomplete"), ("", "standard output", ""),
    ])
  func incompleteRecords(options: String, name: String, ending: String) throws {
    // A file of 8 kB is too small for the records of 400 epochs, or for their lines, and large enough for the model.
    let lines = options.isEmpty ? "" : "--log-every 400"
    let run = try Executable.shell(
      "$descent train --data d.csv --hidden 3 --epochs 400 --save new.st \(lines) \(options) >lines; echo $? >status",
      in: scratch.path, fileBlocks: 16)
    #expect(run.errors.hasPrefix("descent: \(name)") && run.errors.contains("The run continues without it."))
    #expect(run.errors.split(separator: "\n").count == 1, "\(run.errors)")
    #expect(try scratch.text("status") == "1\n")
    #expect(try Executable.run(["info", scratch.file("new.st")]).status == 0)
    if !options.isEmpty { #expect(try scratch.text("lines").hasSuffix(ending + "\n")) }
  }

  @Test("are written although the last epoch's line, which --log-every leaves for the end, cannot be")
  func incompleteLastLine() throws {
    let words = "train --data d.csv --hidden 3 --epochs 1000 --steps 23 --log-every 400 --save new.st"
    let lines = try self.run(words).output.split(separator: "\n", omittingEmptySubsequences: false)
    let last = try #require(lines.lastIndex { $0.hasPrefix("epoch ") })
    // A file of 8 kB is full in the middle of that line.
    let room = lines[..<last].map { $0.utf8.count + 1 }.reduce(0, +) + lines[last].utf8.count / 2
    let run = try Executable.shell(
      "head -c \(8192 - room) /dev/zero >lines; $descent \(words) >>lines; echo $? >status", in: scratch.path,
      fileBlocks: 16)
    #expect(run.errors.hasPrefix("descent: standard output: ") && run.errors.contains("The run continues without it."))
    #expect(run.errors.components(separatedBy: "standard output: ").count == 2, "\(run.errors)")
    #expect(try scratch.text("status") == "1\n")
    #expect(try Executable.run(["info", scratch.file("new.st")]).status == 0)
  }

  @Test(
    "are the only output of a run, which then ends when they cannot be written", arguments: ["", "--tensorboard board"])
  func onlyRecord(other: String) throws {
    let run = try Executable.shell(
      "$descent train --data d.csv --hidden 3 --epochs 4000 --quiet --metrics new.csv \(other)", in: scratch.path,
      fileBlocks: 16)
    #expect(run.status == 1 && run.errors.hasPrefix("descent: "), "\(run.errors)")
    #expect(run.errors.contains("The run continues without it.") == !other.isEmpty, "\(run.errors)")
    #expect(run.errors.split(separator: "\n").count == (other.isEmpty ? 1 : 2), "\(run.errors)")
  }

  @Test(
    "are written without a line about them with --quiet",
    arguments: [
      ("export m.st --to npz", "m.npz"),
      ("data synthesize digits --data synthetic:20,10", "digits/train-images-idx3-ubyte"),
      ("data augment synthetic:20,10 copies", "copies/t10k-labels-idx1-ubyte"),
    ])
  func quiet(line: String, file: String) throws {
    let loud = try run(line)
    #expect(loud.status == 0 && loud.output.contains(file), "\(loud)")
    try FileManager.default.removeItem(atPath: scratch.file(file))
    let quiet = try run("\(line) --quiet")
    #expect(quiet.status == 0 && quiet.output.isEmpty && quiet.errors.isEmpty, "\(quiet)")
    #expect(FileManager.default.fileExists(atPath: scratch.file(file)))
  }

  @Test("a page is exported without training samples, and says so, when the model's data cannot be read")
  func missingSamples() throws {
    let page = { try String(decoding: scratch.read("m.html"), as: UTF8.self) }
    let whole = try run("export m.st --to html")
    #expect(whole.status == 0 && whole.errors.isEmpty)
    #expect(try !page().contains("\"points\":[]"))
    try FileManager.default.moveItem(atPath: scratch.file("d.csv"), toPath: scratch.file("moved.csv"))
    let bare = try run("export m.st --to html")
    #expect(bare.status == 0 && bare.output == "m.html: 2-3-3, html\n")
    #expect(bare.errors.hasPrefix("m.html: without the training samples. "), "\(bare.errors)")
    #expect(bare.errors.contains("d.csv: no such file"), "\(bare.errors)")
    #expect(try page().contains("\"points\":[]"))
    #expect(try run("export m.st --to html --quiet").errors.isEmpty)
  }

  @Test("the note about missing samples names no remedy that export does not have")
  func missingSamplesReason() throws {
    // A name without an ending, which a model keeps as a source only while it exists.
    let table = String(decoding: try scratch.read("d.csv"), as: UTF8.self)
    _ = try scratch.write("data", table)
    #expect(try run("train --data data --hidden 3 --epochs 1 --save n.st").status == 0)
    try FileManager.default.removeItem(atPath: scratch.file("data"))
    let gone = try run("export n.st --to html")
    #expect(gone.status == 0 && gone.errors.contains("data as its data, which no longer exists"), "\(gone.errors)")
    _ = try scratch.write("data", table.replacing("\n0,", with: "\n7,", maxReplacements: 1))
    let strange = try run("export n.st --to html")
    #expect(strange.status == 0 && strange.errors.contains("found label 7, expected"), "\(strange.errors)")
    #expect(!strange.errors.contains("classes "), "\(strange.errors)")
  }

  @Test(
    "must not have the name of another format's files",
    arguments: ["m.onnx", "m.NPZ", "m.safetensors", "n.st", "m.mat", "m.npy", "m.h5", "m.py"])
  func exportContradiction(name: String) throws {
    let run = try run("export m.st --to html --output \(name)")
    #expect(run.status == 2 && run.errors.contains("--to html with --output \(name): "), "\(run.errors)")
    #expect(!scratch.names.contains(name))
    #expect(try self.run("export m.st --to html --output page").status == 0)
  }

  @Test("are named after the model, without its ending", arguments: ["m.st", "m.safetensors", "m", "m.v2"])
  func exportName(name: String) throws {
    if name != "m.st" {
      try FileManager.default.moveItem(atPath: scratch.file("m.st"), toPath: scratch.file(name))
    }
    #expect(try run("export \(name) --to npz").status == 0)
    #expect(scratch.names.contains(name == "m.v2" ? "m.v2.npz" : "m.npz"), "\(scratch.names)")
  }

  @Test(
    "stay as they are when an export would have their name only by that of the model; an earlier export is replaced",
    arguments: [
      ("html", "m.html", "<!DOCTYPE html>\n<html lang=\"en\"><head></head></html>"),
      ("torch", "m.py", "# A network of mine\n"),
      ("onnx", "m.onnx", "\u{8}\u{7}\u{12}\u{7}pytorch"), ("npz", "m.npz", "PK"),
    ])
  func derivedName(format: String, name: String, other: String) throws {
    try scratch.write(name, other)
    let refused = try run("export m.st --to \(format)")
    #expect(refused.status == 2 && refused.output.isEmpty, "\(refused)")
    #expect(refused.errors.contains(name) && refused.errors.contains("--output"), "\(refused.errors)")
    #expect(try scratch.text(name) == other)
    #expect(try run("export m.st --to \(format) --output \(name)").status == 0)
    let bytes = try scratch.read(name)
    #expect(bytes.count > 200)
    // Its own file, of another model too.
    try #require(run("train --data d.csv --hidden 4 --epochs 1 --save m.st --quiet").status == 0)
    #expect(try run("export m.st --to \(format)").status == 0)
    #expect(try scratch.read(name) != bytes)
    // There is nothing to lose in an empty one.
    try scratch.write(name, "")
    #expect(try run("export m.st --to \(format)").status == 0)
  }

  @Test(
    "stay as they are when training saved them and an export has their name only by that of the model",
    arguments: [("onnx", "m.onnx"), ("npz", "m.npz")])
  func savedModel(format: String, name: String) throws {
    try #require(run("train --data d.csv --hidden 3 --epochs 1 --save \(name) --quiet").status == 0)
    let bytes = try scratch.read(name)
    let refused = try run("export m.st --to \(format)")
    #expect(refused.status == 2 && refused.errors.contains("no export has written"), "\(refused.errors)")
    #expect(try scratch.read(name) == bytes)
    #expect(try run("export m.st --to \(format) --output \(name)").status == 0)
    #expect(try run("export m.st --to \(format)").status == 0)
  }

  @Test("stay as they are when they are the report of the run whose model is exported as a page")
  func reportOfTheModel() throws {
    try #require(run("train --data d.csv --hidden 3 --epochs 1 --save r.st --report r.html --quiet").status == 0)
    let report = try scratch.read("r.html")
    let refused = try run("export r.st --to html")
    #expect(refused.status == 2 && refused.errors.contains("--output"), "\(refused)")
    #expect(try scratch.read("r.html") == report)
  }

  @Test(
    "stay as they are when an experiment reads a run's options",
    arguments: [
      "scale --config p.jsonl --rounds 1 --workers 1 --batch-size 30 --gradients owned",
      "compare --config p.jsonl --batch-size 30 --learning-rate auto --validation-fraction 0.2",
      "gradient m.st --config p.jsonl",
      "sweep --config p.jsonl --learning-rate '0.1|0.2' --validation-fraction 0.2",
    ])
  func configuration(line: String) throws {
    let before = try contents()
    let run = try run(line)
    #expect(run.status == 0, "\(run.errors)")
    #expect(try contents() == before)
  }
}
