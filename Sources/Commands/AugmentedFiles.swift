import Datasets
import Dispatch
import Files
import Foundation
import Training

/// IDX files of images with distorted copies, named as MNIST's are.
struct AugmentedFiles {
  private let paths: [String]

  /// Creates the folder and checks that its files can be written.
  ///
  /// - Parameter hasTest: true to write a test split as well.
  /// - Throws: `FileError` if the folder or a file cannot be written, or if a compressed file of the same name exists.
  init(_ folder: String, hasTest: Bool) throws(FileError) {
    try makeFolder(folder)
    paths = Array(Self.paths(in: folder).prefix(hasTest ? 4 : 2))
    for path in paths {
      guard !FileManager.default.fileExists(atPath: path + ".gz") else {
        throw FileError(
          file: path + ".gz", found: "a file of another data set", expected: "a folder without one",
          hint: "Use another folder, or move that file.")
      }
      try AtomicFile.checkWritable(path)
    }
  }

  /// The paths of the files in a folder: images and labels of the training split, then those of the test split.
  static func paths(in folder: String) -> [String] {
    FetchedFile.mnist.map { folder.hasSuffix("/") ? folder + $0.name : "\(folder)/\($0.name)" }
  }

  /// Writes the training images and then each of their copies; the test split is not distorted. All files appear at the end.
  ///
  /// - Returns: the paths written.
  /// - Throws: `FileError` for labels or pixels that are not whole numbers from 0 to 255, and for files that cannot be written.
  func write(
    training: Samples, copies: Int, _ images: DistortedImages, test: Samples?, source: String
  ) throws -> [String] {
    let files = try paths.map { try AtomicFile($0) }
    let labels = try Self.labels(training, source)
    let count = training.count * (copies + 1)
    guard count <= Int(UInt32.max) else {
      throw FileError(file: source, found: "\(count) images with their copies", expected: "at most \(UInt32.max)")
    }
    try files[0].write(bytes: Self.header(8, count, training))
    try files[1].write(bytes: Self.header(8, count))
    try Self.write(training, to: files[0], source)
    for copy in 0..<copies { try Self.write(training.count, width: training.width, images, epoch: copy, to: files[0]) }
    for _ in 0...copies { try files[1].write(bytes: labels) }
    if let test {
      try files[2].write(bytes: Self.header(8, test.count, test))
      try Self.write(test, to: files[2], source)
      try files[3].write(bytes: Self.header(8, test.count))
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
    _ count: Int, width: Int, _ images: DistortedImages, epoch: Int, to file: AtomicFile
  ) throws(FileError) {
    for start in stride(from: 0, to: count, by: piece) {
      let samples = start..<min(start + piece, count)
      var pixels = [UInt8](repeating: 0, count: samples.count * width)
      pixels.withUnsafeMutableBufferPointer { pixels in
        nonisolated(unsafe) let result = pixels.baseAddress!
        // Every iteration writes its own part of the pixels.
        let block = 250
        DispatchQueue.concurrentPerform(iterations: (samples.count + block - 1) / block) { index in
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
              expected: "whole numbers from 0 to 255, which are all that IDX files of images hold")
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
          expected: "whole numbers from 0 to 255, which are all that IDX files of labels hold")
      }
      bytes.append(byte)
    }
    return classes.map { bytes[Int($0)] }
  }

  /// IDX: two zero bytes, 8 for unsigned bytes, the number of dimensions; the dimensions as big-endian 32-bit numbers.
  private static func header(_ type: UInt8, _ count: Int, _ images: Samples? = nil) -> [UInt8] {
    let shape = images?.imageShape
    let dimensions = [count] + (shape.map { [$0.height, $0.width] } ?? [])
    return [0, 0, type, UInt8(dimensions.count)]
      + dimensions.flatMap { number in
        stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> $0) }
      }
  }
}
