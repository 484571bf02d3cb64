import Kernels
import Networks
import Optimizers

/// The strategy that combines the workers' gradients. Raw values are the names of `--gradients`.
public enum GradientStrategy: String, Sendable, CaseIterable {
  /// Data-parallel: each worker computes the gradient of its shard of the batch, followed by an all-reduce.
  case partial
  /// Sharded update: each worker computes and applies its slice of the gradient over the whole batch. Results are
  /// bit-identical for any number of workers.
  case owned
}

/// The number of samples per step.
public enum BatchSize: Sendable, Equatable {
  /// A fixed number, at least 1.
  case samples(Int)
  /// All samples of the training split.
  case full

  /// The number of samples per step for a training split of `count` samples.
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
    get { givenLearningRate ?? type(of: optimizer).defaultLearningRate }
    set { givenLearningRate = newValue }
  }
  private var givenLearningRate: Double?
  /// The learning rate schedule.
  public var schedule = LearningRateSchedule.constant
  /// The terms of the objective besides the loss.
  package var regularization: Regularization = [:]
  /// The strength λ of the L2 term λ/(2M) Σ w² of the objective, summed over weights without biases, with M training
  /// samples.
  public var l2: Double {
    get { regularization[L2Term.name] }
    set { regularization[L2Term.name] = newValue }
  }
  /// The strength λ of the L1 term λ/M Σ |w| of the objective, over the same weights.
  public var l1: Double {
    get { regularization[L1Term.name] }
    set { regularization[L1Term.name] = newValue }
  }
  /// The largest L2 norm of a gradient, `l1` and `l2` included; nil leaves gradients as they are.
  public var clipNorm: Double?
  /// Random distortions of the training samples, which must be square images; nil for none.
  package var augmentation: Augmentation?
  /// The number of epochs at the end of the run that are trained without distortions, an incomplete last one included.
  /// The end of the run is that of its limits `epochs` and `steps`; stop criteria may end it before.
  package var cleanEpochs = 0
  /// The standard deviation of Gaussian noise on the inputs of training samples, drawn anew in each epoch.
  public var noise = 0.0
  /// The number of samples per step.
  public var batchSize = BatchSize.samples(64)
  /// The number of passes over the training split; nil if only `steps` limits the run.
  public var epochs: Int? = 5
  /// The number of steps of the whole run; nil if only `epochs` limits it.
  public var steps: Int?
  /// Criteria on an epoch's metrics that end the run early.
  public var stop = StopCriteria()
  /// The number of workers (threads), 1...128; nil chooses it by the work of a step and the number of cores. If it is
  /// chosen, workers share threads for a while whenever that is faster, for example beside other programs; if it is
  /// given, each has a thread as long as there is a core for it. Results are the same.
  public var workers: Int?
  /// The gradient strategy; nil chooses the one that is expected to be faster.
  public var gradients: GradientStrategy?
  /// On several ranks, the number of steps between two means of their parameters: in between, each rank trains alone on
  /// its part of every batch (local SGD). Not with `clipNorm` or `owned`. nil if the ranks exchange every step instead.
  public var averageEvery: Int?
  /// The input form; nil chooses it by the fraction of nonzero inputs.
  public var input: InputForm?
  /// The instruction set of the kernels; nil for the fastest that the processor has.
  public var instructionSet: InstructionSet?
  /// The precision of the operands of dense products in training, one that the processor has with the instruction set
  /// (`Precision.available`); nil for `bfloat16` where it is faster. Evaluation is in float32.
  public var precision: Precision? = .float32
  /// The seed of initial weights, order of samples, distortions, noise and dropout.
  public var seed: UInt64 = 1
  /// True if samples are shuffled in every epoch.
  public var shuffles = true
  /// A schedule that replaces the optimizer's momentum; nil for the optimizer's own. Only for an optimizer with the
  /// hyperparameter `momentum` and a kernel, whose coefficient it sets.
  public var momentum: MomentumSchedule?
  /// The label smoothing E, in [0, 1): class targets become (1 − E) · one-hot + E/K, with K classes. Must be 0 for
  /// regression. With class weights a sample's whole loss has the weight of its own class; PyTorch gives each of the K
  /// terms the weight of the term's class.
  public var labelSmoothing = 0.0
  /// The largest L2 norm of a unit's incoming weights, without its bias, in every layer; weights of a larger norm are
  /// scaled down after each update. nil for no limit.
  public var maxNorm: Double?
  /// The dropout rates, in [0, 1): one for all hidden layers, one for each hidden layer, or that of the input and one
  /// for each hidden layer; empty for no dropout.
  public var dropout: [Double] = []
  /// The average of the weights that is evaluated and saved instead of them.
  public var average = WeightAveraging.none
  /// The treatment of samples that do not fill a whole batch at the end of an epoch.
  public var lastBatch = LastBatch.keep
  /// True if the run keeps the parameters of the epoch with the lowest validation loss, for `Trainer.model`.
  public var keepsBest = false
  /// The number of epochs after which parameters are kept for `ModelFile.snapshots`: evenly spaced over the run, the
  /// last one included.
  public var snapshots = 0
  /// True if `Trainer.phaseTimes` is measured, which takes about 200 ns per step.
  public var measuresPhases = false
  /// The interval in steps between measurements of gradient noise, at least 1; nil for none. `Trainer.gradientNoise`
  /// has the sums. Noise is measured between shards, so only for `partial` with two or more workers. A measured step
  /// reads every gradient once more.
  public var gradientNoiseInterval: Int?
  /// The number of cores; nil for those available to this process. Only times and the automatic number of workers
  /// depend on it.
  package var cores: Int?
  /// A clock in seconds for choosing the number of threads, for tests; setting it enables that choice even if `workers` is
  /// given. nil: the system's. Only times depend on it.
  var clock: (@Sendable () -> Double)?

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

  /// The first epoch, from 0, without distortions: 0 without augmentation, `Int.max` if all epochs have distortions.
  package func firstCleanEpoch(stepsPerEpoch: Int) -> Int {
    guard augmentation != nil else { return 0 }
    return cleanEpochs == 0 ? .max : max(0, plannedEpochs(stepsPerEpoch: stepsPerEpoch) - cleanEpochs)
  }

  /// The number of epochs of the run up to its limit of epochs or steps, an incomplete last one included; `Int.max` without a
  /// limit.
  ///
  /// - Parameter stepsPerEpoch: at least 1.
  package func plannedEpochs(stepsPerEpoch: Int) -> Int {
    guard let steps else { return epochs ?? .max }
    let (whole, rest) = steps.quotientAndRemainder(dividingBy: stepsPerEpoch)
    return min(epochs ?? .max, whole + (rest > 0 ? 1 : 0))
  }

  /// The number of complete epochs within the limits; `Int.max` without a limit.
  ///
  /// - Parameter stepsPerEpoch: at least 1.
  package func wholeEpochs(stepsPerEpoch: Int) -> Int {
    min(epochs ?? .max, steps.map { $0 / stepsPerEpoch } ?? .max)
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
