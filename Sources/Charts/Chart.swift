/// A picture of data: as SVG, as a table and, where it can be, as lines of text.
public protocol Chart: Sendable {
  /// What is seen, in a few words.
  var title: String { get }
  /// What there is to see in it, in a sentence or two: the text alternative, and the words beneath it on a page.
  var summary: String { get }
  /// The numbers behind the picture.
  var table: DataTable { get }
  /// The picture without its title, `width` pixels wide and as high as it needs.
  func drawing(width: Double) -> Drawing
  /// The picture in characters; nil where it has no meaning there.
  func terminalText(_ style: TerminalStyle) -> String?
}

extension Chart {
  public func terminalText(_ style: TerminalStyle) -> String? { nil }

  /// The `svg` element for a page that has `Theme`'s style sheet.
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

  /// The chart with its title as the text of an `.svg` file, light or dark as its reader prefers.
  public func svg(width: Double = 640) -> String {
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
    whole.place(drawing, x: margin, y: top)
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
