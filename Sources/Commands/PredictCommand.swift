/// `descent predict MODEL`: a label and its probabilities for every sample.
struct PredictCommand: Command {
  static let declaration = CommandDeclaration(
    name: "predict", positionals: [ModelOptions.positional],
    summary: "prints a label and the probabilities of all classes per sample of a data source, as CSV",
    groups: [
      DataSelection.inferenceGroup, ModelOptions.group, ExecutionOptions.inferenceGroup,
      OptionGroup(title: "Output", options: [CommonOptions.quietOption]),
    ])

  let model: ModelOptions
  let data: DataSelection
  let execution: ExecutionOptions
  let isQuiet: Bool

  init(_ arguments: Arguments) throws(UsageError) {
    model = try ModelOptions(arguments)
    data = try DataSelection(arguments)
    execution = try ExecutionOptions(arguments)
    isQuiet = try arguments.value(CommonOptions.quietOption)
  }
}
