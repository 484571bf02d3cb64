import Datasets
import Files
import Models
import Networks

/// A model of a committee, without samples: its differences from the first one are reported in place of the errors that samples
/// of the first give with it.
struct CommitteeMember {
  let file: String
  let model: ModelFile
  let topology: Topology

  /// The error of a model that differs from the first one.
  ///
  /// - Parameters:
  ///   - expected: the same of the first model.
  ///   - first: the file of the first model.
  static func difference(
    _ file: String, _ found: String, expected: String, of first: String,
    hint: OptionText = "The outputs of a committee must have the same meaning."
  ) -> FileError {
    FileError(file: file, found: found, expected: "\(expected), as \(first) has", hint: hint)
  }

  /// - Throws: `FileError` if the outputs of the two models have different meanings for every source.
  func checkOutputs(fit first: CommitteeMember) throws(FileError) {
    func refuse(_ found: String, _ expected: String) -> FileError {
      Self.difference(file, found, expected: expected, of: first.file)
    }
    let (own, other) = (topology, first.topology)
    guard own.outputs == other.outputs else { throw refuse(own.outputs.counted("output"), "\(other.outputs)") }
    guard own.output == other.output else { throw refuse("\(own.output.rawValue) outputs", other.output.rawValue) }
    guard own.loss == other.loss else { throw refuse("the loss \(own.loss.rawValue)", other.loss.rawValue) }
    // A file of weights alone has neither.
    if let own = model.answers, let other = first.model.answers, own != other {
      throw refuse(own.summary, other.summary)
    }
    guard model.targetOrigins == first.model.targetOrigins else {
      throw refuse("targets less \(model.targetOrigins ?? [0])", "\(first.model.targetOrigins ?? [0])")
    }
  }

  /// The difference of the inputs of two models after samples of one source did not fit one of them; nil for models of the same features.
  func differenceOfInputs(from first: CommitteeMember) -> FileError? {
    func refuse(_ found: String, _ expected: String) -> FileError {
      Self.difference(
        file, found, expected: expected, of: first.file,
        hint: "The models of a committee are evaluated on the same samples: \(option: "data") must fit all of them.")
    }
    let (own, other) = (topology.inputs, first.topology.inputs)
    let names = [model, first.model].map { $0.preprocessing.columns?.names?.excerpt }
    if let own = names[0], let other = names[1], own != other { return refuse("the features \(own)", other) }
    // An image of any size is resized to the model's.
    let isResized = model.preprocessing.resize != nil && first.model.preprocessing.resize != nil
    return own == other || isResized ? nil : refuse(own.counted("input"), "\(other)")
  }

  /// The result of loading samples.
  ///
  /// - Parameter first: the first model of the committee, which the samples fit; nil for this one.
  /// - Throws: the error of `load`, or the difference of the two models.
  func explaining<Value>(from first: CommitteeMember?, load: () throws -> Value) throws -> Value {
    do {
      return try load()
    } catch {
      guard let first, error is FileError || error is DataOptionError || error is UsageError else { throw error }
      throw differenceOfInputs(from: first) ?? error
    }
  }

  /// Compares the files of a committee after samples did not fit the first model.
  ///
  /// - Throws: `FileError` for the first model that differs; files that cannot be read are left to their own error.
  static func check(_ files: [String], _ options: ModelOptions) throws {
    guard let file = files.first, let first = try? CommitteeMember(file, options) else { return }
    for file in files.dropFirst() {
      guard let member = try? CommitteeMember(file, options) else { continue }
      try member.checkOutputs(fit: first)
      if let difference = member.differenceOfInputs(from: first) { throw difference }
    }
  }

  private init(_ file: String, _ options: ModelOptions) throws {
    let model = try ModelFile.read(file)
    self.init(file: file, model: model, topology: try options.of(file).topology(of: model))
  }

  init(file: String, model: ModelFile, topology: Topology) {
    self.file = file
    self.model = model
    self.topology = topology
  }
}

extension ModelFile.Answers {
  /// `the classes 0,1,2`, `2 targets`.
  fileprivate var summary: String {
    switch self {
    case .labels(let labels): "the classes \(labels.excerpt)"
    case .targets(let count): count.counted("target")
    }
  }
}

extension [String] {
  /// The first twelve names, with an ellipsis for others.
  var excerpt: String { prefix(12).joined(separator: ",") + (count > 12 ? ",…" : "") }
}
