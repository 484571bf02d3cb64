import Networks
import Training

/// One way to train that is compared with others.
public struct CompareSetting: Sendable {
  /// One option that tells settings apart, and the value it has here, as a user writes it.
  public struct Axis: Sendable, Equatable {
    public var option: String
    public var value: String

    public init(_ option: String, _ value: String) {
      self.option = option
      self.value = value
    }
  }

  public var axes: [Axis]
  public var topology: Topology
  /// Where the weights begin; nil where each seed draws its own.
  public var initialParameters: Parameters?
  /// Everything else but budget and seed, which are the comparison's. Without a sweep its learning rate holds.
  public var configuration: TrainingConfiguration
  /// Settings of one text share a sweep of the learning rate: those that differ in how the work is done and not in what is computed.
  /// nil for a learning rate that is given.
  public var sweepKey: String?

  public init(
    axes: [Axis], topology: Topology, initialParameters: Parameters? = nil, configuration: TrainingConfiguration,
    sweepKey: String? = nil
  ) {
    self.axes = axes
    self.topology = topology
    self.initialParameters = initialParameters
    self.configuration = configuration
    self.sweepKey = sweepKey
  }

  /// Its values: `64, adam`.
  public var name: String { axes.map(\.value).joined(separator: ", ") }
}
