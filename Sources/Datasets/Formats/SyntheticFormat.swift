import Files

/// Synthetic digits, without a file.
struct SyntheticFormat: DataFormat {
  static var name: String { "synthetic digits" }

  private let training: Int
  private let test: Int

  init?(_ source: OpenedSource) {
    guard case .synthetic(let training, let test) = source else { return nil }
    (self.training, self.test) = (training, test)
  }

  func load(_ request: DataRequest) throws -> RawSource {
    // A split of which only labels are needed: ten consecutive digits have all ten labels.
    let training = request.need == .test && self.test > 0 ? min(self.training, 10) : self.training
    let test = request.need == .training ? min(self.test, 10) : self.test
    let isWhole = request.need == .pooled || test == 0
    let source = DataSource.synthetic(training: self.training, test: self.test).text
    func split(_ parts: [(SyntheticDigits.Split, Int)]) throws(FileError) -> RawSplit {
      let width = SyntheticDigits.width
      let count = parts.reduce(0) { $0 + $1.1 }
      // Besides an image: its label, temporarily twice, and its index among the samples.
      let block = try ByteBlock(count: count * width, besides: 16 * count, for: source)
      var labels: [UInt8] = []
      for (split, count) in parts {
        let digits = SyntheticDigits.Series(split, count: count, seed: request.options.dataSeed)
        let memory = UnsafeMutableRawBufferPointer(rebasing: block.bytes[(labels.count * width)...])
        digits.draw(0..<count, into: memory, workers: request.options.workers)
        labels += digits.labels
      }
      return RawSplit(
        storage: .bytes(block.rows(width: width)), targets: .labelBytes(labels), imageShape: SyntheticDigits.imageShape)
    }
    return RawSource(
      training: try split(isWhole ? [(.train, training), (.test, test)] : [(.train, training)]),
      test: isWhole ? nil : try split([(.test, test)]),
      defaultScale: 255, description: source)
  }
}
