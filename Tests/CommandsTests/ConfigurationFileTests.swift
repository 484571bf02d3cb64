import Files
import Foundation
import JSON
import Testing
import Training

@testable import Commands

@Suite("Option values from a file")
struct ConfigurationFileTests {
  /// Parses a command line with `--config` and a file of this text.
  static func parse(_ text: String, _ words: [String] = [], command: String = "train") throws -> Arguments {
    let folder = try ScratchFolder()
    let path = try folder.write("config.json", text)
    return try Invocation.arguments([command, "--config", path] + words)
  }

  @Test(
    "Names have dashes or underscores; values are strings, numbers, Booleans or lists; null means not given",
    arguments: [
      (#"{"hidden": [256, 128], "learning_rate": 0.5}"#, ["hidden": "256,128", "learning-rate": "0.5"]),
      (#"{"batch-size": "Full", "epochs": null}"#, ["batch-size": "full"]),
      (
        #"{"hidden": [], "shuffle": false, "quiet": true, "l2": 0}"#,
        ["hidden": "none", "shuffle": "false", "quiet": "true"]
      ),
      (#"{"loss": "mse", "output": "tanh"}"#, ["loss": "squared-error", "output": "tanh"]),
      (
        #"{"no_shuffle": true, "no-bias": "true", "no_standardize": false, "no_standardize_targets": null}"#,
        ["shuffle": "false", "bias": "false", "standardize": "true"]
      ),
      (#"{"classes": ["p,q", "s"], "ignore": ["a", "b,c"]}"#, ["classes": "\"p,q\",s", "ignore": "a,\"b,c\""]),
      (##"{"classes": ["#c", "a,b"]}"##, ["classes": "\"#c\",\"a,b\""]),
      ("{}", [:]),
    ])
  func values(text: String, expected: [String: String]) throws {
    #expect(try Self.parse(text).texts.filter { $0.key != "config" } == expected)
  }

  @Test("The command line takes precedence")
  func precedence() throws {
    let arguments = try Self.parse(#"{"epochs": 7, "seed": 3}"#, ["-e", "2"])
    #expect(arguments.texts["epochs"] == "2" && arguments.texts["seed"] == "3")
  }

  @Test("Outputs, defaults and names that are not options are omitted from a run's record")
  func run() throws {
    let event =
      #"{"event":"run","hidden":[64],"learning_rate":0.1,"l2":0.0,"save":"a","quiet":true,"version":"9","momentum":null}"#
    let expected = ["hidden": "64", "learning-rate": "0.1"]
    for text in [event, event + "\n{\"event\":\"epoch\",\"epoch\":1}\n"] {
      #expect(try Self.parse(text).texts.filter { $0.key != "config" } == expected)
    }
  }

  @Test(
    "No command writes to the files of the run whose record it reads",
    arguments: [
      "train", "evaluate", "predict", "gradient", "export", "gradcheck", "scale", "compare", "sweep", "reproduce",
      "course",
    ])
  func outputs(command: String) throws {
    let folder = try ScratchFolder()
    let names = ["save", "metrics", "tensorboard", "checkpoint", "report", "charts"]
    let values = names.map { #","\#($0)":"\#($0)-of-the-run""# }.joined()
    let path = try folder.write("config.json", #"{"event":"run","seed":7"# + values + "}\n")
    let declaration = try #require(CommandList.named(command)?.declaration)
    let commandLine = try Arguments(
      [], command: declaration.name, groups: declaration.allGroups, mayRepeat: declaration.allowsRepetition,
      owners: CommandList.owners)
    let texts = try ConfigurationFile(path).texts(for: commandLine)
    #expect(texts == (commandLine.declared.contains { $0.name == "seed" } ? ["seed": ["7"]] : [:]))
  }

  @Test(
    "Values of a record that follow from an option of the command line, or conflict with it, are omitted",
    arguments: [
      (
        [],
        ["hidden": "8", "activation": "tanh", "initializer": "glorot,he", "test-fraction": "0.3", "loss": "huber:1"]
      ),
      (["--hidden", "16,8"], ["hidden": "16,8", "activation": "tanh", "test-fraction": "0.3", "loss": "huber:1"]),
      (
        ["--test", "t.csv"],
        ["hidden": "8", "activation": "tanh", "initializer": "glorot,he", "test": "t.csv", "loss": "huber:1"]
      ),
      (["--initial-weights", "m"], ["initial-weights": "m", "activation": "tanh", "test-fraction": "0.3"]),
    ])
  func conflicts(words: [String], expected: [String: String]) throws {
    let event =
      #"{"event":"run","given":["activation"],"hidden":[8],"activation":["tanh"],"initializer":"glorot,he","#
      + #""test_fraction":0.3,"loss":"huber:1","output":"identity","save_best":true,"checkpoint_every":"30s","#
      + #""classes":["a, b"," c"],"snapshots":3,"validation_fraction":0.1}"#
    var texts = try Self.parse(event, words).texts.filter {
      !["config", "output", "validation-fraction"].contains($0.key)
    }
    #expect(texts == expected)
    texts = try Self.parse(event, words + ["--save", "s", "--output", "softmax"]).texts
    #expect(texts["snapshots"] == "3" && texts["loss"] == nil && texts["output"] == "softmax")
  }

  @Test(
    "The command line wins over conflicting values of any file; a file must not conflict with itself",
    arguments: [
      (#"{"optimizer": "adam", "beta1": 0.8}"#, ["-o", "sgd"], "beta1"),
      (#"{"optimizer": "lbfgs"}"#, ["-b", "10"], "optimizer"),
      (#"{"test_fraction": 0.3}"#, ["--test", "t.csv"], "test-fraction"),
      (#"{"loss": "cross-entropy"}"#, ["--output", "identity"], "loss"),
    ])
  func precedenceInConflicts(text: String, words: [String], omitted: String) throws {
    #expect(try Self.parse(text, words).texts[omitted] == nil)
  }

  /// The record of a run with the choices of a machine, and the choices that a command line takes from it.
  private static func choices(
    _ words: [String], command: String = "train", workers: Int = 1, set: String = "portable", given: String = ""
  ) throws -> (names: Set<String>, note: String?) {
    let event =
      #"{"event":"run","given":[\#(given)],"hidden":[8],"data":"synthetic:60,20","workers":\#(workers),"#
      + #""gradients":"owned","input":"masked","instruction_set":"\#(set)","precision":"float32"}"#
    let arguments = try parse(event, words, command: command)
    return (TrainOptions.automatic.filter { arguments.texts[$0] != nil }, arguments.configurationNotes.first)
  }

  @Test("Automatic choices of a record apply to the same problem, without a note")
  func sameProblem() throws {
    let (names, note) = try Self.choices(["--seed", "3", "--epochs", "1"])
    #expect(names == ["workers", "gradients", "input", "instruction-set"] && note == nil)
    // An optimizer may need the full batch.
    #expect(try Self.choices(["-o", "lbfgs"]).names == [])
  }

  @Test(
    "Automatic choices of a record do not apply to other data, networks, batches or commands, which a line says",
    arguments: [
      ("train", ["--hidden", "16"]), ("train", ["--data", "synthetic:90,20"]), ("train", ["-b", "10"]),
      ("train", ["--limit", "30"]), ("compare", []),
    ])
  func otherProblem(command: String, words: [String]) throws {
    let (names, note) = try Self.choices(words, command: command)
    #expect(names == [])
    let line = try #require(note)
    #expect(line.hasPrefix("descent: --workers, --gradients, --input and --instruction-set in "), "\(line)")
    #expect(line.hasSuffix(" chosen anew."))
    // Those that the user of the run gave still apply, and so does one that is given now.
    #expect(try Self.choices(words, command: command, given: #""workers""#).names == ["workers"])
    #expect(try Self.choices(words + ["--gradients", "partial"], command: command).names == ["gradients"])
  }

  @Test("Automatic choices that this machine cannot follow are made anew; those that were given are an error")
  func otherMachine() throws {
    #expect(try Self.choices([], set: "avx4096").names == ["workers", "gradients", "input"])
    #expect(throws: UsageError.self) { try Self.choices([], set: "avx4096", given: #""instruction-set""#) }
    let tooMany = min(Cores.available + 1, 128)
    let names = try Self.choices([], workers: tooMany).names
    #expect(names.contains("workers") == (tooMany <= Cores.available))
    #expect(try Self.choices([], workers: tooMany, given: #""workers""#).names.contains("workers"))
  }

  @Test("Defaults of train in a record are not given to another command", arguments: ["compare", "sweep"])
  func otherCommands(command: String) throws {
    let event = #"{"event":"run","learning_rate":0.1,"validation_fraction":0.0,"last_batch":"keep","batch_size":64}"#
    let search = command == "sweep" ? ["--hidden", "8|16"] : []
    let texts = try Self.parse(event, search, command: command).texts
    #expect(texts.filter { !["config", "hidden"].contains($0.key) } == ["learning-rate": "0.1"])
  }

  @Test("The batch size of an optimizer that needs all samples is its own")
  func fullBatch() throws {
    let event = #"{"event":"run","optimizer":"lbfgs","batch_size":120}"#
    #expect(try Self.parse(event).texts["batch-size"] == nil)
  }

  @Test("An experiment takes a list of values as an axis")
  func axes() throws {
    let text = #"{"hidden": [[64], [32, 16]], "l2": [0, 1], "batch_size": [10, "full"]}"#
    let arguments = try Self.parse(text, command: "compare")
    #expect(arguments.texts(NetworkOptions.hiddenOption) == ["64", "32,16"])
    #expect(arguments.texts(RegularizationOptions.training[0]) == ["0", "1"])
    #expect(arguments.texts(BudgetOptions.batchSizeOption) == ["10,full"])
  }

  /// The first row of an experiment with this command line, as `--metrics` writes it.
  private static func row(_ words: [String], isCSV: Bool) throws -> String {
    let arguments = try Invocation.arguments(words + ["--print-config"])
    var configuration = ExperimentConfiguration(arguments)
    configuration.addSources(arguments)
    return isCSV
      ? "batch_size,configuration\n10,\(configuration.text)\n20,\n"
      : #"{"batch_size":10,"configuration":"\#(configuration.text)"}"# + "\n"
        + #"{"batch_size":20,"configuration":null}"# + "\n"
  }

  private static func parseRows(_ writer: [String], _ reader: [String], isCSV: Bool = false) throws -> Arguments {
    let folder = try ScratchFolder()
    let path = try folder.write(isCSV ? "rows.csv" : "rows.jsonl", try row(writer, isCSV: isCSV))
    return try Invocation.arguments(reader + ["--config", path])
  }

  @Test("The rows of an experiment give its options, axes and sources, without its defaults", arguments: [false, true])
  func experiment(isCSV: Bool) throws {
    let writer = [
      "compare", "-d", "any table.csv", "--test", "other.csv", "--label", "a b", "-b", "64", "-o", "sgd,adam",
      "--activation", "gelu", "--activation", "tanh", "--hidden", "4", "--hidden", "8,3", "--samples", "500",
    ]
    let arguments = try Self.parseRows(writer, ["compare", "--seeds", "3"], isCSV: isCSV)
    #expect(
      arguments.texts.filter { $0.key != "config" } == [
        "data": "any table.csv", "test": "other.csv", "label": "a b", "batch-size": "64", "optimizer": "sgd,adam",
        "activation": "tanh", "hidden": "8,3", "samples": "500", "seeds": "3",
      ])
    #expect(arguments.texts(NetworkOptions.hiddenOption) == ["4", "8,3"])
    #expect(arguments.texts(NetworkOptions.activationOption) == ["gelu", "tanh"])
  }

  @Test("An experiment's own default batch sizes are those in effect, and one that is train's default is not")
  func ownDefaults() throws {
    for (command, sizes) in [("compare", #"[1,10,64,1000,"full"]"#), ("scale", "[64,256,1024]")] {
      let value = try JSONValue.parse(Self.printed([command]).utf8)
      #expect(value["batch_size"]?.text == sizes)
      #expect(try Self.parse(#"{"batch_size": 64}"#, command: command).texts["batch-size"] == "64")
      let rows = try Self.parseRows([command, "-d", "synthetic"], [command])
      #expect(rows.texts["batch-size"] == nil && rows.texts["data"] == "synthetic")
    }
  }

  @Test("Rows of sweep and scale are read by their own command, and by train what has one value")
  func otherExperiments() throws {
    let sweep = ["sweep", "-l", "log:1e-3..1", "--hidden", "4|8,8", "-e", "2", "-d", "synthetic:300,50"]
    let again = try Self.parseRows(sweep, ["sweep"]).texts.filter { $0.key != "config" }
    #expect(
      again == ["learning-rate": "log:1e-3..1", "hidden": "4|8,8", "epochs": "2", "data": "synthetic:300,50"])
    let train = try Self.parseRows(sweep, ["train", "-l", "0.5", "--hidden", "4"]).texts.filter { $0.key != "config" }
    #expect(train == ["learning-rate": "0.5", "hidden": "4", "epochs": "2", "data": "synthetic:300,50"])
    let error = #expect(throws: UsageError.self) { try Self.parseRows(sweep, ["train", "-l", "0.5"]) }
    let message = "\(error.map(String.init(describing:)) ?? "")"
    #expect(message.contains("rows.jsonl") && message.contains("--hidden on the command line takes their place."))
    let scale = ["scale", "-w", "1,2", "-b", "32", "--last-batch", "keep", "-d", "synthetic:300,50"]
    let scaled = try Self.parseRows(scale, ["scale"]).texts.filter { $0.key != "config" }
    #expect(scaled == ["workers": "1,2", "batch-size": "32", "last-batch": "keep", "data": "synthetic:300,50"])
  }

  @Test(
    "An invalid file is an error that names it",
    arguments: [
      (#"{"epocs": 1}"#, "unknown option epocs; the nearest is epochs."),
      (#"{"epochs": -1}"#, "--epochs: invalid value -1; expected a whole number from 0 to 1000000000."),
      (#"{"shuffle": 3}"#, "--shuffle: invalid value 3; expected true or false."),
      (#"{"no_shuffle": 3}"#, "--shuffle: invalid value 3; expected true or false."),
      (#"{"no_shuffle": true, "shuffle": false}"#, "no_shuffle and shuffle are the same option; expected one."),
      (#"{"config": "other.json"}"#, "unknown option config; it belongs on the command line."),
      (#"{"print_config": true}"#, "unknown option print_config; it belongs on the command line."),
      (#"{"epochs": [1, 2]}"#, "--epochs: given 2 times (1, 2); expected once."),
      ("[1]", "found JSON that is not an object, expected an object of option values."),
      ("{\"epochs\": 1,\n  \"seed\" 2}", ":2:10: found a member without a colon, expected JSON"),
      ("epoch,steps\n", ":1:1: found "),
      ("{\"event\":\"timing\"}\n{}\n", "A metrics file has option values if scale, compare or sweep wrote it, or"),
      (#"{"trials": [{"seed": 1}]}"#, "found trials with a list of results, expected an object of option values."),
      (#"{"momentum": 0.5}"#, "sgd has no momentum; expected --optimizer momentum or nesterov. Options that"),
    ])
  func wrong(text: String, message: String) {
    do {
      _ = try Self.parse(text)
      Issue.record("accepted")
    } catch {
      #expect("\(error)".contains(message) && "\(error)".contains("config.json"))
    }
  }

  @Test(
    "Other commands take the output of train --print-config without what they cannot have, which one line says",
    arguments: [
      ([], ["sweep", "-l", "log:1e-3..1"], ["--validation-fraction 0"]), ([], ["compare"], ["--validation-fraction 0"]),
      ([], ["compare", "-l", "0.1"], []), ([], ["scale"], []), ([], ["gradcheck"], []),
      (["--validation-fraction", "0.3"], ["sweep", "-l", "log:1e-3..1"], []),
      // The command line wins.
      (["--validation-fraction", "0.3"], ["compare", "-l", "0.1"], []),
      (["--validation-fraction", "0.3", "-l", "0.1"], ["compare"], ["--validation-fraction 0.3"]),
      (["--hidden", "3", "--no-bias"], ["gradcheck", "MODEL"], ["--hidden 3", "--no-bias"]),
      (["--hidden", "3"], ["gradcheck", "MODEL", "--hidden", "4"], []),
      (["--resume", "."], ["scale"], ["--resume ."]), (["--resume", "."], ["compare", "-l", "0.1"], ["--resume ."]),
      (
        ["--resume", "."], ["sweep", "-l", "log:1e-3..1"], ["--resume .", "--validation-fraction 0"]
      ),
    ])
  func printedForOthers(options: [String], words: [String], leftOut: [String]) throws {
    // Without a learning rate, which depends on the data.
    let text = try Self.printed(["train", "--output", "identity"] + options)
    let arguments = try Self.parse(text, Array(words.dropFirst()), command: words[0])
    let notes = arguments.configurationNotes
    #expect(notes.count == (leftOut.isEmpty ? 0 : 1))
    for note in notes {
      #expect(note.contains(" no effect on 'descent \(words[0])', and "), "\(note)")
      for option in leftOut { #expect(note.contains(option), "\(note)") }
    }
    // What the command line has is an error.
    if leftOut.contains("--validation-fraction 0") {
      #expect(throws: UsageError.self) {
        try Self.parse(text, Array(words.dropFirst()) + ["--validation-fraction", "0"], command: words[0])
      }
    }
  }

  @Test("Accepted synonyms of options are names in a file, too, with a note; other names are suggested")
  func synonyms() throws {
    let folder = try ScratchFolder()
    let path = try folder.write("config.json", #"{"lr": 0.3, "val_fraction": 0.2, "epochs": 2}"#)
    let arguments = try Invocation.arguments(["train", "--config", path])
    #expect(arguments.texts["learning-rate"] == "0.3" && arguments.texts["validation-fraction"] == "0.2")
    #expect(
      arguments.configurationNotes == [
        "descent: \(path): lr is read as learning_rate; val_fraction is read as validation_fraction."
      ])
    let twice = try folder.write("twice.json", #"{"lr": 0.3, "learning_rate": 0.2}"#)
    #expect(throws: UsageError.self) { try Invocation(["train", "--config", twice]) }
    let foreign = try folder.write("foreign.json", #"{"eta": 0.3}"#)
    do {
      _ = try Invocation(["train", "--config", foreign])
      Issue.record("eta was accepted")
    } catch {
      #expect("\(error)".contains("unknown option eta; the nearest is learning-rate."), "\(error)")
    }
  }

  @Test(
    "A model is refused as such, and so is a checkpoint of a later release",
    arguments: [
      ("", "a safetensors file that is not a checkpoint"),
      (#""__metadata__":{"format":"descent-checkpoint","version":"99"},"#, "found a checkpoint of version 99"),
    ])
  func otherTensors(metadata: String, message: String) throws {
    let folder = try ScratchFolder()
    let header = "{\(metadata)" + #""x":{"dtype":"U64","shape":[1],"data_offsets":[0,8]}}"#
    var bytes = [UInt8(header.utf8.count)] + [UInt8](repeating: 0, count: 7) + Array(header.utf8)
    // The last tensor of a checkpoint is the checksum of the bytes before it.
    let sum = bytes.withUnsafeBytes { XXH64.sum($0) }
    bytes += withUnsafeBytes(of: sum.littleEndian) { Array($0) }
    let path = folder.path + "/tensors.safetensors"
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    do {
      _ = try ConfigurationFile(path)
      Issue.record("the file was read")
    } catch {
      #expect("\(error)".contains(message), "\(error)")
    }
  }
}
