import Synchronization

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Shows how far work has come: one line drawn over and over on a terminal, a line now and then elsewhere.
///
/// No mode of the terminal is changed and the cursor stays visible, so however the process ends, nothing needs to be
/// put back but the line itself, which `clear()` takes away. Any thread may call.
public final class ProgressDisplay: Sendable {
  /// Seconds between two drawings of the live line: fast enough to look alive, slow enough to cost nothing.
  static let drawingInterval = 0.1
  /// Seconds between two lines where lines stay.
  static let loggingInterval = 10.0

  private struct State {
    /// When the next drawing is due, by `now`.
    var due: Double
    /// Columns of the live line that stands on the terminal; 0 for none.
    var drawnColumns = 0
  }

  private let terminal: Terminal
  private let isQuiet: Bool
  private let now: @Sendable () -> Double
  private let width: @Sendable () -> Int
  private let write: @Sendable (String) -> Void
  private let state: Mutex<State>

  /// A display on the standard error stream.
  public convenience init(isQuiet: Bool) {
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
    state = Mutex(State(due: now() + first))
  }

  /// Shows the state if the last drawing is long enough ago; `current` is asked only then.
  public func update(_ current: () -> ProgressState) {
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

  /// Takes the live line away, so that other text can be written to the terminal. The next update draws it again.
  public func clear() {
    state.withLock { erase(&$0) }
  }

  /// Takes the live line away and writes something else in its place, with no drawing of another thread in between.
  public func interrupted<Result>(by other: () throws -> Result) rethrows -> Result {
    try state.withLock { state in
      erase(&state)
      return try other()
    }
  }

  /// As `clear()`, but gives up where another thread is drawing: for a process about to end, which must not wait.
  public func clearIfPossible() {
    _ = state.withLockIfAvailable { erase(&$0) }
  }

  private func erase(_ state: inout State) {
    guard state.drawnColumns > 0 else { return }
    write(Self.erasure(of: state.drawnColumns, width: width()))
    state.drawnColumns = 0
    state.due = min(state.due, now())
  }

  /// A line in place of another: written over it, and the rest erased after, so that the line is never seen empty.
  static func redrawn(_ line: String, over columns: Int, width: Int) -> String {
    columns > width ? erasure(of: columns, width: width) + line : "\r" + line + "\u{1B}[K"
  }

  /// Back to the start of what was drawn and everything after it erased. A window that became narrower has wrapped the
  /// line onto several rows: as many rows up.
  static func erasure(of columns: Int, width: Int) -> String {
    let rowsAbove = columns == 0 ? 0 : (columns - 1) / max(1, width)
    return "\r" + (rowsAbove > 0 ? "\u{1B}[\(rowsAbove)A" : "") + "\u{1B}[J"
  }
}
