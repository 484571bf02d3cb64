import Platform
import ProcessorBuiltins
import Ranks

extension Cores {
  /// The number of cores that all ranks of this host may use together: those of the launcher, which started them and may
  /// have bound each to fewer.
  package static var ofHost: Int {
    let launcher = Int(processor_affinity_count_of(getppid()))
    let own = Int(processor_affinity_count())
    let all = max(launcher, own)
    return min(all > 0 ? all : available, quota(root: "") ?? .max)
  }

  /// A rank's share of its host's cores, at least 1.
  package static func share(of ranks: RankGroup) -> Int { max(1, ofHost / max(1, ranks.ranksOnHost)) }

  /// The number of cores that this rank is bound to, if these are fewer than its share; else nil.
  package static func binding(of ranks: RankGroup) -> Int? { available < share(of: ranks) ? available : nil }
}

extension RankGroup {
  /// Sets `isCrowded`, for teams of this number of threads on every rank.
  func setCrowded(threads: Int) { isCrowded = ranksOnHost * threads > Cores.ofHost }
}
