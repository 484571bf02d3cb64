import Files

/// An error of fetching a data set. Each is one line with a remedy.
public enum FetchError: OptionTextError, Equatable {
  /// The program `curl` is missing.
  case noCurl(byHand: String)
  /// The text given as a mirror is not a URL.
  case notAURL(String)
  /// No mirror had a valid file; `reasons` has a line per mirror: its URL and the error.
  case noMirror(file: String, reasons: [String], byHand: String)
  /// The folder has a complete file of that name with other contents, which is not replaced.
  case occupied(path: String)
  /// A local file or folder could not be read or written.
  case file(FileError)
  /// The caller requested a stop. Complete files stay.
  case canceled

  /// One line: the failure and the remedy.
  public var message: OptionText {
    switch self {
    case .noCurl(let byHand):
      "curl, which fetches the files, was not found on PATH. Install it (apt install curl), or \(byHand)"
    case .notAURL(let text):
      "\(option: "from", text): not a URL, expected one like http://host/folder/ or file:///folder/."
    case .noMirror(let file, let reasons, let byHand):
      "\(file) could not be fetched (\(reasons.joined(separator: "; "))). Try again, give another mirror with \(option: "from", "URL"), or \(byHand)"
    case .occupied(let path):
      "\(path): a complete IDX file with other contents than the data set's: another data set, or damaged. It was not replaced; use another folder, or move the file."
    case .file(let error): OptionText(error.description)
    case .canceled: "stopped; files that were complete stay, run it again for the rest."
    }
  }
}

/// A progress event of fetching. `received` is frequent, for a progress bar.
package enum FetchProgress: Equatable, Sendable, CustomStringConvertible {
  /// The file exists and its checksum is correct: it is not fetched. If none is known yet, `kept` follows.
  case alreadyGood(path: String, isVerified: Bool = true)
  /// A transfer starts.
  case started(url: String)
  /// `bytes` of about `about` bytes of the packed file have arrived; its size differs between mirrors.
  case received(url: String, bytes: Int, about: Int)
  /// A mirror failed; the next one is tried.
  case failed(url: String, reason: String)
  /// The file is stored, after its checksum was compared. If none is known yet, `kept` follows.
  case finished(path: String, bytes: Int, isVerified: Bool)
  /// The publisher's checksum of a file is unknown: this one is stored and compared the next time.
  case kept(path: String, sha256: String)

  /// One line for a log.
  package var description: String {
    switch self {
    case .alreadyGood(let path, let isVerified): "\(path): already there" + (isVerified ? ", checksum right" : "")
    case .started(let url): "fetching \(url)"
    case .received(let url, let bytes, let about): "\(url): \(bytes) of about \(about) bytes"
    case .failed(let url, let reason): "\(url): \(reason)"
    case .finished(let path, let bytes, let isVerified):
      "\(path): \(bytes) bytes" + (isVerified ? ", checksum right" : "")
    case .kept(let path, let sum):
      "\(path): SHA-256 \(sum), the publisher's is not known; kept in \(FetchSums.fileName) for the next time"
    }
  }
}
