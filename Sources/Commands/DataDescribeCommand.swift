import Datasets
import Reports
import Training

/// `descent data describe SOURCE`: describes a data source.
struct DataDescribeCommand: Command {
  static let declaration = CommandDeclaration(
    name: "data describe",
    positionals: [
      .init(
        name: "SOURCE",
        meaning:
          "a folder of IDX files, FOLDER/PREFIX, synthetic, synthetic:TRAIN,TEST, or a file, plain or gzip: a table, "
          + "libsvm text, .npy, .npz, MAT-file, IDX images")
    ],
    summary: "describes a data source: samples per class, shape, density, mean and standard deviation, a few samples",
    groups: [
      DataSelection.descriptionGroup,
      OptionGroup(title: "Augmentation", options: [augmentOption]),
      OptionGroup(title: "Output", options: [CommonOptions.quietOption]),
    ])

  static let augmentOption = Option(
    AugmentationOptions.augmentOption.name, AugmentationOptions.augmentOrNoneKind, nilAs: AugmentationOptions.none,
    "draws each sample beside its distortion in the first epoch of 'train --augment'", traits: .joined,
    otherNames: AugmentationOptions.augmentOption.otherNames)

  let source: DataSource
  let data: DataSelection
  let augmentation: Augmentation?
  let isQuiet: Bool

  init(_ arguments: Arguments) throws(UsageError) {
    source = try DataSelection.source(argument: arguments.positionals[0])
    data = try DataSelection(arguments)
    augmentation = try arguments.value(Self.augmentOption)
    isQuiet = try arguments.value(CommonOptions.quietOption)
  }

  func run(_ console: Console) throws -> ExitStatus {
    let loader = data.loader(of: source, console)
    let (first, test) = try console.interruption.whileReading { try loader.loadSplits(describes: true) }
    var splits = [(name: first.split.rawValue, samples: first.samples)]
    if let test { splits.append((name: DataSplit.test.rawValue, samples: test)) }
    console.progress.clear()
    if !isQuiet { for note in first.notes { console.note("descent: " + note.spelled.sentence) } }
    var description = DatasetDescription(source: first.description, splits: splits, moments: first.moments)
    description.details = first.details.map(\.spelled)
    description.columns = first.preprocessing.columns
    description.targetNames = first.targetNames
    if let augmentation {
      try augmentation.check(first.samples, source: first.description)
      let images = try DistortedImages(first.samples, augmentation, seed: 1)
      description.gallery = SampleGallery(first.samples) { position in
        [(caption: "distorted", values: images.image(position, epoch: 0))]
      }
    }
    for split in splits { try split.samples.storage.checkFile() }
    try console.output.write(description.text(Self.style(of: Terminal(descriptor: 1))))
    return .done
  }

  private static func style(of terminal: Terminal) -> DatasetDescription.Style {
    guard terminal.isInteractive else { return .init() }
    return .init(columns: terminal.width, pictures: PictureStyle(terminal))
  }
}
