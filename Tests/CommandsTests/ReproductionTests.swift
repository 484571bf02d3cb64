import JSON
import Testing

@testable import Commands
@testable import Experiments
@testable import Training

@Suite("Reproductions")
struct ReproductionTests {
  private static func options(_ words: [String]) throws -> ReproduceOptions {
    try ReproduceOptions(
      Arguments(words, command: "reproduce", groups: ReproduceCommand.declaration.allGroups))
  }

  @Test("every row has a command that train or compare accepts, a band, a source and a name of its own")
  func rows() throws {
    let names = Reproductions.all.map(\.name)
    #expect(Set(names).count == names.count && !names.contains("all") && !names.contains("speed"))
    let options = try Self.options(["all", "--seeds", "2"])
    #expect(options.entries.count == names.count)
    for entry in options.entries {
      let run = try ReproductionRun(entry, options).checked()
      #expect(run.command.hasPrefix("descent \(entry.command)"), "\(entry.name)")
      #expect(run.command.contains(" --seeds \(entry.measure.committees?.size ?? 2)"), "\(entry.name)")
      #expect(entry.band.lowerBound < entry.band.upperBound && entry.seconds > 0 && !entry.source.isEmpty)
      // A recipe of ours differs from no source.
      #expect(entry.deviations.isEmpty == (entry.basis == .target), "\(entry.name)")
    }
  }

  @Test(
    "the results that the issue of this experiment names are there",
    arguments: [
      "lecun-linear", "lecun-300", "lecun-1000", "lecun-300-100", "simard-squared-error", "simard-cross-entropy",
      "simard-affine", "simard-elastic", "hinton-500-300", "srivastava-sigmoid", "srivastava-relu",
      "srivastava-max-norm", "dropout-1024",
      "nielsen-30", "nielsen-100", "keras-mlp", "keras-quickstart", "pytorch-quickstart",
      "ciresan-1000-500", "ciresan-2500", "shallue-steps", "shallue-returns", "shallue-momentum",
      "mccandlish-noise", "ciresan-committee", "meier-committee",
      "speed-97", "speed-98", "speed-98.5", "speed-99", "speed-99.3", "speed-99.4", "speed-99.5",
    ])
  func named(name: String) { #expect(Reproductions.named(name) != nil) }

  @Test("with a budget run in the order of the time that their networks take", arguments: [nil, 1, 40] as [Int?])
  func budgetOrder(seeds: Int?) throws {
    let options = try Self.options(["all", "--budget", "60m"] + (seeds.map { ["--seeds", "\($0)"] } ?? []))
    let runs = options.entries.map { ReproductionRun($0, options) }
    let seconds = ReproductionBudget(seconds: options.budget).ordered(runs).map { $0.entry.seconds * Double($0.seeds) }
    #expect(seconds == seconds.sorted() && seconds.count == runs.count)
  }

  @Test("a published error's band is three standard errors of 10,000 images")
  func band() throws {
    let entry = try #require(Reproductions.named("simard-cross-entropy"))
    // 3 · √(0.016 · 0.984 / 10000) = 0.376 %.
    #expect(entry.band == 1.22...1.98 && entry.expected == "1.6 %")
    #expect(Reproductions.named("speed-99.4")?.band == 0...0.6)
  }

  @Test("the published number is that of its words, and nil where it is of other data or there is none")
  func published() throws {
    for entry in Reproductions.all {
      let number = Double(entry.expected.prefix { $0.isNumber || $0 == "." })
      switch entry.name {
      case "pytorch-quickstart", "shallue-returns", "shallue-momentum": #expect(entry.expectedValue == nil)
      case "keras-quickstart": #expect(entry.expectedValue == 2, "98 % accuracy")
      case _ where entry.basis == .target:
        #expect(abs((entry.expectedValue ?? 0) + (number ?? 0) - 100) < 1e-9, "\(entry.name)")
      default: #expect(number != nil && entry.expectedValue == number, "\(entry.name)")
      }
    }
  }

  @Test("slope, efficiency and critical batch sizes are those of the steps to the target")
  func scaling() throws {
    func scaling(_ steps: [(Int, Double)], noise: Double?) -> CompareScaling {
      CompareScaling(
        family: "", batches: BatchScaling(steps.map { .init(batchSize: $0.0, steps: $0.1) }), ranges: [:],
        noise: noise)
    }
    // Steps 100 (1 + 300/batch), and with a critical batch size of 1,200.
    let plain = scaling([16, 64, 1024].map { ($0, 100 * (1 + 300 / Double($0))) }, noise: 150)
    let other = scaling([16, 64, 1024].map { ($0, 100 * (1 + 1200 / Double($0))) }, noise: nil)
    func value(_ measure: Reproduction.Measure, _ scalings: [CompareScaling]) -> Double {
      measure.value(scalings) ?? .nan
    }
    let slope = value(.scalingExponent, [plain])
    // ln (1975 / 568.75) / ln 4.
    #expect(abs(slope - 0.898) < 1e-3)
    // 1975 · 16/1024 over 129.3.
    #expect(abs(value(.largestBatchEfficiency, [plain]) - 0.2387) < 1e-3)
    #expect(abs(value(.criticalBatchRatio, [plain, other]) - 4) < 1e-6)
    #expect(abs(value(.criticalBatchOverNoiseScale, [plain]) - 2) < 1e-6)
    #expect(Reproduction.Measure.criticalBatchRatio.value([plain]) == nil)
    #expect(Reproduction.Measure.criticalBatchOverNoiseScale.value([other]) == nil)
    #expect(Reproduction.Measure.largestBatchEfficiency.value([scaling([(16, 10), (64, 3)], noise: 1)]) == nil)
    for measure in [Reproduction.Measure.testError, .scalingExponent] { #expect(measure.value([]) == nil) }
  }

  @Test("seeds are rounded up to whole committees, whose networks together take the time of a target")
  func committees() throws {
    let entry = try #require(Reproductions.named("speed-99.5"))
    let size = try #require(entry.measure.committees?.size)
    #expect(size > 1 && entry.timedNetworks == size && entry.seeds == 10 * size && entry.band == 0...0.5)
    func run(_ words: [String]) throws -> ReproductionRun { try ReproductionRun(entry, Self.options(words)).checked() }
    let one = try run(["speed-99.5", "--seeds", "1"])
    #expect(one.seeds == size && one.command.hasSuffix("&& descent evaluate member-*.safetensors"))
    let two = try run(["speed-99.5", "--seeds", "\(size + 1)", "--seed", "4"])
    #expect(two.seeds == 2 * size && two.command.contains("for s in $(seq 4 \(size) \(2 * size + 3)); do"))
    #expect(try run(["speed-99.5", "--seeds", "1000"]).seeds == 1000 / size * size)
    // A committee of the literature has the source's number of networks, trained side by side: its time is that of a network.
    for (name, size) in [("meier-committee", 25), ("ciresan-committee", 7)] {
      let entry = try #require(Reproductions.named(name))
      #expect(entry.measure.committees?.size == size && entry.seeds == size && entry.timedNetworks == 1)
      for (seeds, networks) in [(1, size), (size, size), (size + 1, 2 * size)] {
        #expect(try ReproductionRun(entry, Self.options([name, "--seeds", "\(seeds)"])).seeds == networks)
      }
    }
  }

  @Test("names, seeds and files that cannot be are usage errors")
  func errors() throws {
    for words in [["lecun"], ["all", "--seeds", "0"], ["--report", "page.html"], ["all", "--budget", "0"]] {
      #expect(throws: UsageError.self) { try Self.options(words) }
    }
    #expect(try Self.options([]).selection == .list)
    #expect(try Self.options(["speed"]).entries.map(\.name).allSatisfy { $0.hasPrefix("speed-") })
    #expect(try Self.options(["all", "--budget", "5m"]).budget == 300)
  }

  @Test("a budget runs the short results first, and skips those that do not fit")
  func budget() throws {
    var budget = ReproductionBudget(seconds: 1000)
    func run(_ name: String, seeds: Int) throws -> ReproductionRun {
      let options = try Self.options([name, "--seeds", "\(seeds)"])
      return ReproductionRun(try #require(options.entries.first), options)
    }
    let options = try Self.options(["all"])
    let all = options.entries.map { ReproductionRun($0, options) }
    let ordered = budget.ordered(all).map(\.entry.name)
    #expect(ordered.first == "speed-97" && ordered.last == "ciresan-2500")
    #expect(try budget.reasonToSkip(run("speed-97", seeds: 10)) == nil)
    #expect(try budget.reasonToSkip(run("ciresan-2500", seeds: 1))?.contains("--budget") == true)
    // Alone, it continues from its checkpoints with every budget; other results do not.
    #expect(try budget.reasonToSkip(run("ciresan-2500", seeds: 1), isSingle: true) == nil)
    #expect(try budget.reasonToSkip(run("ciresan-1000-500", seeds: 20), isSingle: true) != nil)
    // A machine a hundred times as slow.
    budget.note(try run("speed-97", seeds: 100), seconds: 1000)
    #expect(try budget.reasonToSkip(run("speed-97", seeds: 200)) != nil)
    // A budget without an effect.
    let endless = ReproductionBudget(seconds: .greatestFiniteMagnitude)
    #expect(try endless.reasonToSkip(run("ciresan-2500", seeds: 1)) == nil)
    #expect(ReproductionBudget(seconds: nil).ordered(all).map(\.entry.name) == Reproductions.all.map(\.name))
  }

  @Test("a result agrees inside its band alone, and never without a figure")
  func agrees() throws {
    var result = ReproductionResult(try #require(Reproductions.named("hinton-500-300")), command: "")
    result.errors = [1]
    for (value, agrees) in [(1.53, true), (1.1, false), (2.0, false), (.nan, false)] as [(Double, Bool)] {
      result.value = value
      #expect(result.agrees == agrees, "\(value)")
    }
    result.value = nil
    #expect(result.agrees == false)
    result.skipped = "no time"
    #expect(result.agrees == nil && result.verdict == .stopped)
  }

  @Test("a target has no verdict with fewer networks than it is defined for")
  func fewSeeds() throws {
    for (name, least) in [("speed-97", 10), ("speed-99.5", 30), ("simard-elastic", 1)] {
      let entry = try #require(Reproductions.named(name))
      var result = ReproductionResult(entry, command: "")
      result.value = entry.band.upperBound
      for count in [1, least - 1, least] where count > 0 {
        result.errors = Array(repeating: 1, count: count)
        #expect(result.verdict == (count < least ? .fewSeeds : .inside), "\(name), \(count)")
        let text = ReproduceText.outcome(result, width: nil)
        #expect(text.contains("not enough seeds for a verdict, \(count) of at least \(least)") == (count < least))
      }
    }
  }

  @Test("a time that other programs made longer is marked, with the share that was lost", arguments: [true, false])
  func disturbed(isSingle: Bool) throws {
    var result = ReproductionResult(try #require(Reproductions.named("speed-97")), command: "")
    (result.value, result.errors, result.seconds) = (2.5, [2.5], 2)
    func text() -> String {
      isSingle ? ReproduceText.outcome(result, width: nil) : ReproduceText.table([result], width: nil)
    }
    #expect(!text().contains(" !") && !text().contains("Other programs"))
    result.processorUse = ProcessorUse(available: 10, used: 6, others: 4)
    #expect(text().contains("2.00 s !"))
    #expect(
      text().contains(
        "Other programs used the processors: the workers of 1 of 1 result, marked !, lost 40 % of the time"))
  }

  @Test("the table of all results says which are inside their bands, and why some were not run to the end")
  func table() throws {
    let entry = try #require(Reproductions.named("hinton-500-300"))
    var results = [Double?](arrayLiteral: 1.53, 2.5, nil, nil).map { value in
      var result = ReproductionResult(entry, command: "")
      result.value = value
      result.errors = value.map { [$0, $0] } ?? []
      result.seconds = value.map { $0 * 10 }
      return result
    }
    results[2].skipped = "--budget 1 min is less than its time"
    results[3].skipped = "--budget 1 min is over after 1 of 5 networks"
    results[3].errors = [1.5]
    #expect(ReproduceText.table([], width: 100) == "")
    let lines = ReproduceText.table(results, width: nil).split(separator: "\n")
    try #require(lines.count >= 8, "\(lines)")
    for (line, words) in zip(
      lines.dropFirst(),
      [
        ["1.53 ± 0.00 %", " 2 ", "inside"], ["2.50 ± 0.00 %", " 2 ", "OUTSIDE"], ["–", " 0 ", "skipped"],
        ["–", " 1 ", "stopped"],
      ])
    {
      for word in [entry.name] + words { #expect((line + " ").contains(word), "\(line)") }
    }
    // A narrow terminal leaves out the last columns.
    #expect(lines[0].split(separator: " ").prefix(4) == ["result", "here", "training", "band"], "\(lines[0])")
    #expect(
      ReproduceText.table(results, width: 60).replacing("\n", with: " ").contains("wider window; --json has them."))
    #expect(lines[5] == "1 inside the band, 1 outside, 1 stopped, 1 skipped")
    #expect(lines[6] == "\(entry.name) skipped: --budget 1 min is less than its time")
    #expect(lines[7] == "\(entry.name) --budget 1 min is over after 1 of 5 networks")
  }
}
