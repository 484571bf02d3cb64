import Datasets
import Reports

/// `descent data describe SOURCE`: what a data source holds.
struct DataDescribeCommand: Command {
  static let declaration = CommandDeclaration(
    name: "data describe",
    positionals: [
      .init(
        name: "SOURCE",
        meaning:
          "a directory of IDX files, DIRECTORY/PREFIX, synthetic, synthetic:TRAIN,TEST, a table (.csv, .txt, .data, "
          + "each also with .gz) or a MAT-file (.mat)")
    ],
    summary: "describes a data source: samples per class, shape, density, mean and standard deviation, a few samples",
    groups: [
      DataSelection.descriptionGroup, OptionGroup(title: "Output", options: [CommonOptions.quietOption]),
    ])

  let data: DataSelection
  let isQuiet: Bool

  init(_ arguments: Arguments) throws(UsageError) {
    data = try DataSelection(arguments, source: arguments.positionals[0])
    isQuiet = try arguments.value(CommonOptions.quietOption)
  }

  func run(_ console: Console) throws -> ExitStatus {
    guard let loader = data.source.map({ data.loader(of: $0, console) }) else { return .usage }
    let first = try loader.load(usual: .train, model: nil)
    var splits = [(name: first.split.rawValue, samples: first.samples)]
    if first.split == .train {
      splits.append((name: DataSplit.test.rawValue, samples: try loader.load(usual: .test, model: nil).samples))
    }
    console.progress.clear()
    let description = DatasetDescription(source: first.description, splits: splits)
    for split in splits { try split.samples.storage.checkFile() }
    try console.output.write(description.text(Self.style(of: Terminal(descriptor: 1))))
    return .done
  }

  private static func style(of terminal: Terminal) -> DatasetDescription.Style {
    guard terminal.isInteractive else { return .init() }
    return .init(columns: terminal.width, pictures: PictureStyle(terminal))
  }
}
