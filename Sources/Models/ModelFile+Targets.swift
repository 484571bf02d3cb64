import Files
import Networks

extension ModelFile {
  /// The model without `targetOrigins`, which are added to the biases of the output layer and rounded to floats, for programs that know
  /// only the tensors.
  /// - Precondition: the last layer has biases, as every layer of a model with `targetOrigins`.
  package var withoutTargetOrigins: ModelFile {
    guard let origins = targetOrigins else { return self }
    var model = self
    model.targetOrigins = nil
    model.parameters.addToBiases(origins)
    for index in model.snapshots.indices { model.snapshots[index].parameters.addToBiases(origins) }
    return model
  }
}

/// The biases of an output layer whose outputs have an offset: those of the tensors, to which it has been added, and in the metadata the
/// exact pair. The tensors alone are the model for other programs, to a float's rounding.
enum OffsetBiases {
  /// The name of the offsets in the metadata.
  static let offset = "output_offset"
  /// The name of the biases without them.
  static let bias = "output_bias"

  /// The biases of a tensor, finite if those without offsets are, as a file must have them.
  static func stored(_ bias: [Float], _ origins: [Double]) -> [Float] {
    zip(bias, origins).map { bias, origin in
      guard bias.isFinite else { return bias }
      let sum = Float(Double(bias) + origin)
      return max(-.greatestFiniteMagnitude, min(.greatestFiniteMagnitude, sum))
    }
  }
}

extension ModelFileEncoder {
  /// The exact biases of the output layer and the offsets of the outputs; empty for a model without offsets.
  static func offsets(_ model: ModelFile) -> [Safetensors.Metadatum] {
    guard let origins = model.targetOrigins else { return [] }
    func bias(_ parameters: Parameters, _ prefix: String) -> Safetensors.Metadatum {
      let bias = parameters.layers.last?.bias ?? []
      return .init(prefix + OffsetBiases.bias, numbers(bias.map(Double.init)))
    }
    return [bias(model.parameters, ""), .init(OffsetBiases.offset, numbers(origins))]
      + model.snapshots.map { bias($0.parameters, TensorName.snapshot($0.epoch)) }
  }
}

extension ModelFileDecoder {
  /// Replaces the output layer's biases by the exact ones of the metadata, with the offsets apart, unless a tensor was edited since: then
  /// the tensors are the model.
  func readOffsets(into model: inout ModelFile) throws(FileError) {
    let outputs = model.widths[model.widths.count - 1]
    let expected = "a JSON array of \(outputs) finite numbers"
    // Earlier versions left the offsets out of the tensors.
    model.targetOrigins = try numbers("target_offset", outputs, expected)
    let origins = try numbers(OffsetBiases.offset, outputs, expected)
    var all = [try exact(model.parameters, "", origins, outputs: outputs, expected)]
    for snapshot in model.snapshots {
      let prefix = TensorName.snapshot(snapshot.epoch)
      all.append(try exact(snapshot.parameters, prefix, origins, outputs: outputs, expected))
    }
    let whole = all.compactMap(\.self)
    guard let origins, whole.count == all.count else { return }
    model.targetOrigins = origins
    model.parameters = whole[0]
    for index in model.snapshots.indices { model.snapshots[index].parameters = whole[index + 1] }
  }

  /// The parameters with the exact biases of the metadata; nil if there are none for these tensors.
  private func exact(
    _ parameters: Parameters, _ prefix: String, _ origins: [Double]?, outputs: Int, _ expected: String
  ) throws(FileError) -> Parameters? {
    let last = parameters.layers.count - 1
    guard let numbers = try numbers(prefix + OffsetBiases.bias, outputs, expected), let origins else { return nil }
    let bias = numbers.map { Float($0) }
    guard OffsetBiases.stored(bias, origins) == parameters.layers[last].bias else { return nil }
    var exact = parameters
    exact.layers[last].bias = bias
    return exact
  }
}

extension Parameters {
  fileprivate mutating func addToBiases(_ origins: [Double]) {
    let last = layers.count - 1
    for output in layers[last].bias.indices where output < origins.count {
      layers[last].bias[output] = Float(Double(layers[last].bias[output]) + origins[output])
    }
  }
}
