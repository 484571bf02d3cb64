@testable import Commands

/// Command lines: words with a line end or zero byte between them. A wrong one is refused by an error of one line.
func tryOptions(_ bytes: [UInt8]) {
  // A file of option values is read at once; the bytes must not choose which.
  let words = bytes.split { $0 == 10 || $0 == 0 }.map { String(decoding: $0, as: UTF8.self) }
    .filter { !$0.hasPrefix("--config") }
  do {
    _ = try Invocation(words)
  } catch { checkLength("\(error)") }
}
