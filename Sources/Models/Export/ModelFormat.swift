import Files
import Networks
import Pictures
import SampleData

/// An export format of models. To add one: a file with a conforming type, and a line in `ModelFormats.all`.
package protocol ModelFormat: SendableMetatype {
  /// The name in `--to`.
  static var name: String { get }
  /// The extension of its files, with the dot.
  static var ending: String { get }
  /// The place of a property of this name in a file, for a note to the user; nil for a format that applies the model to inputs of its own.
  static func place(of property: String) -> String?
  /// The replacement of missing features, for a note to the user; nil for a format that does not know them.
  static var filling: String? { get }
  /// The resampling of images, for a note to the user; nil for a format that resamples them.
  static var resampling: String? { get }
  /// True if a file with these first bytes, at most `ModelFormats.beginning`, may be one that `write` has written, of a model without
  /// `isTrained`.
  static func isBeginning(_ bytes: [UInt8]) -> Bool
  /// Writes the model atomically.
  /// - Throws: `FileError` if the file cannot be written, or the format does not support the model.
  static func write(_ model: ExportedModel, to path: String) throws(FileError)
}

/// The list of export formats.
package enum ModelFormats {
  /// All formats, in the order of the help text.
  package static let all: [any ModelFormat.Type] = [
    ONNXModel.self, NumPyModel.self, TorchModel.self, HTMLModel.self,
  ]

  /// The number of bytes by which a file of a format is recognized.
  package static let beginning = 1 << 16

  /// The format of this name; nil if there is none.
  package static func named(_ name: String) -> (any ModelFormat.Type)? { all.first { $0.name == name } }

  /// The format of a trained model's file by its extension; nil for safetensors.
  package static func saving(to path: String) -> (any ModelFormat.Type)? {
    let format = all.first { path.lowercased().hasSuffix($0.ending) }
    // A Python file and a page are not models for `--save`; only `export --to` writes them.
    return format == TorchModel.self || format == HTMLModel.self ? nil : format
  }

  /// Extensions of other formats of models, which a safetensors file must not have: another program, or `ModelFile.read`, would
  /// look for that format in it.
  package static let foreignEndings = [
    ".pt", ".pth", ".h5", ".hdf5", ".keras", ".pkl", ".pickle", ".joblib", ".pb", ".tflite", ".ckpt", ".mat", ".npy",
    ".py",
    ".html", ".htm", ".torch", ".t7", ".gguf", ".ggml", ".mlmodel", ".mlpackage", ".caffemodel",
  ]
}

/// A model for export, with defaults for properties that its file does not contain.
package struct ExportedModel {
  /// The weights and biases.
  package var parameters: Parameters
  /// The layers and the loss.
  package var topology: Topology
  /// The label of each class; nil for target values.
  package var labels: [String]?
  /// The decision threshold of a single sigmoid output; nil for 0.5.
  package var threshold: Double?
  /// The preprocessing, with a scale.
  package var preprocessing: Preprocessing
  /// The resampling of the source's images; nil without one, and if the model's file lacks the size of the source's images.
  package var resampling: Resampling?
  /// The number of the source's features: the network's inputs, unless images are resampled.
  package var inputs: Int
  /// The side of square images, if the network's inputs are their pixels column by column; else nil.
  package var transposedSide: Int?
  /// False for inputs that are no pixels, by their number or by the names of their columns.
  package var mayTakePictures: Bool
  /// The names of the source's features; an input of a text column has the names of column and level, `color = red`. Nil without a header
  /// and text columns.
  package var features: [String]?
  /// The number of feature columns of the table; nil for other sources.
  package var columns: Int?
  /// The value of each of the source's features where it is missing, in the source's units; nil if the model does not fill them.
  package var fill: [Double]?
  /// The text columns: of each the inputs of one are 1, the others 0.
  package var choices: [Choice]
  /// The names of the targets; nil for classes, and without names.
  package var targetNames: [String]?

  /// The epoch of the parameters, if the best one of a run was kept.
  package var epoch: Int?
  /// True if the run was interrupted.
  package var isInterrupted: Bool
  /// The parameters after earlier epochs.
  package var snapshots: [ModelFile.Snapshot]
  /// Samples to show on a page: for each, its raw features, followed by the index of its class or its first target.
  package var points: [[Double]] = []
  /// True for a model that training saves, which an export does not replace unasked: `ModelFormat.isBeginning` is false for its file.
  package var isTrained = false

  /// The divisor of features.
  package var scale: Double { preprocessing.divisor }

  /// A resampling of square images: R · image · Rᵀ, in Double, rounded once.
  package struct Resampling: Sendable, Equatable {
    /// The side in pixels of the source's images.
    package var sourceSide: Int
    /// The side in pixels of the resampled images.
    package var side: Int

    /// R, `[side × sourceSide]`, row by row.
    func matrix() -> [Double] { CubicResampling(from: sourceSide, to: side).matrix() }
  }

  /// A text column, with consecutive inputs for its levels.
  package struct Choice: Sendable, Equatable {
    /// The name of the column.
    package var name: String
    /// The index of the input of the first level.
    package var first: Int
    package var levels: [String]
  }

  /// - Parameters:
  ///   - topology: the topology of the model, with all activations.
  ///   - scale: the divisor of features if the model's file has none.
  package init(_ model: ModelFile, topology: Topology, scale: Double) {
    let model = model.withoutTargetOrigins
    parameters = model.parameters
    (epoch, isInterrupted, snapshots) = (model.epoch, model.isInterrupted, model.snapshots)
    self.topology = topology
    labels = model.labels
    threshold = model.threshold
    preprocessing = model.preprocessing
    preprocessing.scale = preprocessing.scale ?? scale
    mayTakePictures = model.mayTakePictures
    if let side = preprocessing.resize, let sourceSide = preprocessing.sourceSide {
      resampling = Resampling(sourceSide: sourceSide, side: side)
    }
    let inputs = resampling.map { $0.sourceSide * $0.sourceSide } ?? topology.inputs
    self.inputs = inputs
    let table = preprocessing.columns.flatMap { $0.inputs == inputs ? $0 : nil }
    features = table?.inputNames
    columns = table?.count
    fill = table.flatMap { table in table.fill.map(table.inputFills) }
    choices = table?.choices ?? []
    targetNames = preprocessing.columns?.targetNames.flatMap { $0.count == topology.outputs ? $0 : nil }
    let side = Int(Double(topology.inputs).squareRoot().rounded())
    transposedSide = preprocessing.transpose && side * side == topology.inputs ? side : nil
  }
}

extension ModelFile {
  /// Writes the model atomically, in the format of the path's extension: ONNX, NumPy, else safetensors.
  /// - Throws: `FileError`, also if a number is not finite, so that an invalid model does not replace a valid one, and for a name
  ///   with the ending of another program's models (`.mat`, `.pt`, `.h5`, …).
  public func save(to path: String) throws(FileError) {
    if let ending = ModelFormats.foreignEndings.first(where: { path.lowercased().hasSuffix($0) }) {
      throw FileError(
        file: path, found: "\(ending), the ending of another format", expected: "a name in .safetensors, .onnx or .npz")
    }
    guard let format = ModelFormats.saving(to: path) else { return try write(to: path) }
    try checkFinite(for: path)
    let topology: Topology
    do throws(TopologyError) {
      topology = try self.topology()
    } catch {
      throw FileError(file: path, error)
    }
    var exported = ExportedModel(self, topology: topology, scale: 1)
    exported.isTrained = true
    try format.write(exported, to: path)
  }

  /// - Throws: `FileError` if a number is not finite.
  package func checkFinite(for path: String) throws(FileError) {
    for (index, layer) in parameters.layers.enumerated() where !(layer.weight.areFinite && layer.bias.areFinite) {
      throw FileError(
        file: path, found: "a number in \(TensorName.weight(index)) or its biases that is not finite",
        expected: "finite numbers",
        hint: "Nothing was written. A smaller \(option: "learningRate") may keep the numbers finite.")
    }
  }
}

extension TableColumns {
  fileprivate var choices: [ExportedModel.Choice] {
    var (choices, input) = ([ExportedModel.Choice](), 0)
    for column in 0..<count {
      if let levels = categories[column] {
        choices.append(.init(name: names?[column] ?? "feature \(column)", first: input, levels: levels))
      }
      input += categories[column]?.count ?? 1
    }
    return choices
  }

  /// A name for each input of the network; nil without a header and text columns.
  fileprivate var inputNames: [String]? {
    guard names != nil || !categories.isEmpty else { return nil }
    return (0..<count).flatMap { index in
      let name = names?[index] ?? "feature \(index)"
      return categories[index].map { levels in levels.map { "\(name) = \($0)" } } ?? [name]
    }
  }
}
