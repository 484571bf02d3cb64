/// File names for charts.
package enum ChartFiles {
  /// A name such as `loss-by-epoch.svg` for each chart in order; equal titles are numbered.
  package static func names(_ charts: [any Chart]) -> [String] {
    var taken: Set<String> = []
    return charts.map { chart in
      let base = slug(chart.title)
      var name = base
      var number = 2
      while !taken.insert(name).inserted {
        name = "\(base)-\(number)"
        number += 1
      }
      return name + ".svg"
    }
  }

  /// The title's letters and digits in lower case with hyphens for the rest, valid on every file system.
  private static func slug(_ title: String) -> String {
    let words = title.lowercased().replacing("'", with: "").split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
    let text = words.joined(separator: "-").prefix(60)
    return text.isEmpty ? "chart" : String(text)
  }
}
