import Kernels

/// The samples that rows hold. A reader that is asked for the same samples again, as in full-batch training in a fixed
/// order, need not read them.
package struct HeldSamples: @unchecked Sendable {
  // Unchecked: written by the thread that reads into the rows.
  /// The index of each row's sample; −1 for a row that holds none, or a changed one.
  private let samples: AlignedBuffer<Int32>

  init(capacity: Int) {
    samples = AlignedBuffer(count: capacity)
    samples.elements.update(repeating: -1)
  }

  /// Replaces the samples of `count` rows from `first` on.
  ///
  /// - Returns: false if the rows hold these samples already.
  @inline(__always)
  package func replace(with order: UnsafePointer<Int32>, count: Int, first: Int) -> Bool {
    let held = samples.pointer + first
    var row = 0
    while row < count, held[row] == order[row] { row += 1 }
    if row == count { return false }
    while row < count {
      held[row] = order[row]
      row += 1
    }
    return true
  }

  /// Notes that `count` rows from `first` on no longer hold the samples.
  @inline(__always)
  package func clear(count: Int, first: Int) {
    var row = first
    while row < first + count {
      samples.pointer[row] = -1
      row += 1
    }
  }
}
