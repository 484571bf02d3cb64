import Testing

@testable import Charts

/// Properties of every chart at every width.
@Suite("Drawing")
struct DrawingTests {
  /// Of a small telephone, of the two drawings of a page, and wider.
  static let widths = [320.0, 360, 600, 900]

  @Test("Every chart is well-formed XML with a role, a title and a description", arguments: SampleCharts.all.indices)
  func wellFormed(index: Int) throws {
    let chart = SampleCharts.all[index]
    let svg = try XMLTree.parse(chart.svg())
    #expect(svg.name == "svg")
    #expect(svg.attributes["role"] == "img")
    #expect(svg.attributes["xmlns"] == "http://www.w3.org/2000/svg")
    try #require(svg.children.prefix(2).map(\.name) == ["title", "desc"])
    #expect(svg.children[0].text == Self.printable(chart.title))
    #expect(svg.children[1].text == Self.printable(chart.summary))
    #expect(!svg.all.contains { $0.attributes.values.contains { $0.contains("nan") || $0.contains("inf") } })
    #expect(chart.table.rows.allSatisfy { $0.count == chart.table.columns.count })
  }

  /// XML cannot hold control characters.
  private static func printable(_ text: String) -> String { text.replacing("\u{1B}", with: "\u{FFFD}") }

  /// The positions of texts, by the estimate that layout uses.
  private static func boxes(_ svg: XMLNode) -> [(
    text: String, left: Double, right: Double, top: Double, bottom: Double
  )] {
    svg.all(named: "text").map { node in
      let size = node.number("font-size")
      let width = TextMetrics.width(node.text, size: size, isBold: node.attributes["font-weight"] != nil)
      let x = node.origin.x + node.number("x")
      let y = node.origin.y + node.number("y")
      let left =
        switch node.attributes["text-anchor"] {
        case "middle": x - width / 2
        case "end": x - width
        default: x
        }
      return (node.text, left, left + width, y - 0.75 * size, y + 0.2 * size)
    }
  }

  @Test("No text leaves its picture, alone or on a page", arguments: SampleCharts.all.indices, widths)
  func inside(index: Int, width: Double) throws {
    for text in [
      SampleCharts.all[index].svg(width: width), SampleCharts.all[index].inlineSVG(width: width, className: "").text,
    ] {
      let svg = try XMLTree.parse(text)
      let (right, bottom) = (svg.number("width"), svg.number("height"))
      let outside = Self.boxes(svg).filter {
        $0.left < -0.5 || $0.right > right + 0.5 || $0.top < -0.5 || $0.bottom > bottom + 0.5
      }
      #expect(outside.isEmpty, "\(SampleCharts.all[index].title) at \(width): \(outside)")
    }
  }

  @Test("No two texts overlap", arguments: SampleCharts.all.indices, widths)
  func apart(index: Int, width: Double) throws {
    let chart = SampleCharts.all[index]
    let boxes = Self.boxes(try XMLTree.parse(chart.inlineSVG(width: width, className: "").text))
    var touching: [String] = []
    for (first, one) in boxes.enumerated() {
      for other in boxes[(first + 1)...]
      where min(one.right, other.right) - max(one.left, other.left) > 0.5
        && min(one.bottom, other.bottom) - max(one.top, other.top) > 0.5
      { touching.append("\(one.text) / \(other.text)") }
    }
    #expect(touching.isEmpty, "\(chart.title) at \(width): \(touching)")
  }

  @Test("Text with any characters is read as it was written")
  func escaping() throws {
    let title = SampleCharts.hostile
    let page = try XMLTree.parse(
      Self.body(
        {
          var page = Page(title, lead: title); page.paragraph(title); return page
        }()))
    let written = page.all.filter { ["title", "h1", "p"].contains($0.name) }.map(\.text)
    #expect(written == Array(repeating: Self.printable(title), count: 4))
  }

  static func body(_ page: Page) -> String { String(page.html.dropFirst("<!DOCTYPE html>\n".count)) }

  @Test("A page is well-formed, self-contained, without scripts, and has a table behind each chart")
  func page() throws {
    var page = Page("All charts", lead: "Every kind.")
    page.headline([("accuracy", "98 %")])
    page.figures(SampleCharts.all)
    page.section("Section")
    page.facts([("cores", "2")])
    page.command("descent train --data 'a b'")
    page.note("Note")
    page.table(SampleCharts.loss.table, caption: "The loss")
    let root = try XMLTree.parse(Self.body(page))
    #expect(root.all(named: "script").isEmpty)
    #expect(root.all(named: "link").isEmpty)
    let addresses = root.all.flatMap { node in ["src", "href", "xlink:href"].compactMap { node.attributes[$0] } }
    #expect(addresses.allSatisfy { $0.hasPrefix("data:image/png;base64,") })
    #expect(!page.html.replacing("http://www.w3.org/2000/svg", with: "").contains("://"), "no address of the network")
    #expect(root.all(named: "figure").count == SampleCharts.all.count)
    for (figure, chart) in zip(root.all(named: "figure"), SampleCharts.all) {
      #expect(figure.all(named: "svg").count == 2, "one for wide windows, one for narrow ones")
      #expect(figure.all(named: "table").count == (chart.table.rows.isEmpty ? 0 : 1))
    }
    let style = try #require(root.all(named: "style").first)
    #expect(style.text.contains("prefers-color-scheme:dark") && style.text.contains("@media print"))
    #expect(
      !style.text.contains("<") && !style.text.contains("&") && !style.text.contains(">"),
      "HTML would read it otherwise")
    #expect(page.charts.count == SampleCharts.all.count)
  }

  @Test("No chart stands alone beside an empty position: an odd number ends in a row of three", arguments: 1...6)
  func rows(count: Int) throws {
    var page = Page("Rows")
    page.figures(Array(repeating: SampleCharts.loss, count: count))
    let root = try XMLTree.parse(Self.body(page))
    let classes = root.all(named: "div").compactMap { $0.attributes["class"] }.filter { $0.hasPrefix("figures") }
    #expect(classes == [count == 1 ? "figures single" : count % 2 == 1 ? "figures odd" : "figures"])
    let style = try #require(root.all(named: "style").first).text
    #expect(style.contains(".odd figure:nth-last-child(-n+3){grid-column:span 2}"))
  }

  @Test("Pictures in a short gallery are larger, and so are the cells of a small matrix")
  func few() throws {
    func width(_ chart: any Chart, _ name: String) throws -> Double {
      try #require(try XMLTree.parse(chart.inlineSVG(width: 600, className: "").text).all(named: name).first)
        .number("width")
    }
    let items = SampleCharts.images.items
    let many = ImageGrid("", summary: "", items: items + items, size: 60)
    #expect(try width(SampleCharts.fewImages, "image") > 1.9 * width(many, "image"))
    #expect(try width(SampleCharts.heatMap(2), "rect") > 1.9 * width(SampleCharts.heatMap(10), "rect"))
  }

  @Test("Numbers are not broken at the ends of lines")
  func unbroken() {
    #expect(
      Page.unbroken("5,064 steps, 98.1 % of 60,000 in 3 s") == "5,064 steps, 98.1\u{A0}% of 60,000 in 3 s")
    #expect(Page.unbroken(" 5 ") == " 5 " && Page.unbroken("") == "")
  }

  @Test("Charts as files have different names of plain letters, whatever their titles")
  func fileNames() {
    #expect(
      ChartFiles.names([SampleCharts.loss, SampleCharts.loss, SampleCharts.odd[4]]) == [
        "loss.svg", "loss-2.svg", "a-b-c-d-31m-e.svg",
      ])
    let titles = ["E después del paso", "Pérdida según ñandú, ½ e\u{301}poca", "∂ÅÇß 猫"]
    let charts = titles.map { title in
      BarChart(title, summary: "", categories: [], axis: Axis(""), series: [])
    }
    #expect(
      ChartFiles.names(charts) == ["e-despues-del-paso.svg", "perdida-segun-nandu-epoca.svg", "ac.svg"])
    #expect(
      ChartFiles.names([SampleCharts.loss, SampleCharts.loss], subjects: ["", "berzal-xor"]) == [
        "loss.svg", "berzal-xor-loss.svg",
      ])
  }

  @Test("A long table behind a chart shows one in n rows, with a note")
  func longTable() throws {
    let points = (0..<1001).map { Point(Double($0), 1) }
    var page = Page("Long")
    page.figures([LineChart("Long", summary: "", x: Axis("x", .count), y: Axis("y"), series: [Series("", points)])])
    let root = try XMLTree.parse(Self.body(page))
    let captions = root.all(named: "caption").flatMap { $0.all(named: "span") }
    #expect(captions.map(\.text) == ["One in 6 of 1001 rows, and the last."])
    let rows = root.all(named: "td").map(\.text)
    #expect(rows.first == "0" && rows.suffix(2) == ["1,000", "1"] && rows.count == 2 * 168)
  }
}

@Suite("Confusion matrices")
struct ConfusionTests {
  private static let matrix = HeatMap("", summary: "", confusion: [[98, 2], [5, 45]], labels: ["a", "b"])

  @Test("have percentages of the row, counts in the table, and a scale of their own for errors")
  func percentages() {
    let text = Self.matrix.svg(width: 600)
    for number in ["98.0", "2.0", "10.0", "90.0"] { #expect(text.contains(">\(number)<"), "\(number)") }
    #expect(text.contains("errors, 0") && text.contains(">10 %<"))
    #expect(Self.matrix.table.rows == [["a", "98", "2"], ["b", "5", "45"]])
    #expect(Self.matrix.strength(1, 0) == 1 && abs(Self.matrix.strength(0, 1) - 0.2) < 1e-12)
  }

  @Test("without errors, or without samples, have no scale of errors")
  func perfect() {
    let perfect = HeatMap("", summary: "", confusion: [[3, 0], [0, 0]], labels: ["a", "b"])
    #expect(!perfect.svg(width: 300).contains("errors, 0") && perfect.strength(1, 1) == 0)
  }
}
