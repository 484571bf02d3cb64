import SampleData

/// The fraction of nonzero inputs: of all together, for the automatic choice between dense and masked input, and of each
/// input, for an even division of a masked layer's work.
///
/// Computed from up to 4096 samples, evenly spaced over the split. 1 for all inputs if the transform maps zero to
/// another number.
struct InputDensity: Sendable {
  /// For each input the fraction of samples in which it is nonzero.
  let perInput: [Float]
  /// The fraction of nonzero values among all inputs of all samples.
  let mean: Double

  static let maximumSamples = 4096
  /// The number of samples after which the pages that they were read from are released.
  private static let samplesToRelease = 256

  init(_ samples: Samples) {
    let width = samples.width
    let count = min(samples.count, Self.maximumSamples)
    var nonzero = [Int32](repeating: 0, count: width)
    let zeroStays = samples.transform.keepsZero
    for index in 0..<count where zeroStays {
      let row = Int(samples.rows[index * samples.count / count])
      switch samples.storage {
      case .bytes(let bytes):
        let source = bytes.pointer + row * width
        for input in 0..<width where source[input] != 0 { nonzero[input] += 1 }
        // Releases pages of a mapped file: the system reads ahead, so that otherwise the whole file would be in memory.
        if index % Self.samplesToRelease == Self.samplesToRelease - 1 || index == count - 1 {
          let first = Int(samples.rows[(index / Self.samplesToRelease * Self.samplesToRelease) * samples.count / count])
          bytes.releasePages(min(first, row)..<(max(first, row) + 1))
        }
      case .floats(let floats):
        let source = floats.pointer + row * width
        for input in 0..<width where source[input] != 0 { nonzero[input] += 1 }
      }
    }
    perInput = zeroStays && count > 0 ? nonzero.map { Float($0) / Float(count) } : Array(repeating: 1, count: width)
    mean = perInput.reduce(0) { $0 + Double($1) } / Double(max(width, 1))
  }
}
