import Testing

@testable import Training

@Suite("Epochs of snapshots")
struct SnapshotEpochsTests {
  @Test(
    "are evenly spaced and include the last",
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

  @Test("of very long runs do not overflow")
  func large() {
    let epochs = SnapshotEpochs(count: 1000, of: 1_000_000_000)
    #expect(epochs.contains(1_000_000_000) && epochs.contains(1_000_000) && !epochs.contains(999_999_999))
  }
}
