import Datasets
import Files
import Models
import Networks
import Reports
import Training

/// `--initial-weights`: a model with initial weights. Its layers, activations and preprocessing are the defaults.
struct InitialWeights {
  let path: String
  let model: ModelFile
  /// True if the parameters are those of a checkpoint, whose run began with others.
  var areOfCheckpoint = false
  private var option: String { "--initial-weights \(path)" }

  /// - Throws: `FileError` for the file, `UsageError` for options that describe another network.
  init(_ path: String, _ options: NetworkOptions) throws { try self.init(path, ModelFile.named(path), options) }

  /// - Throws: `UsageError` for options that describe another network.
  init(_ path: String, _ model: ModelFile, _ options: NetworkOptions) throws(UsageError) {
    self.path = path
    self.model = model
    try check(options)
  }

  /// - Throws: `UsageError` for options that describe another network.
  func check(_ options: NetworkOptions) throws(UsageError) {
    try checkLayers(options)
    try checkActivations(options)
  }

  private func contradiction(_ given: String, has: String) -> UsageError {
    .combination(
      options: [given, option], reason: "the file has \(has)", expected: "the file's, or no --initial-weights")
  }

  private func checkLayers(_ options: NetworkOptions) throws(UsageError) {
    let hidden = Array(model.widths.dropFirst().dropLast())
    if let given = options.hidden, given != hidden {
      throw contradiction("--hidden \(Self.list(given))", has: "--hidden \(Self.list(hidden))")
    }
    if let given = options.hasBiases, given != model.hasBiases {
      throw contradiction(given ? "--bias" : "--no-bias", has: model.hasBiases ? "biases" : "no biases")
    }
  }

  private static func list(_ widths: [Int]) -> String {
    widths.isEmpty ? "none" : widths.map(String.init).joined(separator: ",")
  }

  private func checkActivations(_ options: NetworkOptions) throws(UsageError) {
    let hidden = model.widths.count - 2
    if let given = options.activations {
      let names = given.map(\.rawValue).joined(separator: ",")
      guard given.count == 1 || given.count == hidden else {
        throw contradiction("--activation \(names)", has: hidden.counted("hidden layer"))
      }
      let all = given.count == 1 ? Array(repeating: given[0], count: hidden) : given
      if let activations = model.activations, Array(activations.dropLast()) != all {
        let own = activations.dropLast().map(\.rawValue).joined(separator: ",")
        throw contradiction("--activation \(names)", has: "--activation \(own)")
      }
    }
    if let given = options.output, let own = model.activations?.last, own != given {
      throw contradiction("--output \(given.rawValue)", has: "--output \(own.rawValue)")
    }
  }

  /// Sets data options that are not given to the model's preprocessing. The scale stays open: the loader takes the model's, and notes
  /// features in other units.
  func prepare(_ options: inout DataOptions) {
    options.resize = options.resize ?? model.preprocessing.resize
    if options.transpose == nil, model.preprocessing.transpose { options.transpose = true }
  }

  /// - Throws: `FileError` if data and model do not match, `DataOptionError` for other classes.
  func check(_ data: LoadedData) throws {
    guard data.training.width == model.widths[0] else {
      throw UnfitSamples.width(data.training, inputs: model.widths[0], owner: path, source: data.description)
    }
    if case .labels(let labels) = model.answers, let found = data.labels, labels != found {
      let own = Self.short(labels)
      let both: OptionText =
        "the classes of \(path) are \(own), those of \(DataOption.source, data.description) \(Self.short(found))"
      let occurring = ClassNumbering(found)
      guard labels.allSatisfy({ occurring.index(of: $0) != nil }) else {
        throw DataOptionError(DataOption("initialWeights"), both)
      }
      throw DataOptionError(DataOption("initialWeights"), "\(both); \(DataOption.classes, own) takes the model's")
    }
  }

  private static func short(_ labels: [String]) -> String {
    labels.count <= 12 ? labels.joined(separator: ",") : labels.prefix(12).joined(separator: ",") + ",…"
  }

  /// The network of the file, completed by the options; `check(_:)` has refused contradictions.
  func topology(for data: LoadedData, options: NetworkOptions) throws -> Topology {
    let topology: Topology
    do {
      topology = try model.topology(hidden: options.activations, output: options.output, loss: options.loss)
    } catch {
      throw UsageError.elsewhere("\(option): \(error)")
    }
    guard topology.canTrain(on: data.training.targets) else {
      throw UnfitSamples.targets(
        data.training, labels: data.labels, outputs: topology.outputs, owner: path, source: data.description)
    }
    return topology
  }
}
