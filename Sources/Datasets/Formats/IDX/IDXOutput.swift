import Files
import Platform

/// The IDX files of a data set that is written to a folder, named as MNIST's are.
package enum IDXOutput {
  /// The paths of the files: images and labels of the training split, then those of the test split.
  package static func paths(in folder: String) -> [String] {
    FetchedFile.mnist.map { folder.hasSuffix("/") ? folder + $0.name : "\(folder)/\($0.name)" }
  }

  /// Creates the folder and checks that its files can be written.
  ///
  /// - Parameter hasTest: false for the training split alone.
  /// - Returns: the paths.
  /// - Throws: `FileError` if the folder or a file cannot be written, or if a compressed file of the same name exists.
  package static func prepare(_ folder: String, hasTest: Bool = true) throws(FileError) -> [String] {
    try makeFolder(folder)
    let paths = Array(paths(in: folder).prefix(hasTest ? 4 : 2))
    for path in paths {
      guard !FileManager.default.fileExists(atPath: path + ".gz") else {
        throw FileError(
          file: path + ".gz", found: "a file of another data set", expected: "a folder without one",
          hint: "Use another folder, or move that file.")
      }
      try AtomicFile.checkWritable(path)
    }
    return paths
  }

  /// The header of a file of bytes: two zero bytes, 8 for unsigned bytes, the number of dimensions; the dimensions as big-endian
  /// 32-bit numbers.
  ///
  /// - Parameter dimensions: the number of images and their height and width, or the number of labels; each below 2³².
  package static func header(_ dimensions: Int...) -> [UInt8] {
    [0, 0, 8, UInt8(dimensions.count)]
      + dimensions.flatMap { number in withUnsafeBytes(of: UInt32(number).bigEndian) { Array($0) } }
  }
}
