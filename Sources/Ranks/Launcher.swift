/// The program that started this process as one of several ranks: `mpirun`, `mpiexec` or `srun`, recognized by its
/// environment variables.
package struct Launcher: Sendable, Equatable {
  /// The protocol between launcher and library, which determines the libraries that can be used.
  package enum Kind: Sendable, Equatable {
    /// That of Open MPI's `mpirun`.
    case openMPI
    /// PMI: MPICH's and Intel's `mpiexec`, `srun --mpi=pmi2`.
    case pmi
    /// PMIx: `srun --mpi=pmix`, PRRTE.
    case pmix
  }

  /// The kind of launcher, which determines the libraries to try.
  package let kind: Kind
  /// The number of ranks; nil if only the library knows it.
  package let size: Int?
  /// The number of this rank, from 0; nil if only the library knows it.
  package let rank: Int?

  /// - Parameter environment: the value of an environment variable; nil if it is not set.
  /// - Returns: nil for a process that was not launched as one of several ranks.
  /// - Throws: `RankError.noInterface` if `srun` started several tasks without PMI.
  package init?(environment: (String) -> String?) throws(RankError) {
    if environment(Self.choice) == "off" { return nil }
    func number(_ name: String) -> Int? { environment(name).flatMap { Int($0) } }
    if let size = number("OMPI_COMM_WORLD_SIZE") {
      (kind, self.size, rank) = (.openMPI, size, number("OMPI_COMM_WORLD_RANK"))
    } else if let size = number("PMI_SIZE") {
      (kind, self.size, rank) = (.pmi, size, number("PMI_RANK"))
    } else if environment("PMIX_RANK") != nil {
      (kind, size, rank) = (.pmix, number("SLURM_STEP_NUM_TASKS"), number("PMIX_RANK"))
    } else {
      // In a batch script, which runs once, only SLURM_NTASKS is set.
      guard environment("SLURM_PROCID") != nil, let tasks = number("SLURM_STEP_NUM_TASKS"), tasks > 1 else {
        return nil
      }
      throw .noInterface(tasks: tasks)
    }
    if size == 1 { return nil }
  }

  /// The name of the environment variable with the path of the MPI library, or `off`.
  package static let choice = "DESCENT_MPI"

  /// The name in messages.
  package var name: String {
    switch kind {
    case .openMPI: "Open MPI's launcher"
    case .pmi: "the launcher (PMI)"
    case .pmix: "the launcher (PMIx)"
    }
  }
}
