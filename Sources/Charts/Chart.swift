/// A chart: available as SVG, as a table of its data and, for some kinds, as text for a terminal.
package protocol Chart: Sendable {
  /// The title, a few words.
  var title: String { get }
  /// The caption, a sentence or two: also the text alternative.
  var summary: String { get }
  /// The data of the chart.
  var table: DataTable { get }
  /// The drawing without its title, `width` pixels wide and as high as needed.
  func drawing(width: Double) -> Drawing
  /// The chart in characters; nil for kinds that have no such form.
  func terminalText(_ style: TerminalStyle) -> String?
}

extension Chart {
  package func terminalText(_ style: TerminalStyle) -> String? { nil }

  /// The `svg` element for a page that contains `Theme`'s style sheet.
  func inlineSVG(width: Double, className: String) -> Markup {
    let drawing = drawing(width: width)
    return .element(
      "svg",
      [
        "class": "chart " + className, "role": "img", "xmlns": "http://www.w3.org/2000/svg",
        "width": Drawing.number(drawing.width), "height": Drawing.number(drawing.height),
        "viewBox": "0 0 \(Drawing.number(drawing.width)) \(Drawing.number(drawing.height))",
      ], alternatives + drawing.nodes)
  }

  /// The chart with its title as an `.svg` file, in a light or dark color scheme as the viewer prefers.
  package func svg(width: Double = 640) -> String {
    let drawing = drawing(width: width)
    let margin = 12.0
    let size = 16.0
    let lines = TextMetrics.wrapped(title, to: drawing.width, size: size, isBold: true)
    let top = margin + Double(lines.count) * (size + 5) + 6
    var whole = Drawing(width: drawing.width + 2 * margin, height: drawing.height + top + margin)
    whole.rectangle(x: 0, y: 0, width: whole.width, height: whole.height, paint: .surface)
    for (index, line) in lines.enumerated() {
      whole.text(line, x: margin, y: margin + size + Double(index) * (size + 5), size: size, paint: .ink, isBold: true)
    }
    whole.add(drawing, x: margin, y: top)
    let svg = Markup.element(
      "svg",
      [
        "xmlns": "http://www.w3.org/2000/svg", "class": "chart", "role": "img",
        "width": Drawing.number(whole.width), "height": Drawing.number(whole.height),
        "viewBox": "0 0 \(Drawing.number(whole.width)) \(Drawing.number(whole.height))",
      ], alternatives + [.element("style", text: Theme.properties + "\n" + Theme.classes)] + whole.nodes)
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + svg.text
  }

  private var alternatives: [Markup] { [.element("title", text: title), .element("desc", text: summary)] }
}
