import Files
import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Writes the checkpoints of one run into a folder, and keeps the newest two that are whole.
///
/// One run at a time: the folder is locked for as long as this object lives, or its process.
public final class CheckpointStore: @unchecked Sendable {
  // Unchecked: made by one thread, then used by the writer's alone.
  public let folder: CheckpointFolder
  /// Whether the folder held whole checkpoints when it was opened.
  public let hadCheckpoints: Bool
  private let lock: FolderLock
  private var number: Int
  /// Files that are no good to anyone: removed once there is a better one.
  private var damaged: [String] = []

  /// How many checkpoints stay.
  static let kept = 2

  /// Makes the folder where it is missing, and removes what a killed run left half written.
  /// - Throws: `FileError` where no checkpoint can be written there or one cannot be read, or another run writes there.
  public init(_ path: String) throws(FileError) {
    folder = CheckpointFolder(path)
    try makeFolder(path, expected: "a folder for checkpoints")
    lock = try FolderLock(path)
    Self.removeStrays(in: folder)
    var whole = 0
    let entries = try folder.entries()
    for entry in entries {
      do throws(CheckpointError) {
        _ = try Checkpoint.read(entry.path)
        whole += 1
      } catch {
        switch error {
        case .unusable: damaged.append(entry.path)
        case .unreadable(let reason): throw reason
        case .newer: break
        }
      }
    }
    hadCheckpoints = whole > 0
    number = (entries.first?.number ?? 0) + 1
    try AtomicFile.checkWritable(folder.place(ofNumber: number))
  }

  /// Adds a checkpoint; it is on the disk when this returns. A failure leaves all others as they are.
  public func write(_ checkpoint: Checkpoint) throws(FileError) {
    try checkpoint.write(to: folder.place(ofNumber: number))
    number += 1
    for file in damaged { unlink(file) }
    damaged = []
    for entry in try folder.entries().dropFirst(Self.kept) { unlink(entry.path) }
  }

  /// Removes temporary files of processes that are gone. A file of our own process number is of one that had it before.
  private static func removeStrays(in folder: CheckpointFolder) {
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [] {
      guard let owner = AtomicFile.temporaryOwner(name) else { continue }
      if owner == getpid() || (kill(owner, 0) != 0 && errno == ESRCH) { unlink(folder.place(of: name)) }
    }
  }
}

/// A folder that one process at a time works in. The system takes the lock back when the process ends, however it ends.
private final class FolderLock {
  private let descriptor: Int32

  /// Waits some seconds: a run that was just killed may still be on its way out.
  init(_ path: String) throws(FileError) {
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw FileError(
        file: path, found: systemText(errno), expected: "a folder that can be opened and locked",
        cause: .access)
    }
    for _ in 0..<40 {
      // A file system without locks has none to respect.
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 || (errno != EWOULDBLOCK && errno != EINTR) { return }
      usleep(50_000)
    }
    throw FileError(
      file: path, found: "another run at work in it", expected: "a folder of this run's own",
      hint: "Wait for its end, or name another one.")
  }

  deinit { if descriptor >= 0 { close(descriptor) } }
}
