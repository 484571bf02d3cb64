import Datasets
import Platform

/// Returns true if two paths name the same file: `run` and `./run`, a symbolic link and its target, or two hard links.
func nameSameFile(_ first: String, _ second: String) -> Bool {
  if canonicalPath(of: first) == canonicalPath(of: second) { return true }
  var (one, other) = (stat(), stat())
  guard stat(first, &one) == 0, stat(second, &other) == 0 else { return false }
  return one.st_dev == other.st_dev && one.st_ino == other.st_ino
}

/// Returns true if the text of a source, as a model or a checkpoint has it, names this source.
func nameSameSource(_ text: String, _ source: DataSource) -> Bool {
  if text == source.text { return true }
  guard let other = try? DataSource(text) else { return false }
  switch (other, source) {
  case (.file(let one), .file(let other)): return one != "-" && other != "-" && nameSameFile(one, other)
  case (.folder(let one, let prefix), .folder(let other, let otherPrefix)):
    return prefix == otherPrefix && nameSameFile(one, other)
  default: return other == source
  }
}

/// Returns true if a path names a file in the current folder or in one below it.
func isBelowCurrentFolder(_ path: String) -> Bool {
  let folder = canonicalPath(of: ".")
  return canonicalPath(of: path).hasPrefix(folder == "/" ? folder : folder + "/")
}

/// The canonical path. A missing file is resolved relative to its folder, which may also be missing.
func canonicalPath(of path: String) -> String {
  let slash = UInt8(ascii: "/")
  var bytes = Array(path.utf8)
  // `ckpt/` is the folder `ckpt`, also before it is created.
  while bytes.count > 1, bytes.last == slash { bytes.removeLast() }
  let path = String(decoding: bytes, as: UTF8.self)
  if let text = realpath(path, nil) {
    defer { free(text) }
    return String(cString: text)
  }
  guard path != "." && path != "/" && !path.isEmpty else { return path }
  let nameStart = bytes.lastIndex(of: slash).map { $0 + 1 } ?? 0
  let folder = nameStart == 0 ? "." : String(decoding: bytes[..<nameStart], as: UTF8.self)
  let parent = canonicalPath(of: folder)
  return (parent == "/" ? "" : parent) + "/" + String(decoding: bytes[nameStart...], as: UTF8.self)
}
