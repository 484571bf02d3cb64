/// A report: one self-contained HTML file, readable without network and scripts, on any screen, in light and dark color
/// schemes and in print.
///
///     var page = Page("Training", lead: "784-128-10 on MNIST, five epochs.")
///     page.figures([lossChart, accuracyChart])
///     page.section("Reproduction")
///     page.command("descent train --epochs 5")
///     try AtomicFile.write(page.html, to: "report.html")
package struct Page: Sendable {
  package var title: String
  /// The introduction under the title; may be empty.
  package var lead: String
  /// All charts, in the order of the page.
  package private(set) var charts: [any Chart] = []
  /// The subject of each chart, for the names of files; empty for the page's own.
  package private(set) var chartSubjects: [String] = []
  private var blocks: [Markup] = []
  private let words: PageWords

  package init(_ title: String, lead: String = "", words: PageWords = .english) {
    self.title = title
    self.lead = lead
    self.words = words
  }

  /// Adds a row of large key figures: `[("test accuracy", "98.12 %"), …]`.
  package mutating func headline(_ figures: [(name: String, value: String)]) {
    guard !figures.isEmpty else { return }
    let items = figures.map { figure in
      Markup.element("div", [:], [.element("dt", text: figure.name), .element("dd", text: figure.value)])
    }
    blocks.append(.element("dl", ["class": "headline"], items))
  }

  /// Starts a section.
  package mutating func section(_ title: String) { blocks.append(.element("h2", text: title)) }

  /// Starts a subsection.
  package mutating func subsection(_ title: String) {
    blocks.append(.element("h3", ["class": "subsection"], Self.keepingNames(title)))
  }

  /// Adds a paragraph.
  package mutating func paragraph(_ text: String) {
    blocks.append(.element("p", [:], Self.keepingNames(Self.unbroken(text))))
  }

  /// Adds an emphasized remark: a warning, a limitation.
  package mutating func note(_ text: String) {
    blocks.append(.element("p", ["class": "note"], Self.keepingNames(Self.unbroken(text))))
  }

  /// Adds a list of names and values.
  package mutating func facts(_ facts: [(name: String, value: String)]) {
    guard !facts.isEmpty else { return }
    let items = facts.map { fact in
      Markup.element("div", [:], [.element("dt", text: fact.name), .element("dd", text: fact.value)])
    }
    blocks.append(.element("dl", ["class": "facts"], items))
  }

  /// Adds a table; of more than 2000 rows every n-th is shown, with a note.
  package mutating func table(_ table: DataTable, caption: String = "") {
    blocks.append(PageTable.markup(table, caption: caption, most: 2000, words))
  }

  /// Adds a list of terms with a description each, to which `paragraph(_:linking:)` links by the terms' ids.
  package mutating func entries(_ entries: [(id: String, term: String, text: String)]) {
    guard !entries.isEmpty else { return }
    let items = entries.map { entry in
      Markup.element(
        "div", ["id": entry.id],
        [.element("dt", text: entry.term), .element("dd", text: Self.unbroken(entry.text))])
    }
    blocks.append(.element("dl", ["class": "entries"], items))
  }

  /// Adds a paragraph in which each of the ids is a link to its entry on this page.
  package mutating func paragraph(_ text: String, linking ids: [String]) {
    var parts: [Markup] = []
    var rest = Self.unbroken(text)[...]
    func first(_ id: String) -> Range<Substring.Index>? { rest.firstRange(of: id) }
    while let (id, range) = ids.compactMap({ id in first(id).map { (id, $0) } }).min(by: {
      // Of ids that begin at the same position, the longest: D-03b, not D-03.
      ($0.1.lowerBound, $1.1.upperBound) < ($1.1.lowerBound, $0.1.upperBound)
    }) {
      parts.append(.text(String(rest[..<range.lowerBound])))
      parts.append(.element("a", ["href": "#" + id], [.text(id)]))
      rest = rest[range.upperBound...]
    }
    parts.append(.text(String(rest)))
    blocks.append(.element("p", [:], parts))
  }

  /// Adds a command line or other preformatted text.
  package mutating func command(_ text: String) {
    blocks.append(.element("pre", ["tabindex": "0"], [.element("code", text: text)]))
  }

  /// Adds charts, side by side if there is space, each with its title, its caption and a collapsed data table.
  ///
  /// - Parameter subject: what they are of, on a page with several subjects.
  package mutating func figures(_ charts: [any Chart], of subject: String = "") {
    guard !charts.isEmpty else { return }
    self.charts += charts
    chartSubjects += charts.map { _ in subject }
    // The last three of an odd number share a row, instead of one chart beside an empty space.
    let className = charts.count == 1 ? "figures single" : charts.count % 2 == 1 ? "figures odd" : "figures"
    blocks.append(.element("div", ["class": className], charts.map(figure)))
  }

  /// Each chart is drawn twice, for wide and for narrow windows: scaling one drawing would make text unreadable.
  private func figure(_ chart: any Chart) -> Markup {
    var parts: [Markup] = [.element("h3", text: chart.title)]
    if !chart.summary.isEmpty { parts.append(.element("p", text: Self.unbroken(chart.summary))) }
    var content: [Markup] = [
      .element("figcaption", [:], parts), chart.inlineSVG(width: Self.chartWidth, className: "wide"),
      chart.inlineSVG(width: Self.narrowChartWidth, className: "narrow"),
    ]
    let table = chart.table
    if !table.rows.isEmpty {
      content.append(
        .element(
          "details", [:],
          [.element("summary", text: words.data), PageTable.markup(table, caption: "", most: 200, words)]))
    }
    return .element("figure", [:], content)
  }

  /// Replaces the space before a percent sign by one that does not break.
  static func unbroken(_ text: String) -> String {
    let characters = Array(text)
    return String(
      characters.indices.map { index -> Character in
        let isBetween = index > 0 && index + 1 < characters.count
        guard characters[index] == " ", isBetween, characters[index - 1].isNumber, characters[index + 1] == "%" else {
          return characters[index]
        }
        return "\u{A0}"
      })
  }

  /// The text with the names of options such as --batch-size, and the widths of networks such as 784-128-10, in elements that do not break
  /// at hyphens.
  static func keepingNames(_ text: String) -> [Markup] {
    guard text.contains("-") else { return [.text(text)] }
    var parts: [Markup] = []
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
      if !parts.isEmpty { parts.append(.text(" ")) }
      let word = String(word)
      parts.append(isKept(word) ? .element("span", ["class": "name"], text: word) : .text(word))
    }
    return parts
  }

  /// True for a word that must not break at a hyphen, and that fits a narrow window.
  private static func isKept(_ word: String) -> Bool {
    guard word.count <= 24 else { return false }
    let sides = word.split(separator: "-")
    return word.contains("--") || sides.count > 2 && sides.dropLast().allSatisfy { $0.allSatisfy(\.isNumber) }
  }

  /// The widths at which charts are drawn for a page.
  static let chartWidth = 600.0
  static let narrowChartWidth = 360.0

  /// The HTML of the whole page.
  package var html: String {
    let head = Markup.element(
      "head", [:],
      [
        .element("meta", ["charset": "utf-8"]),
        .element("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"]),
        .element("meta", ["name": "color-scheme", "content": "light dark"]),
        .element("title", text: title),
        .element("style", text: Theme.properties + "\n" + Theme.classes + "\n" + PageStyle.text),
      ])
    var header = [Markup.element("h1", [:], Self.keepingNames(title))]
    if !lead.isEmpty { header.append(.element("p", ["class": "lead"], Self.keepingNames(Self.unbroken(lead)))) }
    let body = Markup.element("body", [:], [.element("main", [:], [.element("header", [:], header)] + blocks)])
    return "<!DOCTYPE html>\n" + Markup.element("html", ["lang": words.language], [head, body]).text
  }
}

/// Tables as HTML.
enum PageTable {
  static func markup(_ table: DataTable, caption: String, most: Int, _ texts: PageWords) -> Markup {
    let (rows, every) = table.shown(most: most)
    var words = caption
    if every > 1 {
      words += (words.isEmpty ? "" : " ") + texts.thinned(every, table.rows.count)
    }
    var parts: [Markup] = []
    if !words.isEmpty { parts.append(.element("caption", [:], [.element("span", text: words)])) }
    let titles = table.columns.map { column in
      cell("th", column.title, isNumeric: column.isNumeric, scope: "col")
    }
    parts.append(.element("thead", [:], [.element("tr", [:], titles)]))
    let lines = rows.map { row in
      Markup.element(
        "tr", [:], zip(row, table.columns).map { cell("td", $0, isNumeric: $1.isNumeric, scope: nil) })
    }
    parts.append(.element("tbody", [:], lines))
    // In a narrow window the texts of the first column wrap, so that the numbers stay visible.
    let hasWords = rows.contains { ($0.first?.count ?? 0) > 20 }
    // Focusable, so that a table wider than the window can be scrolled with the keyboard.
    return .element(
      "div", ["class": "scroll", "tabindex": "0"], [.element("table", hasWords ? ["class": "words"] : [:], parts)])
  }

  private static func cell(_ name: String, _ text: String, isNumeric: Bool, scope: String?) -> Markup {
    var attributes: [Markup.Attribute] = []
    if let scope { attributes.append(.init("scope", scope)) }
    if isNumeric { attributes.append(.init("class", "number")) }
    return .element(name, attributes, Page.keepingNames(text))
  }
}
