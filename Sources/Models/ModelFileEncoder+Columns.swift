import JSON
import SampleData

extension ModelFileEncoder {
  /// The metadata on a table's columns: `features`, `categories`, `label`, `label_index`, `target_names`, `missing`,
  /// `fill`.
  static func columns(_ model: ModelFile) -> [Safetensors.Metadatum] {
    guard let columns = model.columns else { return [] }
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
    if let names = columns.targetNames { metadata.append(.init("target_names", texts(names))) }
    if let missing = columns.missing { metadata.append(.init("missing", missing.rawValue)) }
    if let fill = columns.fill { metadata.append(.init("fill", numbers(fill))) }
    return metadata
  }

  static func numbers(_ values: [Double]) -> String { JSONValue.array(values.map { .number($0) }).text }

  private static func texts(_ values: [String]) -> String { JSONValue.array(values.map(JSONValue.string)).text }
}
