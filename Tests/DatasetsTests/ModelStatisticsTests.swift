import Files
import Testing

@testable import Datasets
@testable import Readers

/// A model is applied with the statistics of its training, whatever options are repeated and whatever samples are beside one.
@Suite("Statistics of a model that is applied to samples")
struct ModelStatisticsTests {
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  /// A model of columns a and b, of which b has the mean 5 and the median 4.
  private func model(_ missing: MissingFeatures?, standardized: Bool, header: String = "y,a,b\n") throws -> ModelInput {
    let path = try folder.write("t.csv", header + "u,1,2\nv,\(missing == nil ? "3" : "?"),4\nu,3,\nv,5,9\n")
    if missing == nil { try folder.write("t.csv", header + "u,1,2\nv,3,4\nu,3,5\nv,5,9\n") }
    let data = try load(path) {
      $0.missing = missing; $0.testFraction = 0; $0.standardize = standardized
    }
    return ModelInput(labels: data.labels, width: 2, inputs: 2, preprocessing: data.preprocessing)
  }

  private func apply(
    _ model: ModelInput, to text: String, _ change: (inout DataOptions) -> Void
  ) throws -> LoadedPart {
    var options = DataOptions()
    change(&options)
    let path = try folder.write("new.csv", text)
    return try DataLoader(source: DataSource(path), options: options)
      .load(.prediction(model))
  }

  /// A source of 64 features for a model, and the scale that a note names; nil for none.
  struct Scale: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var model: Double
    var white: Double
    var largest: Int
    var isBytes = false
    var option: Double?
    var says: String?
  }

  static let scales = [
    Scale(
      testDescription: "pixels, and numbers to 1", model: 255, white: 255, largest: 1,
      says: "scale 1 leaves them as they are"),
    Scale(testDescription: "pixels twice", model: 255, white: 255, largest: 200),
    Scale(testDescription: "pixels, and black", model: 255, white: 255, largest: 0),
    Scale(testDescription: "pixels, and bytes of 0 and 1", model: 255, white: 255, largest: 1, isBytes: true),
    Scale(testDescription: "pixels, and the option", model: 255, white: 255, largest: 1, option: 1),
    Scale(
      testDescription: "numbers to 1, and pixels", model: 1, white: 1, largest: 200, says: "scale 255 divides them"),
    Scale(
      testDescription: "numbers to 1, and bytes", model: 1, white: 1, largest: 200, isBytes: true,
      says: "scale 255 divides them"),
    Scale(testDescription: "numbers to 1 twice", model: 1, white: 1, largest: 1),
    Scale(testDescription: "numbers to 1, and others", model: 1, white: 1, largest: 1000),
    Scale(testDescription: "pixels that are not divided", model: 1, white: 255, largest: 200),
    Scale(testDescription: "numbers to 1, pixels, and the option", model: 1, white: 1, largest: 200, option: 255),
  ]

  @Test("A note names the scale of features in other units than those of training", arguments: scales)
  func scaleNote(_ scale: Scale) throws {
    let features = (0..<128).map { $0 == 70 ? scale.largest : 0 }
    let x =
      scale.isBytes
      ? NumPyFiles.npy("|u1", "(2, 8, 8)", features.map { UInt8($0) })
      : NumPyFiles.npy("<f4", "(2, 64)", NumPyFiles.floats(features.map { Float($0) }))
    let path = try folder.write("x.npz", NumPyFiles.npz([("X", x), ("y", NumPyFiles.npy("|u1", "(2,)", [0, 1]))]))
    var model = ModelInput(labels: ["0", "1"], width: 2, inputs: 64, preprocessing: Preprocessing(scale: scale.model))
    model.preprocessing.pictures.white = scale.white
    if scale.option != nil {
      let (mean, deviation) = (Array(repeating: 0.5, count: 64), Array(repeating: 0.25, count: 64))
      model.preprocessing.standardization = Standardization(mean: mean, deviation: deviation)
    }
    var options = DataOptions()
    (options.scale, options.testFraction) = (scale.option, 0)
    let loader = DataLoader(source: try DataSource(path), options: options)
    let notes = try [
      loader.load(.evaluation(model)).notes, loader.loadForTraining(model: model).notes,
    ].map { $0.map(\.description).filter { $0.contains("scale") || $0.contains("divided") } }
    for notes in notes {
      #expect(
        notes.count == (scale.says == nil ? 0 : 1) && notes.allSatisfy { $0.hasSuffix(scale.says ?? "") }, "\(notes)")
    }
  }

  /// A use of a model, and the value of b that takes the place of a missing one; nil for an error.
  struct Use: Sendable, CustomTestStringConvertible {
    var trained: MissingFeatures?
    var isStandardized: Bool
    var asked: MissingFeatures?
    var value: Double?
    var testDescription: String {
      "trained with \(trained?.rawValue ?? "none")\(isStandardized ? ", standardized" : ""), asked for \(asked?.rawValue ?? "none")"
    }
  }

  static let uses = [
    Use(trained: .mean, isStandardized: false, asked: nil, value: 5),
    Use(trained: .mean, isStandardized: false, asked: .mean, value: 5),
    Use(trained: .mean, isStandardized: false, asked: .median, value: nil),
    Use(trained: .median, isStandardized: false, asked: .median, value: 4),
    Use(trained: .median, isStandardized: false, asked: .mean, value: nil),
    // The mean of the inputs, of which the median has taken the place of a missing one.
    Use(trained: .median, isStandardized: true, asked: .mean, value: 4.75),
    Use(trained: .median, isStandardized: true, asked: .median, value: 4),
    Use(trained: nil, isStandardized: true, asked: .mean, value: 5),
    Use(trained: nil, isStandardized: true, asked: .median, value: nil),
    Use(trained: nil, isStandardized: false, asked: .mean, value: nil),
    Use(trained: nil, isStandardized: false, asked: .median, value: nil),
  ]

  @Test("A missing feature is filled by the model's training, or is an error", arguments: uses)
  func fills(_ use: Use) throws {
    let model = try model(use.trained, standardized: use.isStandardized)
    for others in ["", "7,20\n9,30\n"] {
      guard let value = use.value else {
        let error = #expect(throws: DataOptionError.self) {
          try apply(model, to: "a,b\n3,\n" + others) { $0.missing = use.asked }
        }
        let message = error?.description ?? ""
        #expect(error?.option == .missing && message.contains("missing drop leaves out samples"), "\(message)")
        let other: MissingFeatures? = use.trained ?? (use.isStandardized ? .mean : nil)
        #expect(
          message.contains("fills with those of its training; ") == (other != nil)
            && (other == nil || message.contains("missing \(other!.rawValue) fills")), "\(message)")
        continue
      }
      let part = try apply(model, to: "a,b\n3,\n" + others) { $0.missing = use.asked }
      let feature = Double(part.samples.stored(0)[1])
      #expect(abs(feature - value) < 1e-5, "\(feature) beside '\(others)'")
    }
    // Nothing to fill, nothing to refuse; and samples can always be left out.
    #expect(try apply(model, to: "a,b\n3,4\n") { $0.missing = use.asked }.samples.count == 1)
    #expect(try apply(model, to: "a,b\n3,\n1,2\n") { $0.missing = .drop }.samples.count == 1)
  }

  @Test("The remedy for a missing feature is one that the model has")
  func remedies() throws {
    for (isStandardized, says) in [
      (true, "missing mean or drop says what to do about missing features."),
      (
        false,
        "missing drop leaves out samples with missing features; a model of training with missing mean or median fills them."
      ),
    ] {
      let model = try model(nil, standardized: isStandardized)
      let error = #expect(throws: FileError.self) { try apply(model, to: "a,b\n3,\n1,2\n") { _ in } }
      #expect(error?.description.hasSuffix(says) == true, "\(error?.description ?? "")")
    }
  }

  @Test("Standardization that is asked for again is the model's; without one, a table alone has none to offer")
  func standardization() throws {
    let own = try model(nil, standardized: true)
    for others in ["", "70,20\n90,30\n"] {
      let part = try apply(own, to: "a,b\n3,9\n" + others) { $0.standardize = true }
      let standardization = try #require(own.preprocessing.standardization)
      #expect(part.preprocessing.standardization == standardization)
      let inputs = part.samples.storage.numbers(ofRow: 0)
      #expect(abs(inputs[1] - Float(4 / standardization.deviation[1])) < 1e-5, "\(inputs) beside '\(others)'")
    }
    let plain = try model(nil, standardized: false)
    for isSplitGiven in [false, true] {
      let error = #expect(throws: DataOptionError.self) {
        try apply(plain, to: "a,b\n3,9\n1,2\n") {
          $0.standardize = true
          if isSplitGiven { $0.split = .all }
        }
      }
      let lack = isSplitGiven ? "split all no training split" : "new.csv no training split"
      let message = error.map { "\($0)" } ?? ""
      #expect(error?.option == .standardize && message.contains("the model has no means"), "\(message)")
      #expect(message.contains(lack) && message.contains("'input.mean'"), "\(message)")
    }
    #expect(try apply(plain, to: "a,b\n3,9\n1,2\n") { $0.standardize = false }.preprocessing.standardization == nil)
  }

  @Test("A divisor that is not that of the model's means and standard deviations is noted")
  func scale() throws {
    let own = try model(nil, standardized: true)
    let note =
      "are those of features divided by 1, and are applied to features divided by 2; noStandardize leaves them out"
    for (scale, standardize, isNoted) in [(2, nil, true), (1, nil, false), (2, false, false)] as [(Double, Bool?, Bool)]
    {
      let part = try apply(own, to: "a,b\n3,9\n") { ($0.scale, $0.standardize) = (scale, standardize) }
      #expect(part.notes.contains { $0.description.hasSuffix(note) } == isNoted, "\(scale): \(part.notes)")
      #expect((part.preprocessing.standardization == nil) == (standardize == false))
    }
  }

  @Test("Gradients are those of training: a model without statistics has those of the samples, of whatever split")
  func gradient() throws {
    let table = "y,a,b\nu,1,2\nv,3,4\nu,3,5\nv,5,9\n"
    let plain = try model(nil, standardized: false)
    // Tensors of another program have no metadata at all.
    for model in [plain, ModelInput(labels: ["u", "v"], width: 2, inputs: 2)] {
      let used = try part(folder.write("t.csv", table), .gradient(model)) {
        $0.standardize = true; $0.label = .name("y")
      }
      #expect(used.preprocessing.standardization?.mean == [3, 5] && used.notes.isEmpty, "\(used.notes)")
    }
    let path = try folder.write("t.csv", table)
    let test = try folder.write("test.csv", "y,a,b\nu,30,20\n")
    for (model, isNoted) in [(plain, true), (try self.model(nil, standardized: true), false)] {
      let used = try part(path, .evaluation(model)) {
        $0.standardize = true; $0.testFile = test
      }
      #expect(used.samples.count == 1 && used.preprocessing.standardization?.mean == [3, 5])
      let note = "the model has no means and standard deviations; features are standardized by the training split"
      #expect(used.notes.contains { $0.description.hasSuffix(note) } == isNoted, "\(used.notes)")
    }
  }

  @Test(
    "With standardization that is asked for again, another divisor has no effect", arguments: [(2.0, 4.0), (4.0, 2.0)])
  func divisor(trained: Double, asked: Double) throws {
    let path = try folder.write("t.csv", "y,a,b\nu,1,2\nv,3,4\nu,3,5\nv,5,9\n")
    let own = try load(path) {
      $0.testFraction = 0; $0.standardize = true; $0.scale = trained
    }.preprocessing
    var model = ModelInput(labels: ["u", "v"], width: 2, inputs: 2, preprocessing: own)
    func inputs(_ scale: Double?, _ standardize: Bool?) throws -> (inputs: [Float], notes: [String]) {
      let part = try apply(model, to: "a,b\n3,9\n1,2\n") {
        $0.scale = scale; $0.standardize = standardize
      }
      let rows = (0..<2).flatMap { part.samples.storage.numbers(ofRow: $0) }
      return (rows, part.notes.map(\.description))
    }
    let usual = try inputs(nil, nil)
    let again = try inputs(asked, true)
    #expect(again.inputs == usual.inputs && abs(usual.inputs[0]) < 1e-6 && usual.inputs[1] > 1)
    #expect(again.notes.count == 1 && again.notes[0].hasPrefix("scale \(Int(asked)) has no effect"), "\(again.notes)")
    let same = try inputs(trained, true)
    #expect(same.inputs == usual.inputs && same.notes.isEmpty, "\(same.notes)")
    // Without the option, other files may have other units; and tensors of another program do not say their divisor.
    #expect(try inputs(asked, nil).inputs != usual.inputs)
    model.preprocessing.scale = nil
    let unknown = try inputs(trained, true)
    #expect(unknown.inputs == usual.inputs && unknown.notes.isEmpty, "\(unknown.notes)")
  }

  @Test("The value for missing features has room beside far smaller numbers")
  func room() throws {
    let model = try model(.mean, standardized: false)
    let table = (1...20).map { "\($0 % 2 == 0 ? "u" : "v"),1,\($0 == 3 ? "" : "\($0)e-300")\n" }.joined()
    let used = try apply(model, to: "y,a,b\n" + table) { _ in }
    let numbers = (0..<20).map { used.samples.storage.numbers(ofRow: $0)[1] }
    #expect(numbers == (0..<20).map { $0 == 2 ? 5 : 0 })
    // Two parts of one storage.
    var options = DataOptions()
    options.standardize = false
    let path = try folder.write("more.csv", "y,a,b\n" + table)
    let data = try DataLoader(source: DataSource(path), options: options).loadForTraining(model: model)
    let rows = [data.training, try #require(data.test)].flatMap { samples in
      samples.rows.map { samples.storage.numbers(ofRow: Int($0))[1] }
    }
    #expect(rows.count == 20 && rows.count { $0 == 5 } == 1 && rows.count { $0 == 0 } == 19, "\(rows)")
  }

  @Test("A column without a value in training is noted")
  func empty() throws {
    let path = try folder.write("t.csv", "y,a,b\nu,1,\nv,,\nu,3,\nv,5,\n")
    for choice in [MissingFeatures.mean, .median] {
      let notes = try load(path) {
        $0.missing = choice; $0.testFraction = 0
      }.notes.map(\.description)
      #expect(
        notes == ["\(path): column 'b' has no value in these samples and is a constant input; ignore leaves it out"],
        "\(notes)")
    }
  }
}
