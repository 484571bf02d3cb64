/// `descent data describe SOURCE`: what a data source holds.
struct DataDescribeCommand: Command {
  static let declaration = CommandDeclaration(
    name: "data describe",
    positionals: [
      .init(
        name: "SOURCE",
        meaning:
          "a directory of IDX files, DIRECTORY/PREFIX, synthetic, synthetic:TRAIN,TEST or a table (.csv, .txt, .data)")
    ],
    summary: "tells a source's counts per class, shape, density, mean and deviation, and draws a few samples",
    groups: [
      DataSelection.descriptionGroup, OptionGroup(title: "Output", options: [CommonOptions.quietOption]),
    ])

  let data: DataSelection
  let isQuiet: Bool

  init(_ arguments: Arguments) throws(UsageError) {
    data = try DataSelection(arguments, source: arguments.positionals[0])
    isQuiet = try arguments.value(CommonOptions.quietOption)
  }
}
