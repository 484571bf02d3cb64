import Files

/// The class of each label. Labels are exact texts; different labels are different classes.
package struct ClassNumbering {
  /// The labels in the order of their classes.
  package let labels: [String]
  private var exact: [ExactText: Int32]
  /// Classes by numeric value, so that `1.0` in a test table matches a model's `1`, unless a label has that exact text.
  private var numeric: [DecimalText: Int32]

  /// - Parameter labels: the labels in the order of their classes, all different.
  package init(_ labels: [String]) {
    self.labels = labels
    exact = Dictionary(
      labels.indices.map { (ExactText(labels[$0]), Int32($0)) }, uniquingKeysWith: { first, _ in first })
    var numeric: [DecimalText: Int32] = [:]
    for (index, label) in labels.enumerated() {
      guard let number = ClassNumbering.plainNumber(label) else { continue }
      numeric[number] = numeric[number] == nil ? Int32(index) : -1
    }
    // Labels of equal value match only by their exact text.
    self.numeric = numeric.filter { $0.value >= 0 }
  }

  /// The first two labels with one numeric value, such as `1` and `1.0`, which are different classes; nil without such labels.
  package var equalNumbers: (String, String)? {
    var seen: [DecimalText: String] = [:]
    for label in labels {
      guard let number = ClassNumbering.plainNumber(label) else { continue }
      if let other = seen[number] { return (other, label) }
      seen[number] = label
    }
    return nil
  }

  /// The same numbering, in which only some labels have a class.
  package func restricted(to isKept: (String) -> Bool) -> ClassNumbering {
    var restricted = self
    restricted.exact = exact.filter { isKept($0.key.text) }
    restricted.numeric = numeric.filter { isKept(labels[Int($0.value)]) }
    return restricted
  }

  /// The class of a label; nil if it is unknown.
  package func index(of label: String) -> Int32? {
    exact[ExactText(label)] ?? ClassNumbering.plainNumber(label).flatMap { numeric[$0] }
  }

  /// A number without leading zeros, as in codes such as `00501`.
  private static func plainNumber(_ label: String) -> DecimalText? {
    let digits = label.utf8.drop { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") }
    if digits.count > 1, digits.first == UInt8(ascii: "0"), digits.dropFirst().first! &- 48 < 10 { return nil }
    return DecimalText(label)
  }

  /// Ascending order: by value if all labels are numbers, equal values by code point; else all by code point.
  package static func ordered(_ labels: some Collection<String>) -> [String] {
    let distinct = Array(Set(labels.map(ExactText.init)).map(\.text))
    func isBefore(_ one: String, _ other: String) -> Bool {
      one.unicodeScalars.lexicographicallyPrecedes(other.unicodeScalars)
    }
    let numbers = distinct.compactMap { label in DecimalText(label).map { (number: $0, label: label) } }
    guard numbers.count == distinct.count else { return distinct.sorted(by: isBefore) }
    return numbers.sorted { $0.number == $1.number ? isBefore($0.label, $1.label) : $0.number < $1.number }.map(\.label)
  }

  /// A number as a label: `7`, `2.5`.
  package static func text(_ number: Double) -> String {
    Int64(exactly: number).map { "\($0)" } ?? "\(number)"
  }
}

extension ClassNumbering {
  /// The classes of a source: those that `classes` keeps, in its order, else all labels found.
  /// - Throws: `DataOptionError` for fewer than two classes, a repeated class, or one that does not occur in the
  ///   source.
  package static func forSource(_ found: [String], classes: [String]?, source: String) throws(DataOptionError)
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

  /// Checks that there are at least two labels, all different.
  package static func check(_ classes: [String]) throws(DataOptionError) {
    let distinct = Set(classes.map(ExactText.init))
    guard classes.count >= 2 else {
      throw DataOptionError(.classes, "'\(classes.joined(separator: ","))' is one label; at least two are needed")
    }
    guard distinct.count == classes.count else {
      throw DataOptionError(.classes, "'\(classes.joined(separator: ","))' names a label twice")
    }
  }

  /// Labels as the value of an option in a shell: those with commas, and a first one that begins as a comment, are quoted, and then the
  /// whole.
  package static func list(_ labels: some Sequence<String>) -> String {
    let text = labels.commaSeparatedLine
    return text.contains("\"") ? text.shellWord : text
  }

  /// A few labels for a message.
  package static func shown(_ labels: [String]) -> String { ShownNames.list(labels) }

  /// A label for a message, truncated if it is long.
  package static func shown(_ label: String) -> String { label.excerpt() }
}

extension ClassNumbering {
  /// The number of samples of each class.
  package static func counts(_ samples: [Int32], classes: Int) -> [Int] {
    var counts = [Int](repeating: 0, count: classes)
    for number in samples { counts[Int(number)] += 1 }
    return counts
  }

  /// The position of the first sample of each class; nil for a class without samples.
  package static func firsts(_ samples: [Int32], classes: Int) -> [Int?] {
    var firsts = [Int?](repeating: nil, count: classes)
    for (position, number) in samples.enumerated() where firsts[Int(number)] == nil { firsts[Int(number)] = position }
    return firsts
  }
}
