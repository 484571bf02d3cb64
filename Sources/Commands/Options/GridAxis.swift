import JSON

/// An option that an experiment gives more than one value, or that it always tells.
struct GridAxis: Sendable {
  /// The option of `train`.
  var option: any OptionDeclaration
  /// Its values as a user would write them; for a switch, `true` and `false`. At least one.
  var texts: [String]

  var name: String { option.name }
  /// The name in files.
  var key: String { String(name.map { $0 == "-" ? "_" : $0 }) }

  /// Options of `train` that take comma lists in an experiment.
  static let lists = [
    ExecutionOptions.workersOption.name, BudgetOptions.batchSizeOption.name, ExecutionOptions.gradientsOption.name,
    OptimizationOptions.optimizerOption.name, ExecutionOptions.instructionSetOption.name,
  ]

  /// Options of `train` that become an axis by being given more than once: what describes network and training, but no budget, no
  /// criterion that ends a run, and nothing that says which data, in which order.
  static let repeated: Set<String> = {
    let groups = [NetworkOptions.group, OptimizationOptions.group]
    let others: [any OptionDeclaration] = [BudgetOptions.validationFractionOption, ExecutionOptions.inputOption]
    let names = (groups.flatMap(\.options) + others).map(\.name)
    return Set(names).subtracting(lists + [NetworkOptions.initialWeightsOption.name])
  }()

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
        throw .value(option: option.name, found: "\(text) twice", allowed: "each value once", nearest: nil)
      }
      texts.append(text)
    }
    return texts
  }
}
