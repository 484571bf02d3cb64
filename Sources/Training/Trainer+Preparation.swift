import Kernels
import Networks
import Ranks
import SampleData

/// The checks and decisions before a run's first step.
extension Trainer {
  /// The trained and the evaluated network; without an average they have the same parameters. Evaluation is in float32,
  /// as that of a saved model.
  static func networks(
    _ topology: Topology, _ parameters: Parameters?, _ configuration: TrainingConfiguration, _ kernels: Kernels,
    _ dropout: Dropout?, resuming state: TrainingState?
  ) -> (trained: FastNetwork, evaluated: FastNetwork) {
    let initial =
      state?.parameters ?? parameters
      ?? Parameters.initial(topology: topology, initializer: configuration.initializer, seed: configuration.seed)
    let network = FastNetwork(topology, initial, kernels: kernels, dropout: dropout)
    let exact = kernels.precision == .float32 ? kernels : Kernels(kernels.instructionSet)
    guard configuration.average != .none else { return (network, network.sharingParameters(with: exact)) }
    return (network, FastNetwork(topology, state?.average ?? initial, kernels: exact))
  }

  /// The density of the samples, the choices of a run, the plan of its steps and what packing samples may use. With several ranks, the choices are
  /// those of rank 0.
  ///
  /// - Parameters:
  ///   - evaluated: the validation and the test samples.
  ///   - check: throws if samples and network do not match.
  /// - Throws: the errors of the initializer, on all ranks or none.
  static func prepare(
    _ configuration: TrainingConfiguration, _ topology: Topology, _ training: Samples, _ evaluated: [Samples?],
    resuming state: TrainingState?, _ ranks: RankGroup?, check: () throws -> Void
  ) throws -> (InputDensity, TrainingChoices, StepPlan, PackingBounds) {
    let (density, own) = try together(ranks) {
      try check()
      try configuration.check(for: topology, training.targets)
      if let state { try Self.checkState(state, topology, samples: training.count, configuration) }
      let density = InputDensity(training)
      let choices = try Self.choices(
        configuration, earlier: state?.choices, topology: topology, training: training, density: density.mean,
        ranks: ranks)
      return (density, choices)
    }
    let choices = try ranks.map { try own.ofRoot($0) } ?? own
    let (plan, need) = try together(ranks) {
      try Self.plan(configuration, choices, topology: topology, samples: [training] + evaluated, ranks: ranks)
    }
    let packing = PackingBounds(
      density: density.mean, otherBytes: need, threads: min(configuration.workers ?? plan.cores, plan.cores))
    return (density, choices, plan, packing)
  }

  /// The choices of a run.
  private static func choices(
    _ configuration: TrainingConfiguration, earlier: TrainingChoices?, topology: Topology, training: Samples,
    density: Double, ranks: RankGroup?
  ) throws -> TrainingChoices {
    try configuration.augmentation?.check(training)
    try configuration.checkForOptimizer()
    try configuration.check(for: ranks, samples: training.count)
    return TrainingChoices(
      configuration, earlier: earlier, topology: topology, samples: training, density: density,
      cores: configuration.availableCores(ranks), ranks: ranks?.size ?? 1)
  }

  /// The plan of a run's steps.
  ///
  /// - Parameter samples: the splits, that of training first.
  /// - Returns: the plan, and the bytes that the run needs without packed rows.
  /// - Throws: `TrainingError` if memory is insufficient.
  private static func plan(
    _ configuration: TrainingConfiguration, _ choices: TrainingChoices, topology: Topology, samples: [Samples?],
    ranks: RankGroup?
  ) throws -> (StepPlan, bytes: Double) {
    var plan = StepPlan(
      configuration, choices, samples: samples[0]?.count ?? 0, cores: configuration.availableCores(ranks), ranks: ranks)
    if configuration.averageEvery != nil, let ranks { plan.divideBatches(among: ranks.size) }
    let layout = ParameterLayout(
      topology, shape: Kernels(choices.instructionSet).shape, dropout: configuration.dropout(for: topology))
    let need = RunMemory.bytes(layout, plan, configuration, stepsPerEpoch: choices.stepsPerEpoch, samples)
    try RunMemory.check(need, widths: topology.description)
    return (plan, need)
  }

  /// Checks that all splits match the network and are consistent, and that there are training samples.
  ///
  /// - Throws: `TrainingError`.
  static func checkSplits(
    _ training: Samples, _ validation: Samples?, _ test: Samples?, _ topology: Topology
  ) throws {
    guard training.count > 0 else { throw TrainingError.noSamples }
    for (split, samples) in [("training", training), ("validation", validation), ("test", test)] {
      guard let samples else { continue }
      try checkWidths(samples, topology)
      try checkConsistency(samples, split: split, labels: training.targets)
      if let threshold = samples.threshold, topology.outputs != 1 {
        throw TrainingError.samples(
          split: split, found: "the threshold \(threshold) and \(topology.outputs) outputs",
          expected: "a single output with it")
      }
    }
  }

  /// Checks that the rows, targets, threshold and weights of a split do not contradict each other, and that its classes are
  /// those of the training split. The kernels read them without a check.
  private static func checkConsistency(_ samples: Samples, split: String, labels training: Targets)
    throws(TrainingError)
  {
    if let flaw = samples.flaw { throw .samples(split: split, found: flaw.found, expected: flaw.expected) }
    guard case .classes(_, let labels) = samples.targets, case .classes(_, let known) = training, labels != known else {
      return
    }
    throw .samples(
      split: split, found: "the classes \(ShownNames.list(labels))",
      expected: "those of the training split, \(ShownNames.list(known))")
  }

  private static func checkWidths(_ samples: Samples, _ topology: Topology) throws {
    if samples.width != topology.inputs {
      throw TrainingError.width(found: samples.width, expected: topology.inputs)
    }
    if !topology.canTrain(on: samples.targets) {
      throw TrainingError.targets(found: samples.targets.width, expected: topology.outputs)
    }
  }
}
