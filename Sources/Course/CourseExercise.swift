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
    case .bunge: "Bunge: El algoritmo Backpropagation"
    case .berzal: "Berzal: Backpropagation"
    }
  }
}

/// A number printed in a document, or implied by its formulas.
package struct CourseExpectation: Sendable, Equatable {
  /// The key of the computed number that is compared with it.
  package var key: String
  /// A description of the number.
  package var what: LocalizedText
  package var expected: Double
  /// The absolute tolerance.
  package var tolerance: Double
  /// The document's own number where those of other seeds differ from it; nil if it is `expected`, or if the document has none.
  package var printed: Double?
  /// True if any number of an interval agrees, because the results of other seeds are anywhere in it.
  package var isInterval = false

  /// - Parameter spanish: the description in Spanish; nil for a formula, which is the same.
  package init(
    _ key: String, _ what: String, es spanish: String? = nil, _ expected: Double, within tolerance: Double
  ) {
    self.key = key
    self.what = LocalizedText(what, es: spanish ?? what)
    self.expected = expected
    self.tolerance = tolerance
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
}

/// One exercise of the notes.
///
/// The documents' values (`expectations`) and the computation (`compute`) are compared only in `run`: a computation receives the files
/// that it requests and nothing else.
package struct CourseExercise: Sendable {
  package var name: String
  package var document: CourseDocument
  /// A summary of one line.
  package var what: LocalizedText
  /// The task in the document, paraphrased.
  package var asks: LocalizedText
  /// An equivalent command; nil if the exercise is not a training run.
  package var command: String?
  /// Remarks on the document: its errors and ambiguities.
  package var notes: [LocalizedText]
  package var expectations: [CourseExpectation]
  /// - Throws: `CourseFileMissing` if a file is missing; errors of reading and training.
  package var compute: @Sendable (CourseFiles) throws -> CourseFigures

  package init(
    name: String, document: CourseDocument, what: LocalizedText, asks: LocalizedText, command: String? = nil,
    notes: [LocalizedText] = [], expectations: [CourseExpectation],
    compute: @escaping @Sendable (CourseFiles) throws -> CourseFigures
  ) {
    self.name = name
    self.document = document
    self.what = what
    self.asks = asks
    self.command = command
    self.notes = notes
    self.expectations = expectations
    self.compute = compute
  }

  /// Computes the values and compares them.
  ///
  /// A missing file is an outcome, and so is a run that diverges: then nothing agrees. Other errors are thrown.
  package func run(_ files: CourseFiles) throws -> CourseOutcome {
    do {
      let figures = try compute(files)
      let checks = expectations.map { CourseCheck($0, got: figures[$0.key]) }
      return CourseOutcome(name: name, checks: checks, skipped: nil, pages: figures.pages, pictures: figures.pictures)
    } catch let missing as CourseFileMissing {
      return CourseOutcome(name: name, checks: [], skipped: missing.text, pages: [])
    } catch let error as TrainingError {
      let checks = expectations.map { CourseCheck($0, got: nil) }
      return CourseOutcome(name: name, checks: checks, skipped: nil, pages: [CoursePage(Self.failure(error))])
    }
  }
}

extension CourseExercise {
  private static func failure(_ error: TrainingError) -> LocalizedText {
    LocalizedText(error.description, es: "El entrenamiento falló: \(error)")
  }
}

/// The results of a computation: numbers by key, with tables and figures.
package struct CourseFigures: Sendable, Equatable {
  private var values: [String: Double] = [:]
  package var pages: [CoursePage] = []
  package var pictures: [CoursePicture] = []

  package init() {}

  package subscript(key: String) -> Double? {
    get { values[key] }
    set { values[key] = newValue }
  }
}

/// A document's number with the computed one.
package struct CourseCheck: Sendable, Equatable {
  package var what: LocalizedText
  package var expected: Double
  /// nil if the computation did not produce it: then nothing agrees.
  package var got: Double?
  package var tolerance: Double
  /// The document's own number; nil if it has none.
  package var printed: Double?
  /// True if any number of an interval agrees.
  package var isInterval: Bool

  /// True if the difference is within the tolerance; non-finite numbers never agree.
  package var agrees: Bool {
    guard let got, got.isFinite else { return false }
    return abs(got - expected) <= tolerance
  }

  init(_ expectation: CourseExpectation, got: Double?) {
    what = expectation.what
    expected = expectation.expected
    tolerance = expectation.tolerance
    printed = expectation.printed ?? (expectation.isInterval ? nil : expectation.expected)
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
  package var pages: [CoursePage]
  package var pictures: [CoursePicture] = []

  /// A skipped exercise never agrees, nor does one without checks.
  package var agrees: Bool { skipped == nil && !checks.isEmpty && checks.allSatisfy(\.agrees) }
  /// A skipped exercise does not disagree either.
  package var disagrees: Bool { skipped == nil && !agrees }
}
