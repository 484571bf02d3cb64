import Files
import JSON
import SampleData

extension ModelFileDecoder {
  /// Reads the metadata on a table's columns, and the exact standardization.
  func readColumns(into model: inout ModelFile) throws(FileError) {
    let inputs = model.widths[0]
    if model.standardization != nil {
      let mean = try numbers("mean", inputs, "a JSON array of \(inputs) numbers")
      let deviation = try numbers("deviation", inputs, "a JSON array of \(inputs) numbers above 0") { $0 > 0 }
      if let mean { model.standardization?.mean = mean }
      if let deviation { model.standardization?.deviation = deviation }
    }
    let names = try value("features", "a JSON array of strings") { strings($0) }
    let categories = try value("categories", "a JSON object of arrays of different strings") { levels($0) } ?? [:]
    let ofTexts = categories.values.reduce(0) { $0 + $1.count }
    var columns = TableColumns(names: names, count: inputs - ofTexts + categories.count)
    columns.categories = categories
    columns.label = metadata["label"].map { .name($0) }
    if let index = try value("label_index", "a column's number", read: { Int($0).flatMap { $0 >= 0 ? $0 : nil } }) {
      columns.labelIndex = index
      columns.label = columns.label ?? .index(index)
    }
    columns.targetNames = try value("target_names", "a JSON array of strings") { strings($0) }
    columns.missing = try value("missing", MissingFeatures.allCases.map(\.rawValue).joined(separator: " or ")) {
      MissingFeatures(rawValue: $0)
    }
    guard names != nil || !categories.isEmpty || columns.label != nil || columns.missing != nil else { return }
    let isWhole = columns.count > 0 && names.map { $0.count == columns.count } ?? true
    guard isWhole, categories.keys.allSatisfy({ (0..<columns.count).contains($0) }) else {
      throw error(
        "\(names.map { "\($0.count) features" } ?? "categories") for \(inputs) inputs",
        "names and levels that make as many inputs")
    }
    columns.fill = try numbers("fill", columns.count, "a JSON array of \(columns.count) numbers")
    if let targets = columns.targetNames, targets.count != model.widths[model.widths.count - 1] {
      throw error("\(targets.count) target_names", "\(model.widths[model.widths.count - 1]), one for each output")
    }
    model.columns = columns
  }

  func numbers(
    _ name: String, _ count: Int, _ expected: String, where isAllowed: (Double) -> Bool = { _ in true }
  ) throws(FileError) -> [Double]? {
    try value(name, expected) { text in
      guard case .array(let elements) = try? JSONValue.parse(text.utf8) else { return nil }
      let numbers = elements.compactMap(\.double)
      let isWhole = numbers.count == count && elements.count == count
      return isWhole && numbers.allSatisfy { $0.isFinite && isAllowed($0) } ? numbers : nil
    }
  }

  private func strings(_ text: String) -> [String]? {
    guard case .array(let elements) = try? JSONValue.parse(text.utf8) else { return nil }
    let strings = elements.compactMap(\.string)
    return strings.count == elements.count && strings.allSatisfy(\.isStreamSafe) ? strings : nil
  }

  private func levels(_ text: String) -> [Int: [String]]? {
    guard case .object(let members) = try? JSONValue.parse(text.utf8) else { return nil }
    var categories: [Int: [String]] = [:]
    for member in members {
      guard let feature = Int(member.name), categories[feature] == nil, let levels = strings(member.value.text),
        !levels.isEmpty, Self.areDistinct(levels)
      else { return nil }
      categories[feature] = levels
    }
    return categories
  }

  /// True if all texts differ in their bytes; Swift's String comparison treats composed and decomposed letters as
  /// equal.
  static func areDistinct(_ texts: [String]) -> Bool { Set(texts.map { Array($0.utf8) }).count == texts.count }
}
