/// `descent data fetch [DIR]`: brings MNIST.
struct DataFetchCommand: Command {
  static let fromOption = Option(
    "from", ValueKind<String>.text("URL"), absent: "MNIST's public mirrors, one after the other",
    "takes the four files from this address", otherNames: ["url", "mirror"])

  static let declaration = CommandDeclaration(
    name: "data fetch",
    positionals: [.init(name: "DIR", meaning: "where the files go (default: Data/mnist)", isOptional: true)],
    summary: "brings MNIST's four files and verifies them",
    groups: [OptionGroup(title: "Options", options: [fromOption, CommonOptions.quietOption])])

  let folder: String
  /// A mirror of the user's own.
  let address: String?
  let isQuiet: Bool

  init(_ arguments: Arguments) throws(UsageError) {
    folder = arguments.positionals.first ?? "Data/mnist"
    address = try arguments.value(Self.fromOption)
    isQuiet = try arguments.value(CommonOptions.quietOption)
  }
}
