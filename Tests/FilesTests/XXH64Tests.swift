import Files
import Random
import Testing

@Suite("The checksum XXH64")
struct XXH64Tests {
  @Test(
    "XXH64 has the sums that others publish",
    arguments: [
      ("", 0xEF46_DB37_51D8_E999), ("a", 0xD24E_C4F1_A98C_6E5B), ("abc", 0x44BC_2CF5_AD77_0999),
      ("Nobody inspects the spammish repetition", 0xFBCE_A83C_8A37_8BF1),
    ] as [(String, UInt64)])
  func published(text: String, sum: UInt64) {
    #expect(Array(text.utf8).withUnsafeBytes(XXH64.sum) == sum)
  }

  @Test("is the same however the message is cut, and another for each bit changed")
  func pieces() {
    var random = RandomSource(seed: 5, purpose: .sampling)
    for length in [0, 1, 7, 31, 32, 33, 64, 95, 200] {
      var message = (0..<length).map { _ in UInt8(random.below(256)) }
      let whole = message.withUnsafeBytes(XXH64.sum)
      var start = 0
      var sum = XXH64()
      while start < length {
        let end = min(length, start + Int(random.below(40)))
        sum.update(Array(message[start..<end]))
        start = end
      }
      #expect(sum.value == whole, "seed 5, \(length) bytes")
      var sums: Set = [whole]
      for bit in 0..<(8 * length) {
        message[bit / 8] ^= 1 << (bit % 8)
        sums.insert(message.withUnsafeBytes(XXH64.sum))
        message[bit / 8] ^= 1 << (bit % 8)
      }
      #expect(sums.count == 1 + 8 * length, "seed 5, \(length) bytes")
    }
  }
}
