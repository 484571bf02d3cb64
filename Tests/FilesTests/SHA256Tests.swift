import Files
import Testing

@Suite("SHA-256")
struct SHA256Tests {
  private static func sum(_ bytes: [UInt8]) -> String {
    var sum = SHA256()
    sum.update(bytes)
    return sum.finish()
  }

  @Test(
    "Gives the sums of the standard's examples",
    arguments: [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
      (
        "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
        "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
      ),
    ])
  func standardExamples(message: String, expected: String) {
    #expect(Self.sum(Array(message.utf8)) == expected)
  }

  @Test("Gives the standard's sum of a million letters a, fed in uneven pieces")
  func millionLetters() {
    var sum = SHA256()
    var left = 1_000_000
    var piece = 1
    while left > 0 {
      let count = min(piece, left)
      sum.update([UInt8](repeating: UInt8(ascii: "a"), count: count))
      left -= count
      piece = piece * 3 % 4099 + 1
    }
    #expect(sum.finish() == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test("Depends on the message alone, not on how it is cut, for every length around a block")
  func pieces() {
    let mismatches = (0...130).filter { length in
      let message = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 37) }
      return (0...length).contains { cut in
        var sum = SHA256()
        sum.update(Array(message[..<cut]))
        sum.update(Array(message[cut...]))
        return sum.finish() != Self.sum(message)
      }
    }
    #expect(mismatches == [])
  }
}
