/// `descent evaluate MODEL`: how good a model is.
struct EvaluateCommand: Command {
  static let declaration = CommandDeclaration(
    name: "evaluate", positionals: [ModelOptions.positional],
    summary: "tells a model's loss, accuracy, confusion matrix and figures per class on a data source",
    groups: [
      DataSelection.inferenceGroup, ModelOptions.group, ExecutionOptions.inferenceGroup,
      OptionGroup(title: "Output", options: [CommonOptions.jsonOption, CommonOptions.quietOption]),
    ])

  let model: ModelOptions
  let data: DataSelection
  let execution: ExecutionOptions
  let printsJSON: Bool
  let isQuiet: Bool

  init(_ arguments: Arguments) throws(UsageError) {
    model = try ModelOptions(arguments)
    data = try DataSelection(arguments)
    execution = try ExecutionOptions(arguments)
    printsJSON = try arguments.value(CommonOptions.jsonOption)
    isQuiet = try arguments.value(CommonOptions.quietOption)
  }
}
