import Testing

@testable import Datasets
@testable import Pictures
@testable import Readers

@Suite("The form of training images, compared with MNIST's")
struct MNISTFormMeasureTests {
  private static let side = 28

  private func isOwnForm(_ source: String, _ change: (inout DataOptions) -> Void = { _ in }) throws -> Bool {
    try load(source, change).preprocessing.pictures.isMNIST
  }

  /// The first synthetic digits.
  private static let digits = SyntheticDigits.make(train: 200, test: 20, seed: 3, workers: 1)

  /// A folder with the synthetic digits, each pixel changed by its position in the image and its value.
  private func folder(
    _ height: Int = side, _ width: Int = side, _ pixel: (_ image: Int, _ y: Int, _ x: Int) -> UInt8
  ) throws -> ScratchFolder {
    let folder = try ScratchFolder()
    for (split, count) in [("train", 200), ("t10k", 20)] {
      var pixels: [UInt8] = []
      for image in 0..<count {
        for y in 0..<height { for x in 0..<width { pixels.append(pixel(image, y, x)) } }
      }
      try folder.write(
        "\(split)-images-idx3-ubyte", IDXBytes.file([UInt32(count), UInt32(height), UInt32(width)], pixels))
      try folder.write(
        "\(split)-labels-idx1-ubyte", IDXBytes.file([UInt32(count)], (0..<count).map { UInt8($0 % 10) }))
    }
    return folder
  }

  private static func digit(_ image: Int, _ y: Int, _ x: Int) -> UInt8 {
    guard (0..<side).contains(y), (0..<side).contains(x) else { return 0 }
    return digits.trainImages[(image * side + y) * side + x]
  }

  @Test("Synthetic digits have it, as they are, resized, column by column, and as one class of them")
  func synthetic() throws {
    #expect(try isOwnForm("synthetic:600,10"))
    #expect(try isOwnForm("synthetic:600,10") { $0.resize = 20 })
    #expect(try isOwnForm("synthetic:600,10") { $0.transpose = true })
    #expect(try isOwnForm("synthetic:600,10") { $0.limit = 3 })
    #expect(try isOwnForm("synthetic:600,10") { $0.classes = ["1", "7"] })
  }

  @Test(
    "MNIST has it", .enabled(if: TestData.mnist != nil, "needs MNIST in Data/mnist or in DESCENT_MNIST"))
  func mnist() throws {
    let source = TestData.mnist ?? ""
    #expect(try isOwnForm(source))
    #expect(try isOwnForm(source) { $0.resize = 14 })
    for label in 0..<9 {
      #expect(try isOwnForm(source) { $0.classes = ["\(label)", "\(label + 1)"] }, "\(label)")
    }
  }

  @Test("Larger images of the same digits have it: lengths are relative to the side")
  func enlarged() throws {
    let doubled = try folder(2 * Self.side, 2 * Self.side) { Self.digit($0, $1 / 2, $2 / 2) }
    #expect(try isOwnForm(doubled.path) { $0.resize = Self.side })
  }

  @Test("Square images of any size are measured, since predict --resize brings pictures to it")
  func sizes() throws {
    let dark = try folder(32, 32) { Self.digit($0, $1 - 2, $2 - 2) }
    let white = try folder(32, 32) { 255 - Self.digit($0, $1 - 2, $2 - 2) }
    #expect(try isOwnForm(dark.path) && !isOwnForm(white.path))
    let folder = try ScratchFolder()
    for (largest, level) in [(1.0, 1.0), (255, 255)] {
      let lines = (0..<30).map { image in
        let pixels = (0..<1024).map { index in
          "\(Double(Self.digit(image, index / 32 - 2, index % 32 - 2)) / 255 * largest)"
        }
        return "\(image % 2)," + pixels.joined(separator: ",") + "\n"
      }
      let data = try load(folder.write("t.csv", lines.joined())) { $0.standardize = false }
      #expect(data.preprocessing.pictures == PictureForm(isMNIST: true, white: level))
    }
  }

  @Test("Images on white, at the edge, too large or too small, and of another shape do not")
  func others() throws {
    let white = try folder { 255 - Self.digit($0, $1, $2) }
    let shifted = try folder { Self.digit($0, $1 + 5, $2) }
    let small = try folder { $1 < 14 && $2 < 14 ? 0 : Self.digit($0, 2 * $1 - 14, 2 * $2 - 14) }
    let large = try folder { Self.digit($0, 4 + $1 * 20 / 28, 4 + $2 * 20 / 28) }
    for (name, folder) in [("white", white), ("shifted", shifted), ("small", small), ("large", large)] {
      #expect(try !isOwnForm(folder.path), "\(name)")
      #expect(try !isOwnForm(folder.path) { $0.resize = 20 }, "\(name)")
      #expect(try !isOwnForm(folder.path) { $0.transpose = true }, "\(name)")
    }
    // As many pixels as pictures have, so that predict takes pictures.
    let narrow = try folder(14, 56) { Self.digit($0, 2 * $1, $2 / 2) }
    #expect(try !isOwnForm(narrow.path))
  }

  @Test("Rows of a table with as many columns count as images, in any units; blank images do not count")
  func tables() throws {
    let folder = try ScratchFolder()
    func table(_ value: (UInt8) -> String) throws -> String {
      let lines = (0..<60).map { image in
        let isBlank = image % 3 == 0
        let pixels = (0..<(Self.side * Self.side)).map { index in
          value(isBlank ? 0 : Self.digit(image, index / Self.side, index % Self.side))
        }
        return "\(image % 2)," + pixels.joined(separator: ",") + "\n"
      }
      return try folder.write("t.csv", lines.joined())
    }
    #expect(try isOwnForm(table { "\($0)" }))
    #expect(try isOwnForm(table { "\(Double($0) / 127.5 - 1)" }))
    #expect(try !isOwnForm(table { "\(255 - Int($0))" }))
  }

  @Test("Samples that no picture is predicted with have no form")
  func noImages() throws {
    let rules = try ScratchFolder.rules()
    #expect(try isOwnForm(rules.path) && isOwnForm(rules.file("t.csv")))
    let narrow = try folder(20, 28) { 255 - Self.digit($0, $1, $2) }
    #expect(try isOwnForm(narrow.path))
  }
}
