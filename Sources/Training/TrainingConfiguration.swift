import Kernels
import Networks
import Optimizers

/// How workers' gradients become one. Raw values are the names of `--gradients`.
public enum GradientStrategy: String, Sendable, CaseIterable {
  /// Each worker sums its shard's gradient, then all reduce.
  case partial
  /// Each worker computes a slice of the gradient over the whole batch: the same bits for any number of workers.
  case owned
}

/// Samples a step.
public enum BatchSize: Sendable, Equatable {
  case samples(Int)
  /// All of the training split.
  case full

  /// The number of samples, for a training split of `count`.
  public func resolved(_ count: Int) -> Int {
    switch self {
    case .samples(let size): min(size, max(count, 1))
    case .full: max(count, 1)
    }
  }
}

/// Everything about a run of training but the network and the data. Defaults are the command's.
public struct TrainingConfiguration: Sendable {
  /// How weights begin where no initial ones are given.
  public var initializer = Initializer.automatic
  public var optimizer: any Optimizer = SGD()
  /// The optimizer's standard learning rate unless it is set.
  public var learningRate: Double {
    get { givenLearningRate ?? type(of: optimizer).standardLearningRate }
    set { givenLearningRate = newValue }
  }
  private var givenLearningRate: Double?
  public var schedule = LearningRateSchedule.constant
  /// The terms that the objective has beside the loss.
  public var regularization: Regularization = [:]
  /// λ of the course notes: adds λ/(2M) Σ W² to the objective, M the samples of the training split.
  public var l2: Double {
    get { regularization["l2"] }
    set { regularization["l2"] = newValue }
  }
  /// The largest L2 norm of a gradient, the terms of `regularization` included; nil leaves gradients as they are.
  public var clipNorm: Double?
  /// Random distortions of the training samples, which are square images; nil for none.
  public var augmentation: Augmentation?
  /// The last epochs, which are trained without distortions; counted from the end of `epochs`.
  public var cleanEpochs = 0
  /// The standard deviation of Gaussian noise on the inputs of training samples, drawn anew in each epoch.
  public var noise = 0.0
  public var batchSize = BatchSize.samples(64)
  /// Passes over the training split; nil for no end but that of `steps`.
  public var epochs: Int? = 5
  /// Steps of the whole run; nil for no end but that of `epochs`.
  public var steps: Int?
  /// Bounds on an epoch's figures that end the run early.
  public var stop = StopCriteria()
  /// nil: as many as the step can feed.
  public var workers: Int?
  /// nil: the faster of the two.
  public var gradients: GradientStrategy?
  /// nil: by the data's density.
  public var input: InputForm?
  /// nil: the fastest that the processor has.
  public var instructionSet: InstructionSet?
  public var seed: UInt64 = 1
  public var shuffles = true
  /// The momentum of each step, in place of the optimizer's own; nil for that. For an optimizer with the hyperparameter `momentum`.
  public var momentum: MomentumSchedule?
  /// E: class targets become (1 − E) · one-hot + E/K, with K classes. In [0, 1); 0 for targets that are values.
  public var labelSmoothing = 0.0
  /// The largest L2 norm of a unit's incoming weights, its bias apart, in every layer; larger ones are scaled down after each update.
  public var maxNorm: Double?
  /// The rates of dropout: one for all hidden layers, or one for each, or one more, that of the input first; empty for none. In [0, 1).
  public var dropout: [Double] = []
  /// The average of the weights that is evaluated and saved in their place.
  public var average = WeightAveraging.none
  /// The samples that fill no whole batch at the end of an epoch.
  public var lastBatch = LastBatch.keep
  /// Whether `Trainer.best` keeps the parameters of the epoch with the best validation loss.
  public var keepsBest = false
  /// Whether `Trainer.phaseTimes` is told: clocks are read in every step, some 200 ns in all.
  public var measuresPhases = false
  /// Steps from one whose gradient's noise is measured to the next, at least 1; nil measures none. `Trainer.gradientNoise` has the sums.
  /// Only steps of several shards have a noise: `partial` with two workers or more. A measured step reads every gradient once more.
  public var gradientNoiseInterval: Int?
  /// Cores to count on; nil for those that this process has. No result depends on it but times and the automatic number of workers.
  var cores: Int?

  /// The defaults.
  public init() {}

  /// The defaults, with changes.
  ///
  /// ```swift
  /// let configuration = TrainingConfiguration {
  ///   $0.optimizer = Adam()
  ///   $0.epochs = 20
  /// }
  /// ```
  public init(_ change: (inout TrainingConfiguration) throws -> Void) rethrows { try change(&self) }

  /// The first epoch, from 0, without distortions; 0 where there are none at all.
  var firstCleanEpoch: Int {
    guard augmentation != nil else { return 0 }
    return cleanEpochs == 0 ? .max : max(0, (epochs ?? .max) - cleanEpochs)
  }

  /// The batches of an epoch over so many samples.
  public func batches(samples: Int) -> BatchDivision {
    BatchDivision(samples: samples, batchSize: batchSize.resolved(samples), lastBatch: lastBatch)
  }

  /// The steps of a whole run: what `epochs` and `steps` allow, whichever ends first; `Int.max` where neither is given.
  public func totalSteps(stepsPerEpoch: Int) -> Int {
    let (byEpochs, overflow) = (epochs ?? .max).multipliedReportingOverflow(by: stepsPerEpoch)
    return min(overflow ? .max : byEpochs, steps ?? .max)
  }
}

extension TrainingConfiguration {
  /// The dropout of a network; nil where nothing is dropped.
  ///
  /// - Precondition: `dropout` has as many rates as the topology allows.
  func dropout(for topology: Topology) -> Dropout? {
    guard !dropout.isEmpty else { return nil }
    guard let dropout = Dropout(dropout, hiddenLayers: topology.layers.count - 1, seed: seed) else {
      preconditionFailure("dropout has a rate in [0, 1) for all hidden layers, for each, or for the input and each")
    }
    return dropout.isActive ? dropout : nil
  }
}
