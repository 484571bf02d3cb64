import Files

/// The values of `train` in a file of option values that another command's option of the same name cannot have.
/// `train --print-config` prints the values of all options, also of those that were not given.
enum ValuesOfTrain {
  /// Trials of a sweep need a validation part, and runs of a comparison that do not search a learning rate have none.
  private static let validation = BudgetOptions.validationFractionOption.name
  /// A run resumes from a folder of checkpoints, an experiment from a file of rows.
  private static let resume = Grid.resumeOption.name

  /// A model has its own network.
  private static let network: [any OptionDeclaration] = [
    NetworkOptions.hiddenOption, NetworkOptions.biasOption, NetworkOptions.initializerOption,
    NetworkOptions.initialWeightsOption,
  ]

  /// The names of the options to leave out before a command reads its options.
  static func leftOut(_ values: [String: [String]], _ commandLine: Arguments) -> [String] {
    guard commandLine.command != TrainCommand.declaration.name else { return [] }
    let candidates = RunRecord.takesModel(commandLine) ? network.map(\.name) : []
    var names = candidates.filter { values[$0] != nil && commandLine.texts[$0] == nil }
    if commandLine.texts[resume] == nil, let path = values[resume]?.last, isFolder(path) == true {
      names.append(resume)
    }
    return names
  }

  /// The option to leave out after a usage error; nil if the error has another cause.
  static func leftOut(after error: any Error, _ values: [String: [String]], _ commandLine: Arguments) -> String? {
    guard commandLine.command != TrainCommand.declaration.name, commandLine.texts[validation] == nil,
      values[validation] != nil
    else { return nil }
    switch error as? UsageError {
    case .value(let option, _, _, _)?: return option == validation ? validation : nil
    case .combination(let spellings, _, _)?:
      return spellings.contains { $0.prefix { $0 != " " } == "--" + validation } ? validation : nil
    default: return nil
    }
  }

  /// A line that names the options left out, each with its value; nil if there are none.
  static func note(_ leftOut: [String], path: String, command: String) -> String? {
    guard !leftOut.isEmpty else { return nil }
    let (have, are) = leftOut.count == 1 ? ("has", "is") : ("have", "are")
    return
      "descent: \(leftOut.formatted(conjunction: "and")) in \(path) \(have) no effect on 'descent \(command)', and "
      + "\(are) left out."
  }
}
