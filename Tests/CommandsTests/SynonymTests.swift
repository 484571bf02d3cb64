import Testing

@testable import Commands

@Suite("Short options, spellings and synonyms")
struct SynonymTests {
  private static func arguments(_ words: [String], command: String = "train") throws -> Arguments {
    try Invocation.arguments([command] + words)
  }

  @Test(
    "A letter is accepted for the option, with its value after a space, an equals sign or immediately",
    arguments: [
      (["-d", "synthetic:10,5"], "data", "synthetic:10,5"), (["-e", "7"], "epochs", "7"), (["-e=7"], "epochs", "7"),
      (["-e7"], "epochs", "7"), (["-b32"], "batch-size", "32"), (["-b", "full"], "batch-size", "full"),
      (["-l.5"], "learning-rate", ".5"), (["-l", "1e-3"], "learning-rate", "1e-3"),
      (["-o", "adam"], "optimizer", "adam"),
      (["-w", "2"], "workers", "2"), (["-s", "9"], "seed", "9"), (["-q"], "quiet", "true"),
    ])
  func letters(words: [String], name: String, text: String) throws {
    let arguments = try Self.arguments(words)
    #expect(arguments.texts == [name: text])
    #expect(arguments.synonymNote == nil)
  }

  @Test("Every command has the letter of an option that it has", arguments: CommandList.all.indices)
  func everywhere(index: Int) {
    let letters = [
      "data": "d", "epochs": "e", "batch-size": "b", "learning-rate": "l", "optimizer": "o", "workers": "w",
    ]
    .merging(["seed": "s", "quiet": "q"]) { $1 }
    for option in CommandList.all[index].declaration.groups.flatMap(\.options) where option.name != "data" || index < 7
    {
      #expect(option.otherNames.short.map(String.init) == letters[option.name], "--\(option.name)")
    }
  }

  @Test(
    "Case and spaces in values do not matter",
    arguments: [
      (["--optimizer", "Adam"], "optimizer", "adam"), (["--activation", "ReLU"], "activation", "relu"),
      (["--hidden", "128, 64"], "hidden", "128,64"), (["--hidden", "None"], "hidden", "none"),
      (["--batch-size", " Full "], "batch-size", "full"), (["--workers", "AUTO"], "workers", "auto"),
      (["--schedule", "Step: 10, 0.5"], "schedule", "step:10,0.5"),
      (["--learning-rate", " 0.1"], "learning-rate", "0.1"),
      (["--loss", "Cross-Entropy"], "loss", "cross-entropy"), (["--save", "My Model"], "save", "My Model"),
      (["--hidden", " 64 "], "hidden", "64"), (["--activation", "Leaky ReLU"], "activation", "leaky-relu"),
      (["--activation", "gelu tanh"], "activation", "gelu-tanh"),
      (["--loss", "squared error", "--output", "Soft Max"], "loss", "squared-error"),
      (["--output", "Soft Max"], "output", "softmax"), (["--schedule", "one cycle: .3"], "schedule", "one-cycle:.3"),
      (["--encoding", "Latin 1"], "encoding", "latin-1"), (["--label", " species"], "label", " species"),
      (["--categorical", "AUTO"], "categorical", "auto"), (["--categorical", " None "], "categorical", "none"),
      (["--checkpoint-every", "30 s", "--checkpoint", "d"], "checkpoint-every", "30s"),
      (
        ["--augment", "Affine: rotation = 10, scale=0.1"], "augment", "affine:rotation=10,scale=0.1"
      ),
    ])
  func spelling(words: [String], name: String, text: String) throws {
    let arguments = try Self.arguments(words)
    #expect(arguments.texts[name] == text)
    #expect(arguments.synonymNote == nil)
  }

  @Test(
    "Spaces never join the digits of numbers or two names; a list with commas is suggested",
    arguments: [
      (["train", "--hidden", "12 6"], "--hidden: invalid value 12 6; ", "; the nearest is 12,6."),
      (["train", "--hidden", "12 6, 3"], "--hidden: invalid value 12 6, 3; ", "; the nearest is 12,6,3."),
      (["train", "--activation", "relu tanh"], "--activation: ", "; the nearest is relu,tanh."),
      (["train", "--learning-rate", "1 2"], "--learning-rate: invalid value 1 2; ", "above 0."),
      (["train", "--learning-rate", "1e 5"], "--learning-rate: invalid value 1e 5; ", "above 0."),
      (["train", "--learning-rate", "1 e5"], "--learning-rate: invalid value 1 e5; ", "above 0."),
      (["train", "--epochs", "1 0"], "--epochs: invalid value 1 0; ", "."),
      (["train", "--optimizer", "adam w"], "--optimizer: invalid value adam w; ", "."),
      (["train", "--schedule", "step:1 0,0.5"], "--schedule: ", "."),
      (["train", "--data", "synthetic:1 0,5"], "--data: ", ""),
      (["compare", "--batch-size", "16 32"], "--batch-size: invalid value 16 32; ", "; the nearest is 16,32."),
      (["compare", "--batch-size", "8, 16 32"], "--batch-size: invalid value 8, 16 32; ", "; the nearest is 8,16,32."),
      (["compare", "--learning-rate", "1 2"], "--learning-rate: invalid value 1 2; ", "."),
      (["sweep", "--learning-rate", "log:0.0 1..1"], "--learning-rate: ", "."),
      (["sweep", "--hidden", "12 6|32"], "--hidden: invalid value 12 6; ", "."),
    ])
  func joined(words: [String], beginning: String, end: String) throws {
    let message = try #require(Invocation.refusal(words))
    #expect(message.hasPrefix(beginning) && message.hasSuffix(end), "\(message)")
  }

  @Test("Lists of experiments are read in the same way")
  func lists() throws {
    let arguments = try Self.arguments(["--optimizer", "Adam, SGD", "--batch-size", "10, Full"], command: "compare")
    #expect(arguments.texts["optimizer"] == "adam,sgd" && arguments.texts["batch-size"] == "10,full")
    #expect(Invocation.refusal(["compare", "--optimizer", "Adam,adam"])?.contains("adam twice") == true)
  }

  @Test(
    "A synonym is accepted, and a note says what it was read as",
    arguments: [
      (["--lr", "0.5"], "learning-rate", "0.5", "--lr is read as --learning-rate"),
      (["--val-fraction=.1"], "validation-fraction", ".1", "--val-fraction is read as --validation-fraction"),
      (["--loss", "mse", "--output", "tanh"], "loss", "squared-error", "--loss mse is read as --loss squared-error"),
      (["--loss", "MSE"], "loss", "squared-error", "--loss MSE is read as --loss squared-error"),
      (["--output", "logistic"], "output", "sigmoid", "--output logistic is read as --output sigmoid"),
      (
        ["--activation", "linear,logistic", "--hidden", "3,4"], "activation", "identity,sigmoid",
        "--activation linear,logistic is read as --activation identity,sigmoid"
      ),
      (
        ["--activation", "leaky_relu"], "activation", "leaky-relu",
        "--activation leaky_relu is read as --activation leaky-relu"
      ),
      (["--activation", "swish"], "activation", "silu", "--activation swish is read as --activation silu"),
      (["--activation", "lrelu"], "activation", "leaky-relu", "--activation lrelu is read as --activation leaky-relu"),
      (
        ["--loss", "sparse_categorical_crossentropy"], "loss", "cross-entropy",
        "--loss sparse_categorical_crossentropy is read as --loss cross-entropy"
      ),
      (
        ["--loss", "CrossEntropyLoss"], "loss", "cross-entropy",
        "--loss CrossEntropyLoss is read as --loss cross-entropy"
      ),
      (["--precision", "FP32"], "precision", "float32", "--precision FP32 is read as --precision float32"),
      (["--precision", "float"], "precision", "float32", "--precision float is read as --precision float32"),
      (["--initializer", "xavier"], "initializer", "glorot", "--initializer xavier is read as --initializer glorot"),
      (
        ["--lr", "1", "--threads", "2"], "workers", "2",
        "--lr is read as --learning-rate; --threads is read as --workers"
      ),
    ] as [([String], String, String, String)])
  func synonyms(words: [String], name: String, text: String, note: String) throws {
    let arguments = try Self.arguments(words)
    #expect(arguments.texts[name] == text)
    #expect(arguments.synonymNote == "descent: \(note).")
  }

  @Test("A synonym and the option's own name are one option given twice")
  func twice() {
    #expect(
      Invocation.refusal("train --lr 1 --learning-rate 2") == "--learning-rate: given 2 times (1, 2); expected once.")
  }

  @Test(
    "--version and -v are understood alone and after a command", arguments: [["-v"], ["--version"], ["train", "-v"]])
  func version(words: [String]) throws {
    guard case .version = try Invocation(words) else {
      Issue.record("something else")
      return
    }
  }

  @Test(
    "Case does not matter in names of exercises and results, nor in formats, which have the names of their programs")
  func names() throws {
    let course: CourseCommand = try Invocation.command(["course", "Berzal-XOR"])
    let all: CourseCommand = try Invocation.command(["course", "All"])
    guard case .one(let exercise) = course.selection, case .all = all.selection else {
      Issue.record("\(course.selection), \(all.selection)")
      return
    }
    #expect(exercise.name == "berzal-xor")
    let result: ReproduceCommand = try Invocation.command(["reproduce", "LeCun-300"])
    #expect(result.options.entries.map(\.name) == ["lecun-300"])
    for (given, format) in [("PyTorch", "torch"), ("Torch", "torch"), ("NumPy", "npz"), ("HTML", "html")] {
      let arguments = try Self.arguments(["m", "--to", given], command: "export")
      #expect(arguments.texts["to"] == format)
      #expect((arguments.synonymNote == nil) == (given.lowercased() == format))
    }
  }
}
