import Files
import JSON
import SampleData

extension ModelFileEncoder {
  /// The metadata on a table's columns: `features`, `categories`, `label`, `label_index`, `columns`, `feature_columns`,
  /// `target_columns`, `target_names`, `missing`, `fill`.
  static func columns(_ columns: TableColumns) -> [Safetensors.Metadatum] {
    var metadata: [Safetensors.Metadatum] = []
    if let names = columns.names { metadata.append(.init("features", texts(names))) }
    if !columns.categories.isEmpty {
      let members = columns.categories.sorted { $0.key < $1.key }.map { feature, levels in
        // The key is the feature's number, since two columns may have the same name.
        JSONValue.Member("\(feature)", .array(levels.map(JSONValue.string)))
      }
      metadata.append(.init("categories", JSONValue.object(members).text))
    }
    if case .name(let name)? = columns.label { metadata.append(.init("label", name)) }
    if let index = columns.labelIndex { metadata.append(.init("label_index", "\(index)")) }
    if let width = columns.width { metadata.append(.init("columns", "\(width)")) }
    if let indices = columns.featureIndices { metadata.append(.init("feature_columns", numbers(indices))) }
    if let indices = columns.targetIndices { metadata.append(.init("target_columns", numbers(indices))) }
    if let names = columns.targetNames { metadata.append(.init("target_names", texts(names))) }
    if let missing = columns.missing { metadata.append(.init("missing", missing.rawValue)) }
    if let fill = columns.fill { metadata.append(.init("fill", numbers(fill))) }
    return metadata
  }

  private static func numbers(_ values: [Int]) -> String { JSONValue.array(values.map { .number($0) }).text }
}

extension ModelFileDecoder {
  /// The metadata on a table's columns; nil if there is none.
  ///
  /// - Parameter isResized: true if the inputs are resampled images, of which the table has another number of columns.
  func columns(inputs: Int, outputs: Int, isResized: Bool) throws(FileError) -> TableColumns? {
    let names = try strings("features")
    let categories = try value("categories", "a JSON object of arrays of different strings") { levels($0) } ?? [:]
    let ofTexts = categories.values.reduce(0) { $0 + $1.count }
    var columns = TableColumns(names: names, count: inputs - ofTexts + categories.count)
    columns.categories = categories
    try readIndices(into: &columns, isResized: isResized)
    columns.targetNames = try strings("target_names")
    columns.missing = try value("missing", MissingFeatures.allCases.map(\.rawValue).joined(separator: " or ")) {
      MissingFeatures(rawValue: $0)
    }
    guard
      names != nil || !categories.isEmpty || columns.label != nil || columns.missing != nil || columns.width != nil
    else { return nil }
    let isWhole = columns.count > 0 && names.map { $0.count == columns.count } ?? true
    guard isWhole, categories.keys.allSatisfy({ (0..<columns.count).contains($0) }) else {
      throw error(
        "\(names.map { "\($0.count) features" } ?? "categories") for \(inputs) inputs",
        "names and levels that make as many inputs")
    }
    columns.fill = try numbers("fill", columns.count, "a JSON array of \(columns.count) numbers")
    if let targets = columns.targetNames, targets.count != outputs {
      throw error("\(targets.count) target_names", "\(outputs), one for each output")
    }
    return columns
  }

  /// The largest number of columns of a table or an array.
  private static let maximumColumns = 1 << 25

  /// Reads the indices of the columns in the training table.
  ///
  /// - Parameter isResized: true if the inputs are resampled images, of which the table has another number of columns.
  private func readIndices(into columns: inout TableColumns, isResized: Bool) throws(FileError) {
    columns.label = metadata["label"].map { .name($0) }
    if let index = try value("label_index", "a column's number", read: { Int($0).flatMap { $0 >= 0 ? $0 : nil } }) {
      columns.labelIndex = index
      columns.label = columns.label ?? .index(index)
    }
    let allowed = 1...Self.maximumColumns
    let width = try value("columns", "a number of columns") { Int($0).flatMap { allowed.contains($0) ? $0 : nil } }
    columns.width = width
    if let width {
      columns.featureIndices = try indices("feature_columns", below: width)
      columns.targetIndices = try indices("target_columns", below: width)
      // Beside targets, an earlier version kept the class column of the initial model's table.
      if columns.targetIndices == nil, let index = columns.labelIndex, index >= width {
        throw error("the label_index \(index)", "one of the columns 0 to \(width - 1)")
      }
    }
    let features = columns.featureCount
    if isResized, columns.categories.isEmpty { columns.count = columns.names?.count ?? features ?? columns.count }
    guard features == nil || features == columns.count else {
      throw error("\(features ?? 0) feature_columns", "\(columns.count), one for each feature")
    }
  }

  private func indices(_ name: String, below width: Int) throws(FileError) -> [Int]? {
    try value(name, "a JSON array of different columns from 0 to \(width - 1)") { text in
      guard let indices = JSONValue.elements(text, \.int), !indices.isEmpty, Set(indices).count == indices.count
      else { return nil }
      return indices.allSatisfy((0..<width).contains) ? indices : nil
    }
  }

  private func levels(_ text: String) -> [Int: [String]]? {
    guard case .object(let members) = try? JSONValue.parse(text.utf8) else { return nil }
    var categories: [Int: [String]] = [:]
    for member in members {
      guard let feature = Int(member.name), categories[feature] == nil, let levels = member.value.elements(\.string),
        !levels.isEmpty, Self.areDistinct(levels)
      else { return nil }
      categories[feature] = levels
    }
    return categories
  }
}
