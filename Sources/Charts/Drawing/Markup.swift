/// A piece of SVG or HTML. Written out, it is well-formed XML, and means the same to an HTML parser.
public indirect enum Markup: Sendable, Equatable {
  /// Characters, escaped when written.
  case text(String)
  case element(String, [Attribute], [Markup])

  /// An attribute's name and value; the value is escaped when written.
  public struct Attribute: Sendable, Equatable {
    public var name: String
    public var value: String

    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// An element; attributes come in the order of the literal.
  public static func element(
    _ name: String, _ attributes: KeyValuePairs<String, String> = [:], _ children: [Markup] = []
  ) -> Markup {
    .element(name, attributes.map { Attribute($0.key, $0.value) }, children)
  }

  /// An element around one text.
  public static func element(_ name: String, _ attributes: KeyValuePairs<String, String> = [:], text: String) -> Markup
  {
    element(name, attributes, [.text(text)])
  }
}

extension Markup {
  /// The text of the whole, ready for a file.
  public var text: String {
    var text = ""
    write(to: &text)
    return text
  }

  /// Elements without content: HTML's void ones and SVG's shapes. `<p/>` would be read by HTML as a start alone.
  private static let leaves: Set<String> = [
    "meta", "br", "hr", "col", "path", "rect", "circle", "line", "image",
  ]
  /// HTML reads the content of these as it is; what stands there has no `<` or `&`.
  private static let blocks: Set<String> = [
    "html", "head", "body", "main", "header", "footer", "section", "figure", "div", "svg", "table", "tr", "details",
    "p", "h1", "h2", "h3", "style", "title", "meta", "dl", "pre", "g", "figcaption", "summary", "tbody", "thead",
  ]

  func write(to text: inout String) {
    switch self {
    case .text(let characters): Self.escape(characters, quotes: false, to: &text)
    case .element(let name, let attributes, let children):
      text += "<" + name
      for attribute in attributes {
        text += " " + attribute.name + "=\""
        Self.escape(attribute.value, quotes: true, to: &text)
        text += "\""
      }
      if Self.leaves.contains(name) {
        text += "/>"
      } else {
        text += ">"
        for child in children { child.write(to: &text) }
        text += "</" + name + ">"
      }
      // Line ends where neither language minds them, so that a file can be read and compared.
      if Self.blocks.contains(name) { text += "\n" }
    }
  }

  /// XML 1.0 has no way at all to write most control characters: they become U+FFFD.
  private static func escape(_ characters: String, quotes: Bool, to text: inout String) {
    for scalar in characters.unicodeScalars {
      switch scalar {
      case "&": text += "&amp;"
      case "<": text += "&lt;"
      case ">": text += "&gt;"
      case "\"" where quotes: text += "&quot;"
      case "\t", "\n": text.unicodeScalars.append(scalar)
      case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{FFFE}", "\u{FFFF}": text += "\u{FFFD}"
      default: text.unicodeScalars.append(scalar)
      }
    }
  }
}
