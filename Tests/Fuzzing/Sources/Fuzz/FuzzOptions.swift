@testable import Commands

/// Command lines: words with a line end or zero byte between them. What is refused is refused by a usage error.
func tryOptions(_ bytes: [UInt8]) {
  let words = bytes.split { $0 == 10 || $0 == 0 }.map { String(decoding: $0, as: UTF8.self) }
  do throws(UsageError) {
    _ = try Invocation(words)
  } catch { checkLength(error.description) }
}
