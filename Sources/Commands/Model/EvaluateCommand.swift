import Charts
import Datasets
import Files
import Pages
import Reports
import Training

/// `descent evaluate MODEL`: evaluates a model.
struct EvaluateCommand: Command {
  static let declaration = CommandDeclaration(
    name: "evaluate", positionals: [positional],
    summary: "reports a model's loss, accuracy, confusion matrix and metrics per class on a data source",
    notes: [
      "Several models are evaluated as a committee, by the mean of their outputs. The samples are prepared for each model as in its "
        + "training; the outputs of all must have the same meaning. In JSON, the array models has the figures of each.",
      "ROC AUC, average precision and balanced accuracy of several classes are means over the classes that occur.",
      "With more than \(EvaluationReport.maximumClasses) classes, confusion is null in JSON: the matrix would be too large.",
    ],
    groups: [
      DataSelection.inferenceGroup, ModelOptions.group, ExecutionOptions.inferenceGroup,
      OptionGroup(
        title: "Output", options: ReportOptions.options + [CommonOptions.jsonOption, CommonOptions.quietOption]),
    ])

  static let runsOnRanks = true

  private static let positional: CommandDeclaration.Positional = {
    var positional = ModelOptions.positional
    positional.repeats = true
    return positional
  }()

  /// The options of the first model.
  let model: ModelOptions
  /// The files of all models.
  let files: [String]
  let data: DataSelection
  let execution: ExecutionOptions
  let outputs: ResultOutputs
  let isQuiet: Bool

  init(_ arguments: Arguments) throws(UsageError) {
    model = try ModelOptions(arguments)
    files = arguments.positionals
    data = try DataSelection(arguments)
    execution = try ExecutionOptions(arguments)
    outputs = try ResultOutputs(arguments)
    isQuiet = try arguments.value(CommonOptions.quietOption)
    if files.count > 1, arguments.texts[DataSelection.sourceOption.name] == "-" {
      throw .combination(
        options: [arguments.spelling(DataSelection.sourceOption), "\(files.count) models"],
        reason: "standard input can be read once, and every model prepares its samples", expected: "a file")
    }
  }

  func run(_ console: Console) throws -> ExitStatus {
    try console.onRoot { try outputs.check(console) }
    let first = try first(console)
    let evaluated = try EvaluatedModels(first, command: self, console)
    // The page follows the text, and is written after a signal, too.
    console.interruption.deferSignals()
    try console.onRoot { try write(evaluated, first, console) }
    return .done
  }

  /// The first model with its samples.
  ///
  /// - Throws: also `FileError` if the models of a committee do not fit together, in place of an error of the data.
  private func first(_ console: Console) throws -> ModelUse {
    do {
      return try ModelUse.shared(model, data, execution, for: SampleUse.evaluation, isQuiet: isQuiet, console)
    } catch {
      guard files.count > 1, error is FileError || error is DataOptionError else { throw error }
      try CommitteeMember.check(files, model)
      throw error
    }
  }

  private func write(_ evaluated: EvaluatedModels, _ first: ModelUse, _ console: Console) throws {
    var result = SplitResult(
      name: first.part.split == .test ? "test" : first.part.split == .train ? "training" : SplitResult.whole,
      samples: first.part.samples, topology: first.network.topology, evaluation: evaluated.evaluation,
      outputs: evaluated.outputs)
    result.targetNames = first.part.targetNames ?? first.model.preprocessing.columns?.targetNames
    let figures = EvaluationReport(
      evaluation: evaluated.evaluation, classes: result.classes, models: files.count > 1 ? evaluated.models : [])
    try outputs.write(
      console, json: { figures.json }, text: { figures.text(width: console.terminalWidth) },
      page: { (page(first, result), nil) })
  }

  private func page(_ use: ModelUse, _ result: SplitResult) -> Page {
    let set = use.network.kernels.instructionSet
    return EvaluatePage(
      model: files.count > 1 ? "a committee of \(files.count) models" : model.file, result: result,
      parameters: use.model.parameters, data: use.part.description, note: use.ownSamplesNote,
      provenance: Provenance(command: CommandText.current, machine: MachineDescription.facts(instructionSet: set))
    ).page
  }
}
