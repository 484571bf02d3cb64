import Files
import JSON
import Models
import Networks

/// Writes a checkpoint in pieces: the whole file is never in memory.
struct CheckpointEncoder {
  private let checkpoint: Checkpoint
  private let sections: [Section]

  /// A named tensor of one type.
  private struct Section {
    var name: String
    var shape: [Int]
    var values: Values
  }

  /// The numbers of a tensor, written as they are in memory: the file is little-endian, as is every platform that Swift
  /// supports.
  private enum Values {
    case doubles([Double])
    case floats([Float])
    case integers([Int32])

    var type: String {
      switch self {
      case .doubles: "F64"
      case .floats: "F32"
      case .integers: "I32"
      }
    }

    var byteCount: Int {
      switch self {
      case .doubles(let values): 8 * values.count
      case .floats(let values): 4 * values.count
      case .integers(let values): 4 * values.count
      }
    }

    func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
      switch self {
      case .doubles(let values): values.withUnsafeBytes(body)
      case .floats(let values): values.withUnsafeBytes(body)
      case .integers(let values): values.withUnsafeBytes(body)
      }
    }
  }

  init(_ checkpoint: Checkpoint) {
    self.checkpoint = checkpoint
    let state = checkpoint.state
    let history = state.position.history
    // The widest types first, so that all numbers are aligned.
    var sections = [
      Section(
        name: CheckpointNames.epochs, shape: [history.count, EpochRow.width],
        values: .doubles(history.flatMap(EpochRow.numbers)))
    ]
    func add(_ parameters: Parameters, _ prefix: String) {
      for (index, layer) in parameters.layers.enumerated() {
        let outputs = state.widths[index + 1]
        sections.append(
          Section(
            name: prefix + TensorName.weight(index), shape: [outputs, state.widths[index]],
            values: .floats(layer.weight)))
        guard !layer.bias.isEmpty else { continue }
        sections.append(
          Section(name: prefix + TensorName.bias(index), shape: [outputs], values: .floats(layer.bias)))
      }
    }
    add(state.parameters, "")
    for (index, array) in state.optimizerStates.enumerated() { add(array, CheckpointNames.optimizer(index)) }
    if let average = state.average { add(average, CheckpointNames.average) }
    if let best = state.position.best { add(best.parameters, CheckpointNames.best) }
    for snapshot in state.position.snapshots { add(snapshot.parameters, CheckpointNames.snapshot(snapshot.epoch)) }
    sections.append(
      Section(name: CheckpointNames.order, shape: [state.order.count], values: .integers(state.order)))
    self.sections = sections
  }

  func write(to path: String) throws(FileError) {
    let file = try AtomicFile(path)
    var sum = XXH64()
    let header = try header().checkedBytes(for: path, content: "options")
    sum.update(header)
    try file.write(bytes: header)
    for section in sections {
      // The typed error of a closure is not rethrown with its type, so it is passed in the result.
      let written: Result<Void, FileError> = section.values.withBytes { bytes in
        sum.update(bytes)
        do throws(FileError) {
          return .success(try file.write(bytes))
        } catch {
          return .failure(error)
        }
      }
      try written.get()
    }
    try file.write(bytes: withUnsafeBytes(of: sum.value.littleEndian) { Array($0) })
    try file.commit()
  }

  private func header() -> SafetensorsHeader {
    var header = SafetensorsHeader(metadata: [
      .init("format", Checkpoint.format), .init("version", "\(Checkpoint.version)"),
      .init(CheckpointNames.state, CheckpointStateText.json(checkpoint.state).text),
      .init(CheckpointNames.options, checkpoint.options.text),
    ])
    for section in sections {
      header.add(section.name, type: section.values.type, shape: section.shape, size: section.values.byteCount)
    }
    header.add(CheckpointNames.checksum, type: "U64", shape: [1], size: 8)
    return header
  }
}
