import Files
import JSON
import Networks

extension ModelFile {
  private static let offsets = "target_offset"

  /// Everything but parameters and snapshots, as the names and texts of a file's metadata, with means and standard deviations in full precision.
  package var properties: [String: String] {
    var model = self
    (model.snapshots, model.targetOrigins) = ([], nil)
    var texts = Dictionary(
      uniqueKeysWithValues: ModelFileEncoder.metadata(of: model, isExact: true).map { ($0.name, $0.text) })
    texts[Self.offsets] = targetOrigins.map(ModelFileEncoder.numbers)
    return texts
  }

  /// A model with the properties of another one.
  ///
  /// - Parameters:
  ///   - properties: those of a model with the same widths.
  ///   - parameters: the weights and biases of all layers.
  ///   - widths: the number of inputs, then of each layer's outputs.
  ///   - file: the name of the properties' file in errors.
  /// - Throws: `FileError` for properties that are not of such a model.
  /// - Precondition: the parameters have the shapes of `widths`.
  package init(
    properties: [String: String], parameters: Parameters, widths: [Int], file: String
  ) throws(FileError) {
    var tensors = ModelFileEncoder.tensors(parameters, widths: widths)
    // The exact numbers of the metadata are read beside tensors alone.
    for (name, tensor) in [("mean", TensorName.mean), ("deviation", TensorName.deviation)] {
      guard let text = properties[name], case .array(let elements)? = try? JSONValue.parse(text.utf8) else { continue }
      let values = elements.map { ModelFileEncoder.rounded($0.double ?? 0) }
      tensors.append(Safetensors.Tensor(name: tensor, shape: [values.count], values: values))
    }
    let metadata = properties.sorted { $0.key < $1.key }.map { Safetensors.Metadatum($0.key, $0.value) }
    self = try ModelFileDecoder(file: file, contents: Safetensors(tensors: tensors, metadata: metadata)).model()
  }
}
