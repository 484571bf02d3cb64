import Files
import Models

/// Names of output files that promise a format which the command does not write: they are refused before any work.
enum OutputEndings {
  private static let containers = [".zip", ".gz", ".tgz", ".tar", ".bz2", ".xz", ".zst", ".7z", ".rar"]
  private static let documents = [
    ".pdf", ".doc", ".docx", ".odt", ".rtf", ".ipynb", ".png", ".jpg", ".jpeg", ".gif", ".svg", ".eps",
    ".webp",
  ]
  private static let tables = [
    ".xlsx", ".xls", ".ods", ".parquet", ".feather", ".arrow", ".orc", ".sqlite", ".tsv", ".yaml", ".yml",
    ".xml",
  ]
  private static let lines = [".csv", ".json", ".jsonl", ".ndjson"]
  /// Endings of models that are written or read, and of other programs' models.
  private static let models =
    [".safetensors", ".st"] + ModelFormats.all.map { $0.ending } + ModelFormats.foreignEndings

  /// Endings that no model of `export` has.
  static let notModels = ModelFormats.foreignEndings + lines + tables + documents + containers

  /// - Throws: `UsageError.value` for an output whose ending is that of another format.
  static func check(_ arguments: Arguments) throws(UsageError) {
    for option in arguments.declared where option.traits.contains(.output) && option.completion == .file {
      guard let path = arguments.texts(option).last, let rule = rule(option.name, arguments.command) else { continue }
      guard let ending = rule.refusedEnding(of: path) else { continue }
      throw .value(
        option: option.name, found: path,
        allowed: "\(rule.names) (\(ending) is the ending of another format\(rule.remedy))", nearest: nil)
    }
  }

  private struct Rule {
    var refused: [String]
    /// True to refuse every other ending, too, that is a word of a few letters.
    var refusesOthers = false
    var allowed: [String] = []
    /// The names that are expected.
    var names: String
    /// Another way to get such a file; may be empty.
    var remedy = ""

    /// - Returns: nil for a name that is allowed, and for a device or a pipe of any name if all endings but some are refused.
    func refusedEnding(of path: String) -> String? {
      let name = path.lowercased()
      if let ending = refused.first(where: { name.hasSuffix($0) && !allowed.contains($0) }) { return ending }
      guard refusesOthers, let dot = name.lastIndex(of: "."), dot > name.startIndex,
        name[name.index(before: dot)] != "/"
      else { return nil }
      let ending = name[dot...]
      guard (2...6).contains(ending.count), ending.dropFirst().allSatisfy({ $0.isASCII && $0.isLetter }),
        !allowed.contains(String(ending)), !AtomicFile.isWrittenInPlace(path)
      else { return nil }
      return String(ending)
    }
  }

  /// - Returns: nil for an option without such names, and for `export`, which names its formats.
  private static func rule(_ option: String, _ command: String) -> Rule? {
    let others = tables + documents + containers
    switch (option, command) {
    case (TrainOptions.saveOption.name, GradientCommand.declaration.name):
      return Rule(
        refused: models + lines + others, allowed: [".safetensors", ".st"],
        names: "a name in .safetensors")
    case (TrainOptions.saveOption.name, _):
      return Rule(
        refused: ModelFormats.foreignEndings, names: "a name in .safetensors, .onnx or .npz",
        remedy: "; 'descent export MODEL --to torch' writes a file for PyTorch, --to html a page for a browser")
    case (ReportOptions.reportOption.name, _):
      return Rule(
        refused: models + lines + others, refusesOthers: true, allowed: [".html", ".htm"], names: "a name in .html")
    case (PredictCommand.outputOption.name, PredictCommand.declaration.name):
      return Rule(refused: models + others, names: "a name in .csv or .json")
    default: return nil
    }
  }
}
