import Files

/// The class of each label. Labels are exact texts; two never are one class.
struct ClassNumbering {
  /// The labels in the order of their classes.
  let labels: [String]
  private var exact: [ExactText: Int32]
  /// By value, so that `1.0` in a test table is a model's `1`, where no label is that text.
  private var numeric: [DecimalText: Int32]

  init(_ labels: [String]) {
    self.labels = labels
    exact = Dictionary(
      labels.indices.map { (ExactText(labels[$0]), Int32($0)) }, uniquingKeysWith: { first, _ in first })
    var numeric: [DecimalText: Int32] = [:]
    for (index, label) in labels.enumerated() {
      guard let number = ClassNumbering.plainNumber(label) else { continue }
      numeric[number] = numeric[number] == nil ? Int32(index) : -1
    }
    // Where two labels have one value, only the exact text tells them apart.
    self.numeric = numeric.filter { $0.value >= 0 }
  }

  /// The same numbers and labels, where only some labels count as known.
  func restricted(to isKept: (String) -> Bool) -> ClassNumbering {
    var restricted = self
    restricted.exact = exact.filter { isKept($0.key.text) }
    restricted.numeric = numeric.filter { isKept(labels[Int($0.value)]) }
    return restricted
  }

  /// The class of a label; `nil` where it is none of these.
  func index(of label: String) -> Int32? {
    exact[ExactText(label)] ?? ClassNumbering.plainNumber(label).flatMap { numeric[$0] }
  }

  /// A number without zeros in front, which codes such as `00501` have and numbers don't.
  private static func plainNumber(_ label: String) -> DecimalText? {
    let digits = label.utf8.drop { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") }
    if digits.count > 1, digits.first == UInt8(ascii: "0"), digits.dropFirst().first! &- 48 < 10 { return nil }
    return DecimalText(label)
  }

  /// Ascending order: as numbers where all are numbers, the texts of one number by code point; else all by code point.
  static func ordered(_ labels: some Collection<String>) -> [String] {
    let distinct = Array(Set(labels.map(ExactText.init)).map(\.text))
    func isBefore(_ one: String, _ other: String) -> Bool {
      one.unicodeScalars.lexicographicallyPrecedes(other.unicodeScalars)
    }
    let numbers = distinct.compactMap { label in DecimalText(label).map { (number: $0, label: label) } }
    guard numbers.count == distinct.count else { return distinct.sorted(by: isBefore) }
    return numbers.sorted { $0.number == $1.number ? isBefore($0.label, $1.label) : $0.number < $1.number }.map(\.label)
  }

  /// A number as a label: `7`, `2.5`.
  static func text(_ number: Double) -> String {
    Int64(exactly: number).map { "\($0)" } ?? "\(number)"
  }
}

extension ClassNumbering {
  /// The classes of a source: those that `classes` keeps, in its order, else all labels found.
  /// - Throws: `DataOptionError` for fewer than two classes, the same twice, or one that the source does not have.
  static func forSource(_ found: [String], classes: [String]?, source: String) throws(DataOptionError)
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
    guard Set(kept.map(ExactText.init)).count == kept.count else {
      throw DataOptionError(.classes, "'\(classes.joined(separator: ","))' names a label twice")
    }
    return ClassNumbering(kept)
  }

  /// At least two labels, all different.
  static func check(_ classes: [String]) throws(DataOptionError) {
    let distinct = Set(classes.map(ExactText.init))
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
