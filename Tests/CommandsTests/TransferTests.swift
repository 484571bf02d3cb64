import Testing

@testable import Commands

@Suite("The progress of a download")
struct TransferTests {
  @Test(
    "has the file's name, and a fraction of the expected size that is never above one",
    arguments: [(0, 1000, 0), (250, 1000, 0.25), (1000, 1000, 1), (1200, 1000, 1), (5, 0, 1)])
  func state(bytes: Int, about: Int, fraction: Double) throws {
    let state = Transfer().state(of: "https://host/folder/images.gz", bytes: bytes, about: about)
    #expect(state.title == "images.gz" && state.fraction == fraction && state.unit == .bytes)
    // Before the first byte there is neither a rate nor an estimate.
    #expect((state.rate == nil) == (bytes == 0) && (state.secondsLeft == nil) == (bytes == 0))
    if let rate = state.rate, let left = state.secondsLeft {
      #expect(rate > 0 && abs(left - Double(max(0, about - bytes)) / max(rate, 1)) <= 1e-9 * left)
    }
  }
}
