import Platform

/// The target of an output path after symbolic links are followed, by the way in which it is written.
enum Destination: Equatable {
  /// A regular file, existing or not, which is replaced whole. `mode`: the permissions of the existing file.
  case file(path: String, folder: String, mode: mode_t?)
  /// A device or pipe, which is written in place.
  case special(path: String)
  /// A file that this process has open already (`-`, `/dev/stdout`, `/dev/fd/3`): bytes are written at its current position.
  case open(descriptor: Int32)

  /// Finds the target of an output path.
  ///
  /// - Throws: `FileError` if nothing can be written there: a folder, a missing folder, a loop of links.
  init(_ path: String) throws(FileError) {
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw FileError(
        file: path, found: "a name that no file can have", expected: "a file to write",
        hint: "Give a name that is not empty.")
    }
    if let descriptor = Destination.ownDescriptor(path) {
      self = .open(descriptor: descriptor)
      return
    }
    var information = stat()
    if stat(path, &information) == 0 {
      self = try Destination.existing(path, information)
    } else if errno == ENOENT, !path.hasSuffix("/") {
      let target = try Destination.followLinks(path)
      self = .file(path: target, folder: try Destination.folder(of: target, asked: path), mode: nil)
    } else {
      throw Destination.unusable(path, errno)
    }
  }

  private static func existing(_ path: String, _ information: stat) throws(FileError) -> Destination {
    switch information.st_mode & S_IFMT {
    case S_IFDIR:
      throw FileError(file: path, found: "a folder", expected: "a file to write", hint: "Name a file inside it.")
    case S_IFREG:
      guard access(path, W_OK) == 0 else { throw unusable(path, errno) }
      // Follows the links only, not the whole path from the root: a folder on the path may have a name that is not UTF-8.
      let target = try followLinks(path)
      return .file(path: target, folder: try folder(of: target, asked: path), mode: information.st_mode & 0o7777)
    default:
      guard access(path, W_OK) == 0 else { throw unusable(path, errno) }
      return .special(path: path)
    }
  }

  /// The descriptor of `-` (standard output), `/dev/stdout` and similar paths; nil for other paths. Opening such a path again would start
  /// at the beginning of the file, and a socket cannot be opened by its path at all.
  static func ownDescriptor(_ path: String) -> Int32? {
    switch path {
    case "-", "/dev/stdout": return 1
    case "/dev/stderr": return 2
    default: break
    }
    for prefix in ["/dev/fd/", "/proc/self/fd/"] where path.hasPrefix(prefix) {
      return Int32(path.dropFirst(prefix.count)).flatMap { $0 >= 0 ? $0 : nil }
    }
    return nil
  }

  /// Follows a chain of symbolic links to its end, which may not exist yet.
  private static func followLinks(_ path: String) throws(FileError) -> String {
    var current = path
    // Linux follows at most 40 links.
    for _ in 0..<40 {
      var information = stat()
      guard lstat(current, &information) == 0, information.st_mode & S_IFMT == S_IFLNK else { return current }
      let link = [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
        count = buffer.withMemoryRebound(to: CChar.self) { max(0, readlink(current, $0.baseAddress!, $0.count)) }
      }
      guard let target = String(validating: link, as: UTF8.self) else {
        throw FileError(
          file: path, found: "a link to a name that is not UTF-8", expected: "a file that can be written",
          hint: "Name the link's target instead.")
      }
      current = target.hasPrefix("/") ? target : parent(of: current) + "/" + target
    }
    throw unusable(path, ELOOP)
  }

  private static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  private static func folder(of path: String, asked: String) throws(FileError) -> String {
    let folder = parent(of: path)
    var information = stat()
    guard stat(folder, &information) == 0 else {
      guard errno == ENOENT else { throw unusable(asked, errno) }
      throw FileError(
        file: asked, found: "no folder \(folder)", expected: "an existing folder",
        hint: "Create it with mkdir -p, or name another file.")
    }
    guard information.st_mode & S_IFMT == S_IFDIR else { throw unusable(asked, ENOTDIR) }
    return folder
  }

  /// The error of a failed system call on an output path, with its remedy.
  static func unusable(_ path: String, _ code: Int32) -> FileError {
    let hint: OptionText? =
      switch code {
      case ENOSPC, EDQUOT: "Free some space, or name a file elsewhere."
      case EACCES, EPERM: "Change its permissions with chmod, or name a file elsewhere."
      case EROFS, EIO, ELOOP, ENOTDIR: "Name a file elsewhere."
      case ENAMETOOLONG: "Give a shorter name."
      case ENOENT where path.hasSuffix("/"): "Name a file, without a slash at the end."
      case EFBIG: "The system limits the size of files here (ulimit -f)."
      default: nil
      }
    return FileError(file: path, found: systemText(code), expected: "a file that can be written", hint: hint)
  }
}

extension AtomicFile {
  /// True for `-`, `/dev/stdout` and other names of the process's standard output.
  package static func isStandardOutput(_ path: String) -> Bool { Destination.ownDescriptor(path) == STDOUT_FILENO }
}
