import Files
import Testing

@Suite("Texts with percent signs")
struct PercentTextTests {
  @Test(
    "Every text is read as it was written, in ASCII without separators",
    arguments: ["", "a-1.2_b:/", "50 % & é=\"1\",", "日本\n語"])
  func reversed(text: String) {
    let encoded = PercentText.encoded(text)
    #expect(encoded.allSatisfy { $0.isASCII && !"&=,\" \n".contains($0) }, "\(encoded)")
    #expect(PercentText.decoded(encoded) == text)
    let members = [text: "b", "c": text]
    #expect(PercentText.members(PercentText.encoded(members: members)) == members)
  }

  @Test("A percent sign without two hexadecimal digits makes no text", arguments: ["%", "a%4", "%+5", "%zz"])
  func damaged(text: String) { #expect(PercentText.decoded(text) == "") }
}
