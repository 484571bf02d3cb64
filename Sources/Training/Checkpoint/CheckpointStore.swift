import Files
import Platform

/// Writes the checkpoints of one run into a folder and keeps the newest two valid ones.
///
/// Only one run at a time can use a folder: it is locked until this object is released or its process ends.
package final class CheckpointStore: @unchecked Sendable {
  // Unchecked: created by one thread, then used by the writer thread alone.
  /// The folder of the checkpoints.
  package let folder: CheckpointFolder
  /// True if the folder had checkpoints when it was opened: valid ones, or those of a later version.
  package let hadCheckpoints: Bool
  private let lock: FolderLock
  /// The folders that did not exist before; removed with this object if no checkpoint was written.
  private let created: CreatedFolders
  private var number: Int
  /// Invalid files newer than a valid one, which are removed after the next checkpoint is written.
  private var replaced: [String]
  /// Invalid files older than any valid one, which may be those of another run: they stay.
  private let foreign: Set<String>

  /// The number of checkpoints that are kept.
  static let kept = 2

  /// Creates the folder if it is missing, and removes incomplete files of killed runs.
  /// - Throws: `FileError` if the folder is not writable, a checkpoint is not readable, or another run uses the folder.
  package init(_ path: String) throws(FileError) {
    folder = CheckpointFolder(path)
    created = try makeFolder(path, expected: "a folder for checkpoints")
    lock = try FolderLock(path)
    Self.removeStrays(in: folder)
    var present = 0
    var (damaged, replaced): ([String], [String]) = ([], [])
    func found() {
      present += 1
      replaced += damaged
      damaged = []
    }
    let entries = try folder.entries()
    for entry in entries {
      do throws(CheckpointError) {
        _ = try Checkpoint.read(entry.path)
        found()
      } catch {
        switch error {
        case .unusable: damaged.append(entry.path)
        case .unreadable(let reason): throw reason
        // Another release can resume from it.
        case .newer: found()
        }
      }
    }
    self.replaced = replaced
    foreign = Set(damaged)
    hadCheckpoints = present > 0
    number = (entries.first?.number ?? 0) + 1
    try AtomicFile.checkWritable(folder.filePath(ofNumber: number))
  }

  deinit { created.removeEmpty() }

  /// Adds a checkpoint; it is on disk when this returns. A failure does not change the others.
  package func write(_ checkpoint: Checkpoint) throws(FileError) {
    try checkpoint.write(to: folder.filePath(ofNumber: number))
    number += 1
    for file in replaced { unlink(file) }
    replaced = []
    for entry in try folder.entries().filter({ !foreign.contains($0.path) }).dropFirst(Self.kept) { unlink(entry.path) }
  }

  /// Removes temporary files of ended processes. A file with this process's ID is from an earlier process with the same
  /// ID.
  private static func removeStrays(in folder: CheckpointFolder) {
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [] {
      guard let owner = AtomicFile.temporaryOwner(name) else { continue }
      if owner == getpid() || (kill(owner, 0) != 0 && errno == ESRCH) { unlink(folder.filePath(of: name)) }
    }
  }
}

/// A folder locked for one process. The system releases the lock when the process ends in any way.
private final class FolderLock {
  private let descriptor: Int32

  /// Locks the folder. Retries for two seconds, since a run that was just killed may not have ended yet.
  init(_ path: String) throws(FileError) {
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      let code = errno
      throw FileError(
        file: path, found: systemText(code), expected: "a folder that can be opened and locked",
        hint: code == EACCES ? "Its owner can allow it with chmod." : nil, cause: .access)
    }
    for _ in 0..<40 {
      // Some file systems have no locks; the folder is then used without one.
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 || (errno != EWOULDBLOCK && errno != EINTR) { return }
      usleep(50_000)
    }
    throw FileError(
      file: path, found: "another run that uses it", expected: "a folder for this run alone",
      hint: "Wait for it to end, or use another folder.")
  }

  deinit { if descriptor >= 0 { close(descriptor) } }
}
