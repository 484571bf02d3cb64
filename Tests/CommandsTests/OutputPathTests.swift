import Testing

@testable import Commands

@Suite("Paths of output")
struct OutputPathTests {
  @Test(
    "at the path of the data are rejected, since the data would be replaced",
    arguments: [
      ("train --data a.csv --save a.csv", "--data a.csv with --save a.csv"),
      ("train --data a.csv --save ./a.csv", "--data a.csv with --save ./a.csv"),
      ("train --data a.csv --metrics a.csv", "--data a.csv with --metrics a.csv"),
      ("train --data a.csv --test b.csv --report b.csv", "--test b.csv with --report b.csv"),
      ("evaluate m --data a.csv --report a.csv", "--data a.csv with --report a.csv"),
      ("scale --data a.csv --report a.csv", "--data a.csv with --report a.csv"),
      ("compare --data a.csv --report a.csv", "--data a.csv with --report a.csv"),
      ("compare --data a.csv --metrics a.csv", "--data a.csv with --metrics a.csv"),
    ])
  func data(words: String, options: String) {
    #expect(Invocation.refusal(words) == options + ": both name the same file; expected two different files.")
  }

  @Test("A name that is not UTF-8 is rejected, since its replacement would name another file")
  func encoding() {
    let words = ["train", "--save", String(decoding: [0x73, 0xE9], as: UTF8.self)]
    #expect(Invocation.refusal(words)?.contains("UTF-8") == true)
    #expect(Invocation.refusal("train --save \u{E9}") == nil)
  }
}
