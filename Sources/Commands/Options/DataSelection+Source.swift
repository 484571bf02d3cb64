import Datasets
import Files

/// The options with which a source is read: a model keeps them beside its source.
extension DataSelection {
  static let readingOptions: [any OptionDeclaration] = [
    dataSeedOption, headerOption, skipOption, decimalOption, encodingOption, variablesOption, classesOption,
  ]

  /// The texts of the options that are not defaults, by name.
  var readingTexts: [String: String] {
    let texts: [String: String?] = [
      Self.dataSeedOption.name: "\(options.dataSeed)", Self.headerOption.name: options.header.rawValue,
      Self.skipOption.name: "\(options.skip)", Self.decimalOption.name: options.decimal.rawValue,
      Self.encodingOption.name: options.encoding.rawValue,
      Self.variablesOption.name: options.variables?.joined(separator: ","),
      Self.classesOption.name: options.classes?.commaSeparatedLine,
    ]
    return Self.readingOptions.reduce(into: [:]) { kept, option in
      if let text = texts[option.name] ?? nil, text != option.defaultValue { kept[option.name] = text }
    }
  }

  /// The selection with options that a model keeps for its source; options of the command line take precedence.
  ///
  /// - Throws: `UsageError` for invalid values.
  func reading(_ stored: [String: String]) throws(UsageError) -> DataSelection {
    func text(_ option: any OptionDeclaration) -> String? {
      givenOptions.contains(option.name) ? nil : stored[option.name]
    }
    var copy = self
    if let text = text(Self.dataSeedOption) { copy.options.dataSeed = try Self.dataSeedOption.read(text) }
    if let text = text(Self.headerOption) { copy.options.header = try Self.headerOption.read(text) }
    if let text = text(Self.skipOption) { copy.options.skip = try Self.skipOption.read(text) }
    if let text = text(Self.decimalOption) { copy.options.decimal = try Self.decimalOption.read(text) }
    if let text = text(Self.encodingOption) { copy.options.encoding = try Self.encodingOption.read(text) }
    if let text = text(Self.variablesOption) { copy.options.variables = try Self.variablesOption.read(text) }
    // For a model these select the samples; without their labels, predictions need none.
    if let text = text(Self.classesOption) { copy.options.classes = try Self.classesOption.read(text) }
    return copy
  }
}
