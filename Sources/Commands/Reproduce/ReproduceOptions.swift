import Experiments
import Files

/// The options of `reproduce`.
struct ReproduceOptions: Sendable {
  /// The selected results.
  enum Selection: Sendable, Equatable {
    case list
    case one(String)
    /// All targets of time to accuracy.
    case speed
    case all
  }

  var selection: Selection
  /// The text of `--data`; nil for MNIST in its default folder.
  var data: String?
  /// The number of networks; nil for each result's own.
  var seeds: Int?
  var firstSeed: UInt64
  /// The time for all results together, in seconds; nil for no limit.
  var budget: Double?
  /// The file with curves of other programs for the report.
  var peers: String?
  let outputs: ResultOutputs

  static let names = ["all", "speed"] + Reproductions.all.map(\.name)

  static let dataOption = Option(
    "data",
    ValueKind<String>.path("SOURCE").described("SOURCE", allowed: "a folder of MNIST's four IDX files"),
    absent: "Data/mnist when it holds the four files", "samples; bands are those of MNIST",
    traits: .input, otherNames: DataSelection.sourceOption.otherNames)
  static let seedsOption = Option(
    "seeds", .wholeNumber(1...TrainOptions.maximumSeeds),
    absent: "the result's own, between 1 and \(Reproductions.all.map(\.seeds).max() ?? 1)",
    "number of networks, with --seed and the following seeds", otherNames: TrainOptions.seedsOption.otherNames)
  static let budgetOption = Option(
    SweepOptions.budgetOption.name, .duration, absent: "no limit", "time for all results together, in seconds",
    otherNames: SweepOptions.budgetOption.otherNames)
  static let metricsOption = ResultOutputs.metricsOption("the figures of every network")

  static let peersOption = Option(
    "peers", .path("FILE"),
    "for --report: accuracy of other programs by training time, from Benchmarks/peers/run.py --curves",
    traits: .input)

  static let groups: [OptionGroup] = [
    OptionGroup(title: "Runs", options: [dataOption, seedsOption, TrainOptions.seedOption, budgetOption]),
    OptionGroup(
      title: "Output",
      options: [metricsOption] + ReportOptions.options + [peersOption] + [
        CommonOptions.jsonOption, CommonOptions.quietOption,
      ]),
  ]

  init(_ arguments: Arguments) throws(UsageError) {
    selection = try Self.selection(arguments.positionals.first)
    data = try arguments.value(Self.dataOption)
    seeds = try arguments.value(Self.seedsOption)
    firstSeed = try arguments.value(TrainOptions.seedOption)
    budget = try arguments.value(Self.budgetOption)
    outputs = try ResultOutputs(arguments, metrics: Self.metricsOption)
    peers = try arguments.value(Self.peersOption)
    if peers != nil, !outputs.report.isWanted {
      throw .combination(
        options: ["--peers", "no --report"], reason: "the curves of other programs are drawn in the report",
        expected: "both or neither")
    }
    if selection == .list, let option = (ReportOptions.options + [Self.metricsOption]).first(where: arguments.isGiven) {
      throw .combination(
        options: ["--\(option.name)", "no NAME"], reason: "a list of results has no figures",
        expected: "all or a name that 'descent reproduce' lists")
    }
    // Missing data are reported here, before hours of training.
    for entry in entries { _ = try ReproductionRun(entry, self).checked() }
  }

  private static func selection(_ name: String?) throws(UsageError) -> Selection {
    switch name?.lowercased() {
    case nil: return .list
    case "all"?: return .all
    case "speed"?: return .speed
    case let name?:
      guard Reproductions.named(name) != nil else {
        throw .argument(
          name: "NAME", found: name, allowed: "all, speed or a name that 'descent reproduce' lists",
          nearest: Nearest.names(to: name, among: names))
      }
      return .one(name)
    }
  }

  /// The results to run, in the order of `Reproductions`.
  var entries: [Reproduction] {
    switch selection {
    case .list: []
    case .one(let name): Reproductions.named(name).map { [$0] } ?? []
    case .speed: SpeedRecipes.all
    case .all: Reproductions.all
    }
  }

  /// True if the result is one object, not a list.
  var isSingle: Bool { if case .one = selection { true } else { false } }
}
