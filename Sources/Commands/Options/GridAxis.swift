import JSON

/// An option that an experiment gives more than one value, or that it always tells.
struct GridAxis: Sendable {
  /// The option of `train`.
  var option: any OptionDeclaration
  /// Its values as a user would write them; for a switch, `true` and `false`. At least one.
  var texts: [String]

  var name: String { option.name }
  /// Those of `train`'s option, also where the experiment has its own option of that name.
  var traits: OptionTraits { TrainOptions.traits(of: name) }
  /// The name in files.
  var key: String { String(name.map { $0 == "-" ? "_" : $0 }) }

  /// Whether an option of an experiment can have several values: where `train`'s of the same name can.
  static func isAxis(_ option: any OptionDeclaration) -> Bool {
    !TrainOptions.traits(of: option.name).isDisjoint(with: [.axis, .listAxis])
  }

  /// The values that a command line gives an option; nil where that makes no axis.
  ///
  /// - Parameter fallback: the experiment's own values; with them the option is an axis whatever is given.
  /// - Throws: `UsageError.value` for a value given twice.
  init?(_ option: any OptionDeclaration, _ arguments: Arguments, default fallback: String?) throws(UsageError) {
    let given = arguments.texts(option)
    if let list = option as? ListOption {
      self.option = list.element
      texts = list.items(given.last ?? fallback ?? "")
      if given.isEmpty, fallback == nil { return nil }
    } else {
      self.option = option
      texts = try Self.different(given, option)
    }
    if texts.count < 2, fallback == nil { return nil }
  }

  private static func different(_ given: [String], _ option: any OptionDeclaration) throws(UsageError) -> [String] {
    var texts: [String] = []
    var meanings: Set<String> = []
    for text in given {
      guard meanings.insert(try option.meaning(of: text)).inserted else {
        // The same flag twice says the same twice: no harm.
        if case .flag = option.form { continue }
        throw .values(option: option.name, found: "\(text) twice", allowed: "each value once")
      }
      texts.append(text)
    }
    return texts
  }
}
