import JSON
import Optimizers
import Testing

@testable import Commands

@Suite("Traits of options")
struct OptionTraitsTests {
  private static func names(_ trait: OptionTraits) -> Set<String> {
    Set(TrainOptions.declared.filter { $0.traits.contains(trait) }.map(\.name))
  }

  @Test("Every option of network and optimizer is an axis of experiments, but the file of initial weights")
  func axes() {
    let options = (NetworkOptions.group.options + OptimizationOptions.group.options).map(\.name)
    let expected = Set(options).subtracting(["initial-weights", "optimizer"]).union([
      "validation-fraction", "last-batch", "input", "precision", "augment", "clean-epochs", "noise",
    ])
    #expect(Self.names(.axis) == expected)
    #expect(Self.names(.listAxis) == ["workers", "batch-size", "gradients", "optimizer", "instruction-set"])
  }

  @Test("Experiments have every option of train that is not its alone", arguments: ["compare", "scale"])
  func experiments(command: String) throws {
    let declaration = try #require(CommandList.named(command)?.declaration)
    let names = Set(declaration.groups.flatMap(\.options).map(\.name))
    // They resume from rows, and not from checkpoints, and `compare` repeats by seed: options of their own. The time limit of
    // ranks belongs to commands that run on ranks.
    let others = [Grid.resumeOption.name, TrainOptions.seedsOption.name, ExecutionOptions.rankTimeoutOption.name]
    for option in TrainOptions.declared where !others.contains(option.name) {
      #expect(names.contains(option.name) != option.traits.contains(.trainOnly), "--\(option.name)")
    }
  }

  @Test("Commands that run on ranks, and no others, have the time limit of ranks")
  func ranks() {
    for command in CommandList.all {
      let names = command.declaration.groups.flatMap(\.options).map(\.name)
      #expect(names.contains("rank-timeout") == command.runsOnRanks, "\(command.declaration.name)")
    }
  }

  @Test("Every option that names a path is either an input or an output, in every command")
  func paths() {
    for declaration in CommandList.declarations {
      for option in declaration.allGroups.flatMap(\.options)
      where option.completion == .file || option.completion == .directory {
        let isRead = !option.traits.isDisjoint(with: [.input, .inputPath])
        #expect(isRead != option.traits.contains(.output), "--\(option.name) of \(declaration.name)")
      }
    }
  }

  @Test("Options that a resumed run may change")
  func resumption() {
    let free = TrainOptions.declared.filter {
      !$0.traits.isDisjoint(with: [.mayChangeOnResume, .output, .perCommandLine, .runLength])
    }
    #expect(
      Set(free.map(\.name)) == [
        "epochs", "steps", "stop-loss", "stop-gradient-norm", "target-accuracy", "patience", "save", "metrics",
        "report",
        "charts", "plot", "checkpoint", "checkpoint-every", "resume", "tensorboard", "quiet", "log-every",
        "seeds", "rank-timeout",
      ])
  }

  @Test(
    "A value for files is a number or a Boolean if possible; options that were not given have their defaults",
    arguments: [
      ("", "hidden", "\"128\""), ("--hidden 5,6", "hidden", "\"5,6\""), ("", "l2", "0.0"),
      ("--l2 1e-2", "l2", "0.01"), ("--no-bias", "bias", "false"), ("", "bias", "true"), ("", "quiet", "false"),
      ("--stop-loss off", "stop-loss", "null"),
      ("", "steps", "null"), ("--steps 7", "steps", "7"), ("--seed 9007199254740993", "seed", "9007199254740993"),
      ("--loss squared-error", "loss", "\"squared-error\""), ("", "learning-rate", "null"),
      ("--batch-size 32", "batch-size", "32"), ("--batch-size full", "batch-size", "\"full\""),
      ("--workers 2", "workers", "2"), ("", "workers", "\"auto\""), ("--momentum 0.50", "momentum", "0.5"),
      ("--momentum linear:0.5,0.9,3", "momentum", "\"linear:0.5,0.9,3\""), ("", "rank-timeout", "600.0"),
      ("--dropout 0.5", "dropout", "\"0.5\""),
    ])
  func json(line: String, name: String, value: String) throws {
    let words = line.split(separator: " ").map(String.init)
    let option = try #require(TrainOptions.declared.first { $0.name == name })
    let arguments = try Arguments(words, command: "train", groups: TrainOptions.groups)
    #expect(arguments.json(option).text == value)
  }

  @Test("Defaults of a record depend on options of train, and are of options of train")
  func dependents() {
    let names = Set(TrainOptions.declared.map(\.name))
    #expect(names.isSuperset(of: RunRecord.dependents.keys), "\(Set(RunRecord.dependents.keys).subtracting(names))")
    for (owner, dependents) in RunRecord.dependents {
      #expect(names.isSuperset(of: dependents) && !dependents.contains(owner), "\(owner): \(dependents)")
    }
    #expect(names.isSuperset(of: RunRecord.defaultsByData))
    // The optimizer decides all of its hyperparameters; the data the learning rate of standardized targets.
    let ofOptimizer = RunRecord.dependents["optimizer"] ?? []
    #expect(ofOptimizer.isSuperset(of: OptimizerCatalog.all.flatMap { $0.hyperparameters.map(\.name) }))
    #expect(RunRecord.dependents["data"]?.contains("learning-rate") == true)
    #expect(RunRecord.dependents["test"] == ["scale", "standardize", "test-fraction"])
  }

  @Test("Kinds of values that are made of others keep the remark on an invalid text")
  func remarks() {
    let digit = ValueKind<Int>.wholeNumber(1...9).remarking { $0 == "ten" ? "it has two digits" : nil }
    let digits = ValueKind<[Int]>.list(of: digit, "N,N", allowed: "digits")
    for (remark, text) in [
      (digit.map { "\($0)" }.remark, "ten"), (digit.or("none", meaning: 0).remark, "ten"), (digits.remark, "1,ten"),
    ] {
      #expect(remark?(text) == "it has two digits" && remark?("1,x") == nil)
    }
  }

  @Test("Every command that has --quiet applies it to its progress and notes")
  func quiet() throws {
    let words = [
      "evaluate": "m", "predict": "m", "gradient": "m", "export": "m --to npz", "sweep": "--hidden 4|8",
      "reproduce": "lecun-linear", "course": "all", "data augment": "synthetic:20,5 folder",
      "data synthesize": "folder", "data describe": "synthetic",
    ]
    for type in CommandList.all
    where type.declaration.allGroups.contains(where: { $0.options.contains { $0.name == "quiet" } }) {
      let name = type.declaration.name
      let line = "\(name) \(words[name] ?? "") --quiet".split(separator: " ").map(String.init)
      guard case .run(let command, _) = try Invocation(line) else { throw CancellationError() }
      #expect(command.isQuiet, "\(name)")
    }
  }
}
