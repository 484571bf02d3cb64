import Descent

/// The epochs, the final parameters and the stop reason of a training run.
struct CourseDescent {
  var epochs: [EpochMetrics]
  var parameters: Parameters
  var reason: EndReason?

  /// The training loss of each epoch; on the full batch, that before the epoch's update.
  var losses: [Double] { epochs.map(\.trainLoss) }

  /// - Throws: `CourseInterrupted` after the step in which the exercise was stopped; errors of the trainer.
  init(
    _ topology: Topology, _ parameters: Parameters? = nil, training: Samples, test: Samples? = nil,
    _ configuration: TrainingConfiguration
  ) throws {
    let trainer = try Trainer(
      topology, parameters: parameters, training: training, test: test, configuration: configuration)
    let isInterrupted = CourseInterruption.isRequested
    epochs = []
    training: while true {
      if isInterrupted() { throw CourseInterrupted() }
      switch try trainer.advance(until: { _ in isInterrupted() }) {
      case .paused: continue
      case .epoch(let epoch): epochs.append(epoch)
      case .ended: break training
      }
    }
    self.parameters = trainer.parameters
    reason = trainer.endReason
  }

  /// The number of correct answers after the last epoch on a test split of `count` samples; nil without one.
  func testCorrect(of count: Int) -> Double? {
    epochs.last?.testAccuracy.map { ($0 * Double(count)).rounded() }
  }

  /// The parameters after each of the first `steps` steps, the initial ones first.
  static func path(
    _ topology: Topology, _ parameters: Parameters, training: Samples, _ configuration: TrainingConfiguration,
    steps: Int
  ) throws -> [Parameters] {
    var configuration = configuration
    (configuration.epochs, configuration.steps) = (nil, steps)
    let trainer = try Trainer(topology, parameters: parameters, training: training, configuration: configuration)
    var path = [parameters]
    for _ in 0..<steps {
      if CourseInterruption.isRequested() { throw CourseInterrupted() }
      _ = try trainer.advance(steps: 1)
      path.append(trainer.parameters)
    }
    return path
  }
}

extension TrainingConfiguration {
  /// The configuration of an exercise: by default plain descent on the full batch.
  ///
  /// - Parameter shuffles: false to take the samples in their order, as the Double network and the documents do.
  static func course(
    _ optimizer: any Optimizer = SGD(), learningRate: Double, batchSize: BatchSize = .full, epochs: Int? = nil,
    l2: Double = 0, shuffles: Bool = false
  ) -> TrainingConfiguration {
    TrainingConfiguration {
      $0.optimizer = optimizer
      $0.learningRate = learningRate
      $0.batchSize = batchSize
      $0.epochs = epochs
      $0.l2 = l2
      $0.shuffles = shuffles
    }
  }
}

/// Gradient descent of the Double network, with an optimizer's rule in Double: the reference for the trainer.
struct PlainDescent {
  var network: PlainNetwork
  let optimizer: any Optimizer
  private var weightStates: [[OptimizerState]]
  private var biasStates: [[OptimizerState]]
  private var steps = 0

  init(_ network: PlainNetwork, _ optimizer: any Optimizer = SGD()) {
    self.network = network
    self.optimizer = optimizer
    weightStates = network.weights.map { [OptimizerState](repeating: OptimizerState(), count: $0.count) }
    biasStates = network.biases.map { [OptimizerState](repeating: OptimizerState(), count: $0.count) }
  }

  /// One step on the mean loss of a batch.
  ///
  /// - Parameter samples: M in the L2 term λ/(2M) Σ W²; nil for the number of examples in the batch.
  /// - Returns: the objective before the step.
  @discardableResult
  mutating func step(_ batch: PlainExamples, learningRate: Double, l2: Double = 0, samples: Int? = nil) -> Double {
    let gradient = network.gradient(batch, l2: l2, samples: samples)
    steps += 1
    for layer in network.weights.indices {
      optimizer.update(
        &network.weights[layer], gradient: gradient.weights[layer], states: &weightStates[layer], step: steps,
        learningRate: learningRate)
      optimizer.update(
        &network.biases[layer], gradient: gradient.biases[layer], states: &biasStates[layer], step: steps,
        learningRate: learningRate)
    }
    return gradient.loss
  }

  /// Passes over all examples in their order, in batches.
  mutating func run(
    _ examples: PlainExamples, batchSize: Int, epochs: Int, learningRate: Double, l2: Double = 0
  ) {
    for _ in 0..<epochs {
      for first in stride(from: 0, to: examples.count, by: batchSize) {
        let range = first..<min(first + batchSize, examples.count)
        let batch = PlainExamples(inputs: Array(examples.inputs[range]), targets: Array(examples.targets[range]))
        step(batch, learningRate: learningRate, l2: l2, samples: examples.count)
      }
    }
  }

  /// The largest difference between the parameters of the trainer and of the Double network after the same steps, divided by the
  /// largest magnitude. Both take the samples in their order.
  static func distance(
    _ topology: Topology, _ parameters: Parameters, training: Samples, _ configuration: TrainingConfiguration
  ) throws -> Double {
    var configuration = configuration
    configuration.shuffles = false
    let fast = try CourseDescent(topology, parameters, training: training, configuration)
    var plain = PlainDescent(PlainNetwork(topology: topology, parameters: parameters), configuration.optimizer)
    plain.run(
      training.examples(outputs: topology.outputs), batchSize: configuration.batchSize.resolved(training.count),
      epochs: configuration.epochs ?? 1, learningRate: configuration.learningRate, l2: configuration.l2)
    return relativeDifference(fast.parameters.flat, plain.network.flat)
  }
}
