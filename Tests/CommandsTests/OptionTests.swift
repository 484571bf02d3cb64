import Datasets
import Files
import Kernels
import Networks
import Optimizers
import Testing

@testable import Commands

@Suite("Options")
struct OptionTests {
  private static func train(_ line: String) throws -> TrainOptions {
    let words = line.split(separator: " ").map(String.init)
    let declaration = TrainCommand.declaration
    return try TrainOptions(Arguments(words, command: declaration.name, groups: declaration.groups))
  }

  @Test("Without options, training has the defaults of its help")
  func defaults() throws {
    let options = try Self.train("")
    #expect(options.network.hidden == nil && NetworkOptions.hiddenOption.absent == [128])
    #expect(options.network.activations == nil && NetworkOptions.activationOption.absent == [.relu])
    #expect(options.network.output == nil && NetworkOptions.outputOption.absent == .softmax)
    #expect(options.network.loss == nil)
    #expect(options.network.initializer == .automatic)
    #expect(options.network.hasBiases == nil && NetworkOptions.biasOption.absent)
    #expect(type(of: options.optimization.optimizer).name == "sgd")
    #expect(options.optimization.learningRate == 0.1)
    #expect(options.optimization.schedule == .constant)
    #expect(options.optimization.regularization.isEmpty && options.optimization.clipNorm == nil)
    #expect(options.budget.batchSize == .samples(64))
    #expect(options.budget.epochs == 5 && options.budget.steps == nil)
    #expect(options.budget.validationFraction == 0 && options.budget.patience == nil && !options.budget.savesBest)
    #expect(
      options.execution
        == ExecutionOptions(workers: nil, gradients: .auto, input: .auto, instructionSet: nil))
    #expect(options.seed == 1 && options.shuffles && !options.isQuiet)
    #expect(options.save == nil && options.metrics == nil)
    #expect(options.data == DataSelection(source: nil, options: DataOptions()))
  }

  @Test("Labels and variables that differ only in their bytes are different, as they are in a source")
  func exactTexts() throws {
    let options = try Self.train("--classes \u{E9},e\u{301} --variables \u{E9},e\u{301}").data.options
    #expect(options.classes?.map { $0.unicodeScalars.count } == [1, 2])
    #expect(options.variables?.map { $0.unicodeScalars.count } == [1, 2])
    #expect(throws: UsageError.self) { try Self.train("--classes \u{E9},\u{E9}") }
  }

  @Test("A label with a comma is quoted, and a model keeps it so")
  func quotedLabels() throws {
    for (text, labels) in [
      ("\"p,q\",s", ["p,q", "s"]), ("5\",6\"", ["5\"", "6\""]), ("#1,#2", ["#1", "#2"]), ("\"a\",b", ["a", "b"]),
      ("\"#c\",\"a,b\"", ["#c", "a,b"]),
    ] {
      let data = try Self.train("--classes \(text)").data
      #expect(data.options.classes == labels, "\(text)")
      let again = try DataSelection(source: nil, options: DataOptions()).reading(data.readingTexts)
      #expect(again.options.classes == labels, "\(text)")
    }
    for text in ["\"p,q\"", "\"p,q\",\"p,q\"", "\"p,q\",\"\""] {
      #expect(throws: UsageError.self, "\(text)") { try Self.train("--classes \(text)") }
    }
  }

  @Test("Values arrive typed, written with a space or an equals sign")
  func values() throws {
    let options = try Self.train(
      "--hidden=256,128 --activation tanh,leaky-relu --output sigmoid --loss=squared-error --initializer normal:0.1,biases "
        + "--optimizer nesterov --learning-rate 1e-2 --momentum=.8 --weight-decay 1e-4 --schedule step:10,0.5 --warmup 100 "
        + "--l2 0.5 --clip-norm 2 --batch-size full --epochs 0 --steps 30 --stop-loss 0.1 --stop-gradient-norm 1e-4 "
        + "--target-accuracy 0.97 --validation-fraction 0.1 --patience 3 --save-best --workers 128 --gradients owned "
        + "--input masked --instruction-set portable --seed 9223372036854775807 --no-shuffle --save a=b --metrics c.csv "
        + "--quiet --data cars.csv --label 3 --classes 3,cat --limit 10 --limit-per-class 2 --test-limit 4 --scale 2 "
        + "--standardize --test-fraction 0.5 --split all --data-seed 7")
    #expect(options.network.hidden == [256, 128])
    #expect(options.network.activations == [.tanh, .leakyReLU])
    #expect(options.network.output == .sigmoid && options.network.loss == .squaredError)
    #expect(options.network.initializer == Initializer(.normal(sigma: 0.1), drawsBiases: true))
    #expect(type(of: options.optimization.optimizer).name == "nesterov")
    #expect(options.optimization.optimizer.values == [0.8, 1e-4])
    #expect(options.optimization.learningRate == 0.01)
    #expect(options.optimization.schedule == LearningRateSchedule(.step(epochs: 10, factor: 0.5), warmupSteps: 100))
    #expect(options.optimization.regularization == ["l2": 0.5] && options.optimization.clipNorm == 2)
    #expect(options.budget.batchSize == .full && options.budget.epochs == 0 && options.budget.steps == 30)
    #expect(options.budget.stopLoss == 0.1 && options.budget.stopGradientNorm == 1e-4)
    #expect(options.budget.targetAccuracy == 0.97 && options.budget.validationFraction == 0.1)
    #expect(options.budget.patience == 3 && options.budget.savesBest)
    #expect(
      options.execution
        == ExecutionOptions(workers: 128, gradients: .owned, input: .masked, instructionSet: .portable))
    #expect(options.seed == 9_223_372_036_854_775_807 && !options.shuffles && options.isQuiet)
    #expect(options.save == "a=b" && options.metrics == "c.csv")
    var data = DataOptions()
    data.label = .index(3)
    data.classes = ["3", "cat"]
    (data.limit, data.limitPerClass, data.testLimit) = (10, 2, 4)
    data.scale = 2
    data.standardize = true
    data.split = .all
    data.testFraction = 0.5
    data.seed = options.seed
    data.dataSeed = 7
    #expect(
      options.data
        == DataSelection(
          source: .file("cars.csv"), options: data, workers: 128, givenOptions: ["data-seed", "classes"]))
  }

  @Test("With steps alone, epochs have no limit")
  func stepsAlone() throws {
    let options = try Self.train("--steps 10")
    #expect(options.budget.epochs == nil && options.budget.steps == 10)
  }

  @Test("Every optimizer has its own learning rate and decay", arguments: OptimizerCatalog.all.map { $0.name })
  func optimizers(name: String) throws {
    let options = try Self.train("--optimizer \(name)")
    let type = try OptimizerCatalog.type(named: name)
    #expect(options.optimization.learningRate == type.defaultLearningRate)
    #expect(options.optimization.optimizer.values == type.hyperparameters.map(\.defaultValue))
  }

  @Test("A file of weights may decide what the options leave open")
  func initialWeights() throws {
    let options = try Self.train("--initial-weights m --activation relu,tanh --loss cross-entropy")
    #expect(options.network.hidden == nil && options.network.activations == [.relu, .tanh])
    #expect(options.network.output == nil)
  }

  @Test("One activation fits any hidden layers, none too", arguments: ["none", "4", "4,5,6"])
  func oneActivation(hidden: String) throws {
    let options = try Self.train("--hidden \(hidden) --activation tanh")
    #expect(options.network.activations == [.tanh])
  }

  @Test("A repeated flag counts once")
  func repeatedFlag() throws {
    #expect(try Self.train("--quiet --quiet").isQuiet)
  }

  @Test("After a double dash nothing is an option, and a dash or a negative number never is")
  func positionals() throws {
    let arguments = try Arguments(
      ["a", "-", "-5", "--quiet", "--", "--quiet", "-x"], command: "train", groups: TrainOptions.groups)
    #expect(arguments.positionals == ["a", "-", "-5", "--quiet", "-x"])
    #expect(try arguments.value(CommonOptions.quietOption))
  }

  @Test("An option that may be repeated keeps all texts in order, and one text can replace them")
  func repetition() throws {
    let arguments = try Arguments(
      ["--hidden", "128", "--hidden=256,128", "--shuffle", "--no-shuffle"], command: "scale",
      groups: TrainOptions.groups,
      mayRepeat: true)
    #expect(arguments.texts(NetworkOptions.hiddenOption) == ["128", "256,128"])
    #expect(arguments.texts(TrainOptions.shuffleOption) == ["true", "false"])
    let point = arguments.replacing(NetworkOptions.hiddenOption, with: "64")
    #expect(try point.value(NetworkOptions.hiddenOption) == [64])
    #expect(point.spelling(NetworkOptions.hiddenOption) == "--hidden 64")
    #expect(point.spelling(TrainOptions.shuffleOption) == "--no-shuffle")
  }

  @Test(
    "No command has two options of one name, nor another program's name for two, but for names with two meanings",
    arguments: CommandList.all.indices)
  func names(index: Int) {
    let declaration = CommandList.all[index].declaration
    let options = declaration.groups.flatMap(\.options)
    let names = options.flatMap { [$0.name] + ($0.negation.map { [$0] } ?? []) } + ["help"]
    // A name that is an option of the command itself leads to no other: `--samples` is one of compare, and leads to --limit
    // in other commands.
    let others = options.flatMap(\.otherNames.all).filter { !names.contains($0) }
    let all = names + others
    // Errors suggest both options for these; scikit-learn's alpha is an L2 penalty, that of course notes the learning rate.
    let ambiguous: Set = ["alpha", "model", "normalize", "target"]
    let repeated = all.filter { name in all.count { $0 == name } > 1 }
    #expect(repeated.filter { !ambiguous.contains($0) } == [], "of \(declaration.name)")
    #expect(options.flatMap(\.otherNames.synonyms).filter(ambiguous.contains) == [], "what is accepted has one meaning")
    let letters = options.compactMap(\.otherNames.short) + ["h", "v"]
    #expect(Set(letters).count == letters.count, "of \(declaration.name)")
    #expect(options.filter { $0.meaning.isEmpty || $0.meaning.hasSuffix(".") }.map(\.name) == [])
  }

  @Test("The matrix unit is refused for products in float32, and named where it runs")
  func tiles() throws {
    let products = #expect(throws: UsageError.self) {
      try ExecutionOptions.checkTiles(.amx, .float32, isTraining: true, isPrecisionGiven: true)
    }
    #expect("\(try #require(products))".hasPrefix("--instruction-set amx with --precision float32: "))
    let evaluation = #expect(throws: UsageError.self) {
      try ExecutionOptions.checkTiles(.amx, .float32, isTraining: false, isPrecisionGiven: false)
    }
    #expect("\(try #require(evaluation))".hasPrefix("--instruction-set: invalid value amx; "))
    // The default is no option that was given.
    let byDefault = #expect(throws: UsageError.self) {
      try ExecutionOptions.checkTiles(.amx, .float32, isTraining: true, isPrecisionGiven: false)
    }
    let text = "\(try #require(byDefault))"
    #expect(
      text.hasPrefix("--instruction-set: invalid value amx; ") && text.contains("--precision bfloat16"), "\(text)")
    #expect(!text.contains("float32"), "\(text)")
    for precision in [.bfloat16, nil] as [Precision?] {
      try ExecutionOptions.checkTiles(.amx, precision, isTraining: true, isPrecisionGiven: true)
    }
    for set in [.avx512, nil] as [InstructionSet?] {
      try ExecutionOptions.checkTiles(set, .float32, isTraining: true, isPrecisionGiven: true)
    }
  }

  @Test(
    "bfloat16 on vectors of Intel, where it is slower, is noted with the processors that are faster in it",
    arguments: [
      ([], false, true), ([], true, false), (["auto"], false, true), (["avx512"], true, true), (["amx"], false, false),
      (["amx,avx512"], true, true), (["amx", "auto"], true, false),
    ])
  func slowVectors(sets: [String], usesTiles: Bool, isSlow: Bool) {
    let line = ExecutionOptions.slownessLine(sets) { usesTiles }
    #expect((line != nil) == isSlow)
    #expect(line?.contains("Zen 4") != false && line?.contains("--instruction-set amx") != false)
  }

  @Test("Nothing is noted on bfloat16 that is not asked for, or that is fast")
  func noSlowness() throws {
    for words in [[], ["--precision", "float32"], ["--precision", "auto"]] {
      let arguments = try Arguments(words, command: "train", groups: TrainCommand.declaration.groups)
      #expect(ExecutionOptions.slownessLine(arguments, ranks: 1) == nil)
    }
    guard Precision.available(with: InstructionSet.available[0]).contains(.bfloat16) else { return }
    let arguments = try Arguments(
      ["--precision", "bfloat16", "--instruction-set", "avx512"], command: "train",
      groups: TrainCommand.declaration.groups)
    #expect((ExecutionOptions.slownessLine(arguments, ranks: 1) != nil) == Precision.isBFloat16SlowOnVectors)
  }

  @Test("The nearest name is found over slips of the finger, case and length")
  func nearest() {
    let known = ["hidden", "epochs", "learning-rate", "seed", "save", "l2"]
    let meant = [
      "hiden": "hidden", "hdiden": "hidden", "Epochs": "epochs", "epoch": "epochs", "learning_rate": "learning-rate",
      "learn": "learning-rate", "sed": "seed", "seedd": "seed", "l3": "l2", "laerning-raet": "learning-rate",
    ]
    for (given, name) in meant { #expect(Nearest.name(to: given, among: known) == name, "for \(given)") }
    for far in ["xyz", "xy", "json", "mnist", ""] { #expect(Nearest.name(to: far, among: known) == nil, "for \(far)") }
    #expect(Nearest.name(to: "x", among: []) == nil)
    #expect(Nearest.name(to: "seed", among: [String(repeating: "seed", count: 100), "sed"]) == "sed")
    #expect(Nearest.distance("", "abc") == 3 && Nearest.distance("ca", "abc") == 3 && Nearest.distance("ab", "ba") == 1)
  }
}
