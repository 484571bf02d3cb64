/// The division of networks with consecutive seeds into committees, whose mean probabilities are evaluated.
package struct Committees: Sendable, Equatable {
  /// The number of networks of a committee. A committee of fewer networks is another experiment.
  package let size: Int

  /// As many committees of `size` networks as are trained; a mean over committees has an uncertainty, a single one has none.
  ///
  /// - Precondition: `size` is at least 1.
  package static func of(_ size: Int) -> Committees {
    precondition(size >= 1, "a committee has at least one network")
    return Committees(size: size)
  }

  /// The number of networks of whole committees: the smallest one from `count` on, or the largest one up to `most`.
  package func networks(atLeast count: Int, atMost most: Int) -> Int {
    min((count + size - 1) / size, most / size) * size
  }

  /// The members of each committee, in the order of the networks; without the networks at the end that make no whole committee.
  package func members<Network>(of networks: [Network]) -> [[Network]] {
    (0..<networks.count / size).map { Array(networks[$0 * size..<($0 + 1) * size]) }
  }
}
