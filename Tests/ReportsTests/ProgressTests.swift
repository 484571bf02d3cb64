import Files
import Testing

@testable import Reports

@Suite("Progress")
struct ProgressTests {
  static let state = ProgressState(
    title: "epoch 3/5", fraction: 0.625, loss: 0.12345, rate: 1_234_567, secondsLeft: 12.4)

  @Test("A line fills the width with its bar and drops the least needed where the room is short")
  func widths() {
    let saved: [(Int, String)] = [
      (
        199,
        "epoch 3/5 " + String(repeating: "━", count: 88) + String(repeating: "─", count: 53)
          + "  62 %  loss 0.1235  1.23 M samples/s  0:12 left"
      ),
      (79, "epoch 3/5 ━━━━━━━━━━━━━────────  62 %  loss 0.1235  1.23 M samples/s  0:12 left"),
      (67, "epoch 3/5 ━━━━━━━━━━━━━━━━───────────  62 %  loss 0.1235  0:12 left"),
      (51, "epoch 3/5 ━━━━━━─────  62 %  loss 0.1235  0:12 left"),
      (45, "epoch 3/5  62 %  loss 0.1235  0:12 left"),
      (30, "epoch 3/5  62 %  0:12 left"),
      (20, "epoch 3/5  0:12 left"),
      (18, "epoch 3/5  62 %"),
      (12, "epoch 3/5"),
      (5, "epoc…"),
      (1, "…"),
      (0, ""),
    ]
    for (width, text) in saved {
      #expect(Self.state.line(width: width, hasColor: false, hasUnicode: true) == text, "at \(width) columns")
    }
  }

  @Test("A long title is truncated for the remaining time, and down to 20 columns only")
  func longTitles() {
    let state = ProgressState(
      title: "round 4/25, run 9 of 12: gradients owned, batch-size 256, workers 1", fraction: 0.15, secondsLeft: 33)
    let saved: [(Int, String)] = [
      (84, state.title + "  15 %  0:33 left"),
      (78, state.title + "  0:33 left"),
      (77, "round 4/25, run 9 of 12: gradients owned, batch-size 256, workers…  0:33 left"),
      (37, "round 4/25, run 9 of 12: …  0:33 left"),
      (31, "round 4/25, run 9 o…  0:33 left"),
      (30, "round 4/25, run 9 of 12: grad…"),
    ]
    for (width, text) in saved {
      #expect(state.line(width: width, hasColor: false, hasUnicode: true) == text, "at \(width) columns")
    }
  }

  @Test("No line exceeds any width from 0 to 300, with any of the figures missing")
  func neverTooLong() {
    var states = [Self.state, ProgressState(title: "reading 手書き数字.csv", fraction: 1.7, rate: 5e8, unit: .bytes)]
    states.append(ProgressState(title: "epoch 1", loss: .nan, rate: .infinity, secondsLeft: .nan))
    states.append(ProgressState(title: ""))
    states.append(Self.training)
    var tooLong: [String] = []
    for state in states {
      for width in 0...300 where state.line(width: width, hasColor: false, hasUnicode: true).columns > width {
        tooLong.append("\(width): \(state)")
      }
    }
    #expect(tooLong == [])
  }

  private static let training = ProgressState(
    title: "epoch 3/5", fraction: 0.625, loss: 0.12345, lossTrace: (0..<64).map { 1 / (1 + Double($0)) },
    accuracy: 0.96341,
    rate: 1_234_567, secondsLeft: 12.4)

  @Test("The word after the remaining time is that of the display's language, in lines and sentences")
  func otherLanguage() {
    var state = ProgressState(title: "ejercicio 3 de 26", fraction: 0.1, secondsLeft: 12)
    state.leftWord = "restantes"
    #expect(state.sentence == "ejercicio 3 de 26: 10 %, 0:12 restantes")
    #expect(state.line(width: 80, hasColor: false, hasUnicode: false).hasSuffix(" 10 %  0:12 restantes"))
  }

  @Test("At 80 columns and at 200 training shows bar, loss and its course, accuracy, samples/s and time left")
  func training() {
    let saved: [(Int, String)] = [
      (
        199,
        "epoch 3/5 " + String(repeating: "━", count: 56) + String(repeating: "─", count: 35)
          + "  62 %  loss 0.1235 █▄▂▂" + String(repeating: "▁", count: 28)
          + "  accuracy 0.9634  1.23 M samples/s  0:12 left"
      ),
      (79, "epoch 3/5 ━━━━━────  62 %  loss 0.1235 █▂▁▁▁▁▁▁  acc 0.963  1.23 M/s  0:12 left"),
      (74, "epoch 3/5 ━━━───  62 %  loss 0.1235 █▂▁▁▁▁  acc 0.963  1.23 M/s  0:12 left"),
      (71, "epoch 3/5 ━━━━━━────  62 %  loss 0.1235  acc 0.963  1.23 M/s  0:12 left"),
      (60, "epoch 3/5 ━━━━━━━━━━━━────────  62 %  loss 0.1235  0:12 left"),
    ]
    for (width, text) in saved {
      let line = Self.training.line(width: width, hasColor: false, hasUnicode: true)
      #expect(line == text, "at \(width) columns")
      let colored = Self.training.line(width: width, hasColor: true, hasUnicode: true)
      #expect(colored.columnsWithoutColors == line.columns, "at \(width) columns")
    }
    #expect(!Self.training.line(width: 199, hasColor: false, hasUnicode: false).contains("▁"))
    #expect(Self.training.sentence == "epoch 3/5: 62 %, loss 0.1235, accuracy 0.9634, 1.23 M samples/s, 0:12 left")
  }

  @Test("A sparkline has one block per range of values, and gaps for missing numbers")
  func sparkline() {
    #expect(Sparkline.text([0, 1, 2, 3, 4, 5, 6, 7], width: 8) == "▁▂▃▄▅▆▇█")
    #expect(Sparkline.text([0, 0, 7, 7], width: 2) == "▁█")
    #expect(Sparkline.text([3, 3], width: 8) == "▁▁")
    #expect(Sparkline.text([1, .nan, 2], width: 3) == "▁ █")
    #expect(Sparkline.text([.nan, .infinity], width: 2) == "  ")
    #expect(Sparkline.text([-1e308, 1e308], width: 2) == "▁█")
    #expect(Sparkline.text([], width: 5) == "" && Sparkline.text([1], width: 0) == "")
  }

  @Test("The progress line overwrites the previous one and then erases the rest, so that it is always visible")
  func noFlicker() {
    let new = "\u{1B}[?7lnew\u{1B}[?7h"
    #expect(ProgressDisplay.redrawn("new", over: 0, width: 80) == "\r\(new)\u{1B}[K")
    #expect(ProgressDisplay.redrawn("new", over: 79, width: 80) == "\r\(new)\u{1B}[K")
    #expect(
      ProgressDisplay.redrawn("new", over: 199, width: 80) == "\r\u{1B}[2A" + ProgressDisplay.erasureFromHere + new)
  }

  @Test("Colors change only colors, and without Unicode the line is ASCII")
  func styles() {
    let plain = Self.state.line(width: 79, hasColor: false, hasUnicode: true)
    var colored = Self.state.line(width: 79, hasColor: true, hasUnicode: true)
    #expect(colored.contains("\u{1B}[36m"))
    for code in ["\u{1B}[36m", "\u{1B}[90m", "\u{1B}[0m"] { colored.replace(code, with: "") }
    #expect(colored == plain)
    let ascii = Self.state.line(width: 79, hasColor: false, hasUnicode: false)
    #expect(ascii == "epoch 3/5 #############........  62 %  loss 0.1235  1.23 M samples/s  0:12 left")
  }

  @Test("A log reports the same in a sentence")
  func sentence() {
    #expect(Self.state.sentence == "epoch 3/5: 62 %, loss 0.1235, 1.23 M samples/s, 0:12 left")
    let fetching = ProgressState(title: "train-images", fraction: 1, rate: 12_340_000, unit: .bytes)
    #expect(fetching.sentence == "train-images: 100 %, 12.3 MB/s")
  }

  @Test("On a terminal one line is drawn over, at most ten times a second, and taken away at the end")
  func liveLine() {
    let screen = Screen(isInteractive: true)
    screen.run(seconds: 1, steps: 1000) { screen.display.update { Self.state } }
    screen.display.clear()
    screen.display.clear()
    let drawings = screen.written.split(separator: "\r", omittingEmptySubsequences: true)
    #expect((9...11).contains(drawings.count), "ten at most and the erasure")
    #expect(drawings.last.map { $0 + "\r" } == ProgressDisplay.erasureFromHere)
    #expect(!screen.written.contains("\n"))
    let modes = screen.written.matches(of: #/\u{1B}\[\?[0-9]*[hl]/#).map { String($0.0) }
    #expect(modes.count == 2 * (drawings.count - 1))
    for (index, mode) in modes.enumerated() {
      #expect(mode == (index % 2 == 0 ? "\u{1B}[?7l" : "\u{1B}[?7h"), "wrapping is on again after every drawing")
    }
  }

  @Test("Elsewhere a line is written every ten seconds, without control characters")
  func log() {
    let screen = Screen(isInteractive: false)
    screen.run(seconds: 35, steps: 350) { screen.display.update { Self.state } }
    screen.display.clear()
    #expect(screen.written == String(repeating: Self.state.sentence + "\n", count: 3))
  }

  @Test("A quiet display writes nothing", arguments: [true, false])
  func quiet(isInteractive: Bool) {
    let screen = Screen(isInteractive: isInteractive, isQuiet: true)
    screen.run(seconds: 35, steps: 350) { screen.display.update { Self.state } }
    screen.display.clear()
    #expect(screen.written == "")
  }

  @Test("A line that a narrower window has wrapped is erased over all its rows")
  func resize() {
    #expect(ProgressDisplay.erasure(of: 0, width: 80) == "\r" + ProgressDisplay.erasureFromHere)
    #expect(ProgressDisplay.erasure(of: 79, width: 80) == "\r" + ProgressDisplay.erasureFromHere)
    #expect(ProgressDisplay.erasure(of: 199, width: 80) == "\r\u{1B}[2A" + ProgressDisplay.erasureFromHere)
    #expect(ProgressDisplay.erasure(of: 80, width: 40) == "\r\u{1B}[1A" + ProgressDisplay.erasureFromHere)
  }

  @Test(
    "The environment decides what a stream can show",
    arguments: [
      (true, ["TERM": "xterm", "LANG": "en_US.UTF-8"], true, true, true, true),
      (true, ["TERM": "xterm", "NO_COLOR": "1", "LANG": "C.utf8"], true, true, false, true),
      (true, ["TERM": "xterm", "NO_COLOR": "", "LANG": "C"], true, true, true, false),
      (true, ["TERM": "dumb", "LC_ALL": "C", "LANG": "en_US.UTF-8"], true, false, false, false),
      (true, [:], false, false, false, false),
      (false, ["TERM": "xterm", "LC_CTYPE": "de_DE.UTF-8", "LANG": "C"], false, false, false, true),
    ] as [(Bool, [String: String], Bool, Bool, Bool, Bool)])
  func environment(
    isTerminal: Bool, values: [String: String], wraps: Bool, interactive: Bool, color: Bool, unicode: Bool
  ) {
    let terminal = Terminal(descriptor: 2, isTerminal: isTerminal) { values[$0] }
    #expect(
      terminal
        == Terminal(
          descriptor: 2, wraps: wraps, isInteractive: interactive, hasColor: color, hasUnicode: unicode))
  }
}

/// A display with a clock of its own that keeps what was written.
private final class Screen: Sendable {
  private struct Contents {
    var text = ""
    var time = 0.0
  }

  private final class Memory: Sendable {
    let contents = Guarded(Contents())
  }

  private let memory: Memory
  let display: ProgressDisplay

  init(isInteractive: Bool, isQuiet: Bool = false) {
    let memory = Memory()
    self.memory = memory
    display = ProgressDisplay(
      terminal: Terminal(descriptor: 2, isInteractive: isInteractive, hasColor: false, hasUnicode: true),
      isQuiet: isQuiet,
      now: { memory.contents.withLock { $0.time } },
      width: { 80 },
      write: { text in memory.contents.withLock { $0.text += text } })
  }

  var written: String { memory.contents.withLock { $0.text } }

  func run(seconds: Double, steps: Int, _ body: () -> Void) {
    for step in 1...steps {
      memory.contents.withLock { $0.time = seconds * Double(step) / Double(steps) + 1e-9 }
      body()
    }
  }
}
