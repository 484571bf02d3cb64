/// The names of charts as files of their own.
public enum ChartFiles {
  /// `loss-by-epoch.svg` for each chart in order; where two have one title, numbers tell them apart.
  public static func names(_ charts: [any Chart]) -> [String] {
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

  /// Letters and digits of a title in lower case, hyphens for the rest: a name that every file system takes.
  private static func slug(_ title: String) -> String {
    let words = title.lowercased().replacing("'", with: "").split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
    let text = words.joined(separator: "-").prefix(60)
    return text.isEmpty ? "chart" : String(text)
  }
}
