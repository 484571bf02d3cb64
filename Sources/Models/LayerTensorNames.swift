import Files
import Networks

/// The names of a layer's tensors in a model file.
package struct LayerTensorNames: Sendable, Equatable {
  package let weight: String
  /// Nil if the file has no biases of the layer.
  package let bias: String?
}

extension ModelFile {
  /// The names of the tensors of all layers, in the layers' order: those of another program's file as they were, else `layers.0.weight` and so on.
  package var tensorNames: [LayerTensorNames] {
    foreignNames
      ?? parameters.layers.indices.map {
        LayerTensorNames(weight: TensorName.weight($0), bias: hasBiases ? TensorName.bias($0) : nil)
      }
  }

  /// Writes a gradient as a safetensors file with the names and shapes of the model's tensors, including numbers that are not finite: weights are
  /// `[inputs × outputs]` if the model's file had them so.
  ///
  /// - Parameter gradient: the gradient, with the shapes of `parameters`.
  /// - Throws: `FileError` if the file cannot be written.
  public func writeGradient(_ gradient: Parameters, to path: String) throws(FileError) {
    var tensors: [Safetensors.Tensor] = []
    for (index, (names, layer)) in zip(tensorNames, gradient.layers).enumerated() {
      let (inputs, outputs) = (widths[index], widths[index + 1])
      tensors.append(
        isTransposed
          ? .init(
            name: names.weight, shape: [inputs, outputs],
            values: layer.weight.transposed(rows: outputs, columns: inputs))
          : .init(name: names.weight, shape: [outputs, inputs], values: layer.weight))
      if let bias = names.bias { tensors.append(.init(name: bias, shape: [outputs], values: layer.bias)) }
    }
    try Safetensors(tensors: tensors).write(to: path)
  }
}
