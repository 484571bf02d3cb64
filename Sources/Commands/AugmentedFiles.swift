import Datasets
import Files
import Platform
import Training

/// IDX files of images with distorted copies, named as MNIST's are.
struct AugmentedFiles {
  private let paths: [String]

  /// Creates the folder and checks that its files can be written.
  ///
  /// - Parameter hasTest: true to write a test split as well.
  /// - Throws: `FileError` if the folder or a file cannot be written, or if a compressed file of the same name exists.
  init(_ folder: String, hasTest: Bool) throws(FileError) {
    paths = try IDXOutput.prepare(folder, hasTest: hasTest)
  }

  /// Writes the training images and then each of their copies; the test split is not distorted. All files appear at the end.
  ///
  /// - Parameter workers: the largest number of threads, at most those of `images`.
  /// - Returns: the paths written.
  /// - Throws: `FileError` for labels or pixels that are not whole numbers from 0 to 255, and for files that cannot be written.
  func write(
    training: Samples, copies: Int, _ images: DistortedImages, workers: Int, test: Samples?, source: String
  ) throws -> [String] {
    let files = try paths.map { try AtomicFile($0) }
    let labels = try Self.labels(training, source)
    let count = training.count * (copies + 1)
    guard count <= Int(UInt32.max) else {
      throw FileError(
        file: source, found: "\(count) images with their copies", expected: "at most \(UInt32.max)",
        hint: "Make fewer copies.")
    }
    try files[0].write(bytes: Self.header(training, count: count))
    try files[1].write(bytes: IDXOutput.header(count))
    try Self.write(training, to: files[0], source)
    for copy in 0..<copies {
      try Self.write(training.count, width: training.width, images, epoch: copy, workers: workers, to: files[0])
    }
    for _ in 0...copies { try files[1].write(bytes: labels) }
    if let test {
      try files[2].write(bytes: Self.header(test, count: test.count))
      try Self.write(test, to: files[2], source)
      try files[3].write(bytes: IDXOutput.header(test.count))
      try files[3].write(bytes: try Self.labels(test, source))
    }
    try training.storage.checkFile()
    try test?.storage.checkFile()
    for file in files { try file.commit() }
    return paths
  }

  /// The number of images distorted and written at a time: 8 MB of MNIST's pixels.
  private static let piece = 10_000

  private static func write(
    _ count: Int, width: Int, _ images: DistortedImages, epoch: Int, workers: Int, to file: AtomicFile
  ) throws(FileError) {
    for start in stride(from: 0, to: count, by: piece) {
      let samples = start..<min(start + piece, count)
      var pixels = [UInt8](repeating: 0, count: samples.count * width)
      pixels.withUnsafeMutableBufferPointer { pixels in
        nonisolated(unsafe) let result = pixels.baseAddress!
        // Every iteration writes its own part of the pixels.
        let block = 250
        ParallelLoop.run((samples.count + block - 1) / block, threads: workers) { index in
          for sample in (index * block)..<min((index + 1) * block, samples.count) {
            images.writeBytes(start + sample, epoch: epoch, to: result + sample * width)
          }
        }
      }
      try file.write(bytes: pixels)
    }
  }

  /// Writes images without distortion.
  private static func write(_ samples: Samples, to file: AtomicFile, _ source: String) throws(FileError) {
    for start in stride(from: 0, to: samples.count, by: piece) {
      var pixels: [UInt8] = []
      for position in start..<min(start + piece, samples.count) {
        for number in samples.stored(position) {
          guard let byte = UInt8(exactly: number) else {
            throw FileError(
              file: source, found: "the number \(number) in sample \(position)",
              expected: "whole numbers from 0 to 255, which are all that IDX files of images hold",
              hint: "Round the features to whole numbers first.")
          }
          pixels.append(byte)
        }
      }
      try file.write(bytes: pixels)
    }
  }

  private static func labels(_ samples: Samples, _ source: String) throws(FileError) -> [UInt8] {
    guard case .classes(let classes, let labels) = samples.targets else {
      throw FileError(file: source, found: "target values", expected: "class labels, which are all that IDX files hold")
    }
    var bytes: [UInt8] = []
    for label in labels {
      guard let byte = UInt8(label) else {
        throw FileError(
          file: source, found: "the label \(label.excerpt())",
          expected: "whole numbers from 0 to 255, which are all that IDX files of labels hold",
          hint: "Number the classes from 0.")
      }
      bytes.append(byte)
    }
    return classes.map { bytes[Int($0)] }
  }

  private static func header(_ images: Samples, count: Int) -> [UInt8] {
    images.imageShape.map { IDXOutput.header(count, $0.height, $0.width) } ?? IDXOutput.header(count)
  }
}
