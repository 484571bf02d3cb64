import Pictures
import Testing

@testable import Datasets
@testable import Readers

@Suite("Describing a data source")
struct DescribeTests {
  /// Three pictures of 2 × 3 bytes in a storage of four rows; the second row is left out.
  private static let bytes: Samples = {
    let rows: [UInt8] = [
      0, 255, 0, 10, 0, 0,
      9, 9, 9, 9, 9, 9,
      0, 255, 51, 20, 0, 0,
      0, 0, 255, 30, 0, 0,
    ]
    return Samples(
      storage: .bytes(ByteRows(rows, width: 6)), rows: [0, 2, 3],
      targets: .classes([1, 0, 1], labels: ["cat", "dog", "eel"]),
      transform: .dividing(by: 255), imageShape: ImageShape(height: 2, width: 3))
  }()

  private static let regression = Samples(
    storage: .floats(FloatRows([1, -2, 3, -4, 5, -6, 7, -8], width: 2)), rows: [0, 1, 2, 3],
    targets: .values([1, 10, 2, 20, 3, 30, 6, 40], width: 2),
    transform: InputTransform(multiplier: [2, -1], shift: [1, 0]))

  @Test("Statistics are of the selected rows only")
  func figuresOfBytes() {
    let figures = SplitDescription(Self.bytes)
    #expect(figures.samples == 3 && figures.features == 6 && figures.isBytes)
    #expect(figures.answers == .classes(labels: ["cat", "dog", "eel"], counts: [1, 2, 0]))
    #expect(figures.constantFeatures == 3)
    #expect(abs(figures.density - 7.0 / 18) < 1e-12)
    let values: [Double] = [0, 255, 0, 10, 0, 0, 0, 255, 51, 20, 0, 0, 0, 0, 255, 30, 0, 0]
    expect(figures.stored, isThatOf: values)
    expect(figures.input, isThatOf: values.map { $0 / 255 })
  }

  @Test("Measures floats, transformed inputs of every feature, and each output of a regression")
  func figuresOfFloats() {
    let figures = SplitDescription(Self.regression)
    #expect(!figures.isBytes && figures.imageShape == nil && figures.constantFeatures == 0 && figures.density == 1)
    expect(figures.stored, isThatOf: [1, -2, 3, -4, 5, -6, 7, -8])
    expect(figures.input, isThatOf: [3, 2, 7, 4, 11, 6, 15, 8])
    guard case .values(let outputs) = figures.answers, outputs.count == 2 else {
      Issue.record("a regression has value ranges, got \(figures.answers)")
      return
    }
    expect(outputs[0], isThatOf: [1, 2, 3, 6])
    expect(outputs[1], isThatOf: [10, 20, 30, 40])
  }

  @Test("A mean far from zero does not reduce the precision of the standard deviation")
  func farMean() {
    var moments = RunningMoments()
    for value in [1e9 + 1, 1e9 + 2, 1e9 + 3] { moments.add(value) }
    var joined = RunningMoments()
    for value in [1e9 + 1, 1e9 + 2, 1e9 + 3] {
      var one = RunningMoments()
      one.add(value)
      joined.add(one)
    }
    let expected = (2.0 / 3).squareRoot()
    #expect(abs(SplitDescription.Spread(moments).deviation - expected) < 1e-6)
    #expect(abs(SplitDescription.Spread(joined).deviation - expected) < 1e-6)
  }

  @Test("A split without samples is described, not divided by")
  func empty() {
    let figures = SplitDescription(Self.bytes.selecting([]))
    #expect(figures.samples == 0 && figures.density == 0 && figures.constantFeatures == 0)
    #expect(figures.stored == .init(minimum: 0, maximum: 0, mean: 0, deviation: 0))
    let text = DatasetDescription(source: "none", splits: [("all", Self.bytes.selecting([]))]).text()
    #expect(text.contains("samples") && !text.contains("nan"))
  }

  @Test("No control character of a source's or a label's name is in the text")
  func controls() {
    let samples = Samples(
      storage: .floats(FloatRows([1, 2, 3, 4], width: 2)), rows: [0, 1],
      targets: .classes([0, 1], labels: ["\u{1B}[31mRED", "two\nlines"]), transform: .dividing(by: 1))
    let text = DatasetDescription(source: "a\u{7}b", splits: [("all", samples)]).text()
    #expect(!text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
    #expect(text.contains("a b\n") && text.contains("\n [31mRED  ") && text.contains("\ntwo lines  "))
  }

  @Test("The text of a classification: figures, classes, pictures in plain characters")
  func textOfClasses() {
    let text = DatasetDescription(source: "pets", splits: [("train", Self.bytes), ("test", Self.bytes.selecting([1]))])
      .text()
    #expect(
      text == """
        pets

                                             train     test
        samples                                  3        1
        features                                 6        6
        image                                2 x 3    2 x 3
        stored as                            bytes    bytes
        nonzero                             38.9 %   50.0 %
        constant features                        3        6
        minimum                                  0        0
        maximum                                255      255
        mean                                48.667   54.333
        standard deviation                  93.227   91.573
        network input: minimum                   0        0
                       maximum                   1        1
                       mean                0.19085  0.21307
                       standard deviation   0.3656  0.35911

        class  train   share  test    share
        cat        1  33.3 %     1  100.0 %    ##########
        dog        2  66.7 %     0    0.0 %    ####################
        eel        0   0.0 %     0    0.0 %

        cat  dog
         +.   +

        """)
  }

  @Test("The text of a regression: ranges of the outputs, rows of numbers")
  func textOfValues() {
    let text = DatasetDescription(source: "curve.csv", splits: [("all", Self.regression)]).text()
    #expect(
      text == """
        curve.csv

                                               all
        samples                                  4
        features                                 2
        stored as                           floats
        nonzero                            100.0 %
        constant features                        0
        minimum                                 -8
        maximum                                  7
        mean                                  -0.5
        standard deviation                  5.0249
        network input: minimum                   2
                       maximum                  15
                       mean                      7
                       standard deviation    4.062

        output  split  minimum  maximum  mean  standard deviation
        0         all        1        6     3              1.8708
        1         all       10       40    25               11.18

        1 10: 1  -2
        2 20: 3  -4
        3 30: 5  -6
        6 40: 7  -8

        """)
  }

  @Test("Named columns are described one by one, those of text by their texts, targets by their names")
  func columns() {
    let samples = Samples(
      storage: .floats(FloatRows([1, 0, 1, -2, 3, 1, 0, -4], width: 4)), rows: [0, 1],
      targets: .values([1, 3], width: 1), transform: .dividing(by: 1))
    var description = DatasetDescription(source: "houses.csv", splits: [("all", samples)])
    let long = "a\u{7}rather long name, which no column of a page can hold"
    var columns = TableColumns(names: ["area", "town", long], count: 3)
    columns.categories = [1: ["north", "south"]]
    description.columns = columns
    description.targetNames = ["price"]
    description.details = ["features standardized"]
    #expect(
      description.text().contains(
        """

        column                                       minimum  maximum  mean  standard deviation
        area                                               1        3     2                   1
        a rather long name, which no column of a...       -4       -2    -3                   1

        text column  texts
        town             2    north; south

        features standardized
        output  split  minimum  maximum  mean  standard deviation
        price     all        1        3     2                   1

        """), "\(description.text())")
    // Without names there is nothing to call the columns by.
    columns.names = nil
    description.columns = columns
    #expect(!description.text().contains("column  "))
  }

  @Test("Figures of columns are those of the source, whatever unit their numbers are stored in")
  func columnUnits() {
    var preparation = Preprocessing(scale: 2, standardization: Standardization(mean: [10, 20], deviation: [1, 4]))
    preparation.columns = TableColumns(names: ["a", "b"], count: 2)
    var samples = Samples(
      storage: .floats(FloatRows([-1, 0, 1, 2], width: 2)), rows: [0, 1], targets: .values([1, 3], width: 1),
      transform: .dividing(by: 1))
    samples.preparation = preparation
    let columns = SplitDescription(samples).columns
    expect(columns[0], isThatOf: [18, 22])
    expect(columns[1], isThatOf: [40, 56])
    #expect(SplitDescription(Self.bytes).columns.isEmpty, "pixels are no columns")
  }

  @Test("Of many classes the largest are listed", arguments: [64, 65])
  func manyClasses(count: Int) {
    let classes = (0..<count).flatMap { [Int32](repeating: Int32($0), count: $0 == 40 ? 3 : $0 == 7 ? 2 : 1) }
    let samples = Samples(
      storage: .floats(FloatRows([Float](repeating: 1, count: classes.count), width: 1)),
      rows: classes.indices.map { Int32($0) }, targets: .classes(classes, labels: (0..<count).map { "c\($0)" }),
      transform: .dividing(by: 1))
    let lines = DatasetDescription(source: "many", splits: [("all", samples)]).text().split(separator: "\n")
    let listed = lines.filter { $0.hasPrefix("c") && $0.contains("%") }.map { $0.split(separator: " ")[0] }
    if count == 64 {
      #expect(listed == (0..<64).map { "c\($0)" })
    } else {
      #expect(listed == ["c40", "c7", "c0", "c1", "c2", "c3", "c4", "c5", "c6"] + (8...18).map { "c\($0)" })
      #expect(lines.contains("... and 45 more classes, each of at most 1 sample"), "\(lines)")
    }
  }

  @Test("Pictures are drawn two pixels a character, in each style")
  func styles() {
    let picture = CharacterPicture(
      values: [0, 1, 1, 0, 0, 1, 0, 1, 1, 0, 0, 0], shape: ImageShape(height: 3, width: 4))
    #expect(picture.lines(.blocks) == [" █▀▄", "▀   "])
    #expect(picture.lines(.ascii) == [" @++", "+   "])
    #expect(picture.lines(.gray)[1] == "\u{1B}[38;5;255;48;5;232m▀\u{1B}[38;5;232;48;5;232m▀▀▀\u{1B}[0m")
  }

  @Test("Brightness of numbers whose range exceeds a float is in 0...1; that of others is that of their range")
  func brightness() {
    let most = Float.greatestFiniteMagnitude
    #expect(BrightnessScale([-most, most]).brightness([-most, 0, most, .nan]) == [0, 0.5, 1, 0])
    #expect(BrightnessScale([1, 2, 5, .infinity]).brightness([1, 2, 5, .infinity]) == [0, 0.25, 1, 0])
    #expect(BrightnessScale([3, 3]).brightness([3]) == [0])
    let samples = Samples(
      storage: .floats(FloatRows([-most, most, 0, most], width: 4)), rows: [0],
      targets: .classes([0], labels: ["0", "1"]),
      transform: InputTransform(multiplier: [1, 1, 1, 1], shift: [0, 0, 0, 0]),
      imageShape: ImageShape(height: 2, width: 2))
    for style in [PictureStyle.ascii, .blocks, .gray] {
      #expect(!SampleGallery(samples).lines(columns: 80, style: style).isEmpty)
    }
  }

  @Test("No line of a gallery is wider than the page, nor than 32 columns a picture")
  func width() {
    let side = 100
    let rows = (0..<(3 * side * side)).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    let samples = Samples(
      storage: .bytes(ByteRows(rows, width: side * side)), rows: [0, 1, 2],
      targets: .classes([0, 1, 2], labels: ["0", "1", "2"]),
      transform: .dividing(by: 255), imageShape: ImageShape(height: side, width: side))
    let gallery = SampleGallery(samples)
    #expect(gallery.shape == ImageShape(height: 25, width: 25))
    let tooWide = [40, 60, 80, 200].filter { columns in
      gallery.lines(columns: columns, style: .ascii).contains { $0.count > columns }
    }
    #expect(tooWide == [])
    #expect(gallery.lines(columns: 10, style: .ascii).allSatisfy { $0.count <= 25 })
  }

  private func expect(
    _ spread: SplitDescription.Spread, isThatOf values: [Double], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let mean = values.reduce(0, +) / Double(values.count)
    let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot()
    let expected = [values.min()!, values.max()!, mean, deviation]
    let got = [spread.minimum, spread.maximum, spread.mean, spread.deviation]
    // Inputs are divided in single precision.
    let worst = zip(got, expected).map { abs($0 - $1) / max(1, abs($1)) }.max()!
    #expect(worst < 1e-6, "got \(got), expected \(expected)", sourceLocation: sourceLocation)
  }
}
