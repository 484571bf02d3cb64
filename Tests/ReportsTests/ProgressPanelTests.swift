import Files
import Testing

@testable import Reports

/// A panel above the progress line, on an emulated terminal.
@Suite("The panel above the progress line")
struct ProgressPanelTests {
  private static let state = ProgressState(title: "epoch 3/5", fraction: 0.62, loss: 0.1235)

  @Test("is drawn in place, makes way for other text, and leaves the terminal clean", arguments: [24, 40])
  func life(height: Int) {
    let screen = EmulatedTerminal()
    let display = screen.display(width: 120, height: height)
    let rows = Guarded(3)
    display.showPanel { width, height in
      height < 30 ? [] : rows.withLock { count in (0..<count).map { "\u{1B}[34mcurve \($0)\u{1B}[0m" } }
    }
    let panel = height < 30 ? [] : ["curve 0", "curve 1", "curve 2"]
    screen.tick()
    display.update { Self.state }
    #expect(screen.rows.dropLast() == panel[...] && screen.rows.last?.hasPrefix("epoch 3/5") == true)
    screen.tick()
    display.update { Self.state }
    #expect(screen.rows.count == panel.count + 1)
    display.interrupted { screen.write("row of a table\n") }
    screen.tick()
    display.update { Self.state }
    #expect(screen.rows.dropLast() == (["row of a table"] + panel)[...])
    rows.withLock { $0 = 1 }
    screen.tick()
    display.update { Self.state }
    #expect(screen.rows.count == 1 + min(panel.count, 1) + 1)
    display.clear()
    #expect(screen.rows.filter { !$0.isEmpty } == ["row of a table"])
  }

  @Test("stays while other text is written, without waiting for the next update")
  func noFlicker() {
    let screen = EmulatedTerminal()
    let display = screen.display(width: 120, height: 40)
    display.showPanel { _, _ in ["curve"] }
    screen.tick()
    display.update { Self.state }
    display.interrupted { screen.write("row\n") }
    #expect(screen.rows.prefix(2) == ["row", "curve"] && screen.rows.count == 3)
    display.showPanel(nil)
    display.clear()
    display.interrupted { screen.write("last\n") }
    #expect(screen.rows.filter { !$0.isEmpty } == ["row", "last"])
  }

  @Test("takes no more rows where the window is narrower than it says, with a panel and without", arguments: [0, 3])
  func narrowerThanSaid(rows: Int) {
    let screen = EmulatedTerminal(columns: 50)
    let display = screen.display(width: 120, height: 40)
    let count = Guarded(0)
    display.showPanel { _, _ in
      let time = count.withLock {
        $0 += 1
        return $0
      }
      return (0..<rows).map { "\($0), \(time) " + String(repeating: "x", count: 100) }
    }
    for _ in 0..<4 {
      screen.tick()
      display.update { Self.state }
      #expect(screen.rows.count == rows + 1 && screen.rows.allSatisfy { $0.count <= 50 }, "\(screen.rows)")
    }
  }

  @Test("is not drawn while the width of the window changes, and then erased with the last one")
  func resizing() {
    let screen = EmulatedTerminal()
    let width = Guarded(120)
    let display = screen.display(width: 120, height: 40, current: { width.withLock { $0 } })
    func draw(after count: Int) -> String {
      for _ in 0..<count { screen.tick() }
      let before = screen.written
      display.update { Self.state }
      return String(screen.written.dropFirst(before.count))
    }
    #expect(draw(after: 1).contains("epoch 3/5"))
    for (next, ticks) in [(60, 1), (60, 1), (45, 1)] {
      width.withLock { $0 = next }
      #expect(draw(after: ticks) == "")
    }
    // A line of 117 columns in a window of 45 takes three rows.
    #expect(draw(after: 3).hasPrefix("\r\u{1B}[2A" + ProgressDisplay.erasureFromHere))
    #expect(draw(after: 1).hasPrefix("\r\u{1B}[?7l"))
  }

  @Test("leaves nothing in the history of a terminal that keeps what is erased from the first cell")
  func history() {
    let screen = EmulatedTerminal()
    let display = screen.display(width: 120, height: 40)
    display.showPanel { _, _ in ["curve"] }
    screen.tick()
    display.update { Self.state }
    display.clear()
    #expect(screen.rows.allSatisfy(\.isEmpty) && screen.history == [])
  }

  @Test("is erased over all rows that a narrower window gave its lines")
  func narrower() {
    #expect(
      ProgressDisplay.erasure(
        of: 30, below: ["\u{1B}[34m" + String(repeating: "x", count: 119) + "\u{1B}[0m", ""], width: 60)
        == "\r\u{1B}[3A" + ProgressDisplay.erasureFromHere)
  }
}

/// The rows that a terminal shows after the escape sequences of the display.
private final class EmulatedTerminal: Sendable {
  private struct Contents {
    var rows: [[Character]] = [[]]
    var row = 0
    var column = 0
    var time = 0.0
    /// Rows that were on the screen when it was erased from its first cell, as tmux keeps them.
    var history: [String] = []
    var columns = Int.max
    var wraps = true
    var written = ""
  }

  private let contents: Guarded<Contents>

  init(columns: Int = .max) { contents = Guarded(Contents(columns: columns)) }

  var history: [String] { contents.withLock { $0.history } }

  var rows: [String] { contents.withLock { $0.rows.map { String($0) } } }

  func tick() { contents.withLock { $0.time += 0.2 } }

  /// - Parameter current: the width that the window has; nil if it stays the same.
  func display(width: Int, height: Int, current: (@Sendable () -> Int)? = nil) -> ProgressDisplay {
    ProgressDisplay(
      terminal: Terminal(descriptor: 2, isInteractive: true, hasColor: true, hasUnicode: true), isQuiet: false,
      now: { [self] in contents.withLock { $0.time } }, width: current ?? { width }, height: { height },
      write: { [self] in write($0) })
  }

  func write(_ text: String) {
    contents.withLock {
      $0.written += text
      Self.write(Array(text), &$0)
    }
  }

  /// All text so far.
  var written: String { contents.withLock { $0.written } }

  private static func write(_ text: [Character], _ contents: inout Contents) {
    var index = 0
    while index < text.count {
      let character = text[index]
      index += 1
      switch character {
      case "\r": contents.column = 0
      case "\n":
        (contents.row, contents.column) = (contents.row + 1, 0)
        if contents.row == contents.rows.count { contents.rows.append([]) }
      case "\u{1B}":
        let end = text[index...].firstIndex { $0.isLetter }!
        let parameters = String(text[(index + 1)..<end])
        if parameters == "?7" { contents.wraps = text[end] == "h" }
        control(text[end], Int(parameters) ?? 1, &contents)
        index = end + 1
      default:
        if contents.column == contents.columns {
          guard contents.wraps else { continue }
          (contents.row, contents.column) = (contents.row + 1, 0)
          if contents.row == contents.rows.count { contents.rows.append([]) }
        }
        if contents.column < contents.rows[contents.row].count {
          contents.rows[contents.row][contents.column] = character
        } else {
          contents.rows[contents.row].append(character)
        }
        contents.column += 1
      }
    }
  }

  private static func control(_ letter: Character, _ number: Int, _ contents: inout Contents) {
    switch letter {
    case "A": contents.row = max(0, contents.row - number)
    case "C": contents.column += number
    case "K": contents.rows[contents.row] = Array(contents.rows[contents.row].prefix(contents.column))
    case "J":
      if contents.row == 0, contents.column == 0 { contents.history += contents.rows.map { String($0) } }
      contents.rows[contents.row] = Array(contents.rows[contents.row].prefix(contents.column))
      contents.rows = Array(contents.rows.prefix(contents.row + 1))
    default: break
    }
  }
}
