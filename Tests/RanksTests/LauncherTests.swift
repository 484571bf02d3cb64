import Testing

@testable import Ranks

@Suite("Launchers")
struct LauncherTests {
  @Test(
    "A launcher is recognized by its environment variables",
    arguments: [
      ([:], nil),
      (["OMPI_COMM_WORLD_SIZE": "4", "OMPI_COMM_WORLD_RANK": "3"], "openMPI 4 3"),
      // Open MPI within an allocation of Slurm.
      (
        ["OMPI_COMM_WORLD_SIZE": "2", "OMPI_COMM_WORLD_RANK": "0", "SLURM_NTASKS": "2", "PMIX_RANK": "0"], "openMPI 2 0"
      ),
      (["PMI_SIZE": "3", "PMI_RANK": "2"], "pmi 3 2"),
      (["PMIX_RANK": "1", "SLURM_STEP_NUM_TASKS": "2", "SLURM_PROCID": "1"], "pmix 2 1"),
      (["PMIX_RANK": "1"], "pmix - 1"),
      // A single rank, a batch script, and a user's wish need no library.
      (["OMPI_COMM_WORLD_SIZE": "1", "OMPI_COMM_WORLD_RANK": "0"], nil),
      (["SLURM_NTASKS": "8", "SLURM_PROCID": "0"], nil),
      (["SLURM_STEP_NUM_TASKS": "1", "SLURM_PROCID": "0"], nil),
      (["OMPI_COMM_WORLD_SIZE": "4", "OMPI_COMM_WORLD_RANK": "3", "DESCENT_MPI": "off"], nil),
    ] as [([String: String], String?)])
  func recognized(_ environment: [String: String], _ expected: String?) throws {
    let launcher = try Launcher { environment[$0] }
    let text = launcher.map { "\($0.kind) \($0.size.map(String.init) ?? "-") \($0.rank.map(String.init) ?? "-")" }
    #expect(text == expected)
  }

  @Test("srun without a process management interface is refused before anything can hang")
  func withoutInterface() {
    let environment = ["SLURM_STEP_NUM_TASKS": "4", "SLURM_PROCID": "1", "SLURM_NTASKS": "4"]
    #expect(throws: RankError.noInterface(tasks: 4)) { try Launcher { environment[$0] } }
    #expect("\(RankError.noInterface(tasks: 4))".contains("srun --mpi=pmix"))
  }

  @Test("DESCENT_MPI names the only library that is tried; without it each launcher's own come first")
  func candidates() {
    #expect(LibrarySearch.candidates(for: .pmi, choice: "/opt/mpi/libmpi.so") == ["/opt/mpi/libmpi.so"])
    let firsts = [Launcher.Kind.openMPI, .pmi].map { LibrarySearch.candidates(for: $0, choice: nil)[0] }
    #if os(Linux)
      #expect(firsts == ["libmpi.so.40", "libmpich.so.12"])
    #endif
    #expect(firsts == [Launcher.Kind.openMPI, .pmi].map { LibrarySearch.candidates(for: $0, choice: "")[0] })
  }

  @Test("A missing library is an error that says what was tried, and why it failed")
  func missing() throws {
    let error = try #require(throws: RankError.self) { try MPILibrary(["/nowhere/libone.so", "libtwo-of-none.so"]) }
    let text = "\(error)"
    #expect(text.contains("/nowhere/libone.so") && text.contains("libtwo-of-none.so"), "\(text)")
    #expect(text.contains("DESCENT_MPI=/path/to/libmpi.so"), "\(text)")
  }

  #if os(Linux)
    @Test("A library that is not one of MPI is an error that names a missing function")
    func foreign() throws {
      let error = try #require(throws: RankError.self) { try MPILibrary(["libm.so.6"]) }
      #expect(error == .unusableLibrary(file: "libm.so.6", reason: "it has no MPI_Init_thread"))
    }
  #endif

  @Test(
    "Product and version are read from each library's long text",
    arguments: [
      ("Open MPI v4.1.4, package: Debian OpenMPI, ident: 4.1.4, repo rev: v4.1.4, May 26, 2022", "Open MPI 4.1.4"),
      ("Open MPI v5.0.11, package: Open MPI conda@host Distribution", "Open MPI 5.0.11"),
      ("MPICH Version:\t4.0.2\nMPICH Release date:\tThu Apr  7 12:34:45 CDT 2022\n", "MPICH 4.0.2"),
      ("MPICH Version:      5.0.2\nMPICH ABI:          17:0:5\n", "MPICH 5.0.2"),
      ("Intel(R) MPI Library 2021.18 for Linux* OS\n", "Intel MPI 2021.18"),
      ("MVAPICH2 Version      :\t2.3.7\nMVAPICH2 Release date", "MVAPICH2 Version      :\t2.3.7"),
    ])
  func product(_ text: String, _ expected: String) {
    #expect(MPILibrary.product(from: text) == expected)
  }
}
