import Files
import SampleData

/// A checksum of the samples, to detect a data file that changed between a run and its resumption.
///
/// It covers, of each split, the number of samples, all targets with the labels of classes, the transform to inputs, the stored
/// features of at most 1024 samples, evenly spaced, and the class weights: fast rather than complete. It does not cover the other
/// samples' features, thresholds, units of targets and shapes of images.
package struct DataFingerprint: Sendable, Equatable {
  /// The numbers of samples of the splits; 0 for a missing one.
  package var training: Int
  package var validation: Int
  package var test: Int
  /// The XXH64 checksum of targets, transforms and sampled features.
  package var checksum: UInt64
  /// The XXH64 checksum of class weights; nil in the state of an earlier release, which does not have it.
  package var weights: UInt64?

  package init(training: Int, validation: Int, test: Int, checksum: UInt64, weights: UInt64?) {
    self.training = training
    self.validation = validation
    self.test = test
    self.checksum = checksum
    self.weights = weights
  }

  /// The fingerprint of the splits of a run; nil for a missing one.
  package init(training: Samples, validation: Samples?, test: Samples?) {
    var (sum, weights) = (XXH64(), XXH64())
    for split in [training, validation, test] {
      if let split { Self.add(split, to: &sum) }
      sum.update([0])
      split?.classWeights?.withUnsafeBytes { weights.update($0) }
      weights.update([0])
    }
    self.init(
      training: training.count, validation: validation?.count ?? 0, test: test?.count ?? 0, checksum: sum.value,
      weights: weights.value)
  }

  /// The most rows of a split whose numbers are read.
  private static let maximumSampledRows = 1024

  private static func add(_ samples: Samples, to sum: inout XXH64) {
    switch samples.targets {
    case .classes(let classes, let labels):
      classes.withUnsafeBytes { sum.update($0) }
      sum.update(Array(labels.joined(separator: "\n").utf8))
    case .values(let values, _): values.withUnsafeBytes { sum.update($0) }
    }
    samples.transform.multiplier.withUnsafeBytes { sum.update($0) }
    samples.transform.shift.withUnsafeBytes { sum.update($0) }
    let sampledRows = min(samples.count, maximumSampledRows)
    for index in 0..<sampledRows {
      let row = Int(samples.rows[samples.count * index / sampledRows])
      if index % SampleStorage.scatteredRows == 0 { samples.storage.releasePages() }
      switch samples.storage {
      case .bytes(let rows):
        sum.update(UnsafeRawBufferPointer(start: rows.pointer + row * rows.width, count: rows.width))
      case .floats(let rows):
        sum.update(
          UnsafeRawBufferPointer(UnsafeBufferPointer(start: rows.pointer + row * rows.width, count: rows.width)))
      }
    }
    samples.storage.releasePages()
  }
}
