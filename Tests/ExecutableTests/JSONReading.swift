import JSON

/// A suite that reads JSON of the executable.
protocol JSONReading {}

extension JSONReading {
  /// The elements of an array; none of another value.
  static func items(_ value: JSONValue?) -> [JSONValue] {
    guard case .array(let items)? = value else { return [] }
    return items
  }

  /// The names of an object's members, in their order; none of another value.
  static func names(_ value: JSONValue?) -> [String] {
    guard case .object(let members)? = value else { return [] }
    return members.map(\.name)
  }
}
