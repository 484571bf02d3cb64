import Datasets
import Files
import Models
import Networks
import Platform
import Reports

/// `descent export MODEL --to FORMAT`: writes a model for other programs, or as a page.
struct ExportCommand: Command {
  static let formatOption = Option(
    "to", ValueKind<String>.exportFormat, absent: "by the ending of --output", "format of the file",
    otherNames: ["format", "type"])
  static let fileOption = Option(
    "output", .path("FILE"), absent: "MODEL's name with the format's ending", "file to write (-: standard output)",
    traits: .output,
    otherNames: ["o", "out", "save"])

  static let declaration = CommandDeclaration(
    name: "export", positionals: [ModelOptions.positional],
    summary:
      "writes a model for other programs: ONNX, a NumPy archive, a Python file for PyTorch, or a page to try it on",
    notes: [
      "All take raw features as they are in the source, [N, features], and include the model's scaling, standardization and "
        + "resampling of images; a model of an older version that lacks the size of the source's images takes resampled ones. "
        + "A text column of a table has an input for each level, 1 for the row's own and 0 for the others; the file names all inputs "
        + "('color = red'), and 'descent info MODEL' lists columns and levels.",
      "onnx: ir version 8, operators 13; input 'input', output 'output' [N, outputs], 32-bit floats; labels, features and fill as JSON, "
        + "and threshold, in metadata_props. npz: the tensors under their own names, input.mean, input.deviation, input.fill, scale, "
        + "activations, labels, features, threshold, resize (the side of resampled images), resize.matrix. torch: a "
        + "Python file with the numbers inside; 'from FILE import model' gives a torch.nn.Module. A model of "
        + "--missing mean or median fills missing features (NaN) in onnx and torch; for npz, input.fill has the numbers.",
      "html: one page for a browser, without network access. For a model of square gray images of 8 × 8 pixels or more with values "
        + "from 0 to 255 or from 0 to 1 it has a canvas to draw on, and shows the image as the network receives it, "
        + "the hidden units and the probabilities; for a table it has a slider for each feature, and with one or two features a curve or a surface.",
    ],
    groups: [
      ModelOptions.exportGroup,
      OptionGroup(
        title: "Output", options: [formatOption, fileOption, DataSelection.scaleOption, CommonOptions.quietFilesOption]),
    ])

  let model: ModelOptions
  let format: any ModelFormat.Type
  let file: String
  /// True if the name of the file is that of the model with another ending.
  let isNameDerived: Bool
  let scale: Double
  let isQuiet: Bool

  init(_ arguments: Arguments) throws(UsageError) {
    var model = try ModelOptions(arguments)
    let file = try arguments.value(Self.fileOption)
    let named = try arguments.value(Self.formatOption).flatMap { ModelFormats.named($0) }
    guard
      let format = named ?? file.flatMap({ path in ModelFormats.all.first { path.lowercased().hasSuffix($0.ending) } })
    else {
      throw Self.missingFormat(file)
    }
    if let file { try Self.check(file, format) } else { try Self.checkName(model.file) }
    self.format = format
    self.file = file ?? Self.path(of: model.file, ending: format.ending)
    // Without the option, the name is derived from the model's.
    isNameDerived = file == nil
    if file == nil { model.paths.add(output: self.file, "--\(Self.fileOption.name) \(self.file)") }
    self.model = model
    scale = try arguments.value(DataSelection.scaleOption) ?? 1
    isQuiet = try arguments.value(CommonOptions.quietFilesOption)
    try model.paths.check()
  }

  /// The error of a command line that names no format.
  private static func missingFormat(_ file: String?) -> UsageError {
    let names = "--\(formatOption.name) with one of " + ModelFormats.all.map { $0.name }.joined(separator: ", ")
    let endings = ModelFormats.all.map { $0.ending }.formatted(conjunction: "or")
    guard let file else {
      return .elsewhere("no format of the file; expected \(names), or --\(fileOption.name) with a name in \(endings).")
    }
    return .value(option: fileOption.name, found: file, allowed: "a name in \(endings), or \(names)", nearest: nil)
  }

  /// Refuses a pipe or a device as a model whose name would be that of the output.
  private static func checkName(_ model: String) throws(UsageError) {
    guard model == "/dev/stdin" || OutputPaths.NamedPath.isPipe(model) || AtomicFile.isWrittenInPlace(model) else {
      return
    }
    throw .elsewhere(
      "MODEL \(Quoted(model)) is a stream, from which no output name can be derived; expected --\(fileOption.name) FILE."
    )
  }

  /// Refuses a name that is that of another format's files.
  private static func check(_ file: String, _ format: any ModelFormat.Type) throws(UsageError) {
    let endings = ModelFormats.all.map { $0.ending } + modelEndings + OutputEndings.notModels
    guard let ending = endings.first(where: { file.lowercased().hasSuffix($0) }), ending != format.ending,
      // A page may be .htm.
      !format.ending.hasPrefix(ending)
    else { return }
    let owner = ModelFormats.all.first { $0.ending == ending }
    throw .combination(
      options: ["--\(formatOption.name) \(format.name)", "--\(fileOption.name) \(file)"],
      reason: "\(ending) is the ending of another format",
      expected: "a name in \(format.ending)" + (owner.map { ", or --\(formatOption.name) \($0.name)" } ?? ""))
  }

  /// The endings of files that are read as models.
  private static let modelEndings = [".safetensors", ".st", ".mat"]

  /// The path with its extension replaced; a path without the extension of a model file gets it appended.
  private static func path(of model: String, ending: String) -> String {
    let known = modelEndings.first { model.lowercased().hasSuffix($0) } ?? ""
    return model.dropLast(known.count) + ending
  }

  /// Refuses to replace a file that the command line does not name, unless it is an earlier export in the same format.
  /// - Throws: `UsageError`; `FileError` if there is a file that cannot be read.
  private func checkReplaceable() throws {
    guard FileManager.default.fileExists(atPath: file) else { return }
    var beginning = [UInt8](repeating: 0, count: ModelFormats.beginning)
    let reader = try openReader(file, waitsForWriter: false)
    let count = try reader.fill(&beginning)
    guard count > 0, !format.isBeginning(Array(beginning.prefix(count))) else { return }
    throw UsageError.elsewhere(
      "\(file), the name for --\(Self.formatOption.name) \(format.name), is that of a file which no export has written; expected "
        + "--\(Self.fileOption.name) with another name, or with this one to replace it.")
  }

  func run(_ console: Console) throws -> ExitStatus {
    if isNameDerived { try checkReplaceable() }
    try AtomicFile.checkWritable(file)
    var read = try ModelFile.named(model.file)
    if format == HTMLModel.self, let named = read.namedSource { try model.paths.check(source: named.source) }
    if let note = ExportNotes.outputs(read), !isQuiet { console.note("\(file): \(note)") }
    read = read.withoutTargetOrigins
    let topology = try model.topology(of: read)
    if !isQuiet { model.assumptions(of: read, topology).map { console.note($0) } }
    var exported = ExportedModel(read, topology: topology, scale: scale)
    if format == HTMLModel.self, topology.inputs <= 2 {
      do {
        exported.points = try points(of: read, topology, console)
      } catch {
        if !isQuiet { console.note("\(file): without the training samples. \(Self.reason(error))") }
      }
    }
    try format.write(exported, to: file)
    if !isQuiet {
      try console.announce("\(file): \(topology), \(format.name)")
      for note in ExportNotes.inputs(exported, format) { console.note("\(file): \(note)") }
    }
    return .done
  }
}

extension ExportCommand {
  /// An error about the data, without its remedy: that is for commands with options of the data.
  private static func reason(_ error: any Error) -> String {
    switch error {
    case let error as FileError:
      FileError(file: error.file, found: error.found, expected: error.expected, cause: error.cause).spelled
    case let error as DataOptionError: error.spelled
    default: "\(error)"
    }
  }

  /// The largest number of samples on a page.
  private static let maximumPoints = 500

  /// Samples of the data source that is stored in the model, for a page: the features, then the class index or the first target.
  ///
  /// - Throws: `FileError` and `DataOptionError` if the model names no source, or if the source no longer exists or has
  ///   other columns.
  private func points(of model: ModelFile, _ topology: Topology, _ console: Console) throws -> [[Double]] {
    guard let source = model.namedSource?.source else {
      throw FileError(
        file: self.model.file,
        found: model.source.map { "\($0) as its data, which no longer exists" } ?? "no name of its data",
        expected: "a model that names its data")
    }
    let selection = try DataSelection(source: nil, options: DataOptions()).reading(model.sourceOptions)
    let part = try selection.loader(of: source, console).load(.export(model.input))
    console.progress.clear()
    guard part.samples.width == topology.inputs else {
      throw FileError(
        file: part.description, found: "\(part.samples.width.counted("feature")) per sample",
        expected: "\(topology.inputs), the inputs of \(self.model.file)")
    }
    let samples = part.samples
    let step = max(1, (samples.count + Self.maximumPoints - 1) / Self.maximumPoints)
    return stride(from: 0, to: samples.count, by: step).map { position in
      let answer =
        switch samples.targets {
        case .classes(let classes, _): Double(classes[position])
        case .values(let values, let width): Double(values[position * width])
        }
      return samples.stored(position).map { Double($0) } + [answer]
    }
  }
}

extension ValueKind where Value == String {
  /// The name of an export format.
  fileprivate static var exportFormat: ValueKind {
    let names = ModelFormats.all.map { $0.name }
    let list = names.joined(separator: ", ")
    return ValueKind(placeholder: "FORMAT", allowed: "one of " + list, explanation: list, words: names) { text in
      names.contains(text) ? text : nil
    }.accepting(["pytorch": "torch", "py": "torch", "python": "torch", "numpy": "npz", "web": "html", "page": "html"])
  }
}
