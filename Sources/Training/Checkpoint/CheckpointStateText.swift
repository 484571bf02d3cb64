import JSON
import Kernels
import Networks
import Optimizers
import Random

/// The scalars of a state as JSON, each number with enough digits to be read back exactly.
enum CheckpointStateText {
  static func json(_ state: TrainingState) -> JSONValue {
    let (position, choices, data) = (state.position, state.choices, state.data)
    let random = position.random.state
    return [
      "widths": .array(state.widths.map(JSONValue.number)),
      "biases": .bool(state.parameters.layers.contains { !$0.bias.isEmpty }),
      "averaged": .bool(state.average != nil), "optimizer": .string(state.optimizer),
      "optimizer_states": .number(state.optimizerStates.count),
      "epochs_done": .number(position.epochsDone), "steps_done": .number(position.stepsDone),
      "seconds": exact(position.seconds),
      "random": .array([random.0, random.1, random.2, random.3].map(word)),
      "best_validation_loss": exact(position.bestValidationLoss),
      "epochs_without_better": .number(position.epochsWithoutImprovement),
      "snapshots": .array(position.snapshots.map { .number($0.epoch) }),
      "search": position.search.map(json) ?? .null,
      "best_epoch": position.best.map { .number($0.epoch) } ?? .null, "part": position.part.map(json) ?? .null,
      "workers": .number(choices.workers), "ranks": .number(choices.ranks),
      "gradients": .string(choices.gradients.rawValue),
      "input": .string(choices.input.rawValue), "instruction_set": .string(choices.instructionSet.rawValue),
      "precision": .string(choices.precision.rawValue),
      "batch_size": .number(choices.batchSize), "last_batch": .string(choices.lastBatch.rawValue),
      "steps_per_epoch": .number(choices.stepsPerEpoch),
      "input_density": exact(choices.inputDensity), "training_samples": .number(data.training),
      "validation_samples": .number(data.validation), "test_samples": .number(data.test),
      "data_checksum": word(data.checksum), "class_weights_checksum": data.weights.map(word) ?? .null,
    ]
  }

  private static func json(_ part: EpochSums) -> JSONValue {
    [
      "steps": .number(part.steps), "samples": .number(part.samples), "loss": exact(part.loss),
      "correct": exact(part.correct), "surplus": exact(part.surplus), "gradient_norm": exact(part.gradientNorm),
      "squared_errors": .array(part.squaredErrors.map(exact)), "seconds": exact(part.seconds),
    ]
  }

  private static func json(_ search: LBFGSPosition) -> JSONValue {
    [
      "changes": .number(search.changes), "evaluations": .number(search.evaluations),
      "objective": exact(search.current.objective), "figures": .array(search.current.figures.map(exact)),
    ]
  }

  private static func word(_ word: UInt64) -> JSONValue { .number(literal: "\(word)") }

  /// A number as JSON; a string if it is not finite, since JSON has no such numbers.
  private static func exact(_ value: Double) -> JSONValue {
    value.isFinite ? .number(literal: "\(value)") : .string("\(value)")
  }
}

/// The members of a JSON object that `CheckpointStateText` has written, each nil if it is missing or invalid.
struct CheckpointStateReader {
  let json: JSONValue

  /// A number of steps, epochs or evaluations: 0 to 2⁵³, more than any run has.
  private static let counts = 0...(1 << 53)
  /// A number of samples, which have indices of 32 bits, or of steps of one epoch.
  private static let samples = 0...(1 << 31)

  /// The integer of this name. Sums and products of integers of a state do not overflow, because each has a range.
  func int(_ name: String, in range: ClosedRange<Int>) -> Int? {
    json[name]?.int.flatMap { range.contains($0) ? $0 : nil }
  }

  func double(_ name: String) -> Double? { json[name].flatMap(Self.double) }

  func word(_ name: String) -> UInt64? { json[name].flatMap(Self.word) }

  func choice<Choice: RawRepresentable>(_ name: String, _: Choice.Type) -> Choice? where Choice.RawValue == String {
    json[name]?.string.flatMap { Choice(rawValue: $0) }
  }

  func array<Element>(_ name: String, _ element: (JSONValue) -> Element?) -> [Element]? {
    guard case .array(let values) = json[name] else { return nil }
    let elements = values.compactMap(element)
    return elements.count == values.count ? elements : nil
  }

  /// The widths of inputs and layers: at least two numbers, each from 1 to the largest that options allow.
  var widths: [Int]? {
    array("widths") { $0.int.flatMap { (1...Topology.maximumWidth).contains($0) ? $0 : nil } }
      .flatMap { $0.count >= 2 ? $0 : nil }
  }

  /// The epochs of the snapshots, none in checkpoints of earlier releases; nil if one is invalid.
  var snapshots: [Int]? {
    json["snapshots"] == nil ? [] : array("snapshots") { $0.int.flatMap { Self.epochs.contains($0) ? $0 : nil } }
  }

  /// The epoch of the best validation loss; nil if there is none, or it is invalid.
  var bestEpoch: Int? { int("best_epoch", in: Self.epochs) }

  /// True if a member is missing or null.
  func isNull(_ name: String) -> Bool { (json[name] ?? .null) == .null }

  /// The numbers of finished epochs, which begin with 1.
  private static let epochs = 1...counts.upperBound

  /// The number of the optimizer's arrays, at most `each` for each rank.
  func optimizerStates(each: Int, ranks: Int) -> Int? { int("optimizer_states", in: 0...(each * ranks)) }

  /// The precision of the products; float32 in checkpoints of earlier releases, which do not have it.
  private var precision: Precision? { json["precision"] == nil ? .float32 : choice("precision", Precision.self) }

  /// The number of ranks; 1 in checkpoints of earlier releases.
  private var ranks: Int? { json["ranks"] == nil ? 1 : int("ranks", in: 1...TrainingChoices.maximumRanks) }

  /// The treatment of an epoch's rest; `keep` in checkpoints of earlier releases.
  private var lastBatch: LastBatch? { json["last_batch"] == nil ? .keep : choice("last_batch", LastBatch.self) }

  var choices: TrainingChoices? {
    let positive = 1...Self.samples.upperBound
    guard let workers = int("workers", in: 1...WorkerTeam.largest), let ranks,
      let gradients = choice("gradients", GradientStrategy.self),
      let input = choice("input", InputForm.self), let set = choice("instruction_set", InstructionSet.self),
      let precision, let lastBatch,
      let batchSize = int("batch_size", in: positive), let stepsPerEpoch = int("steps_per_epoch", in: positive),
      let density = double("input_density")
    else { return nil }
    return TrainingChoices(
      workers: workers, ranks: ranks, gradients: gradients, input: input, instructionSet: set,
      precision: precision, batchSize: batchSize, lastBatch: lastBatch, stepsPerEpoch: stepsPerEpoch,
      inputDensity: density)
  }

  var data: DataFingerprint? {
    let weights = word("class_weights_checksum")
    guard let training = int("training_samples", in: Self.samples),
      let validation = int("validation_samples", in: Self.samples), let test = int("test_samples", in: Self.samples),
      let checksum = word("data_checksum"), weights != nil || isNull("class_weights_checksum")
    else { return nil }
    return DataFingerprint(
      training: training, validation: validation, test: test, checksum: checksum,
      weights: weights)
  }

  /// The position of the run, without history, best epoch and snapshots, which are stored as tensors.
  var position: RunPosition? {
    guard let words = array("random", Self.word), words.count == 4,
      let random = RandomSource(state: (words[0], words[1], words[2], words[3])),
      let epochs = int("epochs_done", in: Self.counts),
      let steps = int("steps_done", in: Self.counts), let seconds = double("seconds"),
      let loss = double("best_validation_loss"),
      let without = int("epochs_without_better", in: Self.counts)
    else { return nil }
    var position = RunPosition(random: random)
    position.epochsDone = epochs
    position.stepsDone = steps
    position.seconds = seconds
    position.bestValidationLoss = loss
    position.epochsWithoutImprovement = without
    if let part = json["part"], part != .null {
      guard let part = CheckpointStateReader(json: part).part else { return nil }
      position.part = part
    }
    if let search = json["search"], search != .null {
      guard let search = CheckpointStateReader(json: search).search else { return nil }
      position.search = search
    }
    return position
  }

  private var search: LBFGSPosition? {
    guard let changes = int("changes", in: Self.counts), let evaluations = int("evaluations", in: Self.counts),
      let objective = double("objective"), let figures = array("figures", Self.double)
    else { return nil }
    return LBFGSPosition(
      changes: changes, evaluations: evaluations,
      current: LBFGSEvaluation(objective: objective, figures: figures))
  }

  private var part: EpochSums? {
    guard let steps = int("steps", in: Self.samples), let samples = int("samples", in: Self.samples),
      let loss = double("loss"),
      // The second is its name in earlier releases.
      let correct = double("correct") ?? double("hits"), let norm = double("gradient_norm"),
      let errors = array("squared_errors", Self.double),
      let seconds = double("seconds"),
      // Earlier releases did not have it, nor a loss with it.
      let surplus = json["surplus"] == nil ? 0 : double("surplus")
    else { return nil }
    var part = EpochSums()
    part.steps = steps
    part.samples = samples
    part.loss = loss
    part.correct = correct
    part.surplus = surplus
    part.gradientNorm = norm
    part.squaredErrors = errors
    part.seconds = seconds
    return part
  }

  private static func double(_ value: JSONValue) -> Double? { value.double ?? value.string.flatMap { Double($0) } }

  private static func word(_ value: JSONValue) -> UInt64? {
    guard case .number(let literal) = value else { return nil }
    return UInt64(literal)
  }
}
