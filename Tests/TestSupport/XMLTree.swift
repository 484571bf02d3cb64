import Foundation

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// An element of a parsed file.
package final class XMLNode {
  package let name: String
  package let attributes: [String: String]
  package fileprivate(set) var children: [XMLNode] = []
  /// The characters of the element itself, without those of its children.
  package fileprivate(set) var text = ""
  /// The characters of the element and its children, in their order.
  package fileprivate(set) var content = ""
  /// The origin of the element's coordinates: the sum of all enclosing `translate`.
  package let origin: (x: Double, y: Double)

  fileprivate init(name: String, attributes: [String: String], origin: (x: Double, y: Double)) {
    self.name = name
    self.attributes = attributes
    self.origin = origin
  }

  /// The element and all below it, in order.
  package var all: [XMLNode] { [self] + children.flatMap(\.all) }

  package func all(named name: String) -> [XMLNode] { all.filter { $0.name == name } }

  package func number(_ name: String) -> Double { attributes[name].flatMap(Double.init) ?? .nan }
}

/// A parser of well-formed XML; any other text is an error.
package final class XMLTree: NSObject, XMLParserDelegate {
  package struct Malformed: Error, CustomStringConvertible {
    package var description: String
  }

  private var root: XMLNode?
  private var open: [XMLNode] = []

  /// Parses XML, or a page of HTML whose text is XML except for its first line.
  package static func parse(_ text: String) throws -> XMLNode {
    let tree = XMLTree()
    let parser = XMLParser(data: Data(text.replacing("<!DOCTYPE html>", with: "").utf8))
    parser.delegate = tree
    guard parser.parse(), let root = tree.root else {
      throw Malformed(
        description: "line \(parser.lineNumber): \(parser.parserError.map { "\($0)" } ?? "nothing there")")
    }
    return root
  }

  package func parser(
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

  package func parser(_ parser: XMLParser, foundCharacters characters: String) {
    open.last?.text += characters
    for node in open { node.content += characters }
  }

  package func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) {
    open.removeLast()
  }
}
