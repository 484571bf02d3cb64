import Models

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The readers under trial: each takes any bytes. It may refuse them by the errors that it documents; a trap, a sanitizer's
/// complaint, a second of work, or a `precondition` here that does not hold is a finding.
enum FuzzTarget {
  private static let all: [String: @Sendable ([UInt8]) -> Void] = [
    "idx": tryIDX, "gzip": tryGzip, "csv": tryTable, "mat": tryMAT, "safetensors": trySafetensors, "json": tryJSON,
    "image": tryImage, "checkpoint": tryCheckpoint, "numpy": tryNumPy, "libsvm": tryLibSVM,
    "options": tryOptions, "rows": tryRows, "scale": tryScale,
  ]

  /// Those whose inputs spell their numbers.
  private static let texts: Set = ["csv", "libsvm", "safetensors", "checkpoint", "json", "options", "rows", "scale"]

  private static let name = getenv("DESCENT_FUZZ_READER").map { String(cString: $0) } ?? ""

  static let isText = texts.contains(name)

  /// The reader that the environment names.
  static let chosen: @Sendable ([UInt8]) -> Void = {
    guard let target = all[name] else {
      fatalError("DESCENT_FUZZ_READER is '\(name)', expected one of \(all.keys.sorted().joined(separator: ", "))")
    }
    return target
  }()
}
