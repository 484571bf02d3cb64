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
    guard let standardization = model.standardization, standardization.isExact, isKeptByTensors(standardization),
      contents.header.bytes().count - 8 > longest
    else { return contents }
    contents.metadata = metadata(of: model, isExact: false)
    return contents
  }

  /// True if the precision of tensors is enough: no feature is shifted or scaled by more than 1e-5 of its standard deviation. A mean of
  /// 1e9, as of times in seconds, is rounded by up to 32.
  static func isKeptByTensors(_ standardization: ModelFile.Standardization) -> Bool {
    zip(standardization.mean, standardization.deviation).allSatisfy { mean, deviation in
      [mean, deviation].allSatisfy { abs($0 - Double(rounded($0))) <= 1e-5 * deviation }
    }
  }

  private static func allContents(of model: ModelFile) -> Safetensors {
    let origins = model.targetOrigins
    var tensors = tensors(model.parameters, widths: model.widths, origins: origins)
    if let standardization = model.standardization {
      let (mean, deviation) = (standardization.mean.map(rounded), standardization.deviation.map(rounded))
      tensors.append(Safetensors.Tensor(name: TensorName.mean, shape: [mean.count], values: mean))
      tensors.append(Safetensors.Tensor(name: TensorName.deviation, shape: [deviation.count], values: deviation))
    }
    for snapshot in model.snapshots {
      tensors += self.tensors(
        snapshot.parameters, widths: model.widths, prefix: TensorName.snapshot(snapshot.epoch), origins: origins)
    }
    return Safetensors(
      tensors: tensors, metadata: metadata(of: model, isExact: model.standardization?.isExact ?? false))
  }

  /// A Double as a finite float, positive if the Double is; the metadata has the full precision.
  private static func rounded(_ value: Double) -> Float {
    let float = Float(value)
    if float == 0, value > 0 { return .leastNonzeroMagnitude }
    return max(-.greatestFiniteMagnitude, min(.greatestFiniteMagnitude, float))
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
    case .labels(let labels): add("labels", JSONValue.array(labels.map(JSONValue.string)).text)
    case .targets(let count): add("targets", "\(count)")
    case nil: break
    }
    add("scale", model.scale.map { Int(exactly: $0).map(String.init) ?? "\($0)" })
    add("resize", model.resize.map { "\($0)" })
    add("transpose", model.transpose ? "true" : nil)
    add("mnist_form", model.hasMNISTForm ? nil : "false")
    add("white_level", model.whiteLevel == 255 ? nil : "\(model.whiteLevel)")
    add("threshold", model.threshold.map { "\(Float($0))" })
    add("epoch", model.epoch.map { "\($0)" })
    if !model.snapshots.isEmpty {
      add("snapshots", JSONValue.array(model.snapshots.map { .number($0.epoch) }).text)
    }
    add("interrupted", model.isInterrupted ? "true" : nil)
    if isExact, let standardization = model.standardization {
      add("mean", numbers(standardization.mean))
      add("deviation", numbers(standardization.deviation))
    }
    metadata += offsets(model) + columns(model)
    add("first_index", model.firstIndex.map { "\($0)" })
    add("data", model.source)
    if !model.sourceOptions.isEmpty {
      let members = model.sourceOptions.sorted { $0.key < $1.key }
      add("data_options", JSONValue.object(members.map { .init($0.key, .string($0.value)) }).text)
    }
    return metadata
  }
}
