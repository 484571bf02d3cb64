import Datasets
import Files

/// Options for samples: a source, and how to read, divide and prepare it.
struct DataSelection: Sendable, Equatable {
  /// The data source of `--data`; nil if not given.
  var source: DataSource?
  var options: DataOptions
  /// True if targets of a regression are standardized for training, which is an error if it is not possible; nil: if possible.
  var standardizesTargets: Bool?
  /// The number of workers of `--workers`, which also limits the threads that read the samples; nil for one per core.
  var workers: Int?
  /// The names of the given options among those with which a source is read.
  var givenOptions: Set<String> = []

  static let maximumCount = 1_000_000_000_000

  static let sourceOption = Option(
    "data",
    ValueKind<String>.path("SOURCE").described(
      "SOURCE",
      allowed:
        "a folder of IDX files, FOLDER/PREFIX, synthetic, synthetic:TRAIN,TEST, - for standard input, or a file, plain or "
        + "gzip: a table, libsvm text, .npy, .npz, MAT-file, IDX images"),
    absent: "Data/mnist when it holds the four files", "samples",
    traits: [.inputPath, .resolved],
    otherNames: OtherNames(
      short: "d",
      ["dataset", "source", "input-data", "data-dir", "data-path", "train-data", "train-file", "dir", "file"]))
  static let dataSeedOption = Option<UInt64>.seed(
    name: "data-seed", "the synthetic digits", traits: .comparedByEffect, otherNames: [])
  static let classesOption = Option(
    "classes", ValueKind<[String]>.labels, absent: "all",
    "labels to keep, numbered in this order; a model keeps them with its source",
    traits: .comparedByEffect, otherNames: ["labels", "digits", "only"])
  static let limitOption = Option(
    "limit", .wholeNumber(1...maximumCount), absent: "all",
    "number of training samples to use, the first in file order; of all samples if a source is used whole",
    otherNames: ["samples", "max-samples", "n", "subset", "train-limit", "train-size"])
  static let limitPerClassOption = Option(
    "limit-per-class", .wholeNumber(1...maximumCount), absent: "all",
    "number of samples per class to use, the first in file order",
    otherNames: ["per-class"])
  static let testLimitOption = Option(
    "test-limit", .wholeNumber(1...maximumCount), absent: "all",
    "number of test samples to use, the first in file order",
    otherNames: ["test-samples"])
  static let scaleOption = Option(
    "scale", .number(.positive).described("D"), absent: "255 for images of bytes and tables of pixels, else 1",
    "divisor of the features; that of images of bytes does not depend on --standardize",
    otherNames: ["divide", "normalize", "rescale"])
  static let standardizeOption = Option(
    switch: "standardize", absent: "--standardize for training on tables, except of pixels; else as in the model",
    "scale features to mean 0 and standard deviation 1 over the training split; bytes of images are divided by 255 before, also "
      + "with --no-standardize", traits: .comparedByEffect,
    otherNames: ["standardise", "normalize", "whiten", "z-score"])
  static let splitOption = Option(
    "split", .choice("PART", of: DataSplit.allCases), absent: "the source's own two splits",
    "split of the source to use, divided into training and test")
  static let usedSplitOption = Option(
    "split", .choice("PART", of: DataSplit.allCases), absent: "test if the source has one, else all",
    "split of the source to use")
  static let testFileOption = Option(
    "test", .path("FILE"), "test set, for a source without a test split",
    traits: .inputPath, otherNames: ["test-data", "test-file", "test-set"])
  static let testFractionOption = Option(
    "test-fraction", .number(.fraction).described("F"), absent: "0.2",
    "fraction of a source without a test split used for testing, drawn by --seed; 0 for none",
    otherNames: ["test-split", "test-size", "holdout"])

  static let resizeOption = Option(
    "resize", .wholeNumber(1...4096),
    "side in pixels to which square images are resampled: antialiased bicubic, unclipped",
    otherNames: ["image-size", "side", "size"])
  static let transposeOption = Option(
    flag: "transpose", "store images column by column, as MATLAB does", otherNames: ["column-major"])
  static let variablesOption = Option(
    "variables", ValueKind<[String]>.variables, absent: "X,y", "features and targets of a MAT-file or a NumPy archive",
    otherNames: ["mat-variables", "names"])

  private static let common: [any OptionDeclaration] =
    tableOptions + [
      variablesOption, classesOption, limitOption, limitPerClassOption, testLimitOption,
      scaleOption, standardizeOption, resizeOption, transposeOption,
    ]
  /// The options for training.
  static let trainingGroup = OptionGroup(
    title: "Data",
    options: [sourceOption, dataSeedOption] + common + [
      splitOption, testFileOption, testFractionOption, stratifyOption, standardizeTargetsOption,
    ])
  /// The options for the use of a model on one split of a source.
  static let inferenceGroup = OptionGroup(
    title: "Data", options: [sourceOption, dataSeedOption] + common + [usedSplitOption])
  /// The options for predictions.
  static let predictionGroup = OptionGroup(title: inferenceGroup.title, options: inferenceGroup.options + [keepOption])
  /// The options of commands whose source is an argument.
  static let descriptionGroup = OptionGroup(title: "Data", options: [dataSeedOption] + common)
}

extension DataSelection {
  /// - Parameter seed: the seed of the division of a source, for commands with `--seed`.
  init(_ arguments: Arguments, seed: UInt64 = 1) throws(UsageError) {
    self.init(source: nil, options: DataOptions())
    if let text = try arguments.valueIfDeclared(Self.sourceOption) ?? nil { source = try Self.source(text) }
    givenOptions = Set(Self.readingOptions.filter { arguments.isGiven($0) }.map(\.name))
    options.seed = seed
    options.dataSeed = try arguments.value(Self.dataSeedOption)
    workers = try arguments.valueIfDeclared(ExecutionOptions.workersOption) ?? nil
    try readTableOptions(arguments)
    options.classes = try arguments.value(Self.classesOption)
    options.limit = try arguments.value(Self.limitOption)
    options.limitPerClass = try arguments.value(Self.limitPerClassOption)
    options.testLimit = try arguments.value(Self.testLimitOption)
    options.scale = try arguments.value(Self.scaleOption)
    if arguments.isGiven(Self.standardizeOption) {
      options.standardize = try arguments.value(Self.standardizeOption)
    }
    options.variables = try arguments.value(Self.variablesOption)
    options.resize = try arguments.value(Self.resizeOption)
    if arguments.isGiven(Self.transposeOption) { options.transpose = try arguments.value(Self.transposeOption) }
    options.split = try arguments.valueIfDeclared(Self.splitOption) ?? nil
    options.testFile = try arguments.valueIfDeclared(Self.testFileOption) ?? nil
    options.testFraction = try arguments.valueIfDeclared(Self.testFractionOption) ?? nil
    try check(arguments)
  }

  private static func source(_ text: String) throws(UsageError) -> DataSource {
    do throws(DataOptionError) {
      return try DataSource(text)
    } catch {
      throw .elsewhere(error.spelled + suggestion(for: text))
    }
  }

  /// The source of a command's argument SOURCE.
  ///
  /// - Throws: `UsageError` for a text that is no source.
  static func source(argument text: String) throws(UsageError) -> DataSource {
    do throws(DataOptionError) {
      return try DataSource(argument: text)
    } catch {
      throw .elsewhere("SOURCE: \(error.message.spelled.sentence)" + suggestion(for: text))
    }
  }

  /// The name of a source that a misspelled one probably means, as a sentence; empty if there is none.
  private static func suggestion(for source: String) -> String {
    let name = String(source.prefix { $0 != ":" })
    let isMisspelled =
      name.trimmed.lowercased() != "synthetic" && Nearest.name(to: name, among: ["synthetic"]) != nil
    return isMisspelled ? " The nearest name is synthetic." : ""
  }

  private func check(_ arguments: Arguments) throws(UsageError) {
    guard let conflict = options.conflict(targets: options.targets) else { return }
    let declared = Self.trainingGroup.options
    throw .combination(
      options: [conflict.first, conflict.second].map { name in
        declared.first { "--" + $0.name == name.spelling }.map(arguments.spelling) ?? name.spelling
      },
      reason: conflict.reason, expected: "one of the two")
  }
}

extension ValueKind where Value == [String] {
  /// Reads labels of classes: at least two, all different. Labels with commas are quoted.
  fileprivate static var labels: ValueKind {
    ValueKind(
      placeholder: "LABELS",
      allowed: "at least two different labels, comma-separated, in quotes those that contain a comma"
    ) { text in
      // Without quotes, a label may begin as a comment does.
      let labels =
        text.contains("\"")
        ? ColumnNames.read(text) ?? []
        : text.split(separator: ",", omittingEmptySubsequences: false).map { $0.trimmed }
      let areDifferent = Set(labels.map(ExactText.init)).count == labels.count
      return labels.count >= 2 && !labels.contains("") && areDifferent ? labels : nil
    }
  }

  /// The names of two variables of a MAT-file or a NumPy archive; that of the features suffices for predictions.
  fileprivate static var variables: ValueKind {
    ValueKind(
      placeholder: "X,Y",
      allowed: "two different names with a comma between them, or that of the features alone for predictions"
    ) { text in
      let names = text.split(separator: ",", omittingEmptySubsequences: false).map { $0.trimmed }
      let areDifferent = Set(names.map(ExactText.init)).count == names.count
      return names.count <= 2 && !names.contains("") && areDifferent ? names : nil
    }
  }
}
