import Datasets
import Files
import Kernels
import Models
import Networks
import Training

/// A model with a split of a data source, for `evaluate` and `predict`.
struct ModelUse {
  let file: String
  let model: ModelFile
  let source: DataSource
  let network: FastNetwork
  /// The options with which the source is read.
  let selection: DataSelection
  let part: LoadedPart
  /// A sentence on samples of the model's own training among these; nil if there are none, or it is not known.
  let ownSamplesNote: String?
  let evaluator: Evaluator

  /// Reads model and data, and reports the source on standard error.
  ///
  /// - Parameters:
  ///   - use: what the samples are for: `SampleUse.evaluation` or `SampleUse.prediction`.
  ///   - first: another model on the same source, whose samples are used if they are prepared in the same way.
  /// - Throws: `FileError` if files are invalid or do not match, the two models first; `UsageError` and `DataOptionError` for options.
  init(
    _ options: ModelOptions, _ data: DataSelection, _ execution: ExecutionOptions, for use: (ModelInput) -> SampleUse,
    after first: ModelUse? = nil, isQuiet: Bool, _ console: Console
  ) throws {
    file = options.file
    model = try ModelFile.named(file)
    let use = use(model.input)
    let topology = try options.topology(of: model)
    if !isQuiet { options.assumptions(of: model, topology).map { console.note($0) } }
    let (source, data) = try Self.source(options, data, of: model, for: use, after: first) {
      if !isQuiet { console.note($0) }
    }
    (self.source, selection) = (source, data)
    let member = CommitteeMember(file: file, model: model, topology: topology)
    if let first { try member.checkOutputs(fit: first.member) }
    var part: LoadedPart
    if let first, first.model.input == model.input {
      part = first.part
    } else {
      part = try member.explaining(from: first?.member) { [model, data] in
        try model.explaining(source, by: data) {
          try console.interruption.whileReading { try data.loader(of: source, console).load(use) }
        }
      }
    }
    part.samples.threshold = try ClassOptions.threshold(
      options.threshold, model: model.threshold, topology, hasClasses: part.labels != nil)
    console.progress.clear()
    ownSamplesNote = Self.ownSamplesNote(part, for: use, of: source, data.options, model)
    let notes = Self.notes(part, ownSamplesNote, of: file, after: first)
    if !isQuiet { for note in notes { console.note("descent: " + note) } }
    try member.explaining(from: first?.member) { [part] in
      try Self.check(part, topology: topology, file: options.file)
    }
    self.part = part
    network = FastNetwork(
      topology, model.parameters, kernels: execution.kernels)
    evaluator = Evaluator(network, part.samples, workers: execution.workers, ranks: console.ranks)
  }

  /// The model as a member of a committee.
  private var member: CommitteeMember { CommitteeMember(file: file, model: model, topology: network.topology) }

  /// The source and how it is read: those of another model, of the options, of the model's training, or the default.
  ///
  /// - Parameter note: prints a line on the choice.
  private static func source(
    _ options: ModelOptions, _ data: DataSelection, of model: ModelFile, for use: SampleUse, after first: ModelUse?,
    note: (String) -> Void
  ) throws -> (DataSource, DataSelection) {
    if let first { return (first.source, first.selection) }
    if let given = data.source {
      let (data, reading) = try model.reading(given, by: data, model: options.file)
      reading.map { note("descent: " + $0) }
      return (given, data)
    }
    if let (named, explanation) = model.namedSource {
      try options.paths.check(source: named)
      let data = try data.reading(model.readingOptions(for: use))
      note(explanation.spelled)
      return (named, data)
    }
    let (source, explanation) = try DataSource.byDefault(.ask)
    note(explanation.spelled)
    return (source, data)
  }

  /// Calls the initializer on all ranks, which divide the samples among themselves, or in this process.
  ///
  /// - Throws: on every rank, if one fails or has another model or other samples.
  static func shared(
    _ options: ModelOptions, _ data: DataSelection, _ execution: ExecutionOptions, for use: (ModelInput) -> SampleUse,
    after first: ModelUse? = nil, isQuiet: Bool, _ console: Console
  ) throws -> ModelUse {
    let use = try console.together {
      if console.ranks != nil { try RankOptions.check(data.source) }
      return try ModelUse(options, data, execution, for: use, after: first, isQuiet: isQuiet, console)
    }
    try use.evaluator.compareRanks()
    return use
  }

  /// The notes on samples: all of a first model; of another one those that the first does not have, with the name of its file.
  private static func notes(
    _ part: LoadedPart, _ ownSamplesNote: String?, of file: String, after first: ModelUse?
  ) -> [String] {
    let notes = part.notes.map(\.spelled.sentence) + [ownSamplesNote].compactMap(\.self)
    guard let first else { return notes }
    let known = Set(first.part.notes.map(\.spelled.sentence) + [first.ownSamplesNote].compactMap(\.self))
    return notes.filter { !known.contains($0) }.map { "\(file): \($0)" }
  }

  /// - Parameters:
  ///   - part: samples of the source.
  ///   - options: the options that chose them.
  private static func ownSamplesNote(
    _ part: LoadedPart, for use: SampleUse, of source: DataSource, _ options: DataOptions, _ model: ModelFile
  ) -> String? {
    guard case .evaluation = use, let trained = model.source, nameSameSource(trained, source) else { return nil }
    if part.split == .test, let split = model.sourceSplit {
      return "\(part.description): training had --split \(split): samples of the test split were trained on."
    }
    guard part.split == .all, options.split == nil else { return nil }
    let (count, isLimited) = (part.samples.count, options.limit != nil || options.limitPerClass != nil)
    let samples =
      switch (isLimited, count == 1) {
      case (false, true): "this is its only sample, used in training"
      case (false, false): "these are all \(count) samples, those of training included"
      case (true, true): "this sample may be one of training"
      case (true, false): "these \(count) samples may be ones of training"
      }
    return "\(part.description) has no test split: \(samples)."
  }

  private static func check(_ part: LoadedPart, topology: Topology, file: String) throws {
    let samples = part.samples
    guard samples.width == topology.inputs else {
      throw UnfitSamples.width(samples, inputs: topology.inputs, owner: file, source: part.description)
    }
    guard topology.canTrain(on: samples.targets) else {
      throw UnfitSamples.targets(
        samples, labels: part.labels, outputs: topology.outputs, owner: file, source: part.description)
    }
    try TargetRange.check(samples, topology: topology, names: part.targetNames, source: part.description)
    try OutputMemory.check(samples: samples.count, outputs: topology.outputs, for: file)
  }
}

/// Checks a model's outputs before figures are computed from them.
enum ModelOutputs {
  /// - Parameters:
  ///   - outputs: activations, `[samples × width]`, row-major.
  ///   - names: names of the samples; without, numbers from 0 are used.
  ///   - file: the file of the model.
  /// - Throws: `FileError` naming the model, if an output is NaN or infinite.
  static func check(_ outputs: [Float], width: Int, names: [String] = [], file: String) throws(FileError) {
    guard let position = outputs.firstIndex(where: { !$0.isFinite }) else { return }
    let index = position / width
    throw FileError(
      file: file,
      found: "the output \(outputs[position]) for \(index < names.count ? names[index] : "sample \(index)")",
      expected: "finite outputs",
      hint:
        "The model overflows on these features: see whether they are prepared as in training (--scale, --standardize), or train "
        + "again with a smaller --learning-rate.")
  }
}

extension ModelOptions {
  /// The network of a file and these options, which take precedence.
  func topology(of model: ModelFile) throws(UsageError) -> Topology {
    do {
      return try model.topology(hidden: activations, output: output, loss: loss)
    } catch {
      let given = givenOptions
      throw .elsewhere("\(file)\(given.isEmpty ? "" : " with ")\(given.joined(separator: " ")): \(error)")
    }
  }
}

extension ModelFile {
  /// The data source stored in the model, with a line that reports it; nil if it no longer exists or is the default directory.
  var namedSource: (source: DataSource, explanation: OptionText)? {
    guard let source, source != DataSource.defaultFolder, let named = try? DataSource(source), named.mayExist else {
      return nil
    }
    return (named, "Data: \(source), as the model names it (\(option: "data") takes another source)")
  }

  /// The options with which the model's source is read. Predictions, which read no labels, are of the samples of all classes.
  func readingOptions(for use: SampleUse) -> [String: String] {
    guard case .prediction = use else { return sourceOptions }
    return sourceOptions.filter { $0.key != DataSelection.classesOption.name }
  }

  /// The model's preprocessing and classes.
  var input: ModelInput {
    var labels: [String]?
    var targets: Int?
    switch answers {
    case .labels(let names): labels = names
    case .targets(let count): targets = count
    case nil: break
    }
    var preprocessing = preprocessing
    // Samples are read alike for models that differ in these alone.
    preprocessing.pictures.isMNIST = true
    preprocessing.standardization?.isExact = true
    return ModelInput(
      labels: labels, width: max(widths[widths.count - 1], 2), inputs: preprocessing.resize == nil ? widths[0] : nil,
      targets: targets, targetOrigins: targetOrigins, preprocessing: preprocessing)
  }
}
