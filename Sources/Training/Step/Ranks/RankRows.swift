import KernelInterface
import Kernels
import Networks
import Ranks

/// The exchange of a chunk's rows between ranks: activations, error signals, losses and correct answers, of each rank's
/// own rows.
///
/// The messages of each number of rows are created once: a run has few, since only the last chunk of a batch and the
/// last batch of an epoch are smaller.
final class RankRows: StepTraffic, @unchecked Sendable {
  // Unchecked: used by worker 0, between barriers; `rows` only reads constants.
  private let group: RankGroup
  private let batchSize: Int
  private let capacity: Int
  /// Matrices of rows: the address of each, and the number of floats from one row to the next.
  private let matrices: [(numbers: MutableFloats, stride: Int)]
  private let memory: TrainingRows
  private var messages: [Int: RankMessages] = [:]

  /// - Parameter targetWidth: 0 for classes; else output activations are exchanged, for squared errors.
  init(_ rows: TrainingRows, _ layout: ParameterLayout, _ plan: StepPlan, _ group: RankGroup, targetWidth: Int) {
    self.group = group
    memory = rows
    (batchSize, capacity) = (plan.batchSize, StepDecision.chunkRows(layout, plan))
    var matrices: [(numbers: MutableFloats, stride: Int)] = []
    for (layer, shape) in layout.layers.enumerated() {
      matrices.append((rows.signals.layers[layer], shape.paddedOutputs))
      let isNeeded = layer < layout.layers.count - 1 || targetWidth > 0
      if isNeeded { matrices.append((rows.activations.layers[layer], shape.paddedOutputs)) }
    }
    self.matrices = matrices + [(rows.metrics.losses.pointer, 1), (rows.metrics.correct.pointer, 1)]
  }

  /// The shards of all workers of a rank: adjacent rows.
  @inline(__always)
  func rows(of count: Int, rank: Int) -> Range<Int> { Shard(index: rank, count: group.size).range(of: count) }

  /// Exchanges the first `count` rows.
  ///
  /// - Returns: false if that failed; `RankGroup.failure` then has the reason.
  func exchange(rows count: Int) -> Bool {
    if let known = messages[count] { return known.exchange() }
    let own = rows(of: count, rank: group.rank)
    var all: [RankMessages.Message] = []
    for peer in group.others {
      let other = rows(of: count, rank: peer)
      for (numbers, stride) in matrices {
        all.append(.send(numbers + own.lowerBound * stride, count: own.count * stride, of: memory, to: peer))
        all.append(.receive(numbers + other.lowerBound * stride, count: other.count * stride, of: memory, from: peer))
      }
    }
    let new = RankMessages(group, all)
    messages[count] = new
    return new.exchange()
  }

  /// The nanoseconds of all exchanges so far.
  var nanoseconds: UInt64 { messages.values.reduce(0) { $0 + $1.nanoseconds } }

  /// The bytes that this rank sends in a step with a whole batch.
  var bytesPerStep: Int {
    let floats = matrices.reduce(0) { $0 + $1.stride }
    var (rowCount, first) = (0, 0)
    while first < batchSize {
      rowCount += rows(of: min(capacity, batchSize - first), rank: group.rank).count
      first += capacity
    }
    return 4 * floats * rowCount * (group.size - 1)
  }
}
