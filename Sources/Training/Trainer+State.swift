import Files
import Kernels
import Networks
import Optimizers

extension Trainer {
  /// A copy of all that the run is now. Between two calls of `advance` or `nextEpoch`; O(parameters + samples).
  public func state() -> TrainingState {
    TrainingState(
      widths: widths, parameters: network.parameters(),
      average: configuration.average == .none ? nil : evaluatedNetwork.parameters(),
      optimizerStates: engine.context.states.map { network.layout.load(from: UnsafePointer($0.pointer)) }, order: order,
      position: position, choices: choices, optimizer: type(of: configuration.optimizer).name, data: dataFingerprint)
  }

  /// Inputs, then each layer's outputs.
  var widths: [Int] { [network.topology.inputs] + network.topology.layers.map(\.outputs) }

  /// Whether a later run may go on from the present state with the bits of a run that did not stop here: not where training diverged, nor
  /// after an epoch that the end of the run cut short, whose figures and last step a longer run would not have had.
  public var isResumable: Bool {
    guard !hasDiverged else { return false }
    return position.part != nil || history.last.map { $0.steps == choices.stepsPerEpoch } ?? true
  }

  /// The last step that a run which `steps` cuts short inside an epoch shares with a longer one; nil where the run ends with an epoch.
  public var lastResumableStep: Int? {
    guard let steps = configuration.steps, steps % choices.stepsPerEpoch != 0,
      configuration.epochs.map({ $0 > steps / choices.stepsPerEpoch }) ?? true
    else { return nil }
    return steps - 1
  }

  public var epochsDone: Int { position.epochsDone }
  public var stepsDone: Int { position.stepsDone }
  /// Of training alone.
  public var seconds: Double { position.seconds }
  /// The figures of all epochs done, those before a resumption included.
  public var history: EpochHistory { position.history }
  /// The epoch of the best validation loss so far, where the configuration keeps it.
  public var best: BestEpoch? { position.best }

  /// Takes over a state that `check` let through.
  /// - Throws: `TrainingError.state` where it is of other data.
  func resume(_ state: TrainingState) throws(TrainingError) {
    guard state.data == dataFingerprint else {
      let (found, now) = (state.data, dataFingerprint)
      func counts(_ data: DataFingerprint) -> String {
        "\(data.training) training, \(data.validation) validation and \(data.test) test samples"
      }
      let sameCounts = counts(found) == counts(now)
      throw .state(
        found: sameCounts ? "other samples" : counts(found),
        expected: (sameCounts ? "those" : counts(now)) + " that the data has now; a file may have changed since")
    }
    // Before the first step there may be none.
    if let part = state.position.part, part.steps > 0 || !part.squaredErrors.isEmpty,
      part.squaredErrors.count != engine.context.targets.width
    {
      throw .state(
        found: "errors of \(part.squaredErrors.count) outputs", expected: "those of \(engine.context.targets.width)")
    }
    for (average, place) in zip(state.optimizerStates, engine.context.states) {
      network.layout.store(average, to: place.pointer)
    }
    order = state.order
    position = state.position
    if let part = position.part {
      progress.resume(epoch: epochsDone + 1, steps: stepsDone, part: part)
    } else {
      progress.resume(epoch: epochsDone, steps: stepsDone, part: EpochPart())
      endReason = history.last.flatMap(reason)
    }
  }

  /// Whether a state can be one of this network, these samples and this configuration. A file's checksum says that it is whole, not that it
  /// makes sense.
  static func check(
    _ state: TrainingState, _ topology: Topology, samples: Int, _ configuration: TrainingConfiguration
  ) throws(TrainingError) {
    let optimizer = type(of: configuration.optimizer)
    guard state.optimizer == optimizer.name, state.optimizerStates.count == optimizer.stateCount else {
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
        expected: "\(samples) that the data has now; a file may have changed since")
    }
    guard isOrder(state.order) else { throw .state(found: "an order with a sample twice", expected: "each once") }
    let set = state.choices.instructionSet
    guard (1...WorkerTeam.largest).contains(state.choices.workers) else {
      throw .state(found: "\(state.choices.workers) workers", expected: "1 to \(WorkerTeam.largest)")
    }
    guard InstructionSet.available.contains(set) else {
      throw .state(found: "instruction set \(set.rawValue)", expected: "one that this processor has")
    }
    guard state.choices.lastBatch == configuration.lastBatch else {
      throw .state(
        found: "last batch \(state.choices.lastBatch.rawValue)", expected: configuration.lastBatch.rawValue)
    }
    let stepsPerEpoch = configuration.batches(samples: samples).steps
    guard
      state.position.isPlausible(stepsPerEpoch: stepsPerEpoch, samples: samples, keepsBest: configuration.keepsBest)
    else {
      throw .state(found: "counts that do not go together", expected: "a state of this run")
    }
  }

  private static func checkTensors(
    _ state: TrainingState, _ topology: Topology, _ configuration: TrainingConfiguration
  ) throws(TrainingError) {
    let widths = [topology.inputs] + topology.layers.map(\.outputs)
    let tensors = [state.parameters, state.average, state.position.best?.parameters] + state.optimizerStates
    guard state.widths == widths, tensors.allSatisfy({ $0?.fit(topology) ?? true }) else {
      throw .state(found: "parameters of another network", expected: "those of \(topology.widths)")
    }
    guard (state.average == nil) == (configuration.average == .none) else {
      throw .state(
        found: state.average == nil ? "no average of the weights" : "an average of the weights",
        expected: configuration.average.optionText)
    }
  }

  /// Whether each number below the count is there once.
  private static func isOrder(_ order: [Int32]) -> Bool {
    var seen = [Bool](repeating: false, count: order.count)
    for place in order {
      guard (0..<order.count).contains(Int(place)), !seen[Int(place)] else { return false }
      seen[Int(place)] = true
    }
    return true
  }
}

extension RunPosition {
  fileprivate func isPlausible(stepsPerEpoch: Int, samples: Int, keepsBest: Bool) -> Bool {
    let (before, overflow) = epochsDone.multipliedReportingOverflow(by: stepsPerEpoch)
    let part = part ?? EpochPart()
    guard epochsDone >= 0, !overflow, history.count == epochsDone, (0..<stepsPerEpoch).contains(part.steps) else {
      return false
    }
    // The first epoch to the last, none without a step.
    guard history.enumerated().allSatisfy({ $1.epoch == $0 + 1 && (1...stepsPerEpoch).contains($1.steps) }) else {
      return false
    }
    // What is counted on must not overflow.
    guard (0...samples).contains(part.samples), (0...epochsDone).contains(epochsWithoutBetter) else { return false }
    return stepsDone - before == part.steps && (keepsBest || best == nil)
  }
}
