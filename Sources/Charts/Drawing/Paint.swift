/// A color by its role in a drawing. Style sheets define it for light and dark pages and for print; the fallback is used by programs
/// without style sheets.
package enum Paint: Sendable, Equatable {
  /// The color of a series number; colors repeat after `count`.
  case series(Int)
  /// Text and emphasized lines.
  case ink
  /// Axis labels and notes.
  case muted
  /// Grid lines.
  case grid
  /// The background of the page.
  case surface
  /// The largest value of a sequential scale.
  case heat
  /// The largest value of the scale for errors.
  case alarm
  /// Text on a cell: white or black, chosen for light and for dark pages.
  case onCell(whiteOnLight: Bool, whiteOnDark: Bool)
  /// Transparent.
  case none

  /// The number of series colors.
  package static let count = Palette.light.series.count

  /// The custom property of the color.
  var property: String {
    switch self {
    case .series(let number): "--series-\(Self.wrapped(number))"
    case .ink: "--ink"
    case .muted: "--muted"
    case .grid: "--grid"
    case .surface: "--surface"
    case .heat: "--heat"
    case .alarm: "--alarm"
    case .onCell(let light, let dark): "--on-cell-\(light ? "w" : "b")\(dark ? "w" : "b")"
    case .none: ""
    }
  }

  /// The class in the style sheet, without its prefix `fill` or `stroke`.
  var className: String { self == .none ? "none" : String(property.dropFirst(2)) }

  func value(_ palette: Palette) -> String {
    switch self {
    case .series(let number): palette.series[Self.wrapped(number)]
    case .ink: palette.ink
    case .muted: palette.muted
    case .grid: palette.grid
    case .surface: palette.surface
    case .heat: palette.heat
    case .alarm: palette.alarm
    case .onCell(let light, let dark): (palette.isDark ? dark : light) ? "#ffffff" : "#000000"
    case .none: "none"
    }
  }

  private static func wrapped(_ number: Int) -> Int { ((number % count) + count) % count }

  static var all: [Paint] {
    let onCells = [false, true].flatMap { light in
      [false, true].map { Paint.onCell(whiteOnLight: light, whiteOnDark: $0) }
    }
    return (0..<count).map { .series($0) } + [.ink, .muted, .grid, .surface, .heat, .alarm] + onCells
  }

  /// The text color on a cell of this color and opacity, with the best contrast on either kind of page.
  func textOnTop(opacity: Double) -> Paint {
    func wantsWhite(_ palette: Palette) -> Bool {
      Color(hex: value(palette)).over(Color(hex: palette.surface), opacity: opacity).wantsWhite
    }
    return .onCell(whiteOnLight: wantsWhite(.light), whiteOnDark: wantsWhite(.dark))
  }
}

/// The color values for one kind of page.
///
/// The series have the hues of Okabe and Ito (Color Universal Design, 2008), changed in lightness and saturation until each has a
/// contrast of at least 3 : 1 to its page (WCAG 2.1, 1.4.11) and any two of the first six differ by ΔE ≥ 15 (CIE 1976; tested)
/// for every type of color vision; yellow, invisible on white, is replaced by gray.
struct Palette: Sendable {
  var isDark: Bool
  var series: [String]
  var ink: String
  var muted: String
  var grid: String
  var surface: String
  var heat: String
  var alarm: String

  static let light = Palette(
    isDark: false,
    series: ["#1e62a6", "#d95f00", "#1a8e62", "#8d1860", "#5e4911", "#0484ef", "#7d8590", "#22262b"],
    ink: "#1d2329", muted: "#5b6570", grid: "#e3e7eb", surface: "#ffffff", heat: "#005a99", alarm: "#b84700")
  static let dark = Palette(
    isDark: true,
    series: ["#54b1fe", "#d07a3c", "#3a9b78", "#cc7ab8", "#f0c75a", "#a9dcff", "#8b95a1", "#e8ecf0"],
    ink: "#e8ecf0", muted: "#a3adb8", grid: "#30373f", surface: "#14181d", heat: "#7cc0f5", alarm: "#f59a63")

  /// Declarations of the custom properties.
  var declarations: String {
    Paint.all.map { "\($0.property):\($0.value(self))" }.joined(separator: ";")
  }
}

/// The style sheet of all drawings.
enum Theme {
  /// The color values: light, dark if the viewer prefers that, light again for print.
  static var properties: String {
    """
    :root{color-scheme:light dark;\(Palette.light.declarations)}
    @media (prefers-color-scheme:dark){:root{\(Palette.dark.declarations)}}
    @media print{:root{color-scheme:light;\(Palette.light.declarations)}}
    """
  }

  /// The classes of drawing elements. Nothing here needs escaping in XML.
  static var classes: String {
    let paints = Paint.all.map { paint in
      ".fill-\(paint.className){fill:var(\(paint.property))}.stroke-\(paint.className){stroke:var(\(paint.property))}"
    }
    return """
      \(paints.joined(separator: "\n"))
      .chart text{font-family:\(TextMetrics.fontFamily);font-variant-numeric:tabular-nums}
      .chart{print-color-adjust:exact;-webkit-print-color-adjust:exact}
      """
  }
}
