/// The names of an option beside its own.
///
///     otherNames: ["eta", "rate"]                                    // suggested
///     otherNames: OtherNames(short: "l", synonyms: ["lr"], ["eta"])  // -l and --lr are accepted
struct OtherNames: Sendable, ExpressibleByArrayLiteral {
  /// The letter of `-l`.
  var short: Character?
  /// Names that are accepted; a note on standard error says the option's own.
  var synonyms: [String]
  /// Names in other programs: whoever gives one is told the option's own.
  var suggested: [String]

  init(short: Character? = nil, synonyms: [String] = [], _ suggested: [String] = []) {
    self.short = short
    self.synonyms = synonyms
    self.suggested = suggested
  }

  init(arrayLiteral suggested: String...) { self.init(suggested) }

  /// All names, the letter aside.
  var all: [String] { synonyms + suggested }

  /// The same without one of the suggested names, which a command needs for an option of its own.
  func without(_ name: String) -> OtherNames {
    OtherNames(short: short, synonyms: synonyms, suggested.filter { $0 != name })
  }
}
