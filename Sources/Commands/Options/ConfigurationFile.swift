import Files
import JSON
import Platform
import Training

/// The option values of `--config`. Each kind of file has rules of its own for names, defaults and outputs.
enum ConfigurationFile {
  /// JSON that is written by hand or by `--print-config`.
  case written(WrittenOptions)
  /// The options of a run of `train`: the `run` event of a metrics file, or a checkpoint.
  case run(RunRecord)
  /// The options of an experiment: the first row of its metrics file.
  case experiment(ExperimentRecord)

  /// The largest size of a file in bytes.
  private static let limit = 1 << 28

  /// - Parameter path: a file, a folder of checkpoints, or `-` for standard input.
  /// - Throws: `FileError` for a file that cannot be read or has another format.
  init(_ path: String) throws {
    if path == "-" {
      self = try Self.content(
        PlainReader.standardInput().readToEnd(limit: Self.limit), PlainReader.standardInputName)
    } else if isFolder(path) == true {
      self = .run(RunRecord(try Self.newestCheckpoint(in: path), file: path))
    } else {
      self = try Self.content(readWhole(path, limit: Self.limit), path)
    }
  }

  private static func newestCheckpoint(in folder: String) throws -> Checkpoint {
    guard let found = try CheckpointFolder(folder).newest() else {
      throw FileError(
        file: folder, found: "no valid checkpoint", expected: "one, or a file of option values",
        hint: "'descent train --checkpoint \(folder)' writes checkpoints there.")
    }
    return found.checkpoint
  }

  private static func content(_ bytes: [UInt8], _ path: String) throws(FileError) -> ConfigurationFile {
    if let checkpoint = try checkpoint(bytes, path) { return .run(RunRecord(checkpoint, file: path)) }
    if let experiment = ExperimentRecord(bytes, file: path) { return .experiment(experiment) }
    let value = try parse(bytes, path)
    guard case .object(let members) = value else {
      throw FileError(
        file: path, found: "JSON that is not an object", expected: "an object of option values",
        hint: "'descent train --print-config' writes one.")
    }
    if let list = members.first(where: { $0.value.isListOfObjects }) {
      throw FileError(
        file: path, found: "\(Quoted(list.name)) with a list of results", expected: "an object of option values",
        hint: "The file of \(option: "metrics") of an experiment has its option values.")
    }
    return value["event"] == "run"
      ? .run(RunRecord(event: members, file: path)) : .written(WrittenOptions(members, file: path))
  }

  /// The checkpoint in a file; nil for a file that is no safetensors file.
  /// - Throws: `FileError` for another safetensors file, a damaged one, or one of a later release.
  private static func checkpoint(_ bytes: [UInt8], _ path: String) throws(FileError) -> Checkpoint? {
    // The header follows its length in 8 bytes, the highest of which are zero.
    guard bytes.count > 8, bytes[7] == 0, bytes[8] == UInt8(ascii: "{") else { return nil }
    do throws(CheckpointError) {
      return try Checkpoint.parse(bytes, file: path)
    } catch {
      if case .newer(let reason) = error { throw reason }
      throw FileError(
        file: path, found: "a safetensors file that is not a checkpoint, or a damaged one",
        expected: "a checkpoint, a metrics file, or option values as JSON",
        hint: "The file of \(option: "metrics") of the run has its option values.")
    }
  }

  /// The JSON object of the whole file or, in a metrics file, of the first line.
  private static func parse(_ bytes: [UInt8], _ path: String) throws(FileError) -> JSONValue {
    do throws(JSONError) {
      return try JSONValue.parse(bytes)
    } catch {
      if let line = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 1).first,
        let value = try? JSONValue.parse(line), value["event"] == "run"
      {
        return value
      }
      let before = bytes.prefix(error.offset)
      let line = 1 + before.count { $0 == UInt8(ascii: "\n") }
      let column = 1 + before.reversed().prefix { $0 != UInt8(ascii: "\n") }.count
      throw FileError(
        file: "\(path):\(line):\(column)", found: error.found, expected: "JSON: an object of option values",
        hint: "A metrics file has option values if scale, compare or sweep wrote it, or train as JSON Lines.")
    }
  }
}

extension ConfigurationFile {
  /// The texts of a command's options, by name. A default counts as not given, so that it does not conflict with other options.
  ///
  /// - Parameter commandLine: the command line, which takes precedence.
  /// - Throws: `UsageError` for an unknown option and for invalid values.
  func texts(for commandLine: Arguments) throws(UsageError) -> [String: [String]] {
    switch self {
    case .written(let options): try options.texts(for: commandLine)
    case .run(let record): try record.texts(for: commandLine)
    case .experiment(let record): try record.texts(for: commandLine)
    }
  }

  /// The names of the options that the user of a run did not give; empty for other files.
  var derived: Set<String> { if case .run(let record) = self { record.derived } else { [] } }

  /// A line on names that are read as others, or on choices of a run that do not apply; nil if there are none.
  func note(for commandLine: Arguments) -> String? {
    switch self {
    case .written(let options): options.synonymNote(for: commandLine)
    case .run(let record): record.choicesNote(for: commandLine)
    case .experiment: nil
    }
  }
}

extension JSONValue {
  fileprivate var isListOfObjects: Bool {
    guard case .array(let items) = self, case .object? = items.first else { return false }
    return true
  }
}
