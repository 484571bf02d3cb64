import Datasets
import Files
import Models

/// The options with which a model's source was read, for a source that the command line names.
extension ModelFile {
  /// The options on the form of a file. The others choose samples, which a command line that names its source does itself.
  private static let formOptions: [any OptionDeclaration] = [
    DataSelection.headerOption, DataSelection.skipOption, DataSelection.decimalOption, DataSelection.encodingOption,
    DataSelection.variablesOption,
  ]

  /// All stored options, as on the command line; nil if there are none.
  var readingLine: String? { line(DataSelection.readingOptions) }

  private func line(_ options: [any OptionDeclaration]) -> String? {
    let texts = options.compactMap { option in sourceOptions[option.name].map { "--\(option.name) \(Quoted($0))" } }
    return texts.isEmpty ? nil : texts.joined(separator: " ")
  }

  /// The stored options on the form of the source, by name.
  private var formTexts: [String: String] {
    let names = Set(Self.formOptions.map(\.name))
    return sourceOptions.filter { names.contains($0.key) }
  }

  /// The selection with the options on the form of the model's source if that is the given source, and a note on them; options of the
  /// command line take precedence. A relative path is one in the folder of the training: for a model outside of the current folder
  /// and those below it, the same name is probably of another file.
  ///
  /// - Parameter path: the model's file.
  /// - Throws: `UsageError` for invalid values.
  func reading(
    _ source: DataSource, by selection: DataSelection, model path: String
  ) throws(UsageError) -> (selection: DataSelection, note: String?) {
    guard let own = self.source, own.hasPrefix("/") || isBelowCurrentFolder(path), nameSameSource(own, source),
      let line = line(Self.formOptions)
    else { return (selection, nil) }
    let read = try selection.reading(formTexts)
    guard read.readingTexts != selection.readingTexts else { return (selection, nil) }
    return (read, "\(source.text) is read with \(line) as in training, unless these options are given.")
  }

  /// The result of reading a source.
  ///
  /// - Throws: the error of `read`. Of a file in another form than the model's, it also names the options of that one.
  func explaining<Value>(
    _ source: DataSource, by selection: DataSelection, read: () throws -> Value
  ) throws -> Value {
    do {
      return try read()
    } catch {
      let texts = selection.readingTexts
      guard case .file(let path) = source, fileExists(path), formTexts.contains(where: { texts[$0.key] != $0.value }),
        let line = line(Self.formOptions)
      else { throw error }
      let hint = OptionText("With \(line) the model's own file was read: another one like it needs these options, too.")
      switch error {
      case var error as FileError where error.cause == .content:
        error.hint = error.hint.map { $0 + " " + hint } ?? hint
        throw error
      case var error as DataOptionError:
        error.message = OptionText(error.message.spelled.sentence) + " " + hint
        throw error
      default: throw error
      }
    }
  }
}
