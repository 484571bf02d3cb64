import Datasets
import Kernels
import Networks

extension TrainingChoices {
  /// The choices of a trainer with this network, samples and configuration. Reads the samples: some milliseconds.
  public init(_ configuration: TrainingConfiguration, topology: Topology, training: Samples) {
    self.init(
      configuration, earlier: nil, topology: topology, samples: training,
      density: InputDensity(training).mean,
      cores: configuration.cores ?? Cores.available)
  }

  /// The configuration's values, else those of the run's earlier part, else `AutomaticChoices`.
  ///
  /// - Parameters:
  ///   - density: the fraction of inputs that are nonzero.
  ///   - cores: cores that workers may use.
  init(
    _ configuration: TrainingConfiguration, earlier: TrainingChoices?, topology: Topology, samples: Samples,
    density: Double, cores: Int
  ) {
    // Noise leaves no input zero.
    let density = configuration.noise > 0 ? 1 : density
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
        isPacked: configuration.augmentation == nil && configuration.noise == 0
          && InputReader.shouldPackAhead(samples, form: input, density: density),
        kernels: kernels, cores: cores)
    gradients =
      configuration.gradients ?? earlier?.gradients
      ?? AutomaticChoices.strategy(topology: topology, batchSize: batchSize, workers: workers)
  }
}
