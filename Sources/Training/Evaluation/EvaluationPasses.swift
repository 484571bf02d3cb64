import Kernels
import Networks
import Ranks

/// Forward passes over a whole split.
protocol EvaluationRunning: Sendable {
  /// - Returns: sums over the samples, and the output activations, `[samples × outputs]`, if requested.
  func run(keepsOutputs: Bool, hasTargets: Bool) -> (sums: (loss: Double, correct: Double), outputs: [Float])
}

/// Forward passes over a whole split in tiles of samples, specialized for one reader.
final class EvaluationPasses<Reader: SampleReader>: EvaluationRunning, @unchecked Sendable {
  // Unchecked: each worker has its own rows and writes its own tiles.
  private let network: FastNetwork
  private let reader: Reader
  private let targetReader: TargetReader
  private let team: WorkerTeam
  private let workers: [Worker]
  private let order: AlignedBuffer<Int32>
  /// The ranks that divide the tiles among themselves; nil for a single process.
  private let ranks: RankGroup?

  /// The state of one worker.
  private struct Worker {
    let inputs: Reader.Input.Rows
    let activations: Activations
    let targets: TargetRows
    let metrics: RowMetrics
    let input: Reader.Input
    let pass: ForwardPass
  }

  init(
    _ network: FastNetwork, _ reader: Reader, _ targets: TargetReader, samples: Int, team: WorkerTeam,
    ranks: RankGroup?
  ) {
    self.ranks = ranks
    self.network = network
    self.reader = reader
    self.team = team
    targetReader = targets
    let (layout, rows) = (network.layout, min(EvaluationTile.rows, samples))
    workers = (0..<team.count).map { _ in
      Worker(
        inputs: reader.makeRows(capacity: rows), activations: Activations(layout, capacity: rows),
        targets: TargetRows(layout, capacity: rows, width: targets.rowWidth), metrics: RowMetrics(capacity: rows),
        input: Reader.Input(network), pass: ForwardPass(network))
    }
    order = AlignedBuffer(count: samples)
    for index in 0..<order.count { order.pointer[index] = Int32(index) }
  }

  func run(keepsOutputs: Bool, hasTargets: Bool) -> (sums: (loss: Double, correct: Double), outputs: [Float]) {
    let tiles = (order.count + EvaluationTile.rows - 1) / EvaluationTile.rows
    let kept = AlignedBuffer<Float>(count: keepsOutputs ? order.count * network.topology.outputs : 0)
    let tileSums = AlignedBuffer<Double>(count: 2 * tiles)
    let own = tileRange(ofRank: ranks?.rank ?? 0, of: tiles)
    team.run { index in
      for offset in Shard(index: index, count: self.team.count).range(of: own.count) {
        let tile = own.lowerBound + offset
        self.run(self.workers[index], tile, kept, hasTargets ? tileSums.pointer + 2 * tile : nil)
      }
    }
    gather(tileSums, kept, tiles: tiles)
    var sums = (loss: 0.0, correct: 0.0)
    for tile in 0..<tiles {
      sums.loss += tileSums.pointer[2 * tile]
      sums.correct += tileSums.pointer[2 * tile + 1]
    }
    return (sums, Array(kept.elements))
  }

  /// The tiles of a rank: adjacent ones.
  private func tileRange(ofRank rank: Int, of tiles: Int) -> Range<Int> {
    Shard(index: rank, count: ranks?.size ?? 1).range(of: tiles)
  }

  /// Gives every rank the sums and outputs of all tiles, so that they are added in the same order as by a single
  /// process. If the exchange fails, `RankGroup.failure` has the reason.
  private func gather(_ tileSums: AlignedBuffer<Double>, _ kept: AlignedBuffer<Float>, tiles: Int) {
    guard let ranks else { return }
    let ranges = (0..<ranks.size).map { tileRange(ofRank: $0, of: tiles) }
    // Two numbers of each tile.
    let sums = ranges.map { (2 * $0.lowerBound)..<(2 * $0.upperBound) }
    guard RankMessages(gathering: tileSums, ranges: sums, ranks).exchange(), kept.count > 0 else { return }
    let perTile = EvaluationTile.rows * network.topology.outputs
    let outputs = ranges.map { min($0.lowerBound * perTile, kept.count)..<min($0.upperBound * perTile, kept.count) }
    _ = RankMessages(gathering: kept, ranges: outputs, ranks).exchange()
  }

  /// Evaluates one tile.
  ///
  /// - Parameters:
  ///   - kept: memory for all samples' outputs, or empty.
  ///   - sums: the tile's losses and correct answers; nil if targets are not read.
  private func run(_ worker: Worker, _ tile: Int, _ kept: AlignedBuffer<Float>, _ sums: UnsafeMutablePointer<Double>?) {
    let first = tile * EvaluationTile.rows
    let count = min(EvaluationTile.rows, order.count - first)
    let layers = network.layout.layers
    reader.read(order.pointer + first, count: count, epoch: 0, into: worker.inputs, first: 0)
    worker.input.forward(
      worker.inputs, into: worker.activations.product, first: 0, count: count, columns: 0..<layers[0].paddedOutputs)
    worker.pass.forward(worker.activations, first: 0, count: count)
    if let sums {
      targetReader.read(order.pointer + first, count: count, into: worker.targets, first: 0)
      worker.pass.evaluateOutput(worker.activations, worker.targets, worker.metrics, first: 0, count: count)
      if targetReader.adjusts {
        let last = layers.count - 1
        targetReader.adjust(
          worker.targets, worker.metrics, outputs: worker.activations.layers[last], signals: nil,
          stride: layers[last].paddedOutputs, first: 0, count: count)
      }
      for row in 0..<count {
        sums[0] += Double(worker.metrics.losses.pointer[row])
        sums[1] += Double(worker.metrics.correct.pointer[row])
      }
    } else {
      worker.pass.evaluateOutput(worker.activations, first: 0, count: count)
    }
    guard kept.count > 0 else { return }
    let (outputs, stride) = (network.topology.outputs, layers[layers.count - 1].paddedOutputs)
    let activations = worker.activations.layers[layers.count - 1]
    for row in 0..<count {
      (kept.pointer + (first + row) * outputs).update(from: activations + row * stride, count: outputs)
    }
  }
}

/// The unit of evaluation: each worker has a range of tiles, and sums are added tile by tile in the order of the
/// samples.
enum EvaluationTile {
  /// The number of samples of a tile.
  static let rows = 128
}
