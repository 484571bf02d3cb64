/// A colour by its part in a picture. Style sheets give it a value for light pages, dark ones and paper; the fallback holds in programs
/// that know no style sheets.
public enum Paint: Sendable, Equatable {
  /// The colour of a series, by its number; they repeat after `count`.
  case series(Int)
  /// Text and strong lines.
  case ink
  /// Labels of axes, notes.
  case muted
  /// The lines behind the data.
  case grid
  /// The page itself.
  case surface
  /// The strongest value of a sequential scale.
  case heat
  /// The strongest value of what is wrong.
  case alarm
  /// Nothing.
  case none

  /// How many colours of series there are.
  public static let count = Palette.light.series.count

  /// The custom property that holds the colour.
  var property: String {
    switch self {
    case .series(let number): "--series-\(Self.place(number))"
    case .ink: "--ink"
    case .muted: "--muted"
    case .grid: "--grid"
    case .surface: "--surface"
    case .heat: "--heat"
    case .alarm: "--alarm"
    case .none: ""
    }
  }

  /// The class of the style sheet; `fill` or `stroke` is said before it.
  var className: String { self == .none ? "none" : String(property.dropFirst(2)) }

  func value(_ palette: Palette) -> String {
    switch self {
    case .series(let number): palette.series[Self.place(number)]
    case .ink: palette.ink
    case .muted: palette.muted
    case .grid: palette.grid
    case .surface: palette.surface
    case .heat: palette.heat
    case .alarm: palette.alarm
    case .none: "none"
    }
  }

  private static func place(_ number: Int) -> Int { ((number % count) + count) % count }

  static var all: [Paint] { (0..<count).map { .series($0) } + [.ink, .muted, .grid, .surface, .heat, .alarm] }
}

/// The colours of one kind of page.
///
/// The series are those of Okabe and Ito (Color Universal Design, 2008), which people with any colour vision tell apart, with their
/// lightness moved so that each stands at 3 : 1 or more against its page (WCAG 2.1, 1.4.11); yellow, which cannot on white, is a grey.
struct Palette: Sendable {
  var series: [String]
  var ink: String
  var muted: String
  var grid: String
  var surface: String
  var heat: String
  var alarm: String

  static let light = Palette(
    series: ["#0068ad", "#cf5300", "#00825f", "#b05590", "#a87400", "#3690c8", "#6b7280", "#22262b"],
    ink: "#1d2329", muted: "#5b6570", grid: "#e3e7eb", surface: "#ffffff", heat: "#005a99", alarm: "#b84700")
  static let dark = Palette(
    series: ["#58aef0", "#f28a4b", "#3fc39b", "#df95c4", "#e3b04b", "#9ad4fa", "#9aa4af", "#e8ecf0"],
    ink: "#e8ecf0", muted: "#a3adb8", grid: "#30373f", surface: "#14181d", heat: "#7cc0f5", alarm: "#f59a63")

  /// Declarations of the custom properties.
  var declarations: String {
    Paint.all.map { "\($0.property):\($0.value(self))" }.joined(separator: ";")
  }
}

/// The style sheet of all drawings.
enum Theme {
  /// The colours' values: light, dark where the reader prefers that, light again on paper.
  static var properties: String {
    """
    :root{color-scheme:light dark;\(Palette.light.declarations)}
    @media (prefers-color-scheme:dark){:root{\(Palette.dark.declarations)}}
    @media print{:root{color-scheme:light;\(Palette.light.declarations)}}
    """
  }

  /// What the classes of drawn elements mean. Nothing here needs escaping in XML.
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
