import Kernels
import Networks
import Ranks

/// The division of the parameters among ranks, and the messages of a step.
///
/// A rank's slice consists of whole blocks of the gradient. The rank sums the gradients of its slice over all ranks in
/// a fixed tree of pairs, updates the parameters, and sends them to all others (stage 1 of ZeRO: Rajbhandari et al.,
/// 2020). So all ranks have the same parameters even on different processors, and the result does not depend on the MPI
/// library.
final class RankStep: @unchecked Sendable {
  // Unchecked: memory is used between barriers, as documented at `RankExchange`.
  let group: RankGroup
  /// `partial`: for each rank the parameters of its slice: adjacent ranges, together all parameters.
  let slices: [Range<Int>]
  /// `owned`: the slices of each worker of this rank.
  let ownedSlices: [[GradientSlice]]
  /// For each rank the ranges of the parameters that it updates.
  private let shares: [[Range<Int>]]
  /// `owned`: the exchange of rows; nil until `OwnedRankExchange` is created.
  var rows: RankRows?
  /// Each worker's ranges of this rank's slice.
  let ranges: [[FlatRange]]
  /// Each worker's blocks of this rank's slice.
  let blocks: [Range<Int>]
  /// The blocks of all ranks' slices.
  private let rankBlocks: [Range<Int>]
  private let workers: Int
  /// The messages of every step, in their order.
  private(set) var stepMessages: [RankMessages] = []

  /// - Parameter all: the blocks of the whole gradient.
  init(_ network: FastNetwork, _ plan: StepPlan, _ group: RankGroup, blocks all: [FlatRange]) {
    self.group = group
    workers = plan.workers
    let layout = network.layout
    func shard(_ count: Int, _ index: Int, _ parts: Int) -> Range<Int> {
      Shard(index: index, count: parts).range(of: count)
    }
    rankBlocks = (0..<group.size).map { shard(all.count, $0, group.size) }
    func start(_ block: Int) -> Int { block == 0 ? 0 : block < all.count ? all[block].offset : layout.count }
    slices = rankBlocks.map { start($0.lowerBound)..<start($0.upperBound) }
    if plan.strategy == .owned {
      let workers = plan.workers
      // Without the density of inputs, which every rank would have to compute from the same data.
      let slices = GradientSlice.shares(of: layout, workers: plan.shards, inputDensity: nil)
      let flat = slices.map { slices in
        slices.flatMap { FlatRange.weights(of: $0, layout) + FlatRange.biases(of: $0, layout) }
      }
      let first = group.rank * workers
      ownedSlices = Array(slices[first..<(first + workers)])
      ranges = Array(flat[first..<(first + workers)])
      shares = (0..<group.size).map { rank in
        flat[(rank * workers)..<((rank + 1) * workers)].joined().map { $0.offset..<($0.offset + $0.count) }
      }
      // Every rank sums all squares, since it has the whole gradient by then.
      blocks = (0..<workers).map { shard(all.count, $0, workers) }
      return
    }
    ownedSlices = []
    shares = slices.map { [$0] }
    let own = rankBlocks[group.rank]
    let blocks = (0..<plan.workers).map { worker in
      let range = shard(own.count, worker, plan.workers)
      return (own.lowerBound + range.lowerBound)..<(own.lowerBound + range.upperBound)
    }
    self.blocks = blocks
    ranges = blocks.map { Self.joined(all[$0]) }
  }

  /// Joins adjacent blocks of weights, and of biases, into ranges.
  private static func joined(_ blocks: ArraySlice<FlatRange>) -> [FlatRange] {
    var ranges: [FlatRange] = []
    for block in blocks {
      if let last = ranges.last, last.isWeights == block.isWeights, last.offset + last.count == block.offset {
        ranges[ranges.count - 1] = FlatRange(
          offset: last.offset, count: last.count + block.count, isWeights: block.isWeights)
      } else {
        ranges.append(block)
      }
    }
    return ranges
  }

  /// The messages that give every rank the other slices of an array in the parameters' layout.
  func messages(gatheringSlicesOf numbers: AlignedBuffer<Float>) -> RankMessages {
    RankMessages(group, group.others.flatMap { sharing(numbers, with: $0) })
  }

  /// The same messages, as part of every step: their time and bytes are counted in `Trainer.exchange`.
  func stepMessages(gatheringSlicesOf numbers: AlignedBuffer<Float>) -> RankMessages {
    kept(messages(gatheringSlicesOf: numbers))
  }

  /// Messages that send another rank the numbers of the parameters that this rank updates, and receive those of the
  /// parameters that the other one updates.
  private func sharing(_ numbers: AlignedBuffer<Float>, with peer: Int) -> [RankMessages.Message] {
    shares[group.rank].map { .send(numbers.pointer + $0.lowerBound, words: $0.count, to: peer) }
      + shares[peer].map { .receive(numbers.pointer + $0.lowerBound, words: $0.count, from: peer) }
  }

  /// The messages that give every rank the numbers of all blocks, one Double each.
  func messages(gathering numbers: AlignedBuffer<Double>) -> RankMessages {
    RankMessages(
      gathering: numbers.pointer, words: rankBlocks.map { (2 * $0.lowerBound)..<(2 * $0.upperBound) }, group)
  }

  /// The messages of the first exchange of a step: slices of the gradient, and the metrics of this rank's workers.
  ///
  /// - Parameter slices: the messages that exchange the slices with another rank.
  func messages(exchanging metrics: StepMetrics, slices: (_ peer: Int) -> [RankMessages.Message]) -> RankMessages {
    var messages: [RankMessages.Message] = []
    for peer in group.others {
      messages += slices(peer)
      for array in metrics.arrays {
        let words = 2 * workers * array.stride
        func numbers(of rank: Int) -> UnsafeMutablePointer<Double> { array.numbers + rank * workers * array.stride }
        messages.append(.send(numbers(of: group.rank), words: words, to: peer))
        messages.append(.receive(numbers(of: peer), words: words, from: peer))
      }
    }
    return kept(RankMessages(group, messages))
  }

  /// The messages of the last exchange of a step: this rank's slice of the parameters, and its flag, to all others.
  ///
  /// - Parameter flags: one number for each rank.
  func messages(gathering parameters: AlignedBuffer<Float>, flags: AlignedBuffer<Int>) -> RankMessages {
    messages(gathering: flags) { sharing(parameters, with: $0) }
  }

  /// The messages of the last exchange of a step, with parameters in another form than that of the buffer.
  ///
  /// - Parameter slices: the messages that exchange the parameters with another rank.
  func messages(
    gathering flags: AlignedBuffer<Int>, slices: (_ peer: Int) -> [RankMessages.Message]
  ) -> RankMessages {
    let messages = group.others.flatMap { peer -> [RankMessages.Message] in
      slices(peer) + [
        .send(flags.pointer + group.rank, words: 2, to: peer), .receive(flags.pointer + peer, words: 2, from: peer),
      ]
    }
    return kept(RankMessages(group, messages))
  }
}

extension RankStep {
  private func kept(_ messages: RankMessages) -> RankMessages {
    stepMessages.append(messages)
    return messages
  }
}

extension RankMessages {
  /// Exchanges the messages.
  ///
  /// - Returns: false if that failed; `RankGroup.failure` then has the reason.
  func succeed() -> Bool {
    do {
      try run()
      return true
    } catch {
      return false
    }
  }
}
