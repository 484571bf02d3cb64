import JSON
import Networks

/// The names of a model's tensors.
package enum TensorName {
  static let mean = "input.mean"
  static let deviation = "input.deviation"
  /// The name of a layer's weights, `[outputs × inputs]`; layers count from 0.
  package static func weight(_ layer: Int) -> String { "layers.\(layer).weight" }
  /// The beginning of the names of a snapshot's tensors.
  static func snapshot(_ epoch: Int) -> String { "snapshots.\(epoch)." }
  /// The name of a layer's biases, `[outputs]`.
  package static func bias(_ layer: Int) -> String { "layers.\(layer).bias" }
}

/// The encoding of a model for safetensors: parameters and standardization as tensors, everything else as metadata.
enum ModelFileEncoder {
  /// The version that is written, and the newest that can be read.
  static let version = 1

  /// The contents of a file: with means and standard deviations in full precision, unless there are so many that the header would be too long
  /// to be read again and tensors keep them; then in the precision of tensors.
  ///
  /// - Parameter longest: the largest size of the header in bytes.
  static func contents(of model: ModelFile, longest: Int = SafetensorsHeader.longest) -> Safetensors {
    var contents = allContents(of: model)
    guard let standardization = model.preprocessing.standardization, standardization.isExact,
      isKeptByTensors(standardization),
      contents.header.bytes().count - 8 > longest
    else { return contents }
    contents.metadata = metadata(of: model, isExact: false)
    return contents
  }

  private static func allContents(of model: ModelFile) -> Safetensors {
    let origins = model.targetOrigins
    var tensors = tensors(model.parameters, widths: model.widths, origins: origins)
    if let standardization = model.preprocessing.standardization { tensors += self.tensors(standardization) }
    for snapshot in model.snapshots {
      tensors += self.tensors(
        snapshot.parameters, widths: model.widths, prefix: TensorName.snapshot(snapshot.epoch), origins: origins)
    }
    return Safetensors(
      tensors: tensors, metadata: metadata(of: model, isExact: model.preprocessing.standardization?.isExact ?? false))
  }

  /// `layers.l.weight` of shape [outputs, inputs], and `layers.l.bias` if there are biases, for each layer.
  ///
  /// - Parameters:
  ///   - prefix: the beginning of all names.
  ///   - origins: the offsets of the outputs, to add to the last layer's biases; nil for 0.
  static func tensors(
    _ parameters: Parameters, widths: [Int], prefix: String = "", origins: [Double]? = nil
  ) -> [Safetensors.Tensor] {
    parameters.layers.enumerated().flatMap { index, layer in
      let shape = [widths[index + 1], widths[index]]
      let weight = Safetensors.Tensor(name: prefix + TensorName.weight(index), shape: shape, values: layer.weight)
      guard !layer.bias.isEmpty else { return [weight] }
      let isLast = index == parameters.layers.count - 1
      let bias = isLast ? origins.map { OffsetBiases.stored(layer.bias, $0) } ?? layer.bias : layer.bias
      return [weight, Safetensors.Tensor(name: prefix + TensorName.bias(index), shape: [shape[0]], values: bias)]
    }
  }

  /// - Parameter isExact: true to include means and standard deviations in full precision.
  static func metadata(of model: ModelFile, isExact: Bool) -> [Safetensors.Metadatum] {
    var metadata = [Safetensors.Metadatum("format", "descent"), .init("version", "\(version)")]
    func add(_ name: String, _ text: String?) {
      if let text { metadata.append(.init(name, text)) }
    }
    add("activations", model.activations?.map(\.rawValue).joined(separator: ","))
    add("loss", model.loss?.rawValue)
    switch model.answers {
    case .labels(let labels): add("labels", texts(labels))
    case .targets(let count): add("targets", "\(count)")
    case nil: break
    }
    metadata += images(model.preprocessing)
    add("threshold", model.threshold.map { "\(Float($0))" })
    add("epoch", model.epoch.map { "\($0)" })
    if !model.snapshots.isEmpty {
      add("snapshots", JSONValue.array(model.snapshots.map { .number($0.epoch) }).text)
    }
    add("interrupted", model.isInterrupted ? "true" : nil)
    if isExact, let standardization = model.preprocessing.standardization { metadata += exact(standardization) }
    metadata += offsets(model) + features(model.preprocessing)
    add("data", model.source)
    if !model.sourceOptions.isEmpty {
      let members = model.sourceOptions.sorted { $0.key < $1.key }
      add("data_options", JSONValue.object(members.map { .init($0.key, .string($0.value)) }).text)
    }
    add("data_split", model.sourceSplit)
    return metadata
  }

  static func numbers(_ values: [Double]) -> String { JSONValue.array(values.map { .number($0) }).text }

  static func texts(_ values: [String]) -> String { JSONValue.array(values.map(JSONValue.string)).text }
}
