import Datasets
import Files
import Training

/// `descent data augment SOURCE DIR`: writes images with distorted copies as IDX files.
struct DataAugmentCommand: Command {
  static let copiesOption = Option(
    "copies", .wholeNumber(0...1000), default: "1", "number of distorted copies of each training image",
    otherNames: ["factor"])
  static let augmentOption = Option(
    AugmentationOptions.augmentOption.name, AugmentationOptions.augmentKind,
    absent: "affine:rotation=15,scale=0.175 and elastic:alpha=34,sigma=4",
    "random distortion of each copy, each amplitude uniform in ±; may be given for both kinds", traits: .joined,
    otherNames: AugmentationOptions.augmentOption.otherNames)
  /// The augmentation without `--augment`, as `absent` above describes it.
  private static let defaultAugmentation = Augmentation("affine:rotation=15,scale=0.175,elastic:alpha=34,sigma=4")!
  static let seedOption = Option<UInt64>.seed("the distortions")

  static let declaration = CommandDeclaration(
    name: "data augment",
    positionals: [
      .init(name: "SOURCE", meaning: "a source of square images, whose labels are whole numbers from 0 to 255"),
      .init(name: "DIR", meaning: "folder for the files", completion: .directory, traits: .output),
    ],
    summary: "writes images and distorted copies of them as IDX files",
    notes: [
      "The training files have the images, then the first copy of each, the second, and so on: copy k is the image that 'train' has in "
        + "epoch k with the same --augment and --seed. A test split is written as it is.",
      "For training, 'train --augment' needs no disk space, and distorts the images anew in every epoch.",
    ],
    groups: [
      OptionGroup(title: "Options", options: [copiesOption, augmentOption, seedOption]),
      DataSelection.descriptionGroup,
      OptionGroup(title: "Output", options: [CommonOptions.quietFilesOption]),
    ])

  let source: DataSource
  let data: DataSelection
  let folder: String
  let copies: Int
  let augmentation: Augmentation
  let seed: UInt64
  let isQuiet: Bool

  init(_ arguments: Arguments) throws(UsageError) {
    source = try DataSelection.source(argument: arguments.positionals[0])
    data = try DataSelection(arguments)
    folder = arguments.positionals[1]
    copies = try arguments.value(Self.copiesOption)
    augmentation = try arguments.value(Self.augmentOption) ?? Self.defaultAugmentation
    seed = try arguments.value(Self.seedOption)
    isQuiet = try arguments.value(CommonOptions.quietFilesOption)
    var paths = OutputPaths(arguments)
    for path in IDXOutput.paths(in: folder) { paths.add(output: path, "DIR \(folder)") }
    try paths.check()
  }

  func run(_ console: Console) throws -> ExitStatus {
    let loader = data.loader(of: source, console)
    let (first, test) = try console.interruption.whileReading { try loader.loadSplits() }
    try augmentation.check(first.samples, source: first.description)
    console.progress.clear()
    let writer = try AugmentedFiles(folder, hasTest: test != nil)
    let workers = Cores.available
    let images = try DistortedImages(first.samples, augmentation, seed: seed, workers: workers)
    let paths = try writer.write(
      training: first.samples, copies: copies, images, workers: workers, test: test, source: first.description)
    if !isQuiet { for path in paths { try console.output.line(path) } }
    return .done
  }
}
