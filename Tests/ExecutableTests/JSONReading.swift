import JSON
import Testing

/// A suite that reads JSON of the executable.
protocol JSONReading {}

extension JSONReading {
  /// The elements of an array; none of another value.
  static func items(_ value: JSONValue?) -> [JSONValue] {
    guard case .array(let items)? = value else { return [] }
    return items
  }

  /// The elements of an array.
  ///
  /// - Throws: for another value, so that a test cannot pass without the array.
  static func requiredItems(_ value: JSONValue?) throws -> [JSONValue] {
    let items: [JSONValue]? = if case .array(let items)? = value { items } else { nil }
    return try #require(items, "\(value?.text.prefix(200) ?? "nothing") in place of an array")
  }

  /// The members of an object.
  ///
  /// - Throws: for another value.
  static func requiredMembers(_ value: JSONValue?) throws -> [JSONValue.Member] {
    let members: [JSONValue.Member]? = if case .object(let members)? = value { members } else { nil }
    return try #require(members, "\(value?.text.prefix(200) ?? "nothing") in place of an object")
  }

  /// The names of an object's members, in their order; none of another value.
  static func names(_ value: JSONValue?) -> [String] {
    guard case .object(let members)? = value else { return [] }
    return members.map(\.name)
  }
}
