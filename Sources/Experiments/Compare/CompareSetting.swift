import Networks
import Training

/// One way to train that is compared with others.
public struct CompareSetting: Sendable {
  /// What tells it from the others, for people: `64, adam`.
  public var name: String
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
    name: String, topology: Topology, initialParameters: Parameters? = nil, configuration: TrainingConfiguration,
    sweep: Sweep? = nil
  ) {
    self.name = name
    self.topology = topology
    self.initialParameters = initialParameters
    self.configuration = configuration
    self.sweep = sweep
  }
}
