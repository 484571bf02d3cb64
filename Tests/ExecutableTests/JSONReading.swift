import JSON
import Testing

/// A suite that reads JSON of the executable.
protocol JSONReading {}

/// A value of another kind than the expected one is an issue, so that no test passes without the value.
extension JSONReading {
  /// The elements of an array.
  static func items(_ value: JSONValue?, sourceLocation: SourceLocation = #_sourceLocation) -> [JSONValue] {
    if case .array(let items)? = value { return items }
    Issue.record("\(shown(value)) in place of an array", sourceLocation: sourceLocation)
    return []
  }

  /// The members of an object.
  static func members(_ value: JSONValue?, sourceLocation: SourceLocation = #_sourceLocation) -> [JSONValue.Member] {
    if case .object(let members)? = value { return members }
    Issue.record("\(shown(value)) in place of an object", sourceLocation: sourceLocation)
    return []
  }

  /// The names of an object's members, in their order.
  static func names(_ value: JSONValue?, sourceLocation: SourceLocation = #_sourceLocation) -> [String] {
    members(value, sourceLocation: sourceLocation).map(\.name)
  }

  private static func shown(_ value: JSONValue?) -> String { value.map { String($0.text.prefix(200)) } ?? "nothing" }
}

extension ScratchFolder {
  /// The rows of a file of JSON Lines.
  func rows(_ name: String) throws -> [JSONValue] {
    try text(name).split(separator: "\n").map { try JSONValue.parse($0.utf8) }
  }

  /// The events of a run's metrics, without times, and without options that may differ in a run that resumes it.
  func events(_ name: String) throws -> [JSONValue] {
    let others: Set = [
      "seconds", "samples_per_second", "save", "metrics", "resume", "checkpoint", "checkpoint_every", "quiet",
    ]
    return try rows(name).map { row in
      guard case .object(let members) = row else { return row }
      return .object(members.filter { !others.contains($0.name) })
    }
  }
}
