import Experiments
import Testing

@Suite("Division of networks into committees")
struct CommitteesTests {
  @Test("committees of a size have consecutive networks, and leave those that make no whole committee")
  func size() {
    let committees = Committees.of(3)
    #expect(committees.members(of: Array(1...7)) == [[1, 2, 3], [4, 5, 6]])
    #expect(committees.members(of: [1, 2]).isEmpty)
    #expect((1...7).map { committees.networks(atLeast: $0, atMost: 8) } == [3, 3, 3, 6, 6, 6, 6])
  }
}
