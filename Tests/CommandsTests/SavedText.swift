import Foundation
@_exported import TestSupport
import Testing

/// A text in `Saved` that the program's own is compared with, or that is written again where `DESCENT_SAVE_TEXTS` is set.
struct SavedText {
  private let url: URL

  private static let folder = TestData.root.appendingPathComponent("Tests/CommandsTests/Saved")

  /// - Parameter name: without `.txt`.
  init(_ name: String) throws { url = Self.folder.appendingPathComponent(name + ".txt") }

  var text: String { get throws { try String(contentsOf: url, encoding: .utf8) } }

  /// Expects the text line by line, so that a failure shows the first line that differs.
  func check(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    if ProcessInfo.processInfo.environment["DESCENT_SAVE_TEXTS"] != nil {
      try text.write(to: url, atomically: true, encoding: .utf8)
    }
    let saved = try self.text
    for (line, expected) in zip(text.split(separator: "\n"), saved.split(separator: "\n")) where line != expected {
      #expect(line == expected, "saved in \(url.lastPathComponent)", sourceLocation: sourceLocation)
      return
    }
    #expect(text == saved, "saved in \(url.lastPathComponent)", sourceLocation: sourceLocation)
  }
}
