import Datasets
import Reports
import Training

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

  func run(_ console: Console) throws -> ExitStatus {
    let use = try ModelUse(model, data, execution, isQuiet: isQuiet, console)
    let (evaluation, outputs) = use.evaluator.evaluateWithOutputs()
    try use.part.samples.storage.checkFile()
    var classes: ClassificationReport?
    if case .classes(let truths, _) = use.part.samples.targets, let labels = use.part.labels {
      classes = ClassificationReport(
        outputs: outputs, classes: truths, labels: labels, topology: use.network.topology)
    }
    let report = EvaluationReport(evaluation: evaluation, classes: classes)
    let terminal = Terminal(descriptor: 1)
    let text = report.text(width: terminal.isInteractive ? terminal.width : 100)
    try console.output.write(printsJSON ? report.json.text + "\n" : text)
    return .done
  }
}
