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
      raw = try drawDigits(training: training, test: test, need: need)
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
      raw.training.storage = .floats(try FloatRows(joining: first, second, for: path))
      raw.training.targets = raw.training.targets.joined(with: test.targets)
    } else {
      raw.test = test
    }
  }

  private func drawDigits(training: Int, test: Int, need: RawNeed) throws(FileError) -> RawSource {
    // A split whose labels alone are asked for: any ten digits in a row are all ten.
    let training = need == .test && test > 0 ? min(training, 10) : training
    let test = need == .training ? min(test, 10) : test
    let isWhole = need == .pooled || test == 0
    func split(_ parts: [(SyntheticDigits.Split, Int)]) throws(FileError) -> RawSplit {
      let width = SyntheticDigits.width
      let count = parts.reduce(0) { $0 + $1.1 }
      // Beside a picture: its label, twice for a moment, and its place among the samples.
      let block = try ByteBlock(count: count * width, besides: 16 * count, for: source.text)
      var labels: [UInt8] = []
      for (split, count) in parts {
        let digits = SyntheticDigits.Series(split, count: count, seed: options.dataSeed)
        let place = UnsafeMutableRawBufferPointer(rebasing: block.bytes[(labels.count * width)...])
        digits.draw(0..<count, into: place, workers: options.workers)
        labels += digits.labels
      }
      return RawSplit(
        storage: .bytes(block.rows(width: width)), targets: .labelBytes(labels), imageShape: SyntheticDigits.imageShape)
    }
    return RawSource(
      training: try split(isWhole ? [(.train, training), (.test, test)] : [(.train, training)]),
      test: isWhole ? nil : try split([(.test, test)]),
      defaultScale: 255, description: source.text)
  }
}
