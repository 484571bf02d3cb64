import Files

/// Which label is which class.
struct ClassNumbering {
  /// The labels in the order of their classes.
  let labels: [String]
  private var exact: [String: Int32]
  /// By value, so that `1.0` in a table is a model's `1`.
  private var numeric: [Double: Int32]

  init(_ labels: [String]) {
    self.labels = labels
    exact = Dictionary(labels.indices.map { (labels[$0], Int32($0)) }, uniquingKeysWith: { first, _ in first })
    numeric = Dictionary(
      labels.indices.compactMap { index in ClassNumbering.number(labels[index]).map { ($0, Int32(index)) } },
      uniquingKeysWith: { first, _ in first })
  }

  /// The same numbers and labels, where only some labels count as known.
  func restricted(to isKept: (String) -> Bool) -> ClassNumbering {
    var restricted = self
    restricted.exact = exact.filter { isKept($0.key) }
    restricted.numeric = numeric.filter { isKept(labels[Int($0.value)]) }
    return restricted
  }

  /// The class of a label; `nil` where it is none of these.
  func index(of label: String) -> Int32? {
    exact[label] ?? ClassNumbering.number(label).flatMap { numeric[$0] }
  }

  /// Ascending order: as numbers where all are numbers, else by code point. Numbers are one label however they are written
  /// (`7`, `7.0`, `7.000e+00`) and appear in their shortest form.
  static func ordered(_ labels: Set<String>) -> [String] {
    let numbers = labels.compactMap(number)
    guard numbers.count == labels.count else {
      return labels.sorted { $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars) }
    }
    return Set(numbers).sorted().map(text)
  }

  /// The finite number that a label is.
  static func number(_ label: String) -> Double? {
    // What Swift reads beyond decimal numbers (hexadecimal ones, "nan") is a word here.
    guard label.utf8.allSatisfy(isDecimal), let number = Double(label), number.isFinite else { return nil }
    return number == 0 ? 0 : number
  }

  private static func isDecimal(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "+"), UInt8(ascii: "-"),
      UInt8(ascii: "e"), UInt8(ascii: "E"):
      true
    default: false
    }
  }

  /// A number as a label: `7`, `2.5`.
  static func text(_ number: Double) -> String {
    Int64(exactly: number).map { "\($0)" } ?? "\(number)"
  }
}

extension ClassNumbering {
  /// The classes of a source: those that `classes` keeps, in its order, else all labels found.
  /// - Throws: `DataOptionError` for fewer than two classes, the same twice, or one that the source does not have.
  static func forSource(_ found: Set<String>, classes: [String]?, source: String) throws(DataOptionError)
    -> ClassNumbering
  {
    let all = ClassNumbering(ordered(found))
    guard let classes else { return all }
    try check(classes)
    var kept: [String] = []
    for name in classes {
      guard let index = all.index(of: name) else {
        throw DataOptionError(.classes, "label \(name) does not occur in \(source), which has \(shown(all.labels))")
      }
      kept.append(all.labels[Int(index)])
    }
    return ClassNumbering(kept)
  }

  /// At least two labels, all different.
  static func check(_ classes: [String]) throws(DataOptionError) {
    let distinct = ClassNumbering(ordered(Set(classes))).labels
    guard classes.count >= 2 else {
      throw DataOptionError(.classes, "'\(classes.joined(separator: ","))' is one label; at least two are needed")
    }
    guard distinct.count == classes.count else {
      throw DataOptionError(.classes, "'\(classes.joined(separator: ","))' names a label twice")
    }
  }

  /// A few labels for a message.
  static func shown(_ labels: [String]) -> String {
    labels.prefix(12).map(shown).joined(separator: ",") + (labels.count <= 12 ? "" : ",… (\(labels.count) labels)")
  }

  /// A label for a message; a long one's beginning.
  static func shown(_ label: String) -> String { label.excerpt() }
}
