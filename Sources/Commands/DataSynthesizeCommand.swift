import Datasets
import Training

/// `descent data synthesize DIR`: writes the built-in digits as files.
struct DataSynthesizeCommand: Command {
  /// The number of digits.
  struct Counts: Sendable, Equatable {
    var training: Int
    var test: Int
  }

  static let sourceOption = Option(
    "data", ValueKind<Counts>.synthetic, default: "synthetic", "number of digits",
    otherNames: OtherNames(short: "d", ["samples", "count"]))

  static let declaration = CommandDeclaration(
    name: "data synthesize", positionals: [.init(name: "DIR", meaning: "folder for the four files", traits: .output)],
    summary: "writes synthetic digits as IDX files",
    notes: ["'synthetic' without numbers means \(DataSource.defaultSynthetic.text), the sizes of MNIST."],
    groups: [
      OptionGroup(
        title: "Options", options: [sourceOption, DataSelection.dataSeedOption, CommonOptions.quietFilesOption])
    ])

  let folder: String
  let counts: Counts
  let seed: UInt64
  let isQuiet: Bool

  init(_ arguments: Arguments) throws(UsageError) {
    folder = arguments.positionals[0]
    counts = try arguments.value(Self.sourceOption)
    seed = try arguments.value(DataSelection.dataSeedOption)
    isQuiet = try arguments.value(CommonOptions.quietFilesOption)
  }

  func run(_ console: Console) throws -> ExitStatus {
    let paths = try SyntheticDigits.write(
      to: folder, train: counts.training, test: counts.test, seed: seed, workers: Cores.available)
    if !isQuiet { for path in paths { try console.output.line(path) } }
    return .done
  }
}

extension ValueKind where Value == DataSynthesizeCommand.Counts {
  /// Reads the source `synthetic`, with or without counts.
  fileprivate static var synthetic: ValueKind {
    let most = DataSource.maximumSynthetic
    return ValueKind(
      placeholder: "SOURCE", allowed: "synthetic or synthetic:TRAIN,TEST, each from 1 to \(most)",
      words: ["synthetic"]
    ) { text in
      // Both counts must be positive, since the files include both splits.
      guard case .synthetic(let training, let test)? = try? DataSource(text), test > 0 else { return nil }
      return .init(training: training, test: test)
    }
  }
}
