/// File names for charts.
package enum ChartFiles {
  /// A name such as `loss-by-epoch.svg` for each chart in order; equal ones are numbered.
  ///
  /// - Parameter subjects: the subject of each chart, with which its name begins; an empty text for none.
  package static func names(_ charts: [any Chart], subjects: [String] = []) -> [String] {
    var taken: Set<String> = []
    return charts.enumerated().map { index, chart in
      let base = slug((index < subjects.count ? subjects[index] + " " : "") + chart.title)
      var name = base
      var number = 2
      while !taken.insert(name).inserted {
        name = "\(base)-\(number)"
        number += 1
      }
      return name + ".svg"
    }
  }

  /// The title's letters and digits in lower case, letters without their accents, with hyphens for the rest: valid on every file system.
  private static func slug(_ title: String) -> String {
    let words = title.lowercased().replacing("'", with: "").map(withoutAccent).split {
      !($0.isASCII && ($0.isLetter || $0.isNumber))
    }.map { String($0) }
    let text = words.joined(separator: "-").prefix(60)
    return text.isEmpty ? "chart" : String(text)
  }

  /// The base letter of a lower-case Latin letter with an accent, by its name in Unicode; other characters as they are.
  private static func withoutAccent(_ character: Character) -> Character {
    guard let scalar = character.unicodeScalars.first, !character.isASCII else { return character }
    if scalar.isASCII { return Character(scalar) }
    let words = scalar.properties.name?.split(separator: " ") ?? []
    guard words.count > 4, words.starts(with: ["LATIN", "SMALL", "LETTER"]), words[3].count == 1, words[4] == "WITH"
    else { return character }
    return words[3].lowercased().first ?? character
  }
}
