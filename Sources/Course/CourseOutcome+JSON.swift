import JSON

extension CourseExercise {
  /// An object with `name`, `document` and `what`.
  package func json(in language: CourseLanguage) -> JSONValue {
    ["name": .string(name), "document": .string(document.title), "what": .string(what[language])]
  }
}

extension CourseCheck {
  /// `document`: the number that the document prints; `reference`: that of its formulas, or of a computation in float64; each null if there is
  /// none. `expected` ± `tolerance` is the interval that agrees.
  func json(in language: CourseLanguage) -> JSONValue {
    [
      "what": .string(what[language]), "expected": .number(expected), "got": .number(got),
      "tolerance": .number(tolerance), "document": .number(printed), "reference": .number(reference),
      "agrees": .bool(agrees),
    ]
  }
}

extension CourseOutcome {
  /// An object with `checks` and `skipped`.
  package func json(in language: CourseLanguage) -> JSONValue { .object(members(in: language)) }

  /// The same object with the exercise's `name`, for lists of outcomes.
  package func namedJSON(in language: CourseLanguage) -> JSONValue {
    .object([.init("name", .string(name))] + members(in: language))
  }

  private func members(in language: CourseLanguage) -> [JSONValue.Member] {
    [
      .init("checks", .array(checks.map { $0.json(in: language) })), .init("skipped", .string(skipped?[language])),
    ]
  }
}
