import Datasets
import Ranks
import Reports
import Training

/// The options of a run on several ranks.
enum RankOptions {
  /// - Throws: `UsageError` for options of `train` that need one process, or several.
  static func check(_ options: TrainOptions, _ ranks: RankGroup?) throws(UsageError) {
    guard let ranks else { return try checkAlone(options) }
    if options.execution.averageEvery != nil, case .samples(let count) = options.budget.batchSize, count < ranks.size {
      throw .combination(
        options: [
          options.arguments.spelling(ExecutionOptions.averageEveryOption),
          options.arguments.spelling(BudgetOptions.batchSizeOption),
        ],
        reason: "each of \(ranks.size) ranks trains on its part of a batch", expected: "at least \(ranks.size) samples")
    }
    if type(of: options.optimization.optimizer).searchesStepLength {
      throw .combination(
        options: [options.arguments.spelling(OptimizationOptions.optimizerOption), "several ranks"],
        reason: "its line search runs in one process", expected: "another optimizer")
    }
    try check(options.data.source)
  }

  /// - Throws: `UsageError` for a source that not every rank can read.
  static func check(_ source: DataSource?) throws(UsageError) {
    guard source == .file("-") else { return }
    throw .combination(
      options: ["--data -", "several ranks"], reason: "standard input reaches rank 0 alone",
      expected: "a file or folder that every rank can read")
  }

  /// - Throws: `UsageError` for options of `train` that need other ranks.
  private static func checkAlone(_ options: TrainOptions) throws(UsageError) {
    guard options.execution.averageEvery != nil else { return }
    throw .combination(
      options: [options.arguments.spelling(ExecutionOptions.averageEveryOption)],
      reason: "this process is the only one, and has nothing to average",
      expected: "mpirun or srun with two ranks or more")
  }

  /// - Throws: `UsageError` for options that cannot be combined with `--average-every`.
  static func checkAveraging(
    _ execution: ExecutionOptions, _ optimization: OptimizationOptions, _ arguments: Arguments
  ) throws(UsageError) {
    guard execution.averageEvery != nil else { return }
    let option = arguments.spelling(ExecutionOptions.averageEveryOption)
    if optimization.clipNorm != nil {
      throw .combination(
        options: [option, arguments.spelling(OptimizationOptions.clipNormOption)],
        reason: "no rank has the whole gradient of a batch", expected: "one of them")
    }
    if execution.gradients == .owned {
      throw .combination(
        options: [option, arguments.spelling(ExecutionOptions.gradientsOption)],
        reason: "ranks that train alone have no gradient of the whole batch", expected: "--gradients partial or auto")
    }
    if type(of: optimization.optimizer).needsFullBatch {
      throw .combination(
        options: [option, arguments.spelling(OptimizationOptions.optimizerOption)],
        reason: "\(type(of: optimization.optimizer).name) compares gradients of all samples",
        expected: "another optimizer")
    }
  }

  static func seedsError(_ arguments: Arguments) -> UsageError {
    .combination(
      options: [arguments.spelling(TrainOptions.seedsOption), "several ranks"],
      reason: "ranks train one network together", expected: "a run for each --seed")
  }

  /// Compares command and options with those of rank 0, except for outputs and paths, which may differ between hosts.
  ///
  /// - Throws: `UsageError` on every rank if the options of one differ.
  static func compare(_ arguments: Arguments, _ ranks: RankGroup) throws {
    var facts = ["version": Version.current, "command": arguments.command]
    for option in arguments.declared where option.traits.isDisjoint(with: [.output, .inputPath]) {
      facts["--\(option.name)"] = arguments.texts(option).isEmpty ? nil : arguments.texts(option).joined(separator: ",")
    }
    let own = facts.keys.sorted().map { "\($0)\t\(facts[$0] ?? "")" }
    let texts = try ranks.gather(text: own.joined(separator: "\n"))
    try ranks.together(code: RankProgram.code) {
      let root = texts[0].split(separator: "\n").map(String.init)
      guard root != own else { return }
      func first(_ lines: [String], not others: [String]) -> String? {
        lines.first { !others.contains($0) }?.replacing("\t", with: " ")
      }
      let (here, there) = (first(own, not: root), first(root, not: own))
      let name = (here ?? there ?? "").prefix { $0 != " " }
      throw UsageError.rank(
        name: ranks.name(ranks.rank),
        message: "has \(here ?? "no \(name)"), rank 0 has \(there ?? "no \(name)"); all ranks need the "
          + "same options.")
    }
  }

  /// A line for ranks that are bound to fewer cores than their share; nil if none is.
  static func bindingLine(_ ranks: RankGroup) throws -> String? {
    bindingLine(
      bindings: try ranks.gather(Cores.binding(of: ranks) ?? 0), shares: try ranks.gather(Cores.share(of: ranks)),
      name: ranks.name)
  }

  /// - Parameters:
  ///   - bindings: the number of cores that each rank is bound to; 0 for one that has its share.
  ///   - shares: the number of cores of each rank's share.
  static func bindingLine(bindings: [Int], shares: [Int], name: (Int) -> String) -> String? {
    guard let first = bindings.firstIndex(where: { $0 > 0 }) else { return nil }
    let others = bindings.count { $0 > 0 } - 1
    return "\(name(first)) is bound to \(bindings[first]) of the \(shares[first]) cores of its share"
      + (others > 0 ? ", and \(others.counted("more rank")) likewise" : "")
      + "; start with --bind-to none to use all."
  }
}
