import Files

/// A failure of a run on several ranks.
package enum RankError: OptionTextError, Equatable {
  /// `srun` started several tasks without a process management interface.
  case noInterface(tasks: Int)
  /// No MPI library was found: the names tried, each with the system's reason.
  case noLibrary(tried: [String])
  /// A library that lacks a function, or is of an unknown kind.
  case unusableLibrary(file: String, reason: String)
  /// The launcher and the library disagree about the number of ranks.
  case otherSize(launcher: String, size: Int, library: String, found: Int)
  /// A sum over all ranks was wrong.
  case wrongSum(library: String)
  /// A call that the library reported as failed.
  case failedCall(name: String, reason: String)
  /// Ranks that did not answer in time.
  case silent(ranks: [String], seconds: Int)
  /// A rank whose data differ from those of rank 0.
  case otherData(rank: String, found: String, expected: String)
  /// A choice of rank 0 that another rank cannot follow.
  case cannotFollow(rank: String, found: String, expected: OptionText)

  package var message: OptionText {
    switch self {
    case .noInterface(let tasks):
      "srun started \(tasks) tasks without a process management interface, so that they cannot find each other. "
        + "Start them with srun --mpi=pmix, or set \(Launcher.choice)=off to run each alone."
    case .noLibrary(let tried):
      "this process was launched as one of several ranks, but no MPI library was found; tried "
        + "\(tried.joined(separator: "; ")). Name one with \(Launcher.choice)=/path/to/libmpi.so."
    case .unusableLibrary(let file, let reason):
      "\(file): \(reason); expected an MPI library. Name one with \(Launcher.choice)=/path/to/libmpi.so."
    case .otherSize(let launcher, let size, let library, let found):
      "\(launcher) started \(size) ranks, but \(library) finds \(found): launcher and library are of different MPI "
        + "installations. Name the launcher's library with \(Launcher.choice)=/path/to/libmpi.so."
    case .wrongSum(let library):
      "\(library): the sum over all ranks is wrong; expected a working MPI library. Name another with "
        + "\(Launcher.choice)=/path/to/libmpi.so."
    case .failedCall(let name, let reason): "\(name) failed: \(reason)."
    case .silent(let ranks, let seconds):
      "\(ranks.joined(separator: ", ")) did not answer for \(seconds) s (\(option: "rankTimeout")): the run ends."
    case .otherData(let rank, let found, let expected):
      "\(rank) has other data: \(found), rank 0 has \(expected). Give all ranks the same files."
    case .cannotFollow(let rank, let found, let expected):
      "\(rank) has \(found), but rank 0 chose \(expected)."
    }
  }
}

/// A failure of at least one rank that all ranks know of; thrown on every rank.
package struct AgreedFailure: Error, CustomStringConvertible {
  /// This rank's own error; nil if it failed on other ranks only.
  package let error: (any Error)?
  /// True if this rank reports the failure: the lowest rank with an error.
  package let reports: Bool
  /// The code of the reporting rank's error.
  package let code: Int
  /// The reporting rank, as in `rank 3 (host7)`.
  package let rank: String

  package var description: String { error.map { "\($0)" } ?? "\(rank) failed" }
}
