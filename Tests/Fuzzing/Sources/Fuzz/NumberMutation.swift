/// A change that libFuzzer does not know of: a number spelled in a text becomes another one, as large or small as numbers get.
enum NumberMutation {
  private static let edges = [
    "0", "1", "2", "8", "16", "17", "255", "65536", "2147483647", "2147483648", "4294967296", "4611686018427387904",
    "9223372036854775807", "9223372036854775808", "18446744073709551615", "1e308", "1e-310", "1e999",
  ].map { Array($0.utf8) }

  /// - Parameter choice: a random number; the same one makes the same of the same bytes.
  /// - Returns: `nil` where no number is spelled.
  static func changed(_ bytes: [UInt8], choice: Int) -> [UInt8]? {
    // The first byte is the target's own.
    let indices = bytes.indices.dropFirst().filter { isDigit(bytes[$0]) && !isDigit(bytes[$0 - 1]) }
    guard !indices.isEmpty else { return nil }
    let start = indices[choice % indices.count]
    let digits = bytes[start...].prefix(while: isDigit)
    let rest = choice / indices.count
    let number: [UInt8] =
      switch rest % 4 {
      case 0: Array("-".utf8) + digits
      case 1: neighbor(of: digits, isAbove: rest / 4 % 2 == 0)
      default: edges[rest / 4 % edges.count]
      }
    return bytes[..<start] + number + bytes[digits.endIndex...]
  }

  private static func neighbor(of digits: ArraySlice<UInt8>, isAbove: Bool) -> [UInt8] {
    let value = Int(String(decoding: digits.prefix(18), as: UTF8.self)) ?? 0
    return Array("\(value + (isAbove ? 1 : -1))".utf8)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte &- 48 < 10 }
}
