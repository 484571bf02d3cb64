#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Whether two paths lead to one file, however they are spelled: `run` and `./run`, or a symbolic link and where it leads.
func leadToOnePlace(_ first: String, _ second: String) -> Bool { place(of: first) == place(of: second) }

/// The path without links and detours. What is not there yet lies in its folder, which may be yet to come as well.
private func place(of path: String) -> String {
  let slash = UInt8(ascii: "/")
  var bytes = Array(path.utf8)
  // `ckpt/` is the folder `ckpt`, also before it is made.
  while bytes.count > 1, bytes.last == slash { bytes.removeLast() }
  let path = String(decoding: bytes, as: UTF8.self)
  if let text = realpath(path, nil) {
    defer { free(text) }
    return String(cString: text)
  }
  guard path != "." && path != "/" && !path.isEmpty else { return path }
  let nameStart = bytes.lastIndex(of: slash).map { $0 + 1 } ?? 0
  let folder = nameStart == 0 ? "." : String(decoding: bytes[..<nameStart], as: UTF8.self)
  let parent = place(of: folder)
  return (parent == "/" ? "" : parent) + "/" + String(decoding: bytes[nameStart...], as: UTF8.self)
}
