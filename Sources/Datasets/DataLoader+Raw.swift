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
      raw = drawDigits(training: training, test: test, pooled: need == .pooled)
    case .table(let path), .mat(let path):
      throw FileError(file: path, found: "a table", expected: "IDX files")
    }
    return raw
  }

  private func drawDigits(training: Int, test: Int, pooled: Bool) -> RawSource {
    let drawn = digits(training, test, options.dataSeed, max(options.workers, 1))
    func split(_ images: [UInt8], _ labels: [UInt8]) -> RawSplit {
      RawSplit(
        storage: .bytes(ByteRows(images, width: 784)),
        targets: .labels(codes: labels.map { Int32($0) }, names: (0..<256).map { "\($0)" }),
        imageShape: ImageShape(height: 28, width: 28))
    }
    let isWhole = pooled || test == 0
    return RawSource(
      training: isWhole
        ? split(drawn.trainImages + drawn.testImages, drawn.trainLabels + drawn.testLabels)
        : split(drawn.trainImages, drawn.trainLabels),
      test: isWhole ? nil : split(drawn.testImages, drawn.testLabels),
      defaultScale: 255, description: source.text)
  }
}
