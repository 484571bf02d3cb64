import Kernels
import Networks
import SampleData

/// The choices that are fixed: by the configuration, else by the earlier part of a resumed run, else by a line search or by ranks. All others
/// are automatic.
private struct FixedChoices {
  let input: InputForm?
  let precision: Precision?
  let instructionSet: InstructionSet?
  let workers: Int?
  let gradients: GradientStrategy?

  init(_ configuration: TrainingConfiguration, earlier: TrainingChoices?, ranks: Int) {
    input = configuration.input ?? earlier?.input
    // A line search compares losses that are closer than bfloat16 rounds.
    let searchesStepLength = type(of: configuration.optimizer).searchesStepLength
    precision = configuration.precision ?? earlier?.precision ?? (searchesStepLength ? .float32 : nil)
    instructionSet = configuration.instructionSet ?? earlier?.instructionSet
    workers = configuration.workers ?? earlier?.workers(onRanks: ranks)
    let strategy: GradientStrategy? = ranks > 1 ? .partial : searchesStepLength ? .owned : nil
    gradients = configuration.gradients ?? earlier?.gradients ?? strategy
  }
}

extension TrainingChoices {
  /// The choices of a trainer with this network, samples and configuration, without ranks.
  ///
  /// - Complexity: reads up to 4096 samples; some milliseconds.
  public init(_ configuration: TrainingConfiguration, topology: Topology, training: Samples) {
    self.init(
      configuration, earlier: nil, topology: topology, samples: training,
      density: InputDensity(training).mean,
      cores: configuration.cores ?? Cores.available)
  }

  /// The fixed choices, of the configuration or the earlier part of a resumed run, and for all others `AutomaticChoices`.
  ///
  /// - Parameters:
  ///   - density: the fraction of inputs that are nonzero.
  ///   - cores: the number of cores that workers may use.
  ///   - ranks: the number of ranks, 1 for a single process.
  init(
    _ configuration: TrainingConfiguration, earlier: TrainingChoices?, topology: Topology, samples: Samples,
    density: Double, cores: Int, ranks: Int = 1
  ) {
    self.ranks = ranks
    // Noise leaves no input zero.
    let density = configuration.noise > 0 ? 1 : density
    let batches = configuration.batches(samples: samples.count)
    (batchSize, lastBatch, stepsPerEpoch) = (batches.batchSize, batches.lastBatch, batches.steps)
    let fixed = FixedChoices(configuration, earlier: earlier, ranks: ranks)
    let usesTiles = fixed.precision == .bfloat16 && Self.mayUseTiles(fixed.instructionSet, ranks: ranks)
    inputDensity = density
    input =
      fixed.input
      ?? AutomaticChoices.inputForm(
        density: density, topology: topology, batchSize: batches.batchSize, usesTiles: usesTiles)
    precision =
      fixed.precision
      ?? AutomaticChoices.precision(
        topology: topology, batchSize: batches.batchSize, form: input,
        isFaster: Precision.isFasterInBFloat16(with: fixed.instructionSet ?? InstructionSet.available[0]))
    instructionSet = Self.instructionSet(fixed.instructionSet, precision, usesTiles: usesTiles)
    let kernels = Kernels(instructionSet)
    workers =
      fixed.workers
      ?? AutomaticChoices.workers(
        topology: topology, batchSize: (batchSize + ranks - 1) / ranks, strategy: fixed.gradients, density: density,
        form: input,
        isPacked: configuration.augmentation == nil && configuration.noise == 0
          && InputReader.shouldPackAhead(samples, form: input, density: density),
        kernels: kernels, cores: cores)
    gradients =
      fixed.gradients ?? AutomaticChoices.strategy(topology: topology, batchSize: batchSize, workers: workers)
  }

  /// True if products in bfloat16 may be on tiles. One rank cannot choose them for the others, which may have other
  /// processors.
  private static func mayUseTiles(_ set: InstructionSet?, ranks: Int) -> Bool {
    (set == .amx || set == nil && ranks == 1) && InstructionSet.amx.isUsable
  }

  /// The instruction set that runs. Products in float32 are on vectors, also if tiles were requested.
  private static func instructionSet(_ set: InstructionSet?, _ precision: Precision, usesTiles: Bool) -> InstructionSet
  {
    if set == .amx, precision == .float32 { return InstructionSet.available[0] }
    return set ?? (usesTiles && precision == .bfloat16 ? .amx : InstructionSet.available[0])
  }

  /// The number of workers per rank with which a run resumed on `count` ranks has the same shards, and so bit-identical
  /// results; nil if the shards do not divide evenly, or a team has fewer workers at most.
  package func workers(onRanks count: Int) -> Int? {
    let (each, rest) = (workers * ranks).quotientAndRemainder(dividingBy: count)
    return rest == 0 && each <= WorkerTeam.largest ? each : nil
  }
}
