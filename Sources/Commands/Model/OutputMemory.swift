import Files

/// The memory of a network's outputs for all samples of a split, with the results that are computed from them.
enum OutputMemory {
  /// The bytes of `[samples × outputs]` numbers and as many results, 4 bytes each.
  static func bytes(samples: Int, outputs: Int) -> Double { 8 * Double(samples) * Double(outputs) }

  /// - Parameter file: the file or option that needs the memory, for the error.
  /// - Throws: `FileError` if it does not fit.
  static func check(samples: Int, outputs: Int, for file: String) throws(FileError) {
    try MemoryLimit.check(
      bytes(samples: samples, outputs: outputs), for: file,
      "answers to \(samples) samples with \(outputs) outputs each")
  }
}
