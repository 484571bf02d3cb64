import Files
import Kernels
import Networks
import Optimizers

extension Trainer {
  /// A copy of the complete state of the run. To be called between calls of `nextEpoch`; on several ranks after
  /// `gatherOptimizerState()`.
  ///
  /// - Complexity: O(parameters + training samples).
  public func state() -> TrainingState {
    TrainingState(
      widths: network.topology.widths, parameters: network.parameters(),
      average: configuration.average == .none ? nil : evaluatedNetwork.parameters(),
      optimizerStates: optimizerStates.map { network.layout.load(from: UnsafePointer($0.pointer)) }, order: order,
      position: position, choices: choices, optimizer: type(of: configuration.optimizer).name, data: dataFingerprint)
  }

  /// True if a later run can resume from the current state bit for bit as if never interrupted. False if training
  /// diverged or the samples have changed, and after an epoch that the limit of steps has truncated: a longer run would
  /// continue this epoch, with other metrics.
  package var isResumable: Bool {
    guard !isInvalid else { return false }
    return position.part != nil || history.last.map { $0.steps == choices.stepsPerEpoch } ?? true
  }

  /// The last step after which a longer run can resume, if the limit of steps ends the run inside an epoch; nil if the
  /// run ends with an epoch.
  package var lastResumableStep: Int? {
    guard let steps = configuration.steps, steps % choices.stepsPerEpoch != 0,
      configuration.epochs.map({ $0 > steps / choices.stepsPerEpoch }) ?? true
    else { return nil }
    guard let interval = configuration.averageEvery else { return steps - 1 }
    // The last mean before the end: at the end itself this run closes the epoch, which a longer run would continue.
    let ofEpoch = steps % choices.stepsPerEpoch
    return steps - ofEpoch + (ofEpoch - 1) / interval * interval
  }

  /// The number of finished epochs.
  public var epochsDone: Int { position.epochsDone }
  /// The number of steps of the run so far.
  public var stepsDone: Int { position.stepsDone }
  /// The training time of the run so far in seconds, without evaluation.
  public var seconds: Double { position.seconds }
  /// The number of evaluations of a gradient so far: one a step, and more for an optimizer with a line search.
  package var gradientEvaluations: Int { position.search?.evaluations ?? stepsDone }
  /// The metrics of all finished epochs, those before a resumption included.
  package var history: EpochHistory { position.history }
  /// The epoch of the best validation loss so far with its parameters, an unfinished one that was reported included; nil
  /// unless the configuration keeps them.
  package var best: EpochParameters? { unfinishedBest ?? position.best }

  /// Checks that a state is of a run on these samples.
  private func checkFingerprint(_ found: DataFingerprint) throws(TrainingError) {
    let now = dataFingerprint
    func counts(_ data: DataFingerprint) -> String {
      "\(data.training) training, \(data.validation) validation and \(data.test) test samples"
    }
    let sameCounts = counts(found) == counts(now)
    guard sameCounts, found.checksum == now.checksum else {
      throw .state(
        found: sameCounts ? "other samples" : counts(found),
        expected: (sameCounts ? "those" : counts(now)) + " of the data; a file may have changed since")
    }
    guard found.weights == nil || found.weights == now.weights else {
      throw .state(found: "other class weights", expected: "those of the samples")
    }
  }

  /// Checks that sums over samples have a number for each output.
  private func checkSums(_ position: RunPosition) throws(TrainingError) {
    // Squared errors are empty before the first step.
    if let part = position.part, part.steps > 0 || !part.squaredErrors.isEmpty,
      part.squaredErrors.count != engine.context.targets.width
    {
      throw .state(
        found: "errors of \(part.squaredErrors.count) outputs", expected: "those of \(engine.context.targets.width)")
    }
    let hasSurplus = engine.context.targets.standardizedLoss?.hasSurplus == true
    let count = 2 + engine.context.targets.width + (hasSurplus ? 1 : 0)
    if let figures = position.search?.current.figures, figures.count != count || !figures.allSatisfy(\.isFinite) {
      throw .state(found: "\(figures.count) sums of an evaluation", expected: "\(count) finite ones")
    }
  }

  /// Restores a state that `checkState` accepted.
  /// - Throws: `TrainingError.state` if the state is of a run on other data.
  func resume(_ state: TrainingState) throws(TrainingError) {
    try checkFingerprint(state.data)
    try checkSums(state.position)
    let states =
      averaging == nil
      ? state.optimizerStates
      : state.optimizerStates.ofRank(
        ranks?.rank ?? 0, count: engine.context.states.count, ranks: ranks?.size ?? 1)
    for (state, buffer) in zip(states, engine.context.states) {
      network.layout.store(state, to: buffer.pointer)
    }
    order = state.order
    position = state.position
    earlierEpochs = epochsDone
    if configuration.snapshots > 0 {
      let kept = snapshotEpochs.kept(of: position.snapshots.map(\.epoch), after: epochsDone)
      position.snapshots.removeAll { !kept.contains($0.epoch) }
    }
    engine.search?.resume(position.search)
    let part = position.part ?? EpochSums()
    let earlier = stepsDone - part.steps
    progress.resume(
      epoch: epochsDone + (position.part == nil ? 0 : 1), steps: earlier,
      samples: engine.plan.batches.samples(after: earlier), part: part)
    if position.part == nil { endReason = history.last.flatMap(reason) }
  }

  /// Checks that a state matches this network, these samples and this configuration. A file's checksum shows that it is
  /// undamaged, not that it is consistent.
  static func checkState(
    _ state: TrainingState, _ topology: Topology, samples: Int, _ configuration: TrainingConfiguration
  ) throws(TrainingError) {
    let optimizer = type(of: configuration.optimizer)
    let stateCount =
      optimizer.stateCount
      * (configuration.averageEvery == nil ? 1 : min(state.choices.ranks, TrainingChoices.maximumRanks))
    guard state.optimizer == optimizer.name, state.optimizerStates.count == stateCount else {
      throw .state(found: "optimizer \(state.optimizer.excerpt())", expected: optimizer.name)
    }
    try checkTensors(state, topology, configuration)
    let batchSize = configuration.batchSize.resolved(samples)
    guard state.choices.batchSize == batchSize else {
      throw .state(found: "batches of \(state.choices.batchSize)", expected: "\(batchSize)")
    }
    guard state.order.count == samples else {
      throw .state(
        found: "\(state.order.count) training samples",
        expected: "\(samples), the samples of the data; a file may have changed since")
    }
    guard isOrder(state.order) else {
      throw .state(found: "an order with a sample twice", expected: "each sample once")
    }
    try checkProcessor(state.choices)
    guard state.choices.lastBatch == configuration.lastBatch else {
      throw .state(
        found: "last batch \(state.choices.lastBatch.rawValue)", expected: configuration.lastBatch.rawValue)
    }
    let stepsPerEpoch = configuration.batches(samples: samples).steps
    guard
      state.position.isPlausible(stepsPerEpoch: stepsPerEpoch, samples: samples, keepsBest: configuration.keepsBest),
      state.position.hasSearch(of: optimizer, targets: topology.outputs)
    else {
      throw .state(found: "inconsistent counts", expected: "a state of this run")
    }
  }

  /// Checks that this machine can follow a run's choices.
  private static func checkProcessor(_ choices: TrainingChoices) throws(TrainingError) {
    guard (1...WorkerTeam.largest).contains(choices.workers) else {
      throw .state(found: "\(choices.workers) workers", expected: "1 to \(WorkerTeam.largest)")
    }
    guard (1...TrainingChoices.maximumRanks).contains(choices.ranks) else {
      throw .state(found: "\(choices.ranks) ranks", expected: "1 to \(TrainingChoices.maximumRanks)")
    }
    let (set, precision) = (choices.instructionSet, choices.precision)
    guard set.isUsable else {
      throw .state(found: "instruction set \(set.rawValue)", expected: "one that this process can use")
    }
    guard Precision.available(with: set).contains(precision) else {
      throw .state(
        found: "precision \(precision.rawValue)", expected: "one that this processor has with \(set.rawValue)")
    }
  }

  private static func checkTensors(
    _ state: TrainingState, _ topology: Topology, _ configuration: TrainingConfiguration
  ) throws(TrainingError) {
    let tensors =
      [state.parameters, state.average, state.position.best?.parameters]
      + state.position.snapshots.map(\.parameters) + state.optimizerStates
    guard state.widths == topology.widths, tensors.allSatisfy({ $0?.fit(topology) ?? true }) else {
      throw .state(found: "parameters of another network", expected: "those of \(topology)")
    }
    guard (state.average == nil) == (configuration.average == .none) else {
      throw .state(
        found: state.average == nil ? "no average of the weights" : "an average of the weights",
        expected: configuration.average.optionText)
    }
  }

  /// True if `order` is a permutation of 0..<count.
  private static func isOrder(_ order: [Int32]) -> Bool {
    var seen = [Bool](repeating: false, count: order.count)
    for sample in order {
      guard (0..<order.count).contains(Int(sample)), !seen[Int(sample)] else { return false }
      seen[Int(sample)] = true
    }
    return true
  }
}

extension RunPosition {
  /// True if the line search, of an optimizer that has one, matches the number of steps.
  fileprivate func hasSearch(of optimizer: any Optimizer.Type, targets: Int) -> Bool {
    guard let search else { return !optimizer.searchesStepLength || stepsDone == 0 }
    // A run begins with an evaluation; a step has none where the gradient is zero. Loss and correct answers, and for
    // target values the squared errors, and perhaps the surplus.
    return optimizer.searchesStepLength && stepsDone > 0 && (0...stepsDone).contains(search.changes)
      && search.evaluations >= 1 && search.current.objective.isFinite
      && [2, 2 + targets, 3 + targets].contains(search.current.figures.count)
  }

  fileprivate func isPlausible(stepsPerEpoch: Int, samples: Int, keepsBest: Bool) -> Bool {
    let (before, overflow) = epochsDone.multipliedReportingOverflow(by: stepsPerEpoch)
    let part = part ?? EpochSums()
    guard epochsDone >= 0, !overflow, history.count == epochsDone, (0..<stepsPerEpoch).contains(part.steps) else {
      return false
    }
    // The history has epochs 1, 2, …, each with at least one step.
    guard history.enumerated().allSatisfy({ $1.epoch == $0 + 1 && (1...stepsPerEpoch).contains($1.steps) }) else {
      return false
    }
    // Sums with these counts must not overflow.
    guard (0...samples).contains(part.samples), (0...epochsDone).contains(epochsWithoutImprovement) else {
      return false
    }
    let epochs = snapshots.map(\.epoch)
    guard (epochs + [best?.epoch].compactMap { $0 }).allSatisfy({ $0 > 0 && $0 <= epochsDone }),
      epochs == Set(epochs).sorted()
    else { return false }
    return stepsDone - before == part.steps && (keepsBest || best == nil)
  }
}
