import Foundation
import Testing

@testable import Charts

@Suite("Colors")
struct ColorTests {
  @Test("Lines stand out from both kinds of page, and text more", arguments: [Palette.light, .dark])
  func contrast(palette: Palette) {
    let surface = Color(hex: palette.surface)
    // WCAG 2.1: 3 for graphics, 4.5 for text.
    let weak = (palette.series + [palette.heat, palette.alarm]).filter { Color(hex: $0).contrast(to: surface) < 3 }
    #expect(weak == [])
    #expect([palette.ink, palette.muted].filter { Color(hex: $0).contrast(to: surface) < 4.5 } == [])
  }

  @Test("Numbers on cells are readable at every strength of their color", arguments: [Palette.light, .dark])
  func cells(palette: Palette) {
    var worst = Double.infinity
    for paint in [Paint.heat, .alarm, .grid] {
      for strength in stride(from: 0, through: 1, by: 0.01) {
        let cell = Color(hex: paint.value(palette)).over(Color(hex: palette.surface), opacity: strength)
        let text = Color(hex: paint.textOnTop(opacity: strength).value(palette))
        worst = min(worst, text.contrast(to: cell))
      }
    }
    #expect(worst >= 4.5)
  }

  /// Linear red, green and blue as perceived without one kind of cone (Machado, Oliveira and Fernandes, 2009, severity
  /// 1).
  private static let visions: [(name: String, matrix: [[Double]])] = [
    ("any", [[1, 0, 0], [0, 1, 0], [0, 0, 1]]),
    (
      "protanopia",
      [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    (
      "deuteranopia",
      [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    (
      "tritanopia",
      [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
  ]

  /// CIE L*a*b* (D65) of a color as such eyes see it.
  private static func lab(_ color: Color, _ matrix: [[Double]]) -> [Double] {
    let linear = [color.red, color.green, color.blue].map {
      $0 <= 0.04045 ? $0 / 12.92 : pow(($0 + 0.055) / 1.055, 2.4)
    }
    func product(_ row: [Double], _ vector: [Double]) -> Double { zip(row, vector).reduce(0) { $0 + $1.0 * $1.1 } }
    let seen = matrix.map { min(max(product($0, linear), 0), 1) }
    let white = [0.9505, 1, 1.089]
    let xyz = zip([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]], white)
      .map { product($0, seen) / $1 }
    let f = xyz.map { $0 > 0.008856 ? pow($0, 1.0 / 3) : 7.787 * $0 + 16.0 / 116 }
    return [116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])]
  }

  @Test(
    "Any two of the first six series are distinguishable for any color vision", arguments: [Palette.light, .dark])
  func series(palette: Palette) {
    var close: [String] = []
    for (name, matrix) in Self.visions {
      let labs = palette.series.prefix(6).map { Self.lab(Color(hex: $0), matrix) }
      for first in labs.indices {
        for second in (first + 1)..<labs.count {
          let difference = zip(labs[first], labs[second]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
          if difference < 15 { close.append("\(name): \(first) and \(second), \(difference)") }
        }
      }
    }
    #expect(close == [])
  }

  @Test("Every paint has a class and a value in the style sheet")
  func styleSheet() {
    for paint in Paint.all {
      #expect(Theme.classes.contains(".fill-\(paint.className){fill:var(\(paint.property))}"))
      #expect(Theme.properties.contains("\(paint.property):\(paint.value(.dark))"))
    }
  }
}
