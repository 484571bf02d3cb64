import Testing

@testable import Course

/// Numbers that NumPy 2.4's RandomState gives for these seeds.
@Suite("NumPy's RandomState")
struct CourseMersenneTwisterTests {
  @Test("draws the words of MT19937: the 10000th of seed 5489 is in the C++ standard")
  func words() {
    var generator = MersenneTwister(seed: 5489)
    #expect(generator.next() == 3_499_211_612)
    for _ in 0..<9998 { _ = generator.next() }
    #expect(generator.next() == 4_123_659_995)
  }

  @Test("draws uniform and normal numbers as RandomState(0) does")
  func distributions() {
    var uniform = MersenneTwister(seed: 0)
    #expect((0..<3).map { _ in uniform.uniform() } == [0.5488135039273248, 0.7151893663724195, 0.6027633760716439])
    var normal = MersenneTwister(seed: 0)
    let drawn = (0..<4).map { _ in normal.normal() }
    let expected = [1.764052345967664, 0.4001572083672233, 0.9787379841057392, 2.240893199201458]
    #expect(largestDifference(drawn, expected) < 1e-15)
  }

  @Test("permutes like RandomState(42): the start of Rivera's split")
  func permutation() {
    var generator = MersenneTwister(seed: 42)
    let order = generator.permutation(14780)
    #expect(order.prefix(10) == [10387, 12007, 3774, 6551, 9542, 3035, 12817, 3545, 6827, 8419])
    #expect(order.sorted() == Array(0..<14780))
  }
}
