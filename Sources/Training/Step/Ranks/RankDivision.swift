import Kernels
import Networks
import Ranks

/// A division of the parameters among ranks, and of a rank's part among its workers.
protocol RankDivision {
  /// For each rank the ranges of the parameters that it updates.
  var parameters: [[Range<Int>]] { get }
  /// For each worker of this rank the ranges of the parameters that it updates.
  var ranges: [[FlatRange]] { get }
  /// For each worker of this rank the blocks of the gradient whose squares it sums.
  var blocks: [Range<Int>] { get }

  /// The messages from which every rank computes the norm of the whole gradient.
  ///
  /// - Parameters:
  ///   - gradient: the sum over all ranks, of which each rank has the parameters that it updates.
  ///   - squares: Σ g² of each block of the gradient.
  func normMessages(
    _ group: RankGroup, gradient: AlignedBuffer<Float>, squares: AlignedBuffer<Double>
  ) -> NormMessages
}

extension RankDivision {
  /// The messages that give every rank the other ranks' parts of an array in the parameters' layout.
  func messages(gathering numbers: AlignedBuffer<Float>, _ group: RankGroup) -> RankMessages {
    RankMessages(group, group.others.flatMap { messages(sharing: numbers, group, with: $0) })
  }

  /// Messages that send another rank the numbers of the parameters that this rank updates, and receive those of the
  /// parameters that the other one updates.
  func messages(sharing numbers: AlignedBuffer<Float>, _ group: RankGroup, with peer: Int) -> [RankMessages.Message] {
    parameters[group.rank].map { .send(numbers, $0, to: peer) }
      + parameters[peer].map { .receive(numbers, $0, from: peer) }
  }
}

/// The messages from which every rank computes the norm of the whole gradient.
enum NormMessages {
  /// Slices of the gradient: every rank then sums all squares.
  case gradient(RankMessages)
  /// Sums of squares of the blocks of each rank.
  case squares(RankMessages)
}

/// The division with `partial`: each rank updates adjacent blocks of the parameters.
struct BlockDivision: RankDivision {
  /// For each rank one range; adjacent ranges, together all parameters.
  let parameters: [[Range<Int>]]
  let ranges: [[FlatRange]]
  let blocks: [Range<Int>]
  /// The blocks of all ranks' slices.
  private let rankBlocks: [Range<Int>]

  /// - Parameter all: the blocks of the whole gradient.
  init(_ layout: ParameterLayout, _ plan: StepPlan, _ group: RankGroup, blocks all: [FlatRange]) {
    let rankBlocks = (0..<group.size).map { Shard(index: $0, count: group.size).range(of: all.count) }
    func start(_ block: Int) -> Int { block == 0 ? 0 : block < all.count ? all[block].offset : layout.count }
    parameters = rankBlocks.map { [start($0.lowerBound)..<start($0.upperBound)] }
    let own = rankBlocks[group.rank]
    let blocks = (0..<plan.workers).map { worker in
      let range = Shard(index: worker, count: plan.workers).range(of: own.count)
      return (own.lowerBound + range.lowerBound)..<(own.lowerBound + range.upperBound)
    }
    ranges = blocks.map { Self.joined(all[$0], layout) }
    (self.rankBlocks, self.blocks) = (rankBlocks, blocks)
  }

  func normMessages(
    _ group: RankGroup, gradient: AlignedBuffer<Float>, squares: AlignedBuffer<Double>
  ) -> NormMessages {
    .squares(RankMessages(gathering: squares, ranges: rankBlocks, group))
  }

  /// Joins the blocks of each layer's weights, and of its biases, into ranges.
  private static func joined(_ blocks: ArraySlice<FlatRange>, _ layout: ParameterLayout) -> [FlatRange] {
    let starts = layout.regions.map(\.offset)
    var ranges: [FlatRange] = []
    for block in blocks {
      if let last = ranges.last, !starts.contains(block.offset) {
        ranges[ranges.count - 1] = FlatRange(
          offset: last.offset, count: last.count + block.count, isWeights: block.isWeights)
      } else {
        ranges.append(block)
      }
    }
    return ranges
  }
}

/// The division with `owned`: each rank updates the slices of its workers.
struct OwnedDivision: RankDivision {
  let parameters: [[Range<Int>]]
  let ranges: [[FlatRange]]
  let blocks: [Range<Int>]

  /// - Parameter blockCount: the number of blocks of the whole gradient.
  init(_ layout: ParameterLayout, _ plan: StepPlan, _ group: RankGroup, blockCount: Int) {
    let workers = plan.workers
    let ranks = Self.slices(layout, plan).map { rank in
      rank.map { slices in slices.flatMap { FlatRange.ranges(of: $0, layout) } }
    }
    ranges = ranks[group.rank]
    parameters = ranks.map { $0.joined().map { $0.offset..<($0.offset + $0.count) } }
    // All blocks: every rank has the whole gradient when it sums squares.
    blocks = (0..<workers).map { Shard(index: $0, count: workers).range(of: blockCount) }
  }

  /// The slices of the gradient that each worker computes, by rank and worker.
  static func slices(_ layout: ParameterLayout, _ plan: StepPlan) -> [[[GradientSlice]]] {
    // Without the density of inputs, which every rank would have to compute from the same data.
    let all = GradientSlice.slices(of: layout, count: plan.shards, inputDensity: nil)
    return stride(from: 0, to: all.count, by: plan.workers).map { Array(all[$0..<($0 + plan.workers)]) }
  }

  func normMessages(
    _ group: RankGroup, gradient: AlignedBuffer<Float>, squares: AlignedBuffer<Double>
  ) -> NormMessages {
    .gradient(messages(gathering: gradient, group))
  }
}
