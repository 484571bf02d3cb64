#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Whether two paths lead to one file, however they are spelled: `run` and `./run`, or a symbolic link and where it leads.
func leadToOnePlace(_ first: String, _ second: String) -> Bool { place(of: first) == place(of: second) }

/// The path without links and detours. A file that is not there yet has its folder's.
private func place(of path: String) -> String {
  func resolved(_ path: String) -> String? {
    guard let text = realpath(path, nil) else { return nil }
    defer { free(text) }
    return String(cString: text)
  }
  if let whole = resolved(path) { return whole }
  guard let slash = path.lastIndex(of: "/") else { return resolved(".").map { $0 + "/" + path } ?? path }
  let folder = slash == path.startIndex ? "/" : String(path[..<slash])
  return resolved(folder).map { ($0 == "/" ? "" : $0) + path[slash...] } ?? path
}
