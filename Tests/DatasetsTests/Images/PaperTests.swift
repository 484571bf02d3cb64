import Files
import Foundation
import Random
import Testing

@testable import Datasets
@testable import Pictures

@Suite("Digits on paper")
struct PaperTests {
  private static let side = 240
  private static let digits: [String] = {
    let names =
      (try? FileManager.default.contentsOfDirectory(atPath: Pictures.path("digits"))) ?? []
    return names.filter { $0.hasSuffix(".png") }.sorted()
  }()

  /// Light paper with dark ink: digits of five times their form's size, at the left of each position.
  private static func page(_ forms: [MNISTForm], at columns: [Int] = [40], width: Int = side)
    -> GrayPicture
  {
    var page = GrayPicture(
      width: width, height: side, values: [Float](repeating: 0.93, count: width * side))
    for (form, first) in zip(forms, columns) {
      let ink = GrayPicture(width: 28, height: 28, values: form.pixels.map { Float($0) / 255 })
        .resampled(width: 140, height: 140)
      for row in 0..<140 {
        for column in 0..<140 where first + column < width {
          let value = min(max(ink.values[row * 140 + column], 0), 1)
          page.values[(50 + row) * width + first + column] -= 0.78 * value
        }
      }
    }
    return page
  }

  private static func darken(
    _ page: inout GrayPicture, to gray: Float, where isMarked: (Int, Int) -> Bool
  ) {
    for row in 0..<page.height {
      for column in 0..<page.width where isMarked(row, column) {
        page.values[row * page.width + column] = min(gray, page.values[row * page.width + column])
      }
    }
  }

  /// A photograph of a page, with all that is on it, on something of another gray.
  private static func lay(_ page: inout GrayPicture, tiltedBy degrees: Double, on desk: Float) {
    let length = side + 100
    let (cosine, sine) = (cos(degrees * .pi / 180), sin(degrees * .pi / 180))
    var photograph = GrayPicture(
      width: length, height: length, values: [Float](repeating: desk, count: length * length))
    for row in 0..<length {
      for column in 0..<length {
        let (x, y) = (Double(column) - 0.5 * Double(length), Double(row) - 0.47 * Double(length))
        let (u, v) = (x * cosine + y * sine + Double(side) / 2, y * cosine - x * sine + Double(side) / 2)
        let (left, top) = (Int(u.rounded(.down)), Int(v.rounded(.down)))
        guard left >= 0, top >= 0, left + 1 < side, top + 1 < side else { continue }
        let (dx, dy) = (Float(u) - Float(left), Float(v) - Float(top))
        let first = top * side + left
        photograph.values[row * length + column] =
          (page.values[first] * (1 - dx) + page.values[first + 1] * dx) * (1 - dy)
          + (page.values[first + side] * (1 - dx) + page.values[first + side + 1] * dx) * dy
      }
    }
    page = photograph
  }

  private static func addNoise(_ page: inout GrayPicture, sigma: Double) {
    var random = RandomSource(seed: 9, purpose: .sampling)
    for index in page.values.indices {
      page.values[index] = min(max(page.values[index] + Float(sigma * random.normal()), 0), 1)
    }
  }

  /// The mean difference of pixels; either may lie a pixel farther.
  private static func difference(_ one: MNISTForm, _ other: MNISTForm?) -> Double {
    guard let other else { return .infinity }
    let sums = [0, 1, -1, 28, -28, 27, -27, 29, -29].map { shift in
      one.pixels.indices.reduce(0) { sum, index in
        let moved = other.pixels.indices.contains(index + shift) ? other.pixels[index + shift] : 0
        return sum + abs(Int(one.pixels[index]) - Int(moved))
      }
    }
    return Double(sums.min() ?? 0) / 784
  }

  static let papers: [(name: String, mark: @Sendable (inout GrayPicture) -> Void)] = [
    ("ruled", { darken(&$0, to: 0.6) { row, _ in row % 31 < 2 } }),
    ("squared", { darken(&$0, to: 0.7) { row, column in row % 29 < 2 || column % 29 < 2 } }),
    (
      "framed",
      { page in
        darken(&page, to: 0.08) { row, column in
          row < 12 || row >= 220 || column < 9 || column >= 232
        }
      }
    ),
    (
      "framed on three sides and ruled",
      { page in
        darken(&page, to: 0.55) { row, _ in row % 40 == 11 }
        darken(&page, to: 0.08) { row, column in row < 12 || row >= 230 || column < 6 }
      }
    ),
    (
      "a dark edge at the top and the left",
      { darken(&$0, to: 0.08) { row, column in row < 9 || column < 6 } }
    ),
    ("a dark edge at the right", { darken(&$0, to: 0.08) { _, column in column >= 229 } }),
    ("noisy", { addNoise(&$0, sigma: 0.1) }),
  ]

  /// Every digit on clean paper, with its form there.
  private static let clean: [(page: GrayPicture, form: MNISTForm?)] = digits.compactMap { digit in
    guard let drawn = try? MNISTForm(file: Pictures.path("digits/\(digit)")) else { return nil }
    let page = page([drawn])
    return (page, MNISTForm(page))
  }

  @Test("Every digit on clean paper is one figure")
  func cleanPaper() {
    #expect(Self.clean.count == 60 && Self.clean.allSatisfy { $0.form?.figures == 1 })
  }

  @Test("Lines, frames and noise of the paper are no ink", arguments: papers.indices)
  func paper(index: Int) throws {
    let (name, mark) = Self.papers[index]
    // Each paper has every third digit; all papers together have all.
    let differences = try stride(from: index % 3, to: Self.clean.count, by: 3).map { number in
      var (marked, form) = Self.clean[number]
      mark(&marked)
      return Self.difference(try #require(form), MNISTForm(marked))
    }
    // A line that crosses the ink changes the gray of a few of the 784 pixels; noise leaves its grain on the ink.
    let good = differences.count { $0 < (name == "noisy" ? 8 : 6) }
    #expect(differences.count == 20 && good >= 19, "\(name): \(differences.sorted().suffix(6))")
  }

  /// Paper photographed at an angle, or among other things: the number of 20 digits whose form is that on clean paper.
  static let photographs: [(name: String, least: Int, mark: @Sendable (inout GrayPicture) -> Void)] = [
    ("a margin", 18, { darken(&$0, to: 0.5) { _, column in column == 25 } }),
    ("ruled, tilted by 1°", 8, { darken(&$0, to: 0.6) { row, column in (100 * row + 2 * column) % 3100 < 200 } }),
    ("ruled, tilted by 5°", 8, { darken(&$0, to: 0.6) { row, column in (100 * row + 9 * column) % 3100 < 200 } }),
    (
      "squared, tilted by 3°", 5,
      {
        darken(&$0, to: 0.7) { row, column in
          (100 * row + 5 * column) % 2900 < 150 || (100 * column - 5 * row + 29_000) % 2900 < 150
        }
      }
    ),
    (
      "a wide frame", 18,
      { darken(&$0, to: 0.08) { row, column in row < 34 || row >= 206 || column < 30 || column >= 208 } }
    ),
    (
      "on a dark desk, tilted by 6°", 18,
      {
        darken(&$0, to: 0.15) { row, column in
          let (x, y) = (100 * (column - 120) + 10 * (row - 120), 100 * (row - 120) - 10 * (column - 120))
          return abs(x) > 10_400 || abs(y) > 9_600
        }
      }
    ),
    (
      "ruled, on a dark desk, tilted by 4°", 19,
      {
        darken(&$0, to: 0.6) { row, _ in row % 31 < 2 }
        lay(&$0, tiltedBy: 4, on: 0.12)
      }
    ),
    (
      "ruled, on a gray desk, tilted by -7°", 19,
      {
        darken(&$0, to: 0.6) { row, _ in row % 31 < 2 }
        lay(&$0, tiltedBy: -7, on: 0.55)
      }
    ),
    (
      "squared, on a gray desk, tilted by 12°", 19,
      {
        darken(&$0, to: 0.7) { row, column in row % 29 < 2 || column % 29 < 2 }
        lay(&$0, tiltedBy: 12, on: 0.5)
      }
    ),
  ]

  @Test("Of photographed paper a digit has its form, or the picture is reported", arguments: photographs.indices)
  func photograph(index: Int) throws {
    let (name, least, mark) = Self.photographs[index]
    // A page that is rotated upright is resampled twice, so that its edges differ as those of noisy paper.
    let limit = name.contains(", on a ") ? 9.0 : 6.0
    var (right, silent) = (0, 0)
    for number in stride(from: index % 3, to: Self.clean.count, by: 3) {
      var (marked, form) = Self.clean[number]
      mark(&marked)
      let found = MNISTForm(marked)
      let isReported = found.map { $0.figures != 1 || $0.isNoisy || $0.hasLines } ?? true
      let isRight = Self.difference(try #require(form), found) < limit
      right += isRight ? 1 : 0
      silent += isRight || isReported ? 0 : 1
    }
    #expect(right >= least && silent <= 1, "\(name): \(right) right, \(silent) wrong without a word")
  }

  /// Dark strokes of a pen 8 pixels wide on white, as far from the sides of 400 × 400 pixels as given, in a picture larger by a border.
  private static func strokes(_ digit: String, _ margin: Int, border: Int) -> GrayPicture {
    let (first, last, width) = (Double(margin) + 4, 396 - Double(margin), 400 + 2 * border)
    let middle = 200.0
    let ends: [String: [(Double, Double, Double, Double)]] = [
      "1": [(middle, first, middle, last)],
      "7": [(first, first, last, first), (last, first, 160, last)],
      // Of seven segments.
      "2": [
        (first, first, last, first), (first, middle, last, middle), (first, last, last, last),
        (last, first, last, middle),
        (first, middle, first, last),
      ],
      "4": [(first, first, first, 240), (first, 240, last, 240), (last, first, last, last)],
      "8": [
        (first, first, last, first), (first, middle, last, middle), (first, last, last, last),
        (last, first, last, last),
        (first, first, first, last),
      ],
    ]
    var page = GrayPicture(width: width, height: width, values: [Float](repeating: 1, count: width * width))
    for (x1, y1, x2, y2) in ends[digit] ?? [] {
      darken(&page, to: 0.1) { row, column in
        let (x, y) = (Double(column - border) + 0.5 - x1, Double(row - border) + 0.5 - y1)
        let (dx, dy) = (x2 - x1, y2 - y1)
        let part = min(max((x * dx + y * dy) / (dx * dx + dy * dy), 0), 1)
        return max(abs(x - part * dx), abs(y - part * dy)) <= 4
      }
    }
    return page
  }

  @Test(
    "Straight strokes that fill the picture, with some paper around them, are ink",
    arguments: ["1", "7", "2", "4", "8"])
  func strokes(digit: String) throws {
    let form = try #require(MNISTForm(Self.strokes(digit, 12, border: 120)))
    for margin in [4, 8, 12, 20, 28, 60] {
      let found = MNISTForm(Self.strokes(digit, margin, border: 0))
      #expect(
        found?.figures == 1 && found?.lacksLine == false && found?.hasLines == false, "\(margin): \(found as Any)")
      // The strokes are thinner or thicker in relation to the digit, and differ by 4.3 at most; a seven without its bar differs by 15.
      #expect(Self.difference(form, found) < 6, "\(margin): \(Self.difference(form, found))")
    }
  }

  @Test(
    "A single line that is removed is reported, since it may be a stroke; it is kept where nothing else is on the paper"
  )
  func singleLine() throws {
    let page = Self.clean[22].page
    let form = try #require(Self.clean[22].form)
    for (column, isLine) in [(25, true), (nil, false)] as [(Int?, Bool)] {
      var marked = page
      if let column { Self.darken(&marked, to: 0.5) { $1 == column } }
      let found = try #require(MNISTForm(marked))
      #expect(found.lacksLine == isLine && !found.hasLines && Self.difference(form, found) < 6)
    }
    var ruled = page
    Self.darken(&ruled, to: 0.6) { row, _ in row % 31 < 2 }
    #expect(MNISTForm(ruled)?.lacksLine == false)
    // A one from edge to edge.
    var one = GrayPicture(width: 240, height: 240, values: [Float](repeating: 0.93, count: 240 * 240))
    Self.darken(&one, to: 0.15) { (118..<124).contains($1) }
    let found = try #require(MNISTForm(one))
    #expect(found.hasLines && !found.lacksLine && found.figures == 1)
  }

  @Test("Two digits side by side are counted")
  func figures() throws {
    for index in stride(from: 0, to: 60, by: 3) {
      let forms = try [index, (index + 17) % 60].map {
        try MNISTForm(file: Pictures.path("digits/\(Self.digits[$0])"))
      }
      let page = Self.page(forms, at: [20, 210], width: 400)
      #expect(MNISTForm(page)?.figures == 2, "\(Self.digits[index])")
    }
  }

  @Test("Strong noise is removed from a large picture, and reported for a small one", arguments: [0.2, 0.3, 0.4])
  func strongNoise(sigma: Double) throws {
    var differences: [Double] = []
    for (page, form) in Self.clean.enumerated().filter({ $0.offset % 3 == 1 }).map(\.element) {
      let clean = try #require(form)
      var (page, small) = (page, page.resampled(width: 28, height: 28))
      #expect(!clean.isNoisy)
      Self.addNoise(&page, sigma: sigma)
      differences.append(Self.difference(clean, MNISTForm(page)))
      Self.addNoise(&small, sigma: sigma)
      #expect(MNISTForm(small)?.isNoisy ?? true)
    }
    #expect(differences.count == 20 && differences.count { $0 < 16 } >= 18, "\(differences.sorted())")
  }

  @Test("A picture of noise alone is refused for its noise, one of a single gray for that")
  func noise() throws {
    let folder = try ScratchFolder()
    func write(_ name: String, _ values: [Float]) throws -> String {
      try folder.write(name, Array("P5 100 100 255\n".utf8) + values.map { UInt8($0 * 255) })
    }
    var page = GrayPicture(width: 100, height: 100, values: [Float](repeating: 0.5, count: 10_000))
    let plain = try write("plain.pgm", page.values)
    Self.addNoise(&page, sigma: 0.15)
    let noisy = try write("noisy.pgm", page.values)
    for (path, says) in [(plain, "one gray"), (noisy, "noise")] {
      let error = #expect(throws: FileError.self) { try MNISTForm(file: path) }
      #expect(error?.description.contains(says) == true, "\(error?.description ?? "")")
    }
  }
}
