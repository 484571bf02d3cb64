#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The search for an MPI library when the program runs: nothing is linked.
package enum LibrarySearch {
  /// The names of libraries that may understand a launcher, in the order of trial.
  ///
  /// - Parameter choice: the value of `DESCENT_MPI`; nil or empty if it is not set.
  package static func candidates(for kind: Launcher.Kind, choice: String?) -> [String] {
    if let choice, !choice.isEmpty { return [choice] }
    #if canImport(Darwin)
      let openMPI = ["libmpi.40.dylib", "/opt/homebrew/lib/libmpi.dylib", "libmpi.dylib"]
      let mpich = ["libmpi.12.dylib", "/opt/homebrew/lib/libmpi.12.dylib", "libmpich.12.dylib"]
      let standard = ["libmpi_abi.1.dylib", "libmpi_abi.dylib"]
    #else
      // The names of sonames: those without a number belong to development packages. Debian names MPICH's libmpich.
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
      // Global: Open MPI's plugins find the library's functions by their names.
      if let handle = dlopen(name, RTLD_NOW | RTLD_GLOBAL) { return (name, handle) }
      let reason = dlerror().map { String(cString: $0) } ?? "unknown reason"
      tried.append(reason.hasPrefix(name) ? reason : "\(name): \(reason)")
    }
    throw .noLibrary(tried: tried)
  }
}
