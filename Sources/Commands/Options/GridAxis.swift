import JSON

/// An axis: an option with several values in an experiment, or one that is always reported.
struct GridAxis: Sendable {
  /// The option of `train`.
  var option: any OptionDeclaration
  /// The values as text; for a switch, `true` and `false`. At least one.
  var texts: [String]

  var name: String { option.name }
  /// The traits of `train`'s option, even if the experiment has its own option of that name.
  var traits: OptionTraits { TrainOptions.traits(of: name) }
  /// The name in files.
  var key: String { option.key }

  /// True if the option of `train` with the same name can have several values in an experiment.
  static func isAxis(_ option: any OptionDeclaration) -> Bool {
    !TrainOptions.traits(of: option.name).isDisjoint(with: [.axis, .listAxis])
  }

  /// The values of an option on a command line; nil if it is not an axis.
  ///
  /// - Parameter fallback: the experiment's default values; the option is then always an axis. nil for none.
  /// - Throws: `UsageError.value` for a repeated value.
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
        // A repeated flag is harmless.
        if case .flag = option.form { continue }
        throw .values(option: option.name, found: "\(text) twice", allowed: "each value once")
      }
      texts.append(text)
    }
    return texts
  }
}
