import Files

/// Why MNIST could not be brought. Each is one line to a person that says what to do.
public enum FetchError: Error, Equatable, CustomStringConvertible {
  /// There is no `curl` to run.
  case noCurl(byHand: String)
  /// What was given as a mirror is no URL.
  case notAURL(String)
  /// No mirror gave a good file; `reasons` has a line a mirror: its URL and what went wrong.
  case noMirror(file: String, reasons: [String], byHand: String)
  /// The folder holds a whole file of that name with other contents, which is not ours to replace.
  case occupied(path: String)
  /// A file or folder here could not be read or written.
  case file(FileError)
  /// The caller asked to stop. Files that were complete stay.
  case cancelled

  /// One line: what failed, and the way out.
  public var description: String {
    switch self {
    case .noCurl(let byHand):
      "curl, which fetches the files, was not found on PATH. Install it (apt install curl), or \(byHand)"
    case .notAURL(let text):
      "--from \(text): not a URL, expected one like http://host/folder/ or file:///folder/."
    case .noMirror(let file, let reasons, let byHand):
      "\(file) could not be fetched (\(reasons.joined(separator: "; "))). Try again, give another mirror with --from URL, or \(byHand)"
    case .occupied(let path):
      "\(path): a whole IDX file, but not MNIST's: another data set, or damaged. It was left alone; name another folder, or move it away."
    case .file(let error): error.description
    case .cancelled: "stopped; files that were complete stay, run it again for the rest."
    }
  }
}

/// How the fetching goes, as it goes. `received` comes often and suits a progress bar.
public enum FetchProgress: Equatable, Sendable, CustomStringConvertible {
  /// The file is there and its checksum right: nothing is fetched.
  case alreadyGood(path: String)
  /// A transfer begins.
  case started(url: String)
  /// `bytes` of the packed file have come, of `about` so many: mirrors pack differently.
  case received(url: String, bytes: Int, about: Int)
  /// A mirror failed; the next is tried.
  case failed(url: String, reason: String)
  /// The file is verified and in its place.
  case finished(path: String, bytes: Int)
  /// The publisher's sum of a file is not known: this one is kept, and compared the next time.
  case kept(path: String, sha256: String)

  /// One line for a log.
  public var description: String {
    switch self {
    case .alreadyGood(let path): "\(path): already there, checksum right"
    case .started(let url): "fetching \(url)"
    case .received(let url, let bytes, let about): "\(url): \(bytes) of about \(about) bytes"
    case .failed(let url, let reason): "\(url): \(reason)"
    case .finished(let path, let bytes): "\(path): \(bytes) bytes, checksum right"
    case .kept(let path, let sum):
      "\(path): SHA-256 \(sum), the publisher's is not known; kept in \(FetchSums.fileName) for the next time"
    }
  }
}
