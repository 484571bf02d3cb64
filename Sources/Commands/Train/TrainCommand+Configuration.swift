import JSON

extension TrainCommand {
  /// The command line completed by the checkpoint of `--resume`, without notes.
  static func completed(_ arguments: Arguments, _ console: Console) throws -> Arguments {
    guard arguments.isGiven(CheckpointOptions.resumeOption) else { return arguments }
    if let seeds = try SeedList(arguments) { return try seeds.resumed().completed(console.silent) }
    return try Resumption(arguments, console.silent).arguments
  }

  /// The defaults that depend on other options: learning rate and coefficients of the optimizer, epochs.
  static func resolvedDefaults(_ arguments: Arguments) -> [String: JSONValue] {
    guard let options = try? TrainOptions(arguments) else { return [:] }
    let optimizer = options.optimization.optimizer
    var values: [String: JSONValue] = [
      OptimizationOptions.learningRateOption.name: .number(options.optimization.learningRate),
      BudgetOptions.epochsOption.name: options.budget.epochs.map { .number($0) } ?? .null,
    ]
    for (coefficient, value) in zip(type(of: optimizer).hyperparameters, optimizer.values) {
      values[coefficient.name] = .number(value)
    }
    // The default learning rate depends on the data if they decide that targets are standardized.
    if TrainPlan.mayChangeLearningRate(options) { values[OptimizationOptions.learningRateOption.name] = .null }
    // Without effect on outputs that are no target values.
    if options.network.output ?? NetworkOptions.outputOption.absent != .identity {
      values[DataSelection.standardizeTargetsOption.name] = .null
    }
    if let momentum = options.optimization.momentum {
      values[OptimizationOptions.momentumOption.name] = .string(momentum.optionText)
    }
    return values
  }
}
