/// The words of a page that no caller gives.
package struct PageWords: Sendable {
  /// The language of the page's texts, an HTML language code.
  package var language: String
  /// The word on which a chart's data table opens.
  package var data: String
  /// The remark on a table of which only one in n rows is shown, of a total.
  package var thinned: @Sendable (_ every: Int, _ total: Int) -> String

  package init(language: String, data: String, thinned: @escaping @Sendable (Int, Int) -> String) {
    self.language = language
    self.data = data
    self.thinned = thinned
  }

  package static let english = PageWords(language: "en", data: "Data") { every, total in
    "One in \(every) of \(total) rows, and the last."
  }

  package static let spanish = PageWords(language: "es", data: "Datos") { every, total in
    "Una de cada \(every) filas de \(total), y la última."
  }
}
