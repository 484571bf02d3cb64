/// The epochs of a run after which parameters are kept: `count` of `epochs`, evenly spaced, the last one included.
struct SnapshotEpochs {
  let count: Int
  let epochs: Int

  /// - Parameters:
  ///   - count: from 1; at least `epochs` means every epoch.
  ///   - epochs: the number of epochs that are planned, from 1; criteria may end the run before.
  init(count: Int, of epochs: Int) {
    self.count = count
    self.epochs = epochs
  }

  /// - Parameter epoch: from 1.
  func contains(_ epoch: Int) -> Bool {
    // The k-th is the first epoch e with e · count / epochs ≥ k: the integer part of the quotient changes there.
    if count >= epochs { return true }
    let (before, after) = ((epoch - 1).multipliedFullWidth(by: count), epoch.multipliedFullWidth(by: count))
    return epochs.dividingFullWidth(before).quotient != epochs.dividingFullWidth(after).quotient
  }

  /// The earlier snapshots that a resumed run keeps: `count` minus those still to come; first those of the new schedule, then
  /// the latest. The earlier part of the run may have been planned with another length.
  ///
  /// - Parameters:
  ///   - taken: the epochs of the snapshots so far, ascending.
  ///   - done: the number of epochs done.
  func kept(of taken: [Int], after done: Int) -> Set<Int> {
    let following =
      if done >= epochs {
        0
      } else if count >= epochs {
        epochs - done
      } else {
        count - epochs.dividingFullWidth(done.multipliedFullWidth(by: count)).quotient
      }
    let byPreference = taken.filter(contains) + taken.reversed().filter { !contains($0) }
    return Set(byPreference.prefix(max(count - following, 0)))
  }
}
