import Files

extension DataLoader {
  /// The source's files as they are, with the test split that `--test` brings.
  func loadRaw(need: RawNeed, targets: Int?) throws -> RawSource {
    var raw: RawSource
    switch source {
    case .idx(let folder, let prefix):
      let splits = try IDXSource(folder: IDXFolder(folder, prefix: prefix), need: need).load()
      raw = RawSource(training: splits.training, test: splits.test, defaultScale: 255, description: source.text)
    case .synthetic(let training, let test):
      raw = drawDigits(training: training, test: test, need: need)
    case .table(let path):
      raw = RawSource(training: try readTable(path, targets), test: nil, defaultScale: 1, description: source.text)
    case .mat(let path):
      raw = RawSource(training: try readMAT(path, targets), test: nil, defaultScale: 1, description: source.text)
    }
    if let testFile = options.testFile { try addTest(testFile, to: &raw, need: need, targets: targets) }
    return raw
  }

  private func readTable(_ path: String, _ targets: Int?) throws -> RawSplit {
    try TableSource(path: path, label: options.label, targets: targets, progress: progress).load()
  }

  private func readMAT(_ path: String, _ targets: Int?) throws -> RawSplit {
    try MATSource(path: path, variables: options.variables ?? ["X", "y"], targets: targets).load()
  }

  /// The file of `--test` becomes the source's test split; pooled, it joins the other samples.
  private func addTest(_ path: String, to raw: inout RawSource, need: RawNeed, targets: Int?) throws {
    guard raw.test == nil else {
      throw DataOptionError("--test", "\(source.text) has a test split of its own")
    }
    let test: RawSplit
    switch try DataSource(path, option: "--test") {
    case .table(let path): test = try readTable(path, targets)
    case .mat(let path): test = try readMAT(path, targets)
    default: throw DataOptionError("--test", "'\(path)' is no table or MAT-file")
    }
    guard case .floats(let first)? = raw.training.storage, case .floats(let second)? = test.storage else {
      throw DataOptionError("--test", "goes with a table or MAT-file as the source, and \(source.text) is none")
    }
    guard first.width == second.width else {
      throw FileError(
        file: path, found: "\(second.width) features a sample", expected: "\(first.width), as in \(source.text)")
    }
    if need == .pooled {
      raw.training.storage = .floats(FloatRows(joining: first, second))
      raw.training.targets = raw.training.targets.joined(with: test.targets)
    } else {
      raw.test = test
    }
  }

  private func drawDigits(training: Int, test: Int, need: RawNeed) -> RawSource {
    // A split whose labels alone are asked for: any ten digits in a row are all ten.
    let drawn = SyntheticDigits.make(
      train: need == .test && test > 0 ? min(training, 10) : training, test: need == .training ? min(test, 10) : test,
      seed: options.dataSeed, workers: options.workers)
    func split(_ images: [UInt8], _ labels: [UInt8]) -> RawSplit {
      RawSplit(
        storage: .bytes(ByteRows(images, width: SyntheticDigits.width)), targets: .labelBytes(labels),
        imageShape: SyntheticDigits.imageShape)
    }
    let isWhole = need == .pooled || test == 0
    return RawSource(
      training: isWhole
        ? split(drawn.trainImages + drawn.testImages, drawn.trainLabels + drawn.testLabels)
        : split(drawn.trainImages, drawn.trainLabels),
      test: isWhole ? nil : split(drawn.testImages, drawn.testLabels),
      defaultScale: 255, description: source.text)
  }
}
