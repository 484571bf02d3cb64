import Testing

/// The environment of launchers without the launcher itself; the loader of glibc reports every library that a process opens.
@Suite("A process and the environment variables of launchers")
struct LauncherTests {
  /// A short run in such an environment, with the loader's report on standard error.
  private static func loading(_ environment: String) throws -> Executable.Outcome {
    try Executable.shell("env LD_DEBUG=files \(environment) \"$descent\" train --data synthetic:20,10 --epochs 1")
  }

  /// The libraries of MPI among those that a process tried to open.
  private static func libraries(_ outcome: Executable.Outcome) -> [String] {
    outcome.errors.split(separator: "\n").filter { $0.contains(#/file=\S*libmpi/#) }.map(String.init)
  }

  #if canImport(Glibc)
    @Test(
      "No library of MPI is loaded without a launcher, for a single rank, in a batch script, or with DESCENT_MPI=off",
      arguments: [
        "", "OMPI_COMM_WORLD_SIZE=1 OMPI_COMM_WORLD_RANK=0", "SLURM_NTASKS=4 SLURM_PROCID=0",
        "OMPI_COMM_WORLD_SIZE=2 OMPI_COMM_WORLD_RANK=0 DESCENT_MPI=off", "PMI_SIZE=2 PMI_RANK=1 DESCENT_MPI=off",
        "SLURM_STEP_NUM_TASKS=4 SLURM_PROCID=1 DESCENT_MPI=off",
      ])
    func alone(environment: String) throws {
      let outcome = try Self.loading(environment)
      #expect(outcome.errors.contains("file="), "the loader reports nothing: \(outcome.errors)")
      #expect(Self.libraries(outcome) == [])
      #expect(outcome.status == 0 && outcome.output.contains("finished 1 epoch"), "\(outcome.output)")
    }

    @Test(
      "A launched process looks for a library, and reports the one that it does not find",
      arguments: ["OMPI_COMM_WORLD_SIZE=2 OMPI_COMM_WORLD_RANK=0", "PMI_SIZE=2 PMI_RANK=0", "PMIX_RANK=0"])
    func launched(environment: String) throws {
      let outcome = try Self.loading("DESCENT_MPI=/nowhere/libmpi.so \(environment)")
      #expect(Self.libraries(outcome).contains { $0.contains("/nowhere/libmpi.so") }, "\(outcome.errors)")
      let lines = outcome.errors.split(separator: "\n").filter { $0.hasPrefix("descent: ") }
      #expect(outcome.status == 1 && outcome.output.isEmpty && lines.count == 1, "\(lines)")
      #expect(lines[0].contains("tried /nowhere/libmpi.so: ") && lines[0].contains("DESCENT_MPI=/path/to/libmpi.so"))
    }
  #endif

  @Test("Tasks of srun without PMI end at once with status 1, and one of them names --mpi=pmix", arguments: [0, 3])
  func withoutInterface(task: Int) throws {
    let outcome = try Executable.shell(
      "SLURM_PROCID=\(task) SLURM_STEP_NUM_TASKS=4 SLURM_NTASKS=4 \"$descent\" train --data synthetic:20,10")
    #expect(outcome.status == 1 && outcome.output.isEmpty)
    let lines = outcome.errors.split(separator: "\n")
    #expect(lines.count == (task == 0 ? 1 : 0), "\(outcome.errors)")
    #expect(lines.allSatisfy { $0.contains("srun started 4 tasks") && $0.contains("srun --mpi=pmix") }, "\(lines)")
  }
}
