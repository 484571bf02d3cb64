import Networks
import Training

/// One way to train that is compared with others.
public struct CompareSetting: Sendable {
  /// What it shares with settings that differ from it in the batch size alone, in words: `adam`. Empty where all do.
  public var family: String
  /// `batch 64`, `full batch`.
  public var batch: String
  public var topology: Topology
  /// Where the weights begin; nil where each seed draws its own.
  public var initialParameters: Parameters?
  /// Everything but budget and seed, which are the comparison's. Its learning rate holds where none is searched for.
  public var configuration: TrainingConfiguration
  /// nil for a learning rate that is given.
  public var sweep: Sweep?

  /// That a learning rate is searched for.
  public struct Sweep: Sendable, Equatable {
    /// The part of the training split that is held out meanwhile, in (0, 1).
    public var validationFraction: Double
    /// Settings of one text share a search: those that differ in how the work is done, and not in what is computed.
    public var key: String

    /// A tenth: 6000 samples of MNIST tell validation losses of 0.1 apart that differ by some 6 %.
    public static let standardFraction = 0.1

    public init(validationFraction: Double = standardFraction, key: String) {
      self.validationFraction = validationFraction
      self.key = key
    }
  }

  public init(
    family: String = "", batch: String, topology: Topology, initialParameters: Parameters? = nil,
    configuration: TrainingConfiguration,
    sweep: Sweep? = nil
  ) {
    self.family = family
    self.batch = batch
    self.topology = topology
    self.initialParameters = initialParameters
    self.configuration = configuration
    self.sweep = sweep
  }

  /// What tells it from all others: `adam, batch 64`.
  public var name: String { family.isEmpty ? batch : family + ", " + batch }
}
