import Datasets
import Files
import Kernels
import Models
import Networks
import Platform
import Reports
import Training

/// Prediction for image files.
struct PicturePrediction {
  private let network: FastNetwork
  private let labels: [String]?
  private let preprocessing: Preprocessing
  private let workers: Int?
  private let threshold: Float?
  /// The file of the model.
  private let file: String

  /// Options that select or read samples of a source; not for images.
  private static let sourceOptions: [any OptionDeclaration] =
    [
      DataSelection.sourceOption, DataSelection.usedSplitOption, DataSelection.limitOption,
      DataSelection.limitPerClassOption, DataSelection.testLimitOption, DataSelection.variablesOption,
      DataSelection.dataSeedOption, DataSelection.standardizeOption, DataSelection.keepOption,
    ] + DataSelection.tableOptions

  /// - Parameter first: the first image file.
  /// - Throws: `UsageError` for options of a data source.
  static func check(_ arguments: Arguments, first: String) throws(UsageError) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: first)) ?? []
    if names.contains(where: FileNames.isImage) {
      throw .elsewhere(
        "\(Quoted(first)) is a folder; expected images: descent predict \(Quoted(arguments.positionals[0])) "
          + "\(Quoted(first))/*.")
    }
    let isThere = FileManager.default.fileExists(atPath: first) || first.hasPrefix("synthetic")
    if isThere, !FileNames.isImage(first), DataName.isSource(first) {
      throw .elsewhere(
        "\(Quoted(first)) is a data source; expected images. For its samples: descent predict "
          + "\(Quoted(arguments.positionals[0])) --data \(Quoted(first)).")
    }
    for option in sourceOptions where arguments.isGiven(option) {
      let isSource = option.name == DataSelection.sourceOption.name
      throw .combination(
        options: ["IMAGE \(Quoted(first))", "--\(option.name)"],
        reason: isSource ? "both name the input" : "the option is for --data", expected: "one of the two")
    }
  }

  /// Reads the model.
  /// - Throws: `FileError` for a model that does not accept images; `UsageError` and `DataOptionError` for options.
  init(_ options: ModelOptions, _ data: DataOptions, _ execution: ExecutionOptions) throws {
    file = options.file
    let model = try ModelFile.named(options.file)
    let topology = try options.topology(of: model)
    // Pictures have pixels from 0 to 255.
    var preprocessing = model.preprocessing
    let white = preprocessing.pictures.white
    preprocessing.scale = data.scale ?? (preprocessing.scale ?? white) * 255 / white
    preprocessing.resize = data.resize ?? preprocessing.resize
    preprocessing.transpose = data.transpose ?? preprocessing.transpose
    self.preprocessing = preprocessing
    guard model.mayTakePictures || preprocessing.columns?.names == nil else {
      throw Self.refusal(of: model, options.file)
    }
    let side = preprocessing.resize ?? MNISTForm.side
    guard topology.inputs == side * side else {
      throw FileError(
        file: options.file, found: "a model of \(topology.inputs) inputs",
        expected: "\(side * side), since images are normalized to \(side) × \(side) pixels",
        hint: Self.remedy(inputs: topology.inputs, isResized: preprocessing.resize != nil))
    }
    labels = try Self.labels(model, classes: data.classes)
    threshold = try ClassOptions.threshold(
      options.threshold, model: model.threshold, topology, hasClasses: labels != nil)
    network = FastNetwork(
      topology, model.parameters, kernels: execution.kernels)
    workers = execution.workers
  }

  private static let otherSamples: OptionText =
    "Pictures need a model of square gray images; --\(DataSelection.sourceOption.name) takes other samples."

  /// The error of a model whose inputs are columns of a table with names that are not those of pixels.
  private static func refusal(of model: ModelFile, _ file: String) -> FileError {
    FileError(
      file: file, found: "a model of the columns \(ShownNames.list(model.preprocessing.columns?.names ?? []))",
      expected: "a model of pixels", hint: otherSamples)
  }

  /// The remedy for a model with another number of inputs than the normalized images have.
  private static func remedy(inputs: Int, isResized: Bool) -> OptionText? {
    let side = Int(Double(inputs).squareRoot().rounded())
    guard side * side == inputs else { return otherSamples }
    return isResized ? nil : "For a model of \(side) × \(side) pixels give --resize \(side)."
  }

  /// The model's labels; `--classes` for a model without labels.
  private static func labels(_ model: ModelFile, classes: [String]?) throws(DataOptionError) -> [String]? {
    guard let classes else { return model.labels }
    let width = model.input.width
    guard model.answers == nil, classes.count == width else {
      throw DataOptionError(
        .classes,
        model.answers == nil
          ? "the model has \(width) classes, and these are \(classes.count)"
          : "cannot be given with IMAGE if the model has labels")
    }
    return classes
  }

  /// The images that can be read. Writes a line on standard error for each image that cannot be read or whose prediction
  /// is unreliable.
  private func read(_ files: [String], _ console: Console) -> [(file: String, form: MNISTForm)] {
    var read: [(file: String, form: MNISTForm)] = []
    for (index, file) in files.enumerated() {
      do throws(FileError) {
        let form = try MNISTForm(file: file)
        read.append((file, form))
        if form.figures > 1 {
          console.note(
            "descent: \(file): \(form.figures) figures beside or above each other, read as one digit; expected one digit in a picture."
          )
        }
        if form.hasLines {
          console.note(
            "descent: \(file): a line or a frame reaches across the picture and is read as part of the digit; expected a digit alone on "
              + "its paper."
          )
        }
        if form.lacksLine {
          console.note(
            "descent: \(file): a line across the whole picture was taken for one printed on the paper and removed; if it is a stroke of the "
              + "digit, leave some paper around it."
          )
        }
        if form.isNoisy {
          console.note(
            "descent: \(file): strong noise, in which digits are easily mistaken; expected a larger or sharper picture."
          )
        }
      } catch {
        console.note("descent: \(error)")
      }
      console.progress.update { ProgressState(title: "reading", fraction: Double(index + 1) / Double(files.count)) }
    }
    return read
  }

  /// Prints a row for each readable image, a line on standard error for each other one, and on a terminal the network's
  /// input.
  func run(_ files: [String], _ sink: PredictionSink, _ console: Console) throws -> ExitStatus {
    let read = read(files, console)
    console.progress.clear()
    guard !read.isEmpty else { return .failed }
    if !preprocessing.pictures.isMNIST {
      console.note(
        "descent: \(file): trained on images in another form than MNIST's (light ink on black, fitted into 20 × 20 pixels, centered by "
          + "mass in 28 × 28), while pictures are brought into that form before prediction: labels may be wrong. "
          + "--\(DataSelection.sourceOption.name) FILE.npz takes images as they are.")
    }

    let samples = try Samples(pictures: read.map(\.form), preprocessing)
    let outputs = Evaluator(network, samples, workers: workers).outputs()
    let width = network.topology.outputs
    try ModelOutputs.check(outputs, width: width, names: read.map(\.file), file: file)
    let rows = read.indices.map { outputs[($0 * width)..<(($0 + 1) * width)] }
    let table = PredictionTable(key: "file", outputs: width, labels: labels, threshold: threshold)
    try sink.check(table)
    try sink.begin(table)
    for (picture, row) in zip(read, rows) { try sink.add(.file(picture.file), row) }
    try sink.finish()

    if sink.drawsPictures {
      let captions = zip(read, rows).map { picture, row in
        let name = picture.file.split(separator: "/").last.map(String.init) ?? picture.file
        return Prediction(activations: row, labels: labels, threshold: threshold ?? 0.5).caption(name)
      }
      try console.write(SampleGallery(drawing: samples, captions: captions))
    }
    return read.count == files.count ? .done : .failed
  }
}

extension Prediction {
  /// The label and its probability in front of a sample's name, `7  99.80 %  seven.png`; the name alone for a regression.
  func caption(_ name: String) -> String {
    guard let label else { return name }
    return "\(label)  \(NumberText.percent(Double(outputs[index])))  \(name)"
  }
}

extension PredictionSink {
  /// True if predictions are printed on a terminal, where pictures can follow.
  var drawsPictures: Bool { isForPeople && Terminal(descriptor: 1).isInteractive }
}

extension Console {
  /// Draws pictures on the terminal, after an empty line.
  /// - Throws: the errors of `StandardOutput.write(_:)`.
  func write(_ gallery: SampleGallery) throws {
    let terminal = Terminal(descriptor: 1)
    try output.line("")
    for line in gallery.lines(columns: terminal.width, style: PictureStyle(terminal)) { try output.line(line) }
  }
}

extension PictureStyle {
  /// The best style for the terminal.
  init(_ terminal: Terminal) {
    self = !terminal.hasUnicode ? .ascii : terminal.hasColor ? .gray : .blocks
  }
}
