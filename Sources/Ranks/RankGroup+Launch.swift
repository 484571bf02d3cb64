import Platform

extension RankGroup {
  /// The group of a process that `mpirun`, `mpiexec` or `srun` started; nil for any other process. The MPI library is loaded at
  /// run time and initialized: call this once, before other threads use MPI.
  ///
  /// The environment variable `DESCENT_MPI` can be set to the path of the library, or to `off`, with which the result is nil.
  ///
  /// - Throws: an error whose description names the remedy, if no library can be loaded or the launcher is of another MPI installation.
  public static func launched() throws -> RankGroup? {
    guard let launcher = try Launcher(environment: variable) else { return nil }
    return try RankGroup(launcher)
  }

  /// The value of an environment variable of this process.
  package static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

  /// Loads the MPI library, and checks that it finds the launcher's ranks and adds correctly.
  /// - Throws: `RankError` if there is no usable library.
  package convenience init(_ launcher: Launcher) throws(RankError) {
    let choice = Self.variable(Launcher.choice)
    let library = try MPILibrary(LibrarySearch.candidates(for: launcher.kind, choice: choice))
    let transport = try MPITransport(library, launcher: launcher)
    let product = library.product
    // A group without host names gathers them; errors of the second group name the hosts.
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
