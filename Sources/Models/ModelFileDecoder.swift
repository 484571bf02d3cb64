import Files
import JSON
import Networks

/// A decoder of a safetensors file's contents to a model. Errors name the invalid tensor or text.
struct ModelFileDecoder {
  let file: String
  let tensors: [String: Safetensors.Tensor]
  /// The tensors, in the order of the file.
  private let ordered: [Safetensors.Tensor]
  let metadata: [String: String]

  init(file: String, contents: Safetensors) {
    self.file = file
    ordered = contents.tensors
    // The parser rejects repeated names.
    tensors = Dictionary(uniqueKeysWithValues: contents.tensors.map { ($0.name, $0) })
    metadata = Dictionary(uniqueKeysWithValues: contents.metadata.map { ($0.name, $0.text) })
  }

  func model() throws(FileError) -> ModelFile {
    let isOurs = try checkOrigin()
    if !isOurs { try checkCount() }
    var model: ModelFile
    if !isOurs, let chain = TensorChain(ordered.filter { ![TensorName.mean, TensorName.deviation].contains($0.name) }) {
      model = ModelFile(parameters: chain.parameters, widths: chain.widths)
      model.isTransposed = chain.isTransposed
      model.assumedOrder = chain.assumedOrder
      model.foreignNames = chain.names
    } else {
      let (parameters, widths) = try layers("", isOurs: isOurs)
      model = ModelFile(parameters: parameters, widths: widths)
      let epochs = isOurs ? try snapshotEpochs() : []
      try checkNames(layers: widths.count - 1, hasBiases: model.hasBiases, snapshots: epochs)
      model.snapshots = try epochs.map { epoch throws(FileError) in
        try snapshot(epoch, like: model)
      }
    }
    model.preprocessing.standardization = try standardization(inputs: model.widths[0])
    try checkFinite()
    if isOurs { try readMetadata(into: &model) }
    return model
  }

  func error(_ found: String, _ expected: String, hint: OptionText? = nil) -> FileError {
    FileError(file: file, found: found, expected: expected, hint: hint)
  }

  // MARK: Tensors

  /// The largest number of layers of another program's file, whose order is found by comparisons of their shapes and names.
  private static let maximumLayers = 1 << 12

  private func checkCount() throws(FileError) {
    guard ordered.count > 2 * Self.maximumLayers else { return }
    throw error(
      "\(ordered.count) tensors",
      "at most \(2 * Self.maximumLayers), the weights and biases of \(Self.maximumLayers) layers",
      hint: "Save the tensors of a single network.")
  }

  /// Reads the layers from 0 on, until a weight is missing.
  ///
  /// - Parameters:
  ///   - prefix: the beginning of the tensors' names.
  ///   - isOurs: true if the metadata names the format of this program.
  private func layers(_ prefix: String, isOurs: Bool = true) throws(FileError) -> (Parameters, widths: [Int]) {
    guard let first = tensors[prefix + TensorName.weight(0)] else { throw noLayers(prefix, isOurs: isOurs) }
    var widths = [first.shape.count == 2 ? first.shape[1] : 0]
    var layers: [Parameters.LayerParameters] = []
    let hasBiases = tensors[prefix + TensorName.bias(0)] != nil
    while let weight = tensors[prefix + TensorName.weight(layers.count)] {
      let index = layers.count
      guard weight.shape.count == 2, weight.shape[1] == widths[index],
        weight.shape.allSatisfy((1...Topology.maximumWidth).contains)
      else {
        let inputs = index == 0 ? "inputs" : "\(widths[index])"
        throw error(
          "\(weight.name) of shape \(weight.shape)",
          "[outputs, \(inputs)], each from 1 to \(Topology.maximumWidth)", hint: chainRemedy)
      }
      let bias = tensors[prefix + TensorName.bias(index)]
      guard (bias != nil) == hasBiases else {
        throw error(
          bias == nil
            ? "no \(prefix + TensorName.bias(index))" : prefix + TensorName.bias(index) + " after a layer without one",
          "biases in every layer, or in none", hint: "A layer without biases can have zeros.")
      }
      if let bias, bias.shape != [weight.shape[0]] {
        throw error(
          "\(bias.name) of shape \(bias.shape)", "[\(weight.shape[0])], one for each output", hint: chainRemedy)
      }
      widths.append(weight.shape[0])
      layers.append(.init(weight: weight.values, bias: bias?.values ?? []))
    }
    return (Parameters(layers: layers), widths)
  }

  private static let withoutFormat: OptionText =
    "Without format in the metadata, weights and biases of any names are read."

  /// The remedy for tensors that do not form a chain of fully connected layers; nil if there are none.
  private var chainRemedy: OptionText? {
    if let layer = ordered.lazy.compactMap({ SafetensorsParser.normalization($0.name) }).first {
      return
        "Multiply the batch normalization \(layer) into the layer before it, as fuse_linear_bn_eval of PyTorch does."
    }
    if let tensor = ordered.first(where: { $0.shape.count > 2 }) {
      return "\(quoted(tensor.name)) has \(tensor.shape.count) dimensions: convolutions and attention are not read."
    }
    return ordered.isEmpty ? nil : "Each layer's outputs must be the next one's inputs, and no tensor may be left over."
  }

  /// The error of a file without the first layer.
  private func noLayers(_ prefix: String, isOurs: Bool) -> FileError {
    let shapes =
      ordered.prefix(4).map { "\(quoted($0.name)) \($0.shape)" }.joined(separator: ", ")
      + (ordered.count > 4 ? ", …" : "")
    let found = ordered.isEmpty ? "no tensors" : "the tensors \(shapes)"
    guard isOurs, !ordered.isEmpty else {
      return error(
        found, "matrices that form a chain of fully connected layers, each with a vector of biases or none",
        hint: chainRemedy)
    }
    return error(
      found,
      "\(prefix + TensorName.weight(0)), \(prefix + TensorName.bias(0)), …, since its metadata has format descent",
      hint: prefix.isEmpty ? Self.withoutFormat : nil)
  }

  private func snapshotEpochs() throws(FileError) -> [Int] {
    try value("snapshots", "a JSON array of epochs from 1, each larger than the one before") { text in
      guard let epochs = JSONValue.elements(text, \.int) else { return nil }
      let isRising = zip(epochs, epochs.dropFirst()).allSatisfy { $0 < $1 }
      return isRising && epochs.first ?? 1 >= 1 ? epochs : nil
    } ?? []
  }

  private func snapshot(_ epoch: Int, like model: ModelFile) throws(FileError) -> ModelFile.Snapshot {
    let (parameters, widths) = try layers(TensorName.snapshot(epoch))
    guard widths == model.widths, parameters.layers[0].bias.isEmpty != model.hasBiases else {
      throw error("a snapshot of epoch \(epoch) of another network", "the shapes of the model's own layers")
    }
    return ModelFile.Snapshot(epoch: epoch, parameters: parameters)
  }

  /// Checks that there are no other tensors than those of the layers. Another tensor may belong to a layer after a missing one,
  /// and must not be ignored.
  private func checkNames(layers: Int, hasBiases: Bool, snapshots: [Int]) throws(FileError) {
    var known: Set<String> = [TensorName.mean, TensorName.deviation]
    for prefix in [""] + snapshots.map(TensorName.snapshot) {
      for layer in 0..<layers {
        known.insert(prefix + TensorName.weight(layer))
        if hasBiases { known.insert(prefix + TensorName.bias(layer)) }
      }
    }
    let unknown = tensors.keys.filter { !known.contains($0) }.sorted()
    guard unknown.isEmpty else {
      let list = unknown.prefix(3).map(quoted).joined(separator: ", ") + (unknown.count > 3 ? ", …" : "")
      throw error(
        unknown.count == 1 ? "the tensor \(list)" : "the tensors \(list)",
        "only those of layers 0 to \(layers - 1), input.mean and input.deviation", hint: "Leave out other tensors.")
    }
  }

  private func checkFinite() throws(FileError) {
    let broken = tensors.values.filter { !$0.values.areFinite }.map(\.name).sorted()
    guard let name = broken.first else { return }
    let isOfLayer = ![TensorName.mean, TensorName.deviation].contains(name)
    throw error(
      "a number in \(name) that is not finite", "finite numbers",
      hint: isOfLayer ? "A training with a smaller \(option: "learningRate") may keep the numbers finite." : nil)
  }

  // MARK: Metadata

  /// True if the file was written by descent; the metadata of other programs is ignored.
  /// - Throws: `FileError` for a newer or invalid version.
  private func checkOrigin() throws(FileError) -> Bool {
    guard metadata["format"] == "descent" else { return false }
    guard let text = metadata["version"] else {
      throw error("metadata without version", "version 1", hint: Self.withoutFormat)
    }
    guard let version = Int(text), version >= 1 else {
      throw error("the version \(quoted(text))", "a whole number from 1", hint: Self.withoutFormat)
    }
    guard version <= ModelFileEncoder.version else {
      throw error(
        "a model of version \(version)", "version \(ModelFileEncoder.version)",
        hint: "Use the newer descent that wrote it.")
    }
    return true
  }

  private func readMetadata(into model: inout ModelFile) throws(FileError) {
    let outputs = model.widths[model.widths.count - 1]
    model.activations = try activations(layers: model.widths.count - 1)
    model.loss = try value("loss", Loss.forms.joined(separator: " or ")) { Loss(rawValue: $0) }
    model.answers = try answers(outputs: outputs)
    try readOffsets(into: &model)
    try readPreprocessing(into: &model)
    model.source = metadata["data"]
    model.sourceOptions =
      try value("data_options", "a JSON object of texts") { text in
        guard case .object(let members) = try? JSONValue.parse(text.utf8) else { return nil }
        let texts = members.compactMap { member in member.value.string.map { (member.name, $0) } }
        return texts.count == members.count ? Dictionary(texts) { $1 } : nil
      } ?? [:]
    model.sourceSplit = try value("data_split", "test or all") { ["test", "all"].contains($0) ? $0 : nil }
    model.threshold = try value("threshold", "a number from 0 to 1") { text in
      Double(text).flatMap { (0...1).contains($0) ? $0 : nil }
    }
    model.epoch = try value("epoch", "a whole number from 1") { Int($0).flatMap { $0 > 0 ? $0 : nil } }
    model.isInterrupted = try flag("interrupted") ?? false
    do throws(TopologyError) {
      // Checks that the metadata describes a valid network, with defaults for what is missing.
      _ = try model.topology()
    } catch {
      throw FileError(file: file, error)
    }
  }

  /// A value of the metadata; nil if there is none of this name.
  ///
  /// - Parameters:
  ///   - expected: the valid values, for the error.
  ///   - read: converts the text; nil if it is invalid.
  /// - Throws: `FileError` for an invalid text.
  func value<Value>(
    _ name: String, _ expected: String, read: (String) -> Value?
  ) throws(FileError) -> Value? {
    guard let text = metadata[name] else { return nil }
    guard let value = read(text) else { throw error("the \(name) \(quoted(text))", expected) }
    return value
  }

  /// True or false; nil if there is none of this name.
  func flag(_ name: String) throws(FileError) -> Bool? {
    try value(name, "true or false") { ["true": true, "false": false][$0] }
  }

  /// Finite numbers that are allowed, as many as expected; nil if there are none of this name.
  func numbers(
    _ name: String, _ count: Int, _ expected: String, where isAllowed: (Double) -> Bool = { _ in true }
  ) throws(FileError) -> [Double]? {
    try value(name, expected) { text in
      guard let numbers = JSONValue.elements(text, \.double), numbers.count == count else { return nil }
      return numbers.allSatisfy(isAllowed) ? numbers : nil
    }
  }

  /// The strings of a JSON array; nil if there are none of this name.
  func strings(_ name: String) throws(FileError) -> [String]? {
    try value(name, "a JSON array of strings") { JSONValue.elements($0, \.string) }
  }

  private func activations(layers: Int) throws(FileError) -> [Activation]? {
    guard let text = metadata["activations"] else { return nil }
    var activations: [Activation] = []
    for name in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let activation = Activation(rawValue: String(name)) else {
        let known = Activation.allCases.map(\.rawValue).joined(separator: ", ")
        throw error("the activation \(quoted(String(name)))", "one of \(known)")
      }
      activations.append(activation)
    }
    guard activations.count == layers else {
      throw error("\(activations.count) activations", "\(layers), one for each layer")
    }
    return activations
  }

  private func answers(outputs: Int) throws(FileError) -> ModelFile.Answers? {
    let targets = try value("targets", "\(outputs), the network's outputs") { $0 == "\(outputs)" ? outputs : nil }
    // One output distinguishes two classes.
    let count = max(outputs, 2)
    let labels: [String]? = try value("labels", "a JSON array of \(count) different strings") { text in
      guard let labels = JSONValue.elements(text, \.string), Self.areDistinct(labels) else { return nil }
      return labels.count == count || labels.count == outputs ? labels : nil
    }
    if labels != nil, targets != nil { throw error("both labels and targets", "one of them") }
    return labels.map { .labels($0) } ?? targets.map { .targets($0) }
  }

  /// True if all texts differ in their bytes; Swift's String comparison treats composed and decomposed letters as
  /// equal.
  static func areDistinct(_ texts: [String]) -> Bool { Set(texts.map { Array($0.utf8) }).count == texts.count }
}

extension FileError {
  /// The error of a file whose layers do not form a network.
  init(file: String, _ error: TopologyError) {
    // The sentence on the network has the expectation, and this one its period.
    self.init(
      file: file, found: "layers that do not form a network: " + error.description.dropLast(), expected: nil)
  }
}

extension JSONValue {
  /// The elements of a JSON array, each converted; nil for another text, and if one cannot be converted.
  static func elements<Element>(_ text: String, _ converted: (JSONValue) -> Element?) -> [Element]? {
    (try? parse(text.utf8))?.elements(converted)
  }

  /// The elements of an array, each converted; nil for another value, and if one cannot be converted.
  func elements<Element>(_ converted: (JSONValue) -> Element?) -> [Element]? {
    guard case .array(let values) = self else { return nil }
    let elements = values.compactMap(converted)
    return elements.count == values.count ? elements : nil
  }
}
