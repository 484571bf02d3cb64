import Testing

@testable import Training

@Suite("Epochs of snapshots")
struct SnapshotEpochsTests {
  @Test(
    "Epochs of snapshots are evenly spaced and include the last",
    arguments: [
      (3, 9, [3, 6, 9]), (4, 10, [3, 5, 8, 10]), (1, 7, [7]), (5, 5, [1, 2, 3, 4, 5]), (9, 2, [1, 2]), (2, 1, [1]),
    ])
  func epochs(count: Int, planned: Int, expected: [Int]) {
    let epochs = SnapshotEpochs(count: count, of: planned)
    #expect((1...planned).filter(epochs.contains) == expected)
  }

  @Test("are as many as asked for, of any number of epochs", arguments: 1...40)
  func count(planned: Int) {
    for count in 1...40 {
      let epochs = (1...planned).filter(SnapshotEpochs(count: count, of: planned).contains)
      #expect(epochs.count == min(count, planned) && epochs.last == planned)
    }
  }

  @Test(
    "of an earlier part stay where there is room beside those that follow",
    arguments: [
      (2, 8, [2, 4], 4, [4]), (2, 6, [2, 4], 4, [4]), (2, 5, [4, 8], 8, [4, 8]), (3, 12, [2, 4, 6], 6, [4]),
      (9, 6, [1, 2], 2, [1, 2]), (1, 9, [3], 3, []), (2, 1_000_000_000, [1, 2], 2, []),
    ])
  func kept(count: Int, planned: Int, taken: [Int], done: Int, expected: [Int]) {
    #expect(SnapshotEpochs(count: count, of: planned).kept(of: taken, after: done).sorted() == expected)
  }

  @Test("Epochs of snapshots of very long runs do not overflow")
  func large() {
    let epochs = SnapshotEpochs(count: 1000, of: 1_000_000_000)
    #expect(epochs.contains(1_000_000_000) && epochs.contains(1_000_000) && !epochs.contains(999_999_999))
  }
}
