import Training

/// The five sets of course notes, by the names under which the exercises call them.
public enum CourseDocument: String, Sendable, CaseIterable {
  case rivera
  case arriola
  case practica5
  case bunge
  case berzal

  /// Author and title.
  public var title: String {
    switch self {
    case .rivera: "Rivera: Implementación en NumPy de Retropropagación (Backpropagation) para un MLP simple"
    case .arriola: "Arriola: Perceptrón multicapa: Retroalimentación"
    case .practica5: "Práctica 5: Entrenamiento de redes neuronales"
    case .bunge: "Bunge: El algoritmo Backpropagation"
    case .berzal: "Berzal: Backpropagation"
    }
  }
}

/// A number that a page prints, or that follows from its formulas.
public struct CourseExpectation: Sendable, Equatable {
  /// The figure of the computation that it is held against.
  public var key: String
  /// The number in words.
  public var what: String
  public var expected: Double
  /// The largest difference that still agrees, absolute.
  public var tolerance: Double

  public init(_ key: String, _ what: String, _ expected: Double, within tolerance: Double) {
    self.key = key
    self.what = what
    self.expected = expected
    self.tolerance = tolerance
  }

  /// A number in [lower, upper].
  public init(_ key: String, _ what: String, from lower: Double, to upper: Double) {
    self.init(key, what, (lower + upper) / 2, within: (upper - lower) / 2)
  }
}

/// One exercise of the notes.
///
/// What the page says (`expectations`) and what we compute (`compute`) meet nowhere but in `run`: a computation is given the files it
/// asks for and nothing else.
public struct CourseExercise: Sendable {
  public var name: String
  public var document: CourseDocument
  /// One line.
  public var what: String
  /// What the page asks or shows, in our words.
  public var asks: String
  /// The command that does the same on a user's own terms; nil where an exercise is no training run.
  public var command: String?
  /// What is to be known of the page: its defects, and what is ambiguous.
  public var notes: [String]
  public var expectations: [CourseExpectation]
  /// - Throws: `CourseFileMissing` where a file is not there; what reading and training throw.
  public var compute: @Sendable (CourseFiles) throws -> CourseFigures

  public init(
    name: String, document: CourseDocument, what: String, asks: String, command: String? = nil, notes: [String] = [],
    expectations: [CourseExpectation], compute: @escaping @Sendable (CourseFiles) throws -> CourseFigures
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

  /// Computes, and compares.
  ///
  /// A missing file is an outcome, and so is a run that diverges: then nothing agrees. Any other error is thrown.
  public func run(_ files: CourseFiles) throws -> CourseOutcome {
    do {
      let figures = try compute(files)
      let checks = expectations.map { CourseCheck($0, got: figures[$0.key]) }
      return CourseOutcome(name: name, checks: checks, skipped: nil, pages: figures.pages, pictures: figures.pictures)
    } catch let missing as CourseFileMissing {
      return CourseOutcome(name: name, checks: [], skipped: missing.description, pages: [])
    } catch let error as TrainingError {
      let checks = expectations.map { CourseCheck($0, got: nil) }
      return CourseOutcome(name: name, checks: checks, skipped: nil, pages: [CoursePage(error.description)])
    }
  }
}

/// What a computation found: numbers by key, and tables and pictures for those who want to see the way.
public struct CourseFigures: Sendable, Equatable {
  private var values: [String: Double] = [:]
  public var pages: [CoursePage] = []
  public var pictures: [CoursePicture] = []

  public init() {}

  public subscript(key: String) -> Double? {
    get { values[key] }
    set { values[key] = newValue }
  }
}

/// A number of a page beside ours.
public struct CourseCheck: Sendable, Equatable {
  public var what: String
  public var expected: Double
  /// nil where the computation has no such number: then nothing agrees.
  public var got: Double?
  public var tolerance: Double

  /// Whether the difference is within the tolerance; a number that is not finite agrees with nothing.
  public var agrees: Bool {
    guard let got, got.isFinite else { return false }
    return abs(got - expected) <= tolerance
  }

  init(_ expectation: CourseExpectation, got: Double?) {
    what = expectation.what
    expected = expectation.expected
    tolerance = expectation.tolerance
    self.got = got
  }
}

/// An exercise after its run.
public struct CourseOutcome: Sendable, Equatable {
  public var name: String
  public var checks: [CourseCheck]
  /// What is missing; nil where the exercise ran.
  public var skipped: String?
  public var pages: [CoursePage]
  public var pictures: [CoursePicture] = []

  /// A skipped exercise never agrees, nor does one that checks nothing.
  public var agrees: Bool { skipped == nil && !checks.isEmpty && checks.allSatisfy(\.agrees) }
  /// A skipped exercise does not disagree either.
  public var disagrees: Bool { skipped == nil && !agrees }
}
