import Files
import Testing

@testable import Datasets
@testable import Readers

@Suite("Preprocessing of features")
struct DataPreprocessingTests {
  @Test("A model's preprocessing is applied again, and options override it")
  func modelPreprocessing() throws {
    let folder = try ScratchFolder.rules()
    let own = Preprocessing(
      scale: 2, standardization: Standardization(mean: [1, 2, 3, 4, 5, 6], deviation: [1, 1, 2, 2, 4, 4]))
    let model = ModelInput(labels: ["0", "1", "2", "3"], width: 4, preprocessing: own)
    let part1 = try part(folder.path, .evaluation(model))
    #expect(part1.preprocessing == own)
    #expect(part1.samples.transform.multiplier == [0.5, 0.5, 0.25, 0.25, 0.125, 0.125])
    #expect(part1.samples.transform.shift == [-1, -2, -1.5, -2, -1.25, -1.5])
    #expect(try part(folder.path, .evaluation(model)) { $0.scale = 4 }.preprocessing.scale == 4)
    let kept = try part(folder.path, .evaluation(model)) { $0.standardize = true }.preprocessing
    #expect(kept == own)
    #expect(try part(folder.path, .evaluation(model)) { $0.standardize = false }.preprocessing.standardization == nil)
    // A model without statistics has those of the source's training split, whichever split is used.
    var plain = model
    plain.preprocessing.standardization = nil
    let anew = try part(folder.path, .evaluation(plain)) {
      $0.standardize = true; $0.scale = 1
    }
    #expect(throws: DataOptionError.self) {
      try part(folder.path, .evaluation(plain)) {
        $0.standardize = true; $0.split = .all
      }
    }
    let trained = try load(folder.path) {
      $0.standardize = true; $0.scale = 1
    }
    #expect(anew.preprocessing == trained.preprocessing)
    var narrow = model
    narrow.preprocessing.standardization = Standardization(mean: [1], deviation: [1])
    #expect(throws: FileError.self) { try part(folder.path, .evaluation(narrow)) }
    let targets = try part(folder.file("t.csv"), .evaluation(ModelInput(width: 1, targets: 1)))
    #expect(targets.samples.targets == .values((0..<20).map { Float($0) }, width: 1))
  }

  @Test("Byte images are divided by 255, tables by nothing, and both by --scale")
  func scale() throws {
    let folder = try ScratchFolder.rules()
    #expect(try load(folder.path).training.transform == InputTransform.dividing(by: 255))
    #expect(try load(folder.file("t.csv")).training.transform == InputTransform(multiplier: [1], shift: [0]))
    #expect(try load(folder.file("t.csv")) { $0.scale = 10 }.training.transform.multiplier == [0.1])
    #expect(try load(folder.path) { $0.scale = 1 }.preprocessing.scale == 1)
  }

  @Test("A table of pixels is divided by 255, also if they are resampled, which makes fractions of them")
  func resampledPixels() throws {
    let folder = try ScratchFolder()
    let rows = (0..<6).map { row in (0..<64).map { "\((row * 37 + $0 * 11) % 256)" }.joined(separator: ",") }
    let path = try folder.write("p.csv", rows.enumerated().map { "\($0 % 2),\($1)\n" }.joined())
    for side in [nil, 4] {
      let options = { (options: inout DataOptions) in options.resize = side }
      let data = try load(path, options)
      let part = try part(path, .gradient(nil), options)
      for preprocessing in [data.preprocessing, part.preprocessing] {
        #expect(preprocessing.scale == 255 && preprocessing.standardization == nil, "\(side ?? 8)")
      }
    }
  }

  @Test("A text column of 64 levels beside whole numbers from 0 to 255 makes no pixels of a table")
  func textColumn() throws {
    let folder = try ScratchFolder()
    let path = try folder.write("c.csv", (0..<128).map { "\($0 % 2),city\($0 / 2),\(80 + $0)\n" }.joined())
    let data = try load(path) { $0.testFraction = 0 }
    #expect(data.training.width == 65)
    #expect(data.preprocessing.scale == 1 && data.preprocessing.standardization != nil)
    let note = try part(
      path, .evaluation(ModelInput(width: 2, inputs: 65, preprocessing: model(of: data.preprocessing)))
    ).notes.filter { $0.description.contains("scale 255") }
    #expect(note.isEmpty, "\(note)")
  }

  /// The preprocessing of a model of features from 0 to 1.
  private func model(of training: Preprocessing) -> Preprocessing {
    var own = Preprocessing(scale: 1)
    (own.columns, own.pictures.white) = (training.columns, 1)
    return own
  }

  @Test("--standardize uses the training split after limits; a constant feature keeps standard deviation 1")
  func standardize() throws {
    let folder = try ScratchFolder()
    try folder.write("s.csv", Array("0,1,0.1,5\n1,3,0.1,5\n0,2,0.1,8\n1,1000,7,7\n".utf8))
    let data = try load(folder.file("s.csv")) {
      $0.standardize = true; $0.testFraction = 0; $0.limit = 3; $0.scale = 2
    }
    #expect(data.preprocessing.standardization?.mean == [1, Double(Float(0.1)) / 2, 3])
    let deviations: [Double] = [(2.0 / 3).squareRoot() / 2, 1, 2.0.squareRoot() / 2]
    #expect(data.preprocessing.standardization?.deviation == deviations)
    let first = data.training.storage.numbers(ofRow: Int(data.training.rows[0]))
    #expect(first == [Float(-0.5 / deviations[0]), 0, Float(-0.5 / deviations[2])])
    // The source's own numbers can still be asked for.
    #expect(zip(data.training.stored(0), [1, 0.1, 5]).allSatisfy { abs($0 - $1) < 1e-6 }, "\(data.training.stored(0))")
    // Bytes take another way to the same figures.
    try folder.writeSet()
    let bytes = try load(folder.path) { $0.standardize = true }
    let floats = Selection.means(stored(bytes.training), width: 6)
    let ofBytes = try #require(bytes.preprocessing.standardization)
    for feature in 0..<6 {
      #expect(abs(ofBytes.mean[feature] - floats.mean[feature] / 255) < 1e-7)
      #expect(abs(ofBytes.deviation[feature] - floats.deviation[feature] / 255) < 1e-7)
    }
  }
}

extension Selection {
  /// Mean and deviation the plain way.
  static func means(_ values: [Float], width: Int) -> (mean: [Double], deviation: [Double]) {
    let rows = values.count / width
    let columns = (0..<width).map { feature in (0..<rows).map { Double(values[$0 * width + feature]) } }
    let means = columns.map { $0.reduce(0, +) / Double(rows) }
    let deviations = zip(columns, means).map { column, mean in
      (column.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(rows)).squareRoot()
    }
    return (means, deviations)
  }
}
