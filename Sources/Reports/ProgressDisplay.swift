import Files


#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A display of progress: one line that is redrawn on a terminal, a line every ten seconds elsewhere.
///
/// The terminal's mode is not changed and the cursor stays visible, so that however the process ends, only the line itself has to be
/// removed, which `clear()` does. All methods may be called from any thread.
package final class ProgressDisplay: Sendable {
  /// Seconds between two drawings of the progress line: often enough to show movement, at negligible cost.
  static let drawingInterval = 0.1
  /// Seconds between two lines if the output is not a terminal.
  static let loggingInterval = 10.0

  private struct State {
    /// The time of the next drawing in seconds, as returned by `now`.
    var due: Double
    /// The number of columns of the progress line on the terminal; 0 for none.
    var drawnColumns = 0
  }

  private let terminal: Terminal
  private let isQuiet: Bool
  private let now: @Sendable () -> Double
  private let width: @Sendable () -> Int
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
      write: { StandardError.write($0) })
  }

  init(
    terminal: Terminal, isQuiet: Bool, now: @escaping @Sendable () -> Double, width: @escaping @Sendable () -> Int,
    write: @escaping @Sendable (String) -> Void
  ) {
    self.terminal = terminal
    self.isQuiet = isQuiet
    self.now = now
    self.width = width
    self.write = write
    let first = terminal.isInteractive ? Self.drawingInterval : Self.loggingInterval
    state = Guarded(State(due: now() + first))
  }

  /// Shows the state if the last drawing is long enough ago; `current` is called only then.
  package func update(_ current: () -> ProgressState) {
    guard !isQuiet else { return }
    let time = now()
    state.withLock { state in
      guard time >= state.due else { return }
      if terminal.isInteractive {
        let width = width()
        // The last column stays empty: some terminals wrap as soon as it is written.
        let line = current().line(
          width: max(1, width - 1), hasColor: terminal.hasColor, hasUnicode: terminal.hasUnicode)
        write(Self.redrawn(line, over: state.drawnColumns, width: width))
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

  /// Removes the progress line and runs `other`, during which no thread draws.
  package func interrupted<Result>(by other: () throws -> Result) rethrows -> Result {
    try state.withLock { state in
      erase(&state)
      return try other()
    }
  }

  /// Removes the progress line unless another thread is drawing, for a process that is about to end and must not wait.
  package func clearIfPossible() {
    _ = state.withLockIfAvailable { erase(&$0) }
  }

  private func erase(_ state: inout State) {
    guard state.drawnColumns > 0 else { return }
    write(Self.erasure(of: state.drawnColumns, width: width()))
    state.drawnColumns = 0
    state.due = min(state.due, now())
  }

  /// The text that replaces the drawn line: it overwrites the line and then erases the rest, so that the line is never empty.
  static func redrawn(_ line: String, over columns: Int, width: Int) -> String {
    columns > width ? erasure(of: columns, width: width) + line : "\r" + line + "\u{1B}[K"
  }

  /// The text that moves to the start of the drawn line and erases it. If the window became narrower, the line takes several rows.
  static func erasure(of columns: Int, width: Int) -> String {
    let rowsAbove = columns == 0 ? 0 : (columns - 1) / max(1, width)
    return "\r" + (rowsAbove > 0 ? "\u{1B}[\(rowsAbove)A" : "") + "\u{1B}[J"
  }
}
