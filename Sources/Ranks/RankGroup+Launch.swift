#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

extension RankGroup {
  /// The group of a process that a launcher started, with the MPI library found by `dlopen`; nil for any other process,
  /// which loads no library.
  ///
  /// The environment variable `DESCENT_MPI` may have the path of the library, or `off`.
  ///
  /// - Throws: an error whose description names the remedy.
  public static func launched() throws -> RankGroup? {
    guard let launcher = try Launcher(environment: variable) else { return nil }
    return try RankGroup(launcher)
  }

  /// The value of an environment variable of this process.
  package static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

  package convenience init(_ launcher: Launcher) throws(RankError) {
    let choice = Self.variable(Launcher.choice)
    let library = try MPILibrary(LibrarySearch.candidates(for: launcher.kind, choice: choice))
    let transport = try MPITransport(library, launcher: launcher)
    let product = library.product
    // Names first: messages of failures need them.
    let waiting = RankGroup(
      transport, library: product, hostNames: Array(repeating: "unknown host", count: transport.size), hosts: 1,
      ranksOnHost: transport.local.size)
    let names = try waiting.gather(text: library.host)
    let firsts = try waiting.gather(transport.local.rank == 0 ? 1 : 0)
    self.init(
      transport, library: product, hostNames: names, hosts: max(1, firsts.reduce(0, +)),
      ranksOnHost: transport.local.size)
  }
}
