import Kernels
import Networks
import Ranks

/// Local SGD (Stich, 2019; Lin, Stich, Patel and Jaggi, 2020): each rank trains alone on its part of every batch, and
/// every `interval` steps of an epoch, and at its end, the parameters of all ranks become their mean.
///
/// Means are computed in Double in the order of the ranks, each rank those of its slice: they are the same on all ranks,
/// and the mean of equal numbers is that number. An exponential average of the parameters is averaged, too, which makes
/// it that of the means. The optimizer's state stays with its rank.
///
/// A range of steps ends, pauses and diverges at a mean only, where all ranks agree.
final class RankAveraging: @unchecked Sendable {
  // Unchecked: used by the thread that runs step ranges, while no worker runs.
  private let group: RankGroup
  /// The number of steps between two means.
  private let interval: Int
  private let engine: StepEngine
  /// The parameters, and their exponential average if there is one.
  private let numbers: [AlignedBuffer<Float>]
  /// For each rank the parameters whose means it computes.
  private let slices: [Range<Int>]
  /// For each of `numbers` the slices that other ranks send, by rank.
  private let received: [[AlignedBuffer<Float>]]
  private let sums = AlignedBuffer<Double>(count: 4096)
  private let figures: RankFigures
  /// For each rank 1 if a stop was requested there, else 0.
  private let stops: AlignedBuffer<Int>
  private let gathering: RankMessages
  private let sharing: RankMessages
  /// On rank 0 the optimizer's state of every rank, in the order of the ranks; on others their own.
  private(set) lazy var states = allStates()

  /// - Parameters:
  ///   - engine: an engine for this rank alone.
  ///   - average: the exponential average of the parameters; nil if there is none.
  /// - Returns: nil for one process, or without an interval.
  init?(_ engine: StepEngine, _ group: RankGroup?, interval: Int?, average: AlignedBuffer<Float>?) {
    guard let group, let interval else { return nil }
    (self.engine, self.group, self.interval) = (engine, group, interval)
    let parameters = engine.context.network.buffer
    let numbers = [parameters, average].compactMap { $0 }
    let slices = (0..<group.size).map { Shard(index: $0, count: group.size).range(of: parameters.count) }
    let own = slices[group.rank]
    let received = numbers.map { _ in
      (0..<group.size).map { AlignedBuffer<Float>(count: $0 == group.rank ? 0 : own.count) }
    }
    let figures = RankFigures(ranks: group.size, outputs: engine.context.targets.width)
    let stops = AlignedBuffer<Int>(count: group.size)
    (self.numbers, self.slices, self.received, self.figures, self.stops) = (numbers, slices, received, figures, stops)
    var first: [RankMessages.Message] = []
    var last: [RankMessages.Message] = []
    for peer in group.others {
      let slice = slices[peer]
      for (index, numbers) in numbers.enumerated() {
        first.append(.send(numbers, slice, to: peer))
        first.append(.receive(received[index][peer], 0..<own.count, from: peer))
        last.append(.send(numbers, own, to: peer))
        last.append(.receive(numbers, slice, from: peer))
      }
      first += figures.messages(from: group.rank, with: peer)
      last.append(.send(stops, at: group.rank, to: peer))
      last.append(.receive(stops, at: peer, from: peer))
    }
    gathering = RankMessages(group, first)
    sharing = RankMessages(group, last)
  }

  /// The smallest number of an epoch's steps, `step` or more, after which the parameters become their mean.
  func mean(from step: Int) -> Int { (step + interval - 1) / interval * interval }

  /// Runs the steps of a range, which ends at a mean or at the epoch's end.
  ///
  /// - Returns: the result of `StepEngine.run`, with the figures of all ranks. The gradient norm is the mean of theirs.
  func run(_ range: StepRange) -> (sums: EpochSums, interruption: StepInterruption) {
    var total = range.earlier
    let part = Shard(index: group.rank, count: group.size)
    // Only an epoch's last batch may have fewer samples than there are ranks.
    let hasLast = !part.range(of: range.batches.size(of: range.batches.steps - 1)).isEmpty
    let ownSteps = hasLast ? range.batches.steps : range.batches.steps - 1
    while total.steps < range.steps.upperBound {
      let end = min(range.steps.upperBound, mean(from: total.steps + 1))
      let last = min(end, ownSteps)
      let steps = min(total.steps, last)..<last
      let measuresNorm = range.measures.normStep == end - 1
      let own = steps.isEmpty ? (EpochSums(), .none) : engine.run(range.alone(steps, part, measuresNorm: measuresNorm))
      figures.set(own.sums, isDiverged: own.interruption == .diverged, firstStep: steps.lowerBound, rank: group.rank)
      guard gathering.exchange() else { return (total, .disconnected) }
      figures.add(to: &total, end: end)
      let diverged = figures.firstDivergence
      range.observer.progress?.noteAll(total)
      for index in numbers.indices { average(index) }
      stops.pointer[group.rank] = range.observer.endsEarly ? 1 : 0
      guard sharing.exchange() else { return (total, .disconnected) }
      engine.context.network.roundWeights(0..<numbers[0].count, from: engine.plan.firstRoundedLayer)
      if let diverged {
        total.steps = diverged
        return (total, .diverged)
      }
      if stops.elements.contains(1) { return (total, .stopped) }
    }
    return (total, .none)
  }

  /// Replaces this rank's slice of numbers by the mean over ranks.
  private func average(_ index: Int) {
    let own = slices[group.rank]
    let numbers = numbers[index].pointer + own.lowerBound
    var offset = 0
    while offset < own.count {
      let count = min(sums.count, own.count - offset)
      let sums = sums.pointer
      sums.update(repeating: 0, count: count)
      for rank in 0..<group.size {
        let source = (rank == group.rank ? numbers : received[index][rank].pointer) + offset
        for index in 0..<count { sums[index] += Double(source[index]) }
      }
      let ranks = Double(group.size)
      for index in 0..<count { numbers[offset + index] = Float(sums[index] / ranks) }
      offset += count
    }
  }
}

// The optimizer's state.
extension RankAveraging {
  /// The number of arrays of `states`.
  var stateCount: Int { engine.context.states.count * (group.isRoot ? group.size : 1) }

  private func allStates() -> [AlignedBuffer<Float>] {
    let own = engine.context.states
    guard group.isRoot else { return own }
    return own + group.others.flatMap { _ in own.map { AlignedBuffer(count: $0.count) } }
  }

  /// Gives rank 0 the optimizer's state of every rank.
  func gatherStates() throws(RankError) {
    let own = engine.context.states
    let messages: [RankMessages.Message] =
      group.isRoot
      ? states.enumerated().dropFirst(own.count).map { index, state in
        .receive(state, 0..<state.count, from: index / own.count)
      } : own.map { .send($0, 0..<$0.count, to: 0) }
    try RankMessages(group, messages).run()
  }
}

extension Array where Element == Parameters {
  /// The optimizer's state of a rank.
  ///
  /// - Parameters:
  ///   - count: the arrays of each rank.
  ///   - ranks: the number of ranks of this run. The state of a run with another number is the mean over its ranks.
  func ofRank(_ rank: Int, count: Int, ranks: Int) -> [Parameters] {
    guard count > 0 else { return [] }
    if self.count == count * ranks { return Array(self[(rank * count)..<((rank + 1) * count)]) }
    return (0..<count).map { index in
      Parameters(mean: stride(from: index, to: self.count, by: count).map { self[$0] })
    }
  }
}

extension Parameters {
  /// The mean of parameters of the same shape.
  fileprivate init(mean all: [Parameters]) {
    func mean(_ arrays: [[Float]]) -> [Float] {
      arrays[0].indices.map { index in
        Float(arrays.reduce(0) { $0 + Double($1[index]) } / Double(arrays.count))
      }
    }
    self = all[0]
    for layer in layers.indices {
      layers[layer].weight = mean(all.map { $0.layers[layer].weight })
      layers[layer].bias = mean(all.map { $0.layers[layer].bias })
    }
  }
}
