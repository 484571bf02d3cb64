import Datasets
import Kernels
import Networks

/// What a run decided for itself, or was told.
public struct TrainingChoices: Sendable, Equatable {
  public var workers: Int
  public var gradients: GradientStrategy
  public var input: InputForm
  public var instructionSet: InstructionSet
  /// Samples a step, as asked for.
  public var batchSize: Int
  public var lastBatch = LastBatch.keep
  /// Steps of a whole epoch.
  public var stepsPerEpoch: Int
  /// The share of inputs that are not zero.
  public var inputDensity: Double
}

extension TrainingChoices {
  /// The choices that a trainer of this network, samples and configuration makes. Looks at the samples: some milliseconds.
  public init(_ configuration: TrainingConfiguration, topology: Topology, training: Samples) {
    self.init(
      configuration, earlier: nil, topology: topology, samples: training, density: InputDensity(training).mean,
      cores: configuration.cores ?? Cores.available)
  }

  /// What the configuration says, else what an earlier part of the run chose, else what suits this work.
  ///
  /// - Parameters:
  ///   - density: the share of inputs that are not zero.
  ///   - cores: that workers may keep busy.
  init(
    _ configuration: TrainingConfiguration, earlier: TrainingChoices?, topology: Topology, samples: Samples,
    density: Double, cores: Int
  ) {
    let kernels = (configuration.instructionSet ?? earlier?.instructionSet).map(Kernels.init) ?? .fastest
    inputDensity = density
    input = configuration.input ?? earlier?.input ?? AutomaticChoices.inputForm(density: density)
    instructionSet = kernels.instructionSet
    let batches = configuration.batches(samples: samples.count)
    (batchSize, lastBatch, stepsPerEpoch) = (batches.batchSize, batches.lastBatch, batches.steps)
    workers =
      configuration.workers ?? earlier?.workers
      ?? AutomaticChoices.workers(
        topology: topology, batchSize: batchSize, strategy: configuration.gradients, density: density, form: input,
        isPacked: InputReader.shouldPackAhead(samples, form: input, density: density), kernels: kernels, cores: cores)
    gradients =
      configuration.gradients ?? earlier?.gradients
      ?? AutomaticChoices.strategy(topology: topology, batchSize: batchSize, workers: workers)
  }
}
