import Kernels
import Networks
import Optimizers

/// The strategy that combines the workers' gradients. Raw values are the names of `--gradients`.
public enum GradientStrategy: String, Sendable, CaseIterable {
  /// Each worker sums its shard's gradient, then all reduce.
  case partial
  /// Each worker computes a slice of the gradient over the whole batch: the same bits for any number of workers.
  case owned
}

/// The number of samples per step.
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

/// The configuration of a training run, except network and data. Defaults are those of the command.
public struct TrainingConfiguration: Sendable {
  /// The initialization of weights, if no initial parameters are given.
  public var initializer = Initializer.automatic
  /// The optimizer with its hyperparameters.
  public var optimizer: any Optimizer = SGD()
  /// The learning rate; the optimizer's default unless it is set.
  public var learningRate: Double {
    get { givenLearningRate ?? type(of: optimizer).standardLearningRate }
    set { givenLearningRate = newValue }
  }
  private var givenLearningRate: Double?
  /// The learning rate schedule.
  public var schedule = LearningRateSchedule.constant
  /// The terms of the objective besides the loss.
  package var regularization: Regularization = [:]
  /// λ of the course notes: adds λ/(2M) Σ W² to the objective, M the samples of the training split.
  public var l2: Double {
    get { regularization["l2"] }
    set { regularization["l2"] = newValue }
  }
  /// The largest L2 norm of a gradient, the terms of `regularization` included; nil leaves gradients as they are.
  public var clipNorm: Double?
  /// Random distortions of the training samples, which are square images; nil for none.
  package var augmentation: Augmentation?
  /// The last epochs, which are trained without distortions; counted from the end of `epochs`.
  public var cleanEpochs = 0
  /// The standard deviation of Gaussian noise on the inputs of training samples, drawn anew in each epoch.
  public var noise = 0.0
  /// The number of samples per step.
  public var batchSize = BatchSize.samples(64)
  /// The number of passes over the training split; nil for no limit but `steps`.
  public var epochs: Int? = 5
  /// The number of steps of the whole run; nil for no limit but `epochs`.
  public var steps: Int?
  /// Criteria on an epoch's figures that end the run early.
  public var stop = StopCriteria()
  /// nil: chosen by the work of a step.
  public var workers: Int?
  /// nil: the faster of the two.
  public var gradients: GradientStrategy?
  /// nil: by the data's density.
  public var input: InputForm?
  /// nil: the fastest that the processor has.
  public var instructionSet: InstructionSet?
  /// The seed of initial weights, validation split and order of samples.
  public var seed: UInt64 = 1
  /// True if samples are shuffled in every epoch.
  public var shuffles = true
  /// The momentum of each step, instead of the optimizer's; nil for the optimizer's. For an optimizer with the
  /// hyperparameter `momentum`.
  package var momentum: MomentumSchedule?
  /// E: class targets become (1 − E) · one-hot + E/K, with K classes. In [0, 1); 0 for target values.
  public var labelSmoothing = 0.0
  /// The largest L2 norm of a unit's incoming weights, without its bias, in every layer; larger ones are scaled down
  /// after each update.
  public var maxNorm: Double?
  /// The dropout rates: one for all hidden layers, one for each, or one more, that of the input first; empty for none.
  /// In [0, 1).
  public var dropout: [Double] = []
  /// The average of the weights that is evaluated and saved instead of them.
  package var average = WeightAveraging.none
  /// The treatment of samples that do not fill a whole batch at the end of an epoch.
  public var lastBatch = LastBatch.keep
  /// True if `Trainer.best` keeps the parameters of the epoch with the best validation loss.
  public var keepsBest = false
  /// The number of epochs, evenly spaced over the run and the last among them, whose parameters the model keeps: `ModelFile.snapshots`.
  public var snapshots = 0
  /// True if `Trainer.phaseTimes` is measured, which takes about 200 ns per step.
  public var measuresPhases = false
  /// The interval in steps between measurements of gradient noise, at least 1; nil for none. `Trainer.gradientNoise`
  /// has the sums. Noise is measured between shards, so only for `partial` with two or more workers. A measured step
  /// reads every gradient once more.
  public var gradientNoiseInterval: Int?
  /// The number of cores; nil for those available to this process. Only times and the automatic number of workers
  /// depend on it.
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

  /// The batches of an epoch of `samples` samples.
  package func batches(samples: Int) -> BatchDivision {
    BatchDivision(samples: samples, batchSize: batchSize.resolved(samples), lastBatch: lastBatch)
  }

  /// The number of steps of the whole run: the smaller limit of `epochs` and `steps`; `Int.max` if neither is given.
  public func totalSteps(stepsPerEpoch: Int) -> Int {
    let (byEpochs, overflow) = (epochs ?? .max).multipliedReportingOverflow(by: stepsPerEpoch)
    return min(overflow ? .max : byEpochs, steps ?? .max)
  }
}

extension TrainingConfiguration {
  /// The dropout of a network; nil for none.
  ///
  /// - Precondition: `dropout` has a valid number of rates for the topology.
  func dropout(for topology: Topology) -> Dropout? {
    guard !dropout.isEmpty else { return nil }
    guard let dropout = Dropout(dropout, hiddenLayers: topology.layers.count - 1, seed: seed) else {
      preconditionFailure("dropout has a rate in [0, 1) for all hidden layers, for each, or for the input and each")
    }
    return dropout.isActive ? dropout : nil
  }
}
