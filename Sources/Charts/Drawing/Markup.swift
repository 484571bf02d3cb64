import Reports

/// A node of SVG or HTML. Its text is well-formed XML that HTML parsers read in the same way.
package indirect enum Markup: Sendable, Equatable {
  /// Text, escaped when written.
  case text(String)
  case element(String, [Attribute], [Markup])

  /// An attribute; the value is escaped when written.
  package struct Attribute: Sendable, Equatable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// An element; attributes keep the order of the literal.
  package static func element(
    _ name: String, _ attributes: KeyValuePairs<String, String> = [:], _ children: [Markup] = []
  ) -> Markup {
    .element(name, attributes.map { Attribute($0.key, $0.value) }, children)
  }

  /// An element that contains one text.
  package static func element(_ name: String, _ attributes: KeyValuePairs<String, String> = [:], text: String) -> Markup
  {
    element(name, attributes, [.text(text)])
  }
}

extension Markup {
  /// The text of the node, ready for a file.
  package var text: String {
    var text = ""
    write(to: &text)
    return text
  }

  /// Elements without content: HTML's void elements and SVG's shapes. HTML would read `<p/>` as a start tag.
  private static let leaves: Set<String> = [
    "meta", "br", "hr", "col", "path", "rect", "circle", "line", "image",
  ]
  /// Elements after which HTML and SVG ignore a line end, so that one is written there.
  private static let blocks: Set<String> = [
    "html", "head", "body", "main", "header", "footer", "section", "figure", "div", "svg", "table", "tr", "details",
    "p", "h1", "h2", "h3", "style", "title", "meta", "dl", "pre", "g", "figcaption", "summary", "tbody", "thead",
  ]

  func write(to text: inout String) {
    switch self {
    case .text(let characters): MarkupText.append(characters, to: &text, quotes: false)
    case .element(let name, let attributes, let children):
      text += "<" + name
      for attribute in attributes {
        text += " " + attribute.name + "=\""
        MarkupText.append(attribute.value, to: &text, quotes: true)
        text += "\""
      }
      if Self.leaves.contains(name) {
        text += "/>"
      } else {
        text += ">"
        for child in children { child.write(to: &text) }
        text += "</" + name + ">"
      }
      // Line ends where they have no meaning in either language, so that files can be read and compared.
      if Self.blocks.contains(name) { text += "\n" }
    }
  }
}
