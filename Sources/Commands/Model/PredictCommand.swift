import Datasets
import Files
import Networks
import Training

/// `descent predict MODEL [IMAGE…]`: prints a label and its probabilities for every sample or image.
struct PredictCommand: Command {
  static let formatOption = Option(
    "format", .choice("FORMAT", of: PredictionFormat.allCases),
    absent: "table on a terminal, json for a file in .json, else csv",
    "format of the predictions; json: one object per line, with the names of the columns", otherNames: ["output-format"]
  )
  static let outputOption = Option(
    "output", .path("FILE"),
    "file for the predictions, replaced as a whole (-: standard output); softmax, sigmoid, tanh or identity sets the output layer's activation instead",
    traits: .output, otherNames: ["o", "out", "save", "predictions"])

  static let declaration = CommandDeclaration(
    name: "predict",
    positionals: [
      ModelOptions.positional,
      .init(
        name: "IMAGE", meaning: "PNG, PGM or JPEG images of any size, instead of --data", isOptional: true,
        repeats: true),
    ],
    summary: "prints a label and the probabilities of all classes per sample of a data source or per image",
    notes: [
      "A data source needs no labels or targets: their column may be missing in a table or empty, and a MAT-file may have X "
        + "alone. If model and table have column names, columns are matched by name, in any order.",
      "The index of a prediction counts from 0 in the split in use, with the samples that --classes, --limit-per-class and --missing drop "
        + "leave out.",
      "An image is normalized as MNIST's were: converted to gray, transparent pixels on a background that contrasts with the ink, "
        + "and to light ink on black; specks, noise, lines of ruled or squared paper and the frame of a scan are removed; the rest is "
        + "cropped and fitted into 20×20 pixels with its aspect ratio, its center of mass in the middle of 28×28. The model's own "
        + "preprocessing follows. An image that already has this form is not changed. On a terminal the digits are drawn as the "
        + "network receives them, of a data source the first \(PredictedPictures.most).",
      "PNG: gray or color, with or without opacity or a palette, 1 to 16 bits, not interlaced. PGM: P2 and P5. JPEG: with djpeg or "
        + "ImageMagick; the file's Exif orientation is applied. For an image "
        + "that cannot be read or has no ink, a line is written to standard error; the others are classified, and the status is 1.",
    ],
    groups: [
      DataSelection.predictionGroup, ModelOptions.groupWithoutOutput, ExecutionOptions.inferenceGroup,
      OptionGroup(title: "Output", options: [formatOption, outputOption, CommonOptions.quietOption]),
    ])

  static let runsOnRanks = true
  let model: ModelOptions
  /// Image files; empty for a data source.
  let images: [String]
  let data: DataSelection
  let execution: ExecutionOptions
  /// The given format; nil for a table on a terminal and CSV elsewhere.
  let format: PredictionFormat?
  /// The file for the predictions; nil for standard output.
  let file: String?
  let isQuiet: Bool

  init(_ arguments: Arguments) throws(UsageError) {
    let output = try arguments.value(Self.outputOption)
    // `--output` is an activation in other commands with a model, and here too if it has the name of one.
    let activation = output.flatMap { Activation(rawValue: $0.lowercased()) }
      .flatMap { Activation.outputChoices.contains($0) ? $0 : nil }
    model = try ModelOptions(arguments, output: .some(activation))
    images = Array(arguments.positionals.dropFirst())
    if FileNames.isImage(model.file) {
      let other = images.first { !FileNames.isImage($0) }
      throw .elsewhere(
        "\(Quoted(model.file)) is an image; expected the model first: descent predict \(Quoted(other ?? "MODEL")) "
          + "\(Quoted(model.file)).")
    }
    if let first = images.first { try PicturePrediction.check(arguments, first: first) }
    data = try DataSelection(arguments)
    execution = try ExecutionOptions(arguments)
    format = try arguments.value(Self.formatOption)
    file = activation == nil && output != "-" ? output : nil
    isQuiet = try arguments.value(CommonOptions.quietOption)
  }

  func run(_ console: Console) throws -> ExitStatus {
    try console.together {
      if let image = images.first, console.ranks != nil {
        throw UsageError.combination(
          options: [image, "several ranks"], reason: "images are read by one process", expected: "--data SOURCE")
      }
      if console.isRoot, let file { try AtomicFile.checkWritable(file) }
    }
    let sink = PredictionSink(format ?? .default(for: file), file: file, console)
    if !images.isEmpty {
      return try PicturePrediction(model, data.options, execution).run(images, sink, console)
    }
    let use = try ModelUse.shared(model, data, execution, for: SampleUse.prediction, isQuiet: isQuiet, console)
    let table = PredictionTable(
      key: "index", outputs: use.network.topology.outputs, labels: use.part.labels,
      threshold: use.part.samples.threshold, origins: use.model.targetOrigins,
      targetNames: use.model.preprocessing.columns?.targetNames, kept: use.part.keptNames)
    try console.together { try sink.check(table) }
    let outputs = use.evaluator.outputs()
    try console.together {
      try use.part.samples.storage.checkFile()
      try ModelOutputs.check(outputs, width: use.network.topology.outputs, file: model.file)
    }
    try console.onRoot { try write(outputs, use, table, to: sink, console) }
    return .done
  }

  /// - Parameter outputs: activations, `[samples × outputs]`, row-major.
  private func write(
    _ outputs: [Float], _ use: ModelUse, _ table: PredictionTable, to sink: PredictionSink, _ console: Console
  ) throws {
    let width = use.network.topology.outputs
    try sink.begin(table)
    for sample in 0..<use.part.samples.count {
      try sink.add(
        .index(use.part.rows[sample]), outputs[(sample * width)..<((sample + 1) * width)],
        kept: use.part.keptCells(sample))
    }
    try sink.finish()
    try PredictedPictures(use, outputs).write(sink, console)
  }
}
