import Platform

/// The search for an MPI library at run time; the program is not linked with one.
package enum LibrarySearch {
  /// The names of libraries that may support a launcher, in the order in which they are tried.
  ///
  /// - Parameter choice: the value of `DESCENT_MPI`; nil or empty if it is not set.
  package static func candidates(for kind: Launcher.Kind, choice: String?) -> [String] {
    if let choice, !choice.isEmpty { return [choice] }
    #if canImport(Darwin)
      let openMPI = ["libmpi.40.dylib", "/opt/homebrew/lib/libmpi.dylib", "libmpi.dylib"]
      let mpich = ["libmpi.12.dylib", "/opt/homebrew/lib/libmpi.12.dylib", "libmpich.12.dylib"]
      let standard = ["libmpi_abi.1.dylib", "libmpi_abi.dylib"]
    #else
      // Sonames: names without a number are those of development packages. Debian's name of MPICH is libmpich.
      let openMPI = ["libmpi.so.40", "libmpi.so"]
      let mpich = ["libmpich.so.12", "libmpi.so.12"]
      let standard = ["libmpi_abi.so.1", "libmpi_abi.so.0"]
    #endif
    return switch kind {
    case .openMPI: openMPI + standard
    case .pmi: mpich + standard + openMPI
    case .pmix: openMPI + mpich + standard
    }
  }

  /// Opens the first candidate that the system finds.
  ///
  /// - Throws: `RankError.noLibrary` with the system's reason for each.
  static func open(_ names: [String]) throws(RankError) -> (file: String, handle: UnsafeMutableRawPointer) {
    var tried: [String] = []
    for name in names {
      // RTLD_GLOBAL: Open MPI's plugins look up the library's functions by name.
      if let handle = dlopen(name, RTLD_NOW | RTLD_GLOBAL) { return (name, handle) }
      let reason = dlerror().map { String(cString: $0) } ?? "unknown reason"
      tried.append(reason.hasPrefix(name) ? reason : "\(name): \(reason)")
    }
    throw .noLibrary(tried: tried)
  }
}
