import Files

/// The processes of a training run that was started by `mpirun`, `mpiexec` or `srun`: each is a rank with its own team of
/// workers, and all train one network.
///
/// A program passes its group to each `Trainer`; a trainer without a group uses only its own process.
///
/// ```swift
/// let ranks = try RankGroup.launched()
/// let trainer = try Trainer(topology, training: samples, configuration: configuration, ranks: ranks)
/// ```
///
/// Every rank creates the same trainers and calls the same methods in the same order. One thread at a time uses a group.
public final class RankGroup: Sendable {
  /// The number of this rank, from 0. Rank 0 is the one that prints and writes files.
  public let rank: Int
  /// The number of ranks, at least 2.
  public let size: Int
  /// The number of hosts.
  public let hosts: Int
  /// The number of ranks on this rank's host.
  public let ranksOnHost: Int
  /// The MPI library and its version: `Open MPI 4.1.4`.
  public let library: String
  let transport: any RankTransport
  private let hostNames: [String]
  private let state = Guarded(State())

  private struct State: Sendable {
    var failure: RankError?
    var timeout = 600.0
    var isCrowded = false
    var onSilence: @Sendable (OptionText) -> Void = { _ in }
  }

  /// - Parameters:
  ///   - hostNames: the host of each rank.
  package init(
    _ transport: any RankTransport, library: String, hostNames: [String], hosts: Int, ranksOnHost: Int
  ) {
    self.transport = transport
    (rank, size) = (transport.rank, transport.size)
    self.library = library
    self.hostNames = hostNames
    self.hosts = hosts
    self.ranksOnHost = ranksOnHost
  }

  /// The other ranks, in ascending order.
  package var others: [Int] { (0..<size).filter { $0 != rank } }

  /// True for rank 0.
  public var isRoot: Bool { rank == 0 }

  /// A rank's name in messages: `rank 3 (host7)`.
  package func name(_ rank: Int) -> String { "rank \(rank) (\(hostNames[rank]))" }

  /// The time in seconds after which a run fails because a rank does not answer; 600 by default, infinity to wait for any time.
  /// The buffers of a failed exchange stay allocated to the end of the process, since an answer may still be written into them.
  public var timeout: Double {
    get { state.withLock { $0.timeout } }
    set { state.withLock { $0.timeout = newValue } }
  }

  /// The seconds after which a rank that does not answer is reported.
  var warningDelay: Double { 60 }

  /// True if the workers of the host's ranks outnumber its cores.
  package var isCrowded: Bool {
    get { state.withLock { $0.isCrowded } }
    set { state.withLock { $0.isCrowded = newValue } }
  }

  /// Called with a line about ranks that do not answer, once per exchange, on the lowest rank that waits.
  package var onSilence: @Sendable (OptionText) -> Void {
    get { state.withLock { $0.onSilence } }
    set { state.withLock { $0.onSilence = newValue } }
  }

  /// The failure that ended the communication; nil if there was none.
  package var failure: RankError? { state.withLock { $0.failure } }

  func fail(_ error: RankError) { state.withLock { $0.failure = $0.failure ?? error } }

  func warn(about ranks: [Int], seconds: Double) {
    // Only the lowest waiting rank reports.
    guard (0..<size).first(where: { !ranks.contains($0) }) == rank else { return }
    let names = ranks.map(name).joined(separator: ", ")
    let verb = ranks.count == 1 ? "has" : "have"
    onSilence(
      "\(names) \(verb) not answered for \(Self.whole(seconds)) s; after \(Self.whole(timeout)) s (\(option: "rankTimeout")) the run ends."
    )
  }

  /// Seconds as a whole number, at most 10¹⁵: a time limit may be any number, also infinity.
  static func whole(_ seconds: Double) -> Int { seconds > 0 ? Int(min(seconds, 1e15)) : 0 }

  /// Ends the processes of all ranks with this exit status (`MPI_Abort`), without waiting for their current work.
  public func abort(status: Int32) { transport.abort(status) }

  /// Ends the communication (`MPI_Finalize`). Every rank calls it once, after all files are written.
  public func finalize() { transport.finalize() }
}
