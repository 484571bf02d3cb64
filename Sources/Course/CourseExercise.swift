import Descent

/// The five sets of course notes.
package enum CourseDocument: String, Sendable, CaseIterable {
  case rivera
  case arriola
  case practica5
  case bunge
  case berzal

  /// The name under which the document is cited.
  package var author: String { String(title.prefix { $0 != ":" }) }

  /// Author and title.
  package var title: String {
    switch self {
    case .rivera: "Rivera: Implementación en NumPy de Retropropagación (Backpropagation) para un MLP simple"
    case .arriola: "Arriola: Perceptrón multicapa: Retroalimentación"
    case .practica5: "Práctica 5: Entrenamiento de redes neuronales"
    case .bunge: "Bunge: I302 – Aprendizaje Automático y Aprendizaje Profundo: Backpropagation"
    case .berzal: "Berzal: Backpropagation"
    }
  }
}

/// An expected number: printed in a document, implied by its formulas, or computed independently in float64; or an interval, if the
/// result depends on random numbers.
package struct CourseExpectation: Sendable, Equatable {
  /// The key of the computed number that is compared with it.
  package var key: String
  /// A description of the number.
  package var what: LocalizedText
  package var expected: Double
  /// The absolute tolerance.
  package var tolerance: Double
  /// The number printed in the document; nil if it prints none. With an interval it depends on the document's random numbers, otherwise it
  /// is `expected`.
  package var printed: Double?
  /// True for an interval: the result depends on the seed, and every number in the interval agrees.
  package var isInterval = false

  /// A number with an absolute tolerance.
  ///
  /// - Parameters:
  ///   - spanish: the description in Spanish; nil for a formula, which is the same in both languages.
  ///   - isPrinted: true if the document prints the number; false if it follows from the document's formulas or was computed in float64.
  package init(
    _ key: String, _ what: String, es spanish: String? = nil, _ expected: Double, within tolerance: Double,
    isPrinted: Bool = false
  ) {
    self.key = key
    self.what = LocalizedText(what, es: spanish ?? what)
    self.expected = expected
    self.tolerance = tolerance
    printed = isPrinted ? expected : nil
  }

  /// A number in [lower, upper].
  ///
  /// - Parameters:
  ///   - spanish: the description in Spanish; nil for a formula, which is the same.
  ///   - printed: the number in the document; nil if it has none.
  package init(
    _ key: String, _ what: String, es spanish: String? = nil, from lower: Double, to upper: Double,
    printed: Double? = nil
  ) {
    self.init(key, what, es: spanish, (lower + upper) / 2, within: (upper - lower) / 2)
    self.printed = printed
    isInterval = true
  }

  /// The distance of the trainer's parameters to those of the Double network, `PlainDescent.distance`.
  ///
  /// - Parameters:
  ///   - steps: a phrase that follows "network", with its space or comma.
  ///   - spanish: the phrase in Spanish.
  static func plain(
    _ key: String, _ steps: String = "", es spanish: String = "", within tolerance: Double = 1e-4
  ) -> CourseExpectation {
    CourseExpectation(
      key, "distance to the Double network\(steps), relative",
      es: "distancia a la red en doble precisión\(spanish), relativa", 0, within: tolerance)
  }
}

/// One exercise of the notes.
///
/// Only `run` compares the expected numbers (`expectations`) with the computed ones (`compute`): a computation receives the files and no
/// expected number.
package struct CourseExercise: Sendable {
  package var name: String
  package var document: CourseDocument
  /// A summary of one line.
  package var what: LocalizedText
  /// The task in the document, paraphrased.
  package var asks: LocalizedText
  /// The task as a `descent` command, as near to the exercise as its options allow; nil if there is none.
  package var command: String?
  /// A shell command that writes the table which `command` reads from standard input; nil if `command` reads files.
  package var table: String?
  /// Remarks on the document: its errors and ambiguities.
  package var notes: [LocalizedText]
  package var expectations: [CourseExpectation]
  /// The computation.
  ///
  /// - Throws: `CourseFileMissing` if a file is missing; errors of reading and training.
  package var compute: @Sendable (CourseFiles) throws -> ExerciseResult

  package init(
    name: String, document: CourseDocument, what: LocalizedText, asks: LocalizedText, command: String? = nil,
    table: String? = nil, notes: [LocalizedText] = [], expectations: [CourseExpectation],
    compute: @escaping @Sendable (CourseFiles) throws -> ExerciseResult
  ) {
    self.name = name
    self.document = document
    self.what = what
    self.asks = asks
    self.command = command
    self.table = table
    self.notes = notes
    self.expectations = expectations
    self.compute = compute
  }

  /// Computes the numbers and compares them with the expected ones.
  ///
  /// - Parameter isInterrupted: read between the steps of training; true stops the exercise.
  /// - Returns: a skipped outcome if a file is missing; an outcome without any agreeing check if training fails, as by divergence.
  /// - Throws: `CourseInterrupted`; other errors of `compute`.
  package func run(
    _ files: CourseFiles, isInterrupted: @escaping @Sendable () -> Bool = { false }
  ) throws -> CourseOutcome {
    do {
      let result = try CourseInterruption.$isRequested.withValue(isInterrupted) { try compute(files) }
      let checks = expectations.map { CourseCheck($0, got: result[$0.key]) }
      return CourseOutcome(name: name, checks: checks, skipped: nil, tables: result.tables, figures: result.figures)
    } catch let missing as CourseFileMissing {
      return CourseOutcome(name: name, checks: [], skipped: missing.text, tables: [])
    } catch let error as TrainingError {
      let checks = expectations.map { CourseCheck($0, got: nil) }
      return CourseOutcome(name: name, checks: checks, skipped: nil, tables: [CourseTable(Self.failure(error))])
    }
  }
}

extension CourseExercise {
  private static func failure(_ error: TrainingError) -> LocalizedText {
    LocalizedText(error.description, es: "El entrenamiento falló: \(error)")
  }
}

/// The results of a computation: numbers by key, with tables and figures.
package struct ExerciseResult: Sendable, Equatable {
  private var values: [String: Double] = [:]
  package var tables: [CourseTable] = []
  package var figures: [CourseFigure] = []

  package init() {}

  package subscript(key: String) -> Double? {
    get { values[key] }
    set { values[key] = newValue }
  }
}

/// An expected number with the computed one.
package struct CourseCheck: Sendable, Equatable {
  package var what: LocalizedText
  package var expected: Double
  /// The computed number; nil if the computation did not produce it: then the check does not agree.
  package var got: Double?
  package var tolerance: Double
  /// The number that the document prints; nil if it prints none.
  package var printed: Double?
  /// True if every number in expected ± tolerance agrees equally.
  package var isInterval: Bool

  /// The number that follows from the document's formulas, or was computed in float64; nil if the document prints it, and for an interval.
  package var reference: Double? { isInterval || printed != nil ? nil : expected }

  /// True if the difference is within the tolerance; non-finite numbers never agree.
  package var agrees: Bool {
    guard let got, got.isFinite else { return false }
    return abs(got - expected) <= tolerance
  }

  init(_ expectation: CourseExpectation, got: Double?) {
    what = expectation.what
    expected = expectation.expected
    tolerance = expectation.tolerance
    printed = expectation.printed
    isInterval = expectation.isInterval
    self.got = got
  }
}

/// An exercise after its run.
package struct CourseOutcome: Sendable, Equatable {
  package var name: String
  package var checks: [CourseCheck]
  /// The missing file; nil if the exercise ran.
  package var skipped: LocalizedText?
  package var tables: [CourseTable]
  package var figures: [CourseFigure] = []

  /// A skipped exercise never agrees, nor does one without checks.
  package var agrees: Bool { skipped == nil && !checks.isEmpty && checks.allSatisfy(\.agrees) }
  /// A skipped exercise does not disagree either.
  package var disagrees: Bool { skipped == nil && !agrees }
}
