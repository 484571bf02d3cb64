import Datasets
import Foundation
import JSON
@_exported import TestSupport
import Testing
import Training

@testable import Course

@Suite("The course's exercises")
struct CourseExerciseTests {
  /// Exercises that need no file.
  static let free = CourseCatalog.all.filter { $0.document != .practica5 && !needsMNIST.contains($0.name) }.map(
    \.name)
  static let needsMNIST: Set = [
    "rivera-base", "rivera-seeded", "rivera-deeper", "rivera-activations", "rivera-stochastic", "rivera-optimizers",
    "rivera-ten-classes",
  ]

  @Test("are at least twenty, over all five documents, with names of their own")
  func catalog() {
    #expect(CourseCatalog.all.count >= 20)
    #expect(Set(CourseCatalog.all.map(\.document)) == Set(CourseDocument.allCases))
    #expect(Set(CourseCatalog.all.map(\.name)).count == CourseCatalog.all.count)
    for exercise in CourseCatalog.all {
      #expect(!exercise.expectations.isEmpty, "\(exercise.name)")
      #expect(Set(exercise.expectations.map(\.key)).count == exercise.expectations.count, "\(exercise.name)")
    }
  }

  @Test("that need no file agree with their documents", arguments: free)
  func agrees(name: String) throws {
    let outcome = try #require(CourseCatalog.named(name)).run(CourseFiles())
    #expect(outcome.checks.filter { !$0.agrees } == [])
    #expect(outcome.agrees && !outcome.disagrees && outcome.skipped == nil)
  }

  @Test("disagree where any one expectation is moved, and compute the same figures", arguments: free)
  func perturbed(name: String) throws {
    var exercise = try #require(CourseCatalog.named(name))
    let files = CourseFiles()
    let before = try exercise.compute(files)
    var silent: [String] = []
    for index in exercise.expectations.indices {
      let original = exercise.expectations[index]
      exercise.expectations[index].expected += 2 * original.tolerance + max(1e-15, abs(original.expected) * 1e-6)
      let got = before[original.key]
      let check = CourseCheck(exercise.expectations[index], got: got)
      if check.agrees { silent.append(original.what.english) }
      exercise.expectations[index] = original
    }
    #expect(silent == [])
    // And the run itself: with one number moved, the exercise disagrees, and what it got is what it got before.
    exercise.expectations[0].expected += 2 * exercise.expectations[0].tolerance + 1e-3
    let outcome = try exercise.run(files)
    #expect(outcome.disagrees && !outcome.agrees)
    #expect(outcome.checks.map(\.got) == exercise.expectations.map { before[$0.key] })
  }

  @Test("are skipped without their files, with a note, and neither agree nor disagree")
  func skipped() throws {
    let nowhere = FileManager.default.temporaryDirectory.appendingPathComponent("no-files-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: nowhere, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: nowhere) }
    let weights = nowhere.path + "/ex3weights.mat"
    for (name, source, need) in [
      ("rivera-base", nowhere.path, "MNIST"), ("practica5-training", nowhere.path + "/prefix", "MNIST"),
      ("practica5-cost", nowhere.path, "ex3weights.mat"),
    ] {
      let files = CourseFiles(source: try DataSource(source), weights: weights)
      let outcome = try #require(CourseCatalog.named(name)).run(files)
      #expect(outcome.skipped?.english.contains(need) == true, "\(name): \(outcome.skipped?.english ?? "not skipped")")
      #expect(!outcome.agrees && !outcome.disagrees && outcome.checks.isEmpty, "\(name)")
    }
  }

  @Test("find IDX files where training finds them", arguments: ["", "/MNIST/raw"])
  func nested(inner: String) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("nested-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createDirectory(atPath: folder + inner, withIntermediateDirectories: true)
    for split in ["train", "t10k"] {
      let images = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 28, 0, 0, 0, 28] + [UInt8](repeating: 9, count: 2 * 784)
      try Data(images).write(to: URL(fileURLWithPath: "\(folder)\(inner)/\(split)-images-idx3-ubyte"))
      let labels: [UInt8] = [0, 0, 8, 1, 0, 0, 0, 2, 0, 1]
      try Data(labels).write(to: URL(fileURLWithPath: "\(folder)\(inner)/\(split)-labels-idx1-ubyte"))
    }
    let files = CourseFiles(source: try DataSource(folder))
    let outcome = try #require(CourseCatalog.named("rivera-base")).run(files)
    // The files are read, and are not MNIST.
    #expect(outcome.skipped?.english.contains("has 4 of 784") == true, "\(outcome.skipped?.english ?? "not skipped")")
  }

  @Test("The command of Rivera's stop has the bound of the sum over the samples of the split")
  func stop() throws {
    let command = try #require(CourseCatalog.named("rivera-seeded")?.command)
    let bound = try #require(command.components(separatedBy: "--stop-gradient-norm ").last.flatMap { Double($0) })
    #expect(abs(bound * 11_824 - 2000) < 0.1, "\(command)")
  }

  @Test("that need MNIST are skipped on other digits")
  func otherDigits() throws {
    let files = CourseFiles(source: try DataSource("synthetic:200,50"))
    for name in ["rivera-base", "rivera-ten-classes", "practica5-training"] {
      let outcome = try #require(CourseCatalog.named(name)).run(files)
      #expect(outcome.skipped?.english.contains("14780") == true, "\(name)")
    }
  }

  @Test("agree with nothing where a figure is missing or not finite")
  func missingFigure() throws {
    let expectation = CourseExpectation("a", "a", 1, within: .infinity)
    for got in [nil, Double.nan, .infinity] {
      #expect(!CourseCheck(expectation, got: got).agrees)
    }
    #expect(CourseCheck(CourseExpectation("a", "a", from: 1, to: 2), got: 2).agrees)
    #expect(!CourseCheck(CourseExpectation("a", "a", 1, within: 0), got: 1.0000001).agrees)
    let empty = CourseExercise(
      name: "empty", document: .bunge, what: "", asks: "", expectations: [], compute: { _ in ExerciseResult() })
    #expect(try empty.run(CourseFiles()).disagrees)
  }

  @Test("disagree if a run diverges, and the others continue")
  func diverged() throws {
    let exercise = CourseExercise(
      name: "diverges", document: .berzal, what: "", asks: "", expectations: [.init("a", "a", 1, within: 1)],
      compute: { _ in throw TrainingError.diverged(epoch: 7, step: 1) })
    let outcome = try exercise.run(CourseFiles())
    #expect(outcome.disagrees && outcome.checks.map(\.got) == [nil])
    #expect(outcome.tables.first?.title.english.contains("epoch 7") == true)
  }

  @Test("have the JSON keys that scripts rely on")
  func json() throws {
    func keys(_ value: JSONValue?) -> [String] {
      guard case .object(let members) = value else { return [] }
      return members.map(\.name)
    }
    let exercise = try #require(CourseCatalog.named("berzal-delta-rule"))
    #expect(keys(exercise.json(in: .english)) == ["name", "document", "what"])
    let outcome = try exercise.run(CourseFiles())
    #expect(keys(outcome.json(in: .english)) == ["checks", "skipped"])
    #expect(keys(outcome.namedJSON(in: .english)) == ["name", "checks", "skipped"])
    guard case .array(let checks)? = outcome.json(in: .english)["checks"] else {
      Issue.record("checks is no array")
      return
    }
    #expect(keys(checks.first) == ["what", "expected", "got", "tolerance", "document", "reference", "agrees"])
    #expect(outcome.json(in: .english)["skipped"] == .null)
    for (check, json) in zip(outcome.checks, checks) {
      #expect(json["document"]?.double == check.printed && json["reference"]?.double == check.reference)
      #expect((check.printed == nil) != (check.reference == nil), "\(check.what)")
    }
  }
}

/// Exercises on MNIST itself.
@Suite("The course's exercises on MNIST", .serialized, .enabled(if: TestData.mnist != nil, "MNIST is not there"))
struct CourseMNISTTests {
  @Test(
    "Exercises on MNIST agree with their documents",
    arguments: CourseExerciseTests.needsMNIST.sorted() + ["practica5-training"])
  func agrees(name: String) throws {
    let source = try DataSource(try #require(TestData.mnist))
    let outcome = try #require(CourseCatalog.named(name)).run(CourseFiles(source: source))
    #expect(outcome.checks.filter { !$0.agrees } == [])
    #expect(outcome.agrees)
    // The charts show the run that was checked.
    let figures = [
      "rivera-base": "loss at epoch 29", "rivera-seeded": "loss at epoch 29", "practica5-training": "cost after 1000",
    ]
    #expect(!outcome.figures.isEmpty)
    guard let figure = figures[name] else { return }
    let last = outcome.checks.first { $0.what.english.hasPrefix(figure) }?.got
    guard case .curves(let curves)? = outcome.figures.first?.content else {
      Issue.record("no curves are drawn")
      return
    }
    #expect(last != nil && curves.lines[0].positions.last?.y == last)
  }

  @Test("rebuild the 5000 digits of Práctica 5 as float64 has them")
  func digits() throws {
    let source = try DataSource(try #require(TestData.mnist))
    let outcome = try #require(CourseCatalog.named("practica5-digits")).run(CourseFiles(source: source))
    #expect(outcome.checks.filter { !$0.agrees } == [] && outcome.agrees)
  }
}

/// Exercises on MNIST and the weights that the practical hands out.
@Suite(
  "The course's exercises with the given weights", .serialized,
  .enabled(if: TestData.mnist != nil && TestData.courseWeights != nil, "MNIST or ex3weights.mat is not there"))
struct CourseWeightsTests {
  @Test(
    "Exercises with the given weights agree with their documents", arguments: ["practica5-cost", "practica5-gradient"])
  func agrees(name: String) throws {
    let files = CourseFiles(
      source: try DataSource(try #require(TestData.mnist)), weights: try #require(TestData.courseWeights))
    let outcome = try #require(CourseCatalog.named(name)).run(files)
    #expect(outcome.checks.filter { !$0.agrees } == [])
    #expect(outcome.agrees)
  }
}
