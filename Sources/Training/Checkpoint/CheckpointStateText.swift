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

  func int(_ name: String) -> Int? { json[name]?.int.flatMap { $0 >= 0 ? $0 : nil } }

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
    array("widths") { $0.int.flatMap { (1...Topology.largestWidth).contains($0) ? $0 : nil } }
      .flatMap { $0.count >= 2 ? $0 : nil }
  }

  /// The epochs of the snapshots; none in checkpoints of earlier releases.
  var snapshots: [Int] { array("snapshots", \.int) ?? [] }

  /// The precision of the products; float32 in checkpoints of earlier releases, which do not have it.
  private var precision: Precision? { json["precision"] == nil ? .float32 : choice("precision", Precision.self) }

  var choices: TrainingChoices? {
    guard let workers = int("workers"), let gradients = choice("gradients", GradientStrategy.self),
      let input = choice("input", InputForm.self), let set = choice("instruction_set", InstructionSet.self),
      let precision,
      let batchSize = int("batch_size"), let stepsPerEpoch = int("steps_per_epoch"),
      let density = double("input_density")
    else { return nil }
    return TrainingChoices(
      workers: workers, ranks: max(1, int("ranks") ?? 1), gradients: gradients, input: input, instructionSet: set,
      precision: precision, batchSize: batchSize,
      lastBatch: choice("last_batch", LastBatch.self) ?? .keep, stepsPerEpoch: stepsPerEpoch, inputDensity: density)
  }

  var data: DataFingerprint? {
    guard let training = int("training_samples"), let validation = int("validation_samples"),
      let test = int("test_samples"), let checksum = word("data_checksum")
    else { return nil }
    return DataFingerprint(
      training: training, validation: validation, test: test, checksum: checksum,
      weights: word("class_weights_checksum"))
  }

  /// The position of the run, without history, best epoch and snapshots, which are stored as tensors.
  var position: RunPosition? {
    guard let words = array("random", Self.word), words.count == 4,
      let random = RandomSource(state: (words[0], words[1], words[2], words[3])), let epochs = int("epochs_done"),
      let steps = int("steps_done"), let seconds = double("seconds"), let loss = double("best_validation_loss"),
      let without = int("epochs_without_better")
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
    guard let changes = int("changes"), let evaluations = int("evaluations"), let objective = double("objective"),
      let figures = array("figures", Self.double)
    else { return nil }
    return LBFGSPosition(
      changes: changes, evaluations: evaluations,
      current: LBFGSEvaluation(objective: objective, figures: figures))
  }

  private var part: EpochSums? {
    guard let steps = int("steps"), let samples = int("samples"), let loss = double("loss"),
      // The second is its name in earlier releases.
      let correct = double("correct") ?? double("hits"), let norm = double("gradient_norm"),
      let errors = array("squared_errors", Self.double),
      let seconds = double("seconds")
    else { return nil }
    var part = EpochSums()
    part.steps = steps
    part.samples = samples
    part.loss = loss
    part.correct = correct
    // Earlier releases did not have it, nor a loss with it.
    part.surplus = double("surplus") ?? 0
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
