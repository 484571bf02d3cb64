import Foundation

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// An element of a parsed file, with what a drawing test asks of it.
final class XMLNode {
  let name: String
  let attributes: [String: String]
  var children: [XMLNode] = []
  /// The characters right inside the element.
  var text = ""
  /// The origin of the element's coordinates: the sum of all enclosing `translate`.
  let origin: (x: Double, y: Double)

  init(name: String, attributes: [String: String], origin: (x: Double, y: Double)) {
    self.name = name
    self.attributes = attributes
    self.origin = origin
  }

  /// The element and all below it, in order.
  var all: [XMLNode] { [self] + children.flatMap(\.all) }

  func all(named name: String) -> [XMLNode] { all.filter { $0.name == name } }

  func number(_ name: String) -> Double { attributes[name].flatMap(Double.init) ?? .nan }
}

/// Parses well-formed XML; nothing else comes through.
final class XMLTree: NSObject, XMLParserDelegate {
  struct Malformed: Error, CustomStringConvertible {
    var description: String
  }

  private var root: XMLNode?
  private var open: [XMLNode] = []

  static func parse(_ text: String) throws -> XMLNode {
    let tree = XMLTree()
    let parser = XMLParser(data: Data(text.utf8))
    parser.delegate = tree
    guard parser.parse(), let root = tree.root else {
      throw Malformed(
        description: "line \(parser.lineNumber): \(parser.parserError.map { "\($0)" } ?? "nothing there")")
    }
    return root
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    var origin: (x: Double, y: Double) = open.last?.origin ?? (0, 0)
    if let transform = attributes["transform"], transform.hasPrefix("translate(") {
      let parts = transform.dropFirst(10).dropLast().split(separator: " ").compactMap { Double($0) }
      origin = (origin.x + parts[0], origin.y + parts[1])
    }
    let node = XMLNode(name: name, attributes: attributes, origin: origin)
    if let parent = open.last { parent.children.append(node) } else { root = node }
    open.append(node)
  }

  func parser(_ parser: XMLParser, foundCharacters characters: String) { open.last?.text += characters }

  func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
    open.removeLast()
  }
}
