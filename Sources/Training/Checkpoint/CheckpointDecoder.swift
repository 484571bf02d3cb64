import Files
import JSON
import Models
import Networks

/// Reads a checkpoint from untrusted bytes: verifies the checksum first, then every value.
struct CheckpointDecoder {
  let file: String
  let bytes: [UInt8]
  private var parser: SafetensorsParser { SafetensorsParser(file: file, bytes: bytes) }

  static let sizes = ["F64": 8, "F32": 4, "I32": 4, "U64": 8]

  /// The most arrays of an optimizer, of which each rank may have its own.
  private static let maximumStates = 64

  init(file: String, bytes: [UInt8]) {
    self.file = file
    self.bytes = bytes
  }

  func checkpoint() throws(CheckpointError) -> Checkpoint {
    guard bytes.count > 16 else { throw unusable("\(bytes.count) bytes", "a checkpoint") }
    let (sum, stored) = bytes.withUnsafeBytes { raw in
      (
        XXH64.sum(UnsafeRawBufferPointer(rebasing: raw[..<(raw.count - 8)])),
        UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: raw.count - 8, as: UInt64.self))
      )
    }
    guard sum == stored else {
      throw unusable(
        "the checksum \(String(stored, radix: 16))", "\(String(sum, radix: 16)), that of the bytes before it",
        "The file is truncated, damaged, or not a checkpoint.")
    }
    let parts: (metadata: [Safetensors.Metadatum], sections: [SafetensorsParser.Section])
    do throws(FileError) {
      parts = try parser.sections(sizes: Self.sizes)
    } catch {
      throw .refused(error)
    }
    return try checkpoint(parts.metadata, parts.sections)
  }

  private func unusable(_ found: String, _ expected: String, _ hint: OptionText? = nil) -> CheckpointError {
    .unusable(FileError(file: file, found: found, expected: expected, hint: hint))
  }

  private func checkpoint(
    _ metadata: [Safetensors.Metadatum], _ sections: [SafetensorsParser.Section]
  ) throws(CheckpointError) -> Checkpoint {
    func text(_ name: String) -> String? { metadata.first { $0.name == name }?.text }
    guard text("format") == Checkpoint.format, let version = text("version").flatMap({ Int($0) }) else {
      throw unusable("a file of another format", "a checkpoint of descent")
    }
    guard version <= Checkpoint.version else {
      throw .newer(
        FileError(
          file: file, found: "a checkpoint of version \(version)", expected: "\(Checkpoint.version) or less",
          hint: "Use the later release of descent that wrote it."))
    }
    guard let state = text(CheckpointNames.state).flatMap({ try? JSONValue.parse($0.utf8) }),
      let options = text(CheckpointNames.options).flatMap({ try? JSONValue.parse($0.utf8) })
    else { throw unusable("metadata without a readable state", "the state of a run") }
    return Checkpoint(
      state: try self.state(CheckpointStateReader(json: state), Dictionary(grouping: sections, by: \.name)),
      options: options)
  }

  private func state(
    _ reader: CheckpointStateReader, _ sections: [String: [SafetensorsParser.Section]]
  ) throws(CheckpointError) -> TrainingState {
    guard let widths = reader.widths, case .bool(let hasBiases) = reader.json["biases"],
      let optimizer = reader.json["optimizer"]?.string, let choices = reader.choices,
      let stateCount = reader.optimizerStates(each: Self.maximumStates, ranks: choices.ranks),
      let data = reader.data, var position = reader.position, let snapshots = reader.snapshots,
      reader.bestEpoch != nil || reader.isNull("best_epoch")
    else { throw unusable("an incomplete state", "the complete state of a run") }

    func section(_ name: String, _ type: String) throws(CheckpointError) -> SafetensorsParser.Section {
      guard let section = sections[name]?.first, section.type == type else {
        throw unusable("no tensor \(name) of type \(type)", "the tensors of a checkpoint")
      }
      return section
    }
    func parameters(_ prefix: String) throws(CheckpointError) -> Parameters {
      try self.parameters(widths, hasBiases: hasBiases) { name throws(CheckpointError) in
        try section(prefix + name, "F32")
      }
    }

    position.history = try history(try section(CheckpointNames.epochs, "F64"))
    position.best = try reader.bestEpoch.map { epoch throws(CheckpointError) in
      EpochParameters(epoch: epoch, parameters: try parameters(CheckpointNames.best))
    }
    position.snapshots = try snapshots.map { epoch throws(CheckpointError) in
      EpochParameters(epoch: epoch, parameters: try parameters(CheckpointNames.snapshot(epoch)))
    }
    // One by one: memory is not reserved for a number that the file only claims.
    var states: [Parameters] = []
    for index in 0..<stateCount { states.append(try parameters(CheckpointNames.optimizer(index))) }
    let average = reader.json["averaged"] == .bool(true) ? try parameters(CheckpointNames.average) : nil
    let parameters = try parameters("")
    try checkFinite([parameters, average, position.best?.parameters] + position.snapshots.map(\.parameters))
    return TrainingState(
      widths: widths, parameters: parameters, average: average, optimizerStates: states,
      order: numbers(try section(CheckpointNames.order, "I32")), position: position, choices: choices,
      optimizer: optimizer, data: data)
  }

  private func checkFinite(_ all: [Parameters?]) throws(CheckpointError) {
    guard all.allSatisfy({ $0?.isFinite ?? true }) else {
      throw unusable("parameters that are not finite", "finite numbers")
    }
  }

  private func parameters(
    _ widths: [Int], hasBiases: Bool,
    _ section: (_ name: String) throws(CheckpointError) -> SafetensorsParser.Section
  ) throws(CheckpointError) -> Parameters {
    var layers: [Parameters.LayerParameters] = []
    for layer in 0..<(widths.count - 1) {
      let weight = try section(TensorName.weight(layer))
      let bias = hasBiases ? try section(TensorName.bias(layer)) : nil
      guard weight.shape == [widths[layer + 1], widths[layer]], bias.map({ $0.shape == [widths[layer + 1]] }) ?? true
      else { throw unusable("a tensor \(weight.name) of shape \(weight.shape)", "the shape of its layer") }
      layers.append(
        .init(weight: parser.floats(in: weight.range), bias: bias.map { parser.floats(in: $0.range) } ?? []))
    }
    return Parameters(layers: layers)
  }

  private func history(_ section: SafetensorsParser.Section) throws(CheckpointError) -> EpochHistory {
    guard section.shape.count == 2, section.shape[1] == EpochRow.width else {
      throw unusable("epochs of shape \(section.shape)", "\(EpochRow.width) figures each")
    }
    let figures: [Double] = numbers(section)
    var history = EpochHistory()
    for start in stride(from: 0, to: figures.count, by: EpochRow.width) {
      guard let epoch = EpochRow.epoch(figures[start..<(start + EpochRow.width)]) else {
        throw unusable("invalid metrics of an epoch", "valid numbers")
      }
      history.append(epoch)
    }
    return history
  }

  private func numbers<Number: BitwiseCopyable>(_ section: SafetensorsParser.Section) -> [Number] {
    let size = MemoryLayout<Number>.stride
    return bytes.withUnsafeBytes { raw in
      [Number](unsafeUninitializedCapacity: section.range.count / size) { numbers, count in
        count = section.range.count / size
        UnsafeMutableRawBufferPointer(numbers).copyMemory(
          from: UnsafeRawBufferPointer(rebasing: raw[section.range.prefix(count * size)]))
      }
    }
  }
}

extension Parameters {
  /// True if all numbers are finite.
  var isFinite: Bool { layers.allSatisfy { $0.weight.areFinite && $0.bias.areFinite } }
}
