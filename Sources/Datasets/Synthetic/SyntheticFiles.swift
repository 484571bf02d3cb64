import Files
import Foundation

extension SyntheticDigits {
  /// Draws both splits and writes them as four plain IDX files, named as MNIST's are, into a folder that is made when missing.
  ///
  /// Each file appears whole or not at all.
  ///
  /// - Returns: the paths written.
  /// - Throws: `FileError` where the folder or a file cannot be written, if possible before anything is drawn; also where a
  ///   `.gz` of the same name is there, since it would hold other digits than its neighbour.
  @discardableResult
  public static func write(
    to directory: String, train: Int, test: Int, seed: UInt64, workers: Int
  ) throws(FileError) -> [String] {
    let paths = try prepare(directory)
    let digits = make(train: train, test: test, seed: seed, workers: workers)
    let contents = [
      imageHeader(train) + digits.trainImages, labelHeader(train) + digits.trainLabels,
      imageHeader(test) + digits.testImages, labelHeader(test) + digits.testLabels,
    ]
    for (path, bytes) in zip(paths, contents) { try AtomicFile.write(bytes, to: path) }
    return paths
  }

  private static func prepare(_ directory: String) throws(FileError) -> [String] {
    do {
      try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    } catch {
      throw FileError(
        file: directory, found: "no folder, and it cannot be made", expected: "a folder to write to",
        hint: "Name another one.")
    }
    let paths = FetchedFile.mnist.map { directory.hasSuffix("/") ? directory + $0.name : "\(directory)/\($0.name)" }
    for path in paths {
      guard !FileManager.default.fileExists(atPath: path + ".gz") else {
        throw FileError(
          file: path + ".gz", found: "a file of another data set", expected: "a folder without one",
          hint: "Name another folder, or move that file away.")
      }
      try AtomicFile.checkWritable(path)
    }
    return paths
  }

  /// IDX: two zero bytes, 8 for unsigned bytes, the number of dimensions; the dimensions as big-endian 32-bit numbers.
  private static func imageHeader(_ count: Int) -> [UInt8] {
    [0, 0, 8, 3] + bigEndian(count) + bigEndian(imageShape.height) + bigEndian(imageShape.width)
  }

  private static func labelHeader(_ count: Int) -> [UInt8] { [0, 0, 8, 1] + bigEndian(count) }

  private static func bigEndian(_ number: Int) -> [UInt8] {
    stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> $0) }
  }
}
