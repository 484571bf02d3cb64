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

extension Parameters {
  fileprivate mutating func addToBiases(_ origins: [Double]) {
    let last = layers.count - 1
    for output in layers[last].bias.indices where output < origins.count {
      layers[last].bias[output] = Float(Double(layers[last].bias[output]) + origins[output])
    }
  }
}
