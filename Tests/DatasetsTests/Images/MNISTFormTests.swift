import Files
import Foundation
import Random
import Testing

@testable import Datasets
@testable import Pictures

@Suite("MNIST's form")
struct MNISTFormTests {
  private static let side = MNISTForm.side

  /// Digits of fonts that Pillow drew.
  private static let digits: [String] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: Pictures.path("digits"))) ?? []
    return names.filter { $0.hasSuffix(".png") }.sorted()
  }()

  private static func form(_ name: String) throws -> MNISTForm { try MNISTForm(file: Pictures.path("digits/\(name)")) }

  /// A file's picture of bytes.
  private static func picture(
    _ pixels: [UInt8], width: Int = side, opacity: [UInt8]? = nil
  ) -> GrayPicture {
    GrayPicture(
      RasterImage(
        width: width, height: pixels.count / width, gray: pixels.map { UInt16($0) * 257 },
        opacity: opacity?.map { UInt16($0) * 257 }))
  }

  /// The mean difference of two forms' pixels; infinite without a form. Either may lie a pixel farther: where the
  /// center of mass is halfway between two pixels, a breath moves the whole digit.
  private static func difference(_ one: MNISTForm, _ other: MNISTForm?) -> Double {
    guard let other else { return .infinity }
    let shifts = [0, 1, -1, 28, -28, 27, -27, 29, -29]
    let sums = shifts.map { shift in
      one.pixels.indices.reduce(0) { sum, index in
        let moved = other.pixels.indices.contains(index + shift) ? other.pixels[index + shift] : 0
        return sum + abs(Int(one.pixels[index]) - Int(moved))
      }
    }
    return Double(sums.min() ?? 0) / 784
  }

  @Test(
    "Every digit is light ink, 20 pixels long, with its center of mass in the middle; and a form is its own form")
  func isForm() throws {
    #expect(Self.digits.count == 60)
    for name in Self.digits {
      let form = try Self.form(name)
      let nonzero = form.pixels.indices.filter { form.pixels[$0] > 0 }
      let (rows, columns) = (nonzero.map { $0 / Self.side }, nonzero.map { $0 % Self.side })
      #expect(max(rows.max()! - rows.min()!, columns.max()! - columns.min()!) == 19, "\(name)")
      #expect(form.pixels.max() == 255 && form.pixels[0] == 0, "\(name)")
      let mass = form.pixels.reduce(0.0) { $0 + Double($1) }
      for (what, coordinates) in [("row", rows), ("column", columns)] {
        let moment = zip(nonzero, coordinates).reduce(0.0) { $0 + Double(form.pixels[$1.0]) * Double($1.1) }
        #expect(abs(moment / mass - 14) <= 0.5, "\(name), \(what)")
      }
      #expect(MNISTForm(Self.picture(form.pixels)) == form, "\(name)")
    }
  }

  @Test("Inverted, shifted, on a colored ground, transparent or among specks of dust, a digit has the same form")
  func sameForm() throws {
    for name in Self.digits where name.contains("LiberationSans") {
      let form = try Self.form(name)
      let ink = form.pixels
      #expect(MNISTForm(Self.picture(ink.map { 255 - $0 })) == form, "\(name), inverted")
      for ground in [UInt8(0), 255] {
        var wide = [UInt8](repeating: ground, count: 90 * 60)
        for (index, value) in ink.enumerated() { wide[(index / 28 + 25) * 90 + index % 28 + 3] = ground ^ value }
        // Dust, far from the digit.
        wide[5 * 90 + 70] = 255 - ground
        wide[50 * 90 + 60] = 255 - ground
        #expect(MNISTForm(Self.picture(wide, width: 90)) == form, "\(name), in a corner of \(ground)")
        let flat = [UInt8](repeating: ground, count: 784)
        #expect(MNISTForm(Self.picture(flat, opacity: ink)) == form, "\(name), ink of \(ground) alone")
      }
      // A card with transparent corners: black on white.
      let card = (0..<784).map { min($0 / 28, 27 - $0 / 28) + min($0 % 28, 27 - $0 % 28) < 4 ? UInt8(0) : 255 }
      let drawn = MNISTForm(Self.picture(ink.map { 255 - $0 }, opacity: card))
      #expect(drawn == form, "\(name), on a card")
    }
  }

  @Test("Enlarged, noisy, faint or unevenly illuminated, a digit has nearly the same form")
  func nearlySameForm() throws {
    for name in Self.digits where name.contains("DejaVuSerif") {
      let form = try Self.form(name)
      let gray = Self.picture(form.pixels)
      // A pixel of MNIST's digits has 33 on average; forms of two different digits differ by about as much.
      let large = gray.resampled(width: 150, height: 150)
      #expect(Self.difference(form, MNISTForm(large)) < 10, "\(name), enlarged")
      var random = RandomSource(seed: 14, purpose: .sampling)
      var noisy = gray
      noisy.values = gray.values.map { min(max(0.1 + 0.7 * $0 + 0.03 * Float(random.normal()), 0), 1) }
      #expect(Self.difference(form, MNISTForm(noisy)) < 12, "\(name), noisy, seed 14")
      var faint = gray
      faint.values = gray.values.map { 0.6 - 0.2 * $0 }
      #expect(Self.difference(form, MNISTForm(faint)) < 2, "\(name), faint")
      var nonzero = large
      nonzero.values = large.values.enumerated().map { index, value in
        min(max((0.5 + 0.4 * Float(index % 150) / 150) * (1 - 0.7 * min(max(value, 0), 1)), 0), 1)
      }
      #expect(Self.difference(form, MNISTForm(nonzero)) < 12, "\(name), unevenly illuminated")
    }
  }

  @Test("An image without ink has no form, which is the error of its file")
  func blank() throws {
    for gray in [UInt8(0), 100, 255] {
      #expect(MNISTForm(Self.picture([UInt8](repeating: gray, count: 30), width: 5)) == nil, "\(gray)")
      #expect(MNISTForm(Self.picture([gray], width: 1)) == nil, "one pixel of \(gray)")
    }
    let hidden = Self.picture((0..<30).map { $0 * 8 }, width: 5, opacity: [UInt8](repeating: 0, count: 30))
    #expect(MNISTForm(hidden) == nil, "nothing to be seen")
    let folder = try ScratchFolder()
    let path = try folder.write("blank.pgm", Array("P2 2 2 255 9 9 9 9".utf8))
    #expect {
      try MNISTForm(file: path)
    } throws: { error in
      "\(error)".hasPrefix(path) && "\(error)".contains("one gray")
    }
  }

  @Test("Large pictures are made smaller first, and end as small ones do")
  func large() throws {
    let form = try Self.form("4-DejaVuSans.png")
    let (width, height) = (28 * 40, 28 * 45)
    let gray = (0..<(width * height)).map { UInt16(form.pixels[$0 / width / 45 * 28 + $0 % width / 40]) * 257 }
    let picture = GrayPicture(RasterImage(width: width, height: height, gray: gray, opacity: nil))
    #expect(max(picture.width, picture.height) <= GrayPicture.maximumSide)
    let pixels = try #require(MNISTForm(picture)).pixels
    let nonzero = pixels.indices.filter { pixels[$0] > 0 }
    #expect(nonzero[nonzero.count - 1] / 28 - nonzero[0] / 28 == 19)
  }

  @Test(
    "MNIST's own digits stay bit for bit as they are; inverted and shifted ones come back",
    .enabled(if: TestData.mnist != nil, "needs MNIST in Data/mnist or in DESCENT_MNIST"))
  func mnist() throws {
    let data = try load(TestData.mnist!) {
      $0.limit = 1; $0.testLimit = 100
    }
    let pixels = stored(data.test!).map { UInt8($0) }
    var changed: [String] = []
    for digit in 0..<100 {
      let original = Array(pixels[(digit * 784)..<(digit * 784 + 784)])
      if MNISTForm(Self.picture(original))?.pixels != original { changed.append("\(digit)") }
      if MNISTForm(Self.picture(original.map { 255 - $0 }))?.pixels != original { changed.append("\(digit) inverted") }
      var shifted = [UInt8](repeating: 255, count: 40 * 40)
      for (index, value) in original.enumerated() { shifted[(index / 28 + 11) * 40 + index % 28 + 1] = 255 - value }
      if MNISTForm(Self.picture(shifted, width: 40))?.pixels != original { changed.append("\(digit) shifted") }
    }
    #expect(changed == [])
  }
}
