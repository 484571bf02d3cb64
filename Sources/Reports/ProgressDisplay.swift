import Files
import Platform

/// A display of progress: one line that is redrawn on a terminal, with a panel of lines above it if one is shown and the window has the
/// space; a line every ten seconds elsewhere.
///
/// After every write the terminal is in its usual mode with a visible cursor: however the process ends, only the line
/// remains to be removed, which `clear()` does. All methods may be called from any thread.
package final class ProgressDisplay: Sendable {
  /// Seconds between two drawings of the progress line: often enough to show movement, at negligible cost.
  static let drawingInterval = 0.1
  /// Seconds between two lines if the output is not a terminal.
  static let loggingInterval = 10.0

  /// Seconds without drawing after the width of the window changed. Terminals report a size late (tmux after a quarter of a second),
  /// and lines drawn meanwhile would take an unknown number of rows; the line on the screen is erased once the width is certain.
  static let resizingPause = 0.4

  private struct State {
    /// The width of the window at the last drawing, in columns; 0 before the first.
    var width = 0
    /// The time of the next drawing in seconds, as returned by `now`.
    var due: Double
    /// The number of columns of the progress line on the terminal; 0 for none.
    var drawnColumns = 0
    /// The progress line on the terminal.
    var drawnLine = ""
    /// The lines of the panel on the terminal.
    var drawnPanel: [String] = []
    /// The panel's lines for a size of the window.
    var panel: (@Sendable (_ width: Int, _ height: Int) -> [String])?
  }

  private let terminal: Terminal
  private let isQuiet: Bool
  private let now: @Sendable () -> Double
  private let width: @Sendable () -> Int
  private let height: @Sendable () -> Int
  private let write: @Sendable (String) -> Void
  private let state: Guarded<State>

  /// A display on the standard error stream.
  package convenience init(isQuiet: Bool) {
    let terminal = Terminal(descriptor: STDERR_FILENO)
    let start = ContinuousClock.now
    self.init(
      terminal: terminal, isQuiet: isQuiet,
      now: { (ContinuousClock.now - start) / .seconds(1) },
      width: { terminal.width },
      height: { terminal.height },
      write: { StandardError.write($0) })
  }

  init(
    terminal: Terminal, isQuiet: Bool, now: @escaping @Sendable () -> Double, width: @escaping @Sendable () -> Int,
    height: @escaping @Sendable () -> Int = { 24 }, write: @escaping @Sendable (String) -> Void
  ) {
    self.terminal = terminal
    self.isQuiet = isQuiet
    self.now = now
    self.width = width
    self.height = height
    self.write = write
    let first = terminal.isInteractive ? Self.drawingInterval : Self.loggingInterval
    state = Guarded(State(due: now() + first))
  }

  /// Shows lines above the progress line from the next update on; nil for none.
  ///
  /// - Parameter panel: returns the lines for a width and height of the window, each shorter than the width; none if the window is too
  ///   small. It is called at every update, and should keep its lines while they are the same.
  package func showPanel(_ panel: (@Sendable (_ width: Int, _ height: Int) -> [String])?) {
    state.withLock { $0.panel = panel }
  }

  /// Shows the state if the last drawing is long enough ago; `current` is called only then.
  package func update(_ current: () -> ProgressState) {
    guard !isQuiet else { return }
    let time = now()
    state.withLock { state in
      guard time >= state.due else { return }
      if terminal.isInteractive {
        let width = width()
        if state.drawnColumns > 0, width != state.width {
          (state.width, state.due) = (width, time + Self.resizingPause)
          return
        }
        state.width = width
        // The last columns stay empty: some terminals wrap as soon as the last one is written, and Ctrl-C is echoed as ^C behind the line,
        // which must not continue in the next row.
        let line = current().line(
          width: max(1, width - 3), hasColor: terminal.hasColor, hasUnicode: terminal.hasUnicode)
        let panel = state.panel?(width, height()) ?? []
        if panel == state.drawnPanel {
          write(Self.redrawn(line, over: state.drawnColumns, width: width))
        } else {
          write(Self.block(panel, line, over: state.drawnPanel, state.drawnColumns, width: width))
        }
        (state.drawnLine, state.drawnPanel) = (line, panel)
        state.drawnColumns = line.columnsWithoutColors
        state.due = time + Self.drawingInterval
      } else {
        write(current().sentence + "\n")
        state.due = time + Self.loggingInterval
      }
    }
  }

  /// Removes the progress line, so that other text can be written to the terminal. The next update draws it again.
  package func clear() {
    state.withLock { erase(&$0) }
  }

  /// Removes the progress line and runs `other`, during which no thread draws; a panel is drawn again at once, so that it does not flicker.
  package func interrupted<Result>(by other: () throws -> Result) rethrows -> Result {
    try state.withLock { state in
      let (panel, line) = (state.drawnPanel, state.drawnLine)
      erase(&state)
      let result = try other()
      if !panel.isEmpty, state.panel != nil, panel.allSatisfy({ $0.columnsWithoutColors < width() }) {
        write(Self.block(panel, line, over: [], 0, width: width()))
        state.width = width()
        (state.drawnLine, state.drawnPanel, state.drawnColumns) = (line, panel, line.columnsWithoutColors)
      }
      return result
    }
  }

  /// Removes the progress line unless another thread is drawing, for a process that is about to end and must not wait.
  package func clearIfPossible() {
    _ = state.withLockIfAvailable { erase(&$0) }
  }

  private func erase(_ state: inout State) {
    guard state.drawnColumns > 0 else { return }
    write(Self.erasure(of: state.drawnColumns, below: state.drawnPanel, width: width()))
    (state.drawnColumns, state.drawnPanel) = (0, [])
    state.due = min(state.due, now())
  }

  /// The text that replaces the drawn line: it overwrites the line and then erases the rest, so that the line is never empty.
  static func redrawn(_ line: String, over columns: Int, width: Int) -> String {
    columns > width ? erasure(of: columns, width: width) + whole(line) : "\r" + whole(line) + "\u{1B}[K"
  }

  /// The text with the terminal's wrapping off (DECAWM). After a window has become narrower, its new width may be known later
  /// (in tmux, after a quarter of a second). Until then lines have the old width, and must not take several rows, which would
  /// not all be erased.
  private static func whole(_ text: String) -> String { "\u{1B}[?7l" + text + "\u{1B}[?7h" }

  /// The text that replaces a panel and its progress line, without erasing them first if they have the same rows.
  static func block(
    _ panel: [String], _ line: String, over drawn: [String], _ columns: Int, width: Int
  ) -> String {
    let isInPlace =
      drawn.count == panel.count && columns < width && drawn.allSatisfy { $0.columnsWithoutColors < width }
    let start =
      isInPlace && !drawn.isEmpty ? "\r\u{1B}[\(drawn.count)A" : erasure(of: columns, below: drawn, width: width)
    return start + whole(panel.map { $0 + "\u{1B}[K\n" }.joined() + line) + "\u{1B}[K"
  }

  /// The text that erases all from the start of a line, and stays there.
  static let erasureFromHere = "\u{1B}[K\u{1B}[C\u{1B}[J\r"

  /// The text that moves to the start of the drawn lines and erases them. If the window became narrower, a line takes several rows.
  ///
  /// - Parameters:
  ///   - columns: the length of the progress line.
  ///   - panel: the lines above it.
  static func erasure(of columns: Int, below panel: [String] = [], width: Int) -> String {
    func rows(_ columns: Int) -> Int { columns == 0 ? 0 : (columns - 1) / max(1, width) }
    let rowsAbove = panel.reduce(rows(columns)) { $0 + 1 + rows($1.columnsWithoutColors) }
    // The rows are erased from the second column on. A panel may fill the window, and if a screen is erased from its
    // first cell, tmux copies all of it into its history (scroll-on-clear).
    return "\r" + (rowsAbove > 0 ? "\u{1B}[\(rowsAbove)A" : "") + erasureFromHere
  }
}
