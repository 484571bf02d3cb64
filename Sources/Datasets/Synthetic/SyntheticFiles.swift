import Files

extension SyntheticDigits {
  /// Draws both splits and writes them as four plain IDX files with MNIST's names into a folder, which is created if
  /// missing.
  ///
  /// The four files are created at the end, each atomically.
  ///
  /// - Returns: the paths written.
  /// - Throws: `FileError` if the folder or a file cannot be written, if possible before anything is drawn; also if
  ///   there is a `.gz` of the same name, since it would have other digits.
  @discardableResult
  package static func write(
    to directory: String, train: Int, test: Int, seed: UInt64, workers: Int
  ) throws(FileError) -> [String] {
    let paths = try IDXOutput.prepare(directory)
    let files = try paths.map { path throws(FileError) in try AtomicFile(path) }
    for (split, count, position) in [(Split.train, train, 0), (.test, test, 2)] {
      let digits = Series(split, count: count, seed: seed)
      try write(digits, to: files[position], workers: workers)
      try files[position + 1].write(bytes: IDXOutput.header(count))
      try files[position + 1].write(bytes: digits.labels)
    }
    for file in files { try file.commit() }
    return paths
  }

  /// The number of digits drawn and written at a time: 8 MB of images, so that memory does not grow with their number.
  private static let piece = 10_000

  private static func write(_ digits: Series, to file: AtomicFile, workers: Int) throws(FileError) {
    let count = digits.labels.count
    try file.write(bytes: IDXOutput.header(count, imageShape.height, imageShape.width))
    var pictures = [UInt8](repeating: 0, count: min(count, piece) * width)
    for start in stride(from: 0, to: count, by: piece) {
      let samples = start..<min(start + piece, count)
      pictures.withUnsafeMutableBytes { digits.draw(samples, into: $0, workers: workers) }
      if samples.count < piece { pictures.removeLast(pictures.count - samples.count * width) }
      try file.write(bytes: pictures)
    }
  }
}
