import SampleData

extension ModelFile {
  /// False for a model of something else than the pixels of square images: of another number of inputs, of text columns, or of columns
  /// with names of their own.
  package var mayTakePictures: Bool {
    let side = Int(Double(widths[0]).squareRoot().rounded())
    guard side * side == widths[0] else { return false }
    guard let columns = preprocessing.columns else { return true }
    return columns.categories.isEmpty && columns.names.map(Self.arePixels) ?? true
  }

  /// True for names that differ in their numbers alone: `pixel0`, `pixel1`, …, or `1x1`, `1x2`, …
  private static func arePixels(_ names: [String]) -> Bool {
    func pattern(_ name: String) -> String {
      name.split(separator: " ").joined(separator: " ").reduce(into: "") { text, character in
        if !character.isNumber { text.append(character) } else if text.last != "#" { text.append("#") }
      }
    }
    guard let first = names.first.map(pattern), first.contains("#") else { return false }
    return names.allSatisfy { pattern($0) == first }
  }
}
