import Foundation
import JSON
import Testing

@testable import Course

/// The exercises' texts in Spanish, compared with the English ones text by text.
@Suite("The course's texts in Spanish")
struct CourseLanguageTests {
  /// Words that are the same in both languages: names of functions, methods and libraries, and mathematical notation.
  private static let shared: Set = [
    "Adam", "Nesterov", "Glorot", "sigmoid", "softmax", "tanh", "relu", "leaky", "identity", "squared", "error",
    "cross",
    "entropy", "base", "total", "max", "sin", "one", "hot", "XOR", "MNIST", "NaN",
  ]

  /// The texts of an exercise before its run.
  private static func texts(_ exercise: CourseExercise) -> [LocalizedText] {
    var texts: [LocalizedText] = [exercise.what, exercise.asks]
    texts += exercise.notes
    texts += exercise.expectations.map(\.what)
    for defect in exercise.defects { texts += [defect.error, defect.treatment] }
    return texts
  }

  /// The texts of an exercise's tables and figures.
  private static func texts(_ result: ExerciseResult) -> [LocalizedText] {
    result.tables.flatMap { [$0.title] + $0.columns + $0.rows.map(\.label) }
      + result.figures.flatMap { [$0.title, $0.summary] + texts($0.content) }
  }

  private static func texts(_ content: CourseFigure.Content) -> [LocalizedText] {
    switch content {
    case .curves(let curves): [curves.x, curves.y] + (curves.lines + curves.points).map(\.name)
    case .surface(let surface): [surface.x, surface.y, surface.height] + (surface.paths + surface.marks).map(\.name)
    case .regions(let regions): [regions.x, regions.y] + regions.samples.map(\.name)
    case .digits(let digits): digits.map(\.caption)
    case .network(let network): network.layers.flatMap { [$0.name] + $0.units.map(\.name) }
    }
  }

  /// Reasons why a text is not translated: words in a text that is the same in both languages, or other figures and symbols.
  static func faults(_ text: LocalizedText) -> [String] {
    var faults: [String] = []
    let words = text.english.split { !$0.isLetter || !$0.isASCII }.map(String.init)
      .filter { $0.count >= 3 && !Self.shared.contains($0) }
    if text.english == text.spanish, !words.isEmpty { faults.append("no Spanish: \(text.english)") }
    if text.spanish.isEmpty != text.english.isEmpty { faults.append("empty: \(text.english)") }
    for (name, parts) in [("figures", Self.numbers), ("symbols", Self.symbols)] {
      let (english, spanish) = (parts(text.english), parts(text.spanish))
      if english != spanish { faults.append("\(name): \(text.english) \(english) | \(text.spanish) \(spanish)") }
    }
    return faults
  }

  private static func numbers(_ text: String) -> [String] {
    text.split { !($0.isASCII && $0.isNumber) }.map(String.init).sorted()
  }

  /// Greek letters, operators and other signs of formulas.
  private static func symbols(_ text: String) -> [String] {
    text.filter { !$0.isASCII && !"áéíóúñÁÉÍÓÚüºª–’…¿¡".contains($0) }.map(String.init).filter { $0 != "í" }.sorted()
  }

  @Test(
    "are complete: a Spanish text for each, with the same figures and symbols",
    arguments: CourseCatalog.all.map(\.name))
  func declarations(name: String) throws {
    let texts = Self.texts(try #require(CourseCatalog.named(name)))
    #expect(texts.count >= 3)
    #expect(texts.flatMap(Self.faults) == [])
  }

  @Test("One hidden layer is in the singular, in both languages")
  func singular() throws {
    let texts = Self.texts(try #require(CourseCatalog.named("arriola-vectorised")))
    let one = texts.filter { $0.english.hasPrefix("1 hidden layer") }
    #expect(!one.isEmpty && one.allSatisfy { $0.english.hasPrefix("1 hidden layer:") }, "\(one.map(\.english))")
    #expect(one.allSatisfy { $0.spanish.hasPrefix("1 capa oculta:") }, "\(one.map(\.spanish))")
  }

  @Test("Spanish texts are complete in tables and figures", arguments: CourseExerciseTests.free)
  func results(name: String) throws {
    let result = try #require(CourseCatalog.named(name)).compute(CourseFiles())
    #expect(Self.texts(result).flatMap(Self.faults) == [])
  }

  @Test(
    "are complete in tables and figures on MNIST", .enabled(if: TestData.mnist != nil, "MNIST is not there"),
    arguments: ["rivera-base", "rivera-stochastic", "practica5-digits"])
  func resultsOnMNIST(name: String) throws {
    let files = CourseFiles(source: try .init(try #require(TestData.mnist)))
    #expect(Self.texts(try #require(CourseCatalog.named(name)).compute(files)).flatMap(Self.faults) == [])
  }

  @Test("Spanish texts are complete for skipped exercises")
  func skipped() throws {
    let files = CourseFiles(source: try .init("synthetic:200,50"), weights: "/no/such/file.mat")
    for name in ["practica5-cost", "rivera-base", "practica5-digits"] {
      let outcome = try #require(CourseCatalog.named(name)).run(files)
      let text = try #require(outcome.skipped)
      #expect(Self.faults(text) == [] && text.spanish.hasPrefix("necesita"))
    }
  }

  @Test("are missed when they are missing, or have other figures")
  func missing() {
    #expect(Self.faults("training images").count == 1)
    #expect(Self.faults(.init("after 20 steps", es: "tras 2 pasos")).count == 1)
    #expect(Self.faults(.init("λ = 0: last entry", es: "último valor")).count == 2)
    #expect(Self.faults(.init("loss", es: "")) != [])
    #expect(Self.faults(.init("loss", es: "pérdida")) == [] && Self.faults("η = 0.95 · 2/λ_max") == [])
    var exercise = CourseCatalog.all[0]
    exercise.expectations[0].what = "training images"
    #expect(Self.texts(exercise).flatMap(Self.faults).count == 1)
  }

  @Test("are the values of JSON, whose keys stay")
  func json() throws {
    let exercise = try #require(CourseCatalog.named("berzal-delta-rule"))
    let outcome = try exercise.run(CourseFiles())
    #expect(exercise.json(in: .spanish)["what"]?.string == exercise.what.spanish)
    #expect(exercise.json(in: .english)["what"]?.string == exercise.what.english)
    guard case .array(let checks)? = outcome.json(in: .spanish)["checks"], case .object(let members)? = checks.first
    else {
      Issue.record("checks is no array of objects")
      return
    }
    #expect(members.map(\.name) == ["what", "expected", "got", "tolerance", "document", "reference", "agrees"])
    #expect(checks.first?["what"]?.string == "Δw del café, céntimos")
  }

  @Test(
    "name the documents' errors alone by codes, which the pages explain", arguments: CourseCatalog.all.map(\.name))
  func codes(name: String) throws {
    let exercise = try #require(CourseCatalog.named(name))
    let known = Set(exercise.defects.map(\.id))
    for text in Self.texts(exercise).flatMap({ [$0.english, $0.spanish] }) {
      let codes = text.matches(of: #/\b[A-Z]-[0-9]{2}[a-z]?/#).map { String($0.output) }
      #expect(Set(codes).isSubset(of: known), "\(text)")
    }
  }
}
