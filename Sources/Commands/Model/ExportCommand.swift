import Files
import Models
import Reports

/// `descent export MODEL --to FORMAT`: writes a model for other programs, or as a page.
struct ExportCommand: Command {
  static let formatOption = Option(
    "to", ValueKind<String>.exportFormat, absent: "by the ending of --output", "format of the file",
    otherNames: ["format", "type"])
  static let fileOption = Option(
    "output", .path("FILE"), absent: "MODEL's name with the format's ending", "file to write", traits: .output,
    otherNames: ["out", "save"])

  static let declaration = CommandDeclaration(
    name: "export", positionals: [ModelOptions.positional],
    summary:
      "writes a model for other programs: ONNX, a NumPy archive, a Python file for PyTorch, or a page to try it on",
    notes: [
      "All take raw features as they are in the source, [N, features], and include the model's preprocessing: images "
        + "that the model resizes come in their resized form.",
      "onnx: ir version 8, operators 13; input 'input', output 'output' [N, outputs], 32-bit floats. npz: the tensors under "
        + "their own names, input.mean, input.deviation, scale, activations, labels. torch: a Python file with the numbers "
        + "inside; 'from FILE import model' gives a torch.nn.Module.",
      "html: one page for a browser, without network access. For a model of digits one draws on it, and sees the picture as the network gets it, "
        + "the hidden units and the probabilities; for a table the features have sliders, and one or two features make a curve or a surface.",
    ],
    groups: [
      ModelOptions.exportGroup,
      OptionGroup(
        title: "Output", options: [formatOption, fileOption, DataSelection.scaleOption, CommonOptions.quietOption]),
    ])

  let model: ModelOptions
  let format: any ModelFormat.Type
  let file: String
  let scale: Double
  let isQuiet: Bool

  init(_ arguments: Arguments) throws(UsageError) {
    model = try ModelOptions(arguments)
    let file = try arguments.value(Self.fileOption)
    let named = try arguments.value(Self.formatOption).flatMap { ModelFormats.named($0) }
    guard
      let format = named ?? file.flatMap({ path in ModelFormats.all.first { path.lowercased().hasSuffix($0.ending) } })
    else {
      throw .missingValue(
        option: Self.formatOption.name, allowed: "one of " + ModelFormats.all.map { $0.name }.joined(separator: ", "),
        next: nil)
    }
    self.format = format
    self.file = file ?? Self.path(of: model.file, ending: format.ending)
    scale = try arguments.value(DataSelection.scaleOption) ?? 1
    isQuiet = try arguments.value(CommonOptions.quietOption)
    if nameSameFile(self.file, model.file) {
      throw .combination(
        options: [arguments.spelling(Self.fileOption), "MODEL \(model.file)"],
        reason: "the exported file would replace the model", expected: "two different files")
    }
  }

  /// The path with its extension replaced, or with one appended if it has no model's extension.
  private static func path(of model: String, ending: String) -> String {
    let known = [".safetensors", ".mat"].first { model.lowercased().hasSuffix($0) } ?? ""
    return model.dropLast(known.count) + ending
  }

  func run(_ console: Console) throws -> ExitStatus {
    try AtomicFile.checkWritable(file)
    let read = try ModelFile.read(model.file)
    let topology = try model.topology(of: read)
    if !isQuiet { model.assumptions(of: read, topology).map { console.note($0) } }
    try format.write(ExportedModel(read, topology: topology, scale: scale), to: file)
    try console.announce("\(file): \(topology.widths), \(format.name)")
    return .done
  }
}

extension ValueKind where Value == String {
  /// The name of an export format.
  fileprivate static var exportFormat: ValueKind {
    let names = ModelFormats.all.map { $0.name }
    let list = names.joined(separator: ", ")
    return ValueKind(placeholder: "FORMAT", allowed: "one of " + list, explanation: list, words: names) { text in
      names.contains(text) ? text : nil
    }
  }
}
