import Networks
import Training

/// One of the configurations that are compared.
package struct CompareSetting: Sendable {
  /// The name of the group of settings that differ only in the batch size: `adam`. Empty if there is one group.
  package var family: String
  /// `batch 64`, `full batch`.
  package var batch: String
  package var topology: Topology
  /// The initial weights; nil if each seed draws its own.
  package var initialParameters: Parameters?
  /// The configuration without budget and seed, which the comparison sets. Its learning rate is used unless one is searched.
  package var configuration: TrainingConfiguration
  /// The search for the learning rate; nil if the rate is given.
  package var search: Search?

  /// The parameters of a learning rate search.
  package struct Search: Sendable, Equatable {
    /// The fraction of the training split used for validation during the search, in (0, 1).
    package var validationFraction: Double
    /// Settings with the same text share a search: those with different execution options but the same computation.
    package var key: String

    /// A tenth: with 6000 samples, validation losses near 0.1 that differ by about 6 % can be distinguished.
    package static let defaultFraction = 0.1

    package init(validationFraction: Double = defaultFraction, key: String) {
      self.validationFraction = validationFraction
      self.key = key
    }
  }

  package init(
    family: String = "", batch: String, topology: Topology, initialParameters: Parameters? = nil,
    configuration: TrainingConfiguration,
    search: Search? = nil
  ) {
    self.family = family
    self.batch = batch
    self.topology = topology
    self.initialParameters = initialParameters
    self.configuration = configuration
    self.search = search
  }

  /// A unique name: `adam, batch 64`.
  package var name: String { family.isEmpty ? batch : family + ", " + batch }
}
