import Charts
import Datasets
import Pages
import Reports
import Training

/// `descent evaluate MODEL`: evaluates a model.
struct EvaluateCommand: Command {
  static let declaration = CommandDeclaration(
    name: "evaluate", positionals: [ModelOptions.positional],
    summary: "reports a model's loss, accuracy, confusion matrix and metrics per class on a data source",
    notes: [
      "With more than \(EvaluationReport.mostClasses) classes confusion is null in JSON: a row and a column a class would be "
        + "gigabytes."
    ],
    groups: [
      DataSelection.inferenceGroup, ModelOptions.group, ExecutionOptions.inferenceGroup,
      OptionGroup(
        title: "Output", options: ReportOptions.options + [CommonOptions.jsonOption, CommonOptions.quietOption]),
    ])

  let model: ModelOptions
  let data: DataSelection
  let execution: ExecutionOptions
  let report: ReportOptions
  let printsJSON: Bool
  let isQuiet: Bool

  init(_ arguments: Arguments) throws(UsageError) {
    model = try ModelOptions(arguments)
    data = try DataSelection(arguments)
    execution = try ExecutionOptions(arguments)
    report = try ReportOptions(arguments)
    printsJSON = try arguments.value(CommonOptions.jsonOption)
    isQuiet = try arguments.value(CommonOptions.quietOption)
    try report.check(arguments, against: [(model.file, "MODEL")])
  }

  func run(_ console: Console) throws -> ExitStatus {
    try report.checkWritable()
    if report.writesFiles { console.output.goOnWhenClosed() }
    let use = try ModelUse(model, data, execution, isQuiet: isQuiet, console)
    let (evaluation, outputs) = use.evaluator.evaluateWithOutputs()
    try use.part.samples.storage.checkFile()
    try ModelOutputs.check(outputs, width: use.network.topology.outputs, file: model.file)
    let result = SplitResult(
      name: use.part.split == .test ? "test" : use.part.split == .train ? "training" : SplitResult.whole,
      samples: use.part.samples,
      topology: use.network.topology, evaluation: evaluation, outputs: outputs)
    let figures = EvaluationReport(evaluation: evaluation, classes: result.classes)
    let terminal = Terminal(descriptor: 1)
    let text = figures.text(width: terminal.isInteractive ? terminal.width : 100)
    try console.output.write(printsJSON ? figures.json.text + "\n" : text)
    if report.isWanted { try report.write(page(use, result), printsJSON: printsJSON, console) }
    return .done
  }

  private func page(_ use: ModelUse, _ result: SplitResult) -> Page {
    let set = use.network.kernels.instructionSet
    return EvaluatePage(
      model: model.file, result: result, parameters: use.model.parameters, data: use.part.description,
      provenance: Provenance(command: CommandText.current, machine: MachineDescription.facts(instructionSet: set))
    ).page
  }
}
