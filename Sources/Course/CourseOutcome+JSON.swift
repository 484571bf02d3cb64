import JSON

extension CourseExercise {
  /// `name`, `document`, `what`.
  package var json: JSONValue {
    ["name": .string(name), "document": .string(document.title), "what": .string(what)]
  }
}

extension CourseCheck {
  var json: JSONValue {
    [
      "what": .string(what), "expected": .number(expected), "got": .number(got), "tolerance": .number(tolerance),
      "agrees": .bool(agrees),
    ]
  }
}

extension CourseOutcome {
  /// `checks` and `skipped`.
  package var json: JSONValue { .object(members) }

  /// `checks` and `skipped` with the exercise's name, for lists.
  package var namedJSON: JSONValue { .object([.init("name", .string(name))] + members) }

  private var members: [JSONValue.Member] {
    [.init("checks", .array(checks.map(\.json))), .init("skipped", .string(skipped))]
  }
}
