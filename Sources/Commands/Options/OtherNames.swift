/// Other names of an option.
///
///     otherNames: ["eta", "rate"]                                    // suggested
///     otherNames: OtherNames(short: "l", synonyms: ["lr"], ["eta"])  // -l and --lr are accepted
struct OtherNames: Sendable, ExpressibleByArrayLiteral {
  /// The letter of `-l`.
  var short: Character?
  /// Accepted names; a note on standard error gives the option's own.
  var synonyms: [String]
  /// Names in other programs: errors suggest the option's own.
  var suggested: [String]

  init(short: Character? = nil, synonyms: [String] = [], _ suggested: [String] = []) {
    self.short = short
    self.synonyms = synonyms
    self.suggested = suggested
  }

  init(arrayLiteral suggested: String...) { self.init(suggested) }

  /// All names except the letter.
  var all: [String] { synonyms + suggested }

  /// The same without one of the suggested names, if a command has an option of that name.
  func without(_ name: String) -> OtherNames {
    OtherNames(short: short, synonyms: synonyms, suggested.filter { $0 != name })
  }
}
