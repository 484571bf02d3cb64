import Files
import Models
import Networks
import SampleData

extension Trainer {
  /// The kept model (that of the best epoch, or the current one) as a model file, with the preprocessing of its inputs.
  ///
  /// - Parameter preprocessing: the preprocessing of the training data: `LoadedData.preprocessing`.
  public func model(preprocessing: Preprocessing) -> ModelFile {
    let units = samples.targetUnits
    let parameters = units.map { keptParameters.inUnits($0) } ?? keptParameters
    var model = ModelFile(topology: network.topology, parameters: parameters)
    model.epoch = best?.epoch
    model.snapshots = position.snapshots.map { snapshot in
      .init(
        epoch: snapshot.epoch, parameters: units.map { snapshot.parameters.inUnits($0) } ?? snapshot.parameters)
    }
    describe(&model, preprocessing)
    return model
  }

  /// Checks that the names and labels of the model can be saved.
  ///
  /// - Parameter describe: adds the source.
  /// - Throws: `FileError` if there are too many.
  package func checkStorable(
    preprocessing: Preprocessing, to path: String, describe: (inout ModelFile) -> Void
  ) throws(FileError) {
    let topology = network.topology
    // Parameters may be large, and are not needed.
    let empty = Parameters.LayerParameters(weight: [], bias: [])
    var model = ModelFile(
      parameters: Parameters(layers: topology.layers.map { _ in empty }),
      widths: topology.widths)
    model.activations = topology.layers.map(\.activation)
    self.describe(&model, preprocessing)
    describe(&model)
    try model.checkStorable(snapshots: configuration.snapshots, to: path)
  }

  /// Adds the meaning of inputs and outputs.
  private func describe(_ model: inout ModelFile, _ preprocessing: Preprocessing) {
    model.answers = labels.map { .labels($0) } ?? .targets(network.topology.outputs)
    model.targetOrigins = samples.targetOrigins
    model.preprocessing = preprocessing
    model.threshold = samples.threshold.map { Double($0) }
  }
}
