import KernelInterface
import Kernels
import Networks

/// Forward and backward passes over a whole split, and their gradient.
protocol GradientRunning: Sendable {
  /// Σ over samples of the gradient after `run`, in the parameters' layout.
  var total: AlignedBuffer<Double> { get }
  /// Σ over samples of losses.
  var loss: Double { get }
  /// The number of correct answers.
  var correct: Double { get }
  /// Σ over samples of (a − t)² for each target column; empty for classes.
  var squaredErrors: [Double] { get }
  /// Σ over samples as in `EpochSums.surplus`; nil for a loss without one.
  var surplus: Double? { get }
  /// Runs the passes with the random numbers of an epoch: those of dropout, and of the reader's distortions and noise.
  func run(epoch: Int)
}

extension GradientRunning {
  /// Writes the gradient of the objective after `run`: the mean over samples, and the derivatives of the terms besides
  /// the loss.
  ///
  /// - Parameters:
  ///   - terms: with λ divided by M.
  ///   - weightDecay: λ of ½λ Σ w² over weights and biases.
  ///   - gradient: in the parameters' layout; padding becomes 0.
  /// - Returns: Σ g², before rounding to Float.
  @discardableResult
  func writeGradient(
    _ network: FastNetwork, samples: Int, _ terms: Regularization, weightDecay: Double = 0,
    into gradient: MutableFloats
  ) -> Double {
    let (count, parameters) = (Double(samples), network.buffer.pointer)
    let (l2, others) = (terms[L2Term.name], terms.withoutL2)
    let hasOthers = !others.isEmpty
    var squares = 0.0
    for region in network.layout.regions {
      let factor = weightDecay + (region.isWeights ? l2 : 0)
      for index in region.offset..<(region.offset + region.count) {
        var value = total.pointer[index] / count
        // 0 · w is not zero if w is infinite.
        if factor != 0 { value += factor * Double(parameters[index]) }
        if hasOthers, region.isWeights { value += others.derivative(Double(parameters[index])) }
        squares += value * value
        gradient[index] = Float(value)
      }
    }
    return squares
  }
}

/// The passes of a sharded update, without applying the gradient, specialized for one reader: each worker runs the
/// passes of its shard of a chunk, then computes the gradient of its slices over the whole chunk.
final class GradientPasses<Reader: SampleReader>: GradientRunning, @unchecked Sendable {
  // Unchecked: before a chunk's first barrier a worker writes its own rows; until the second it reads all rows and
  // writes its own slices of `chunkGradient`; then it adds its own range of `chunkGradient` to `total`.
  private let team: WorkerTeam
  private let inputs: Reader.Input.Rows
  private let rows: TrainingRows
  private let workers: [Worker]
  private let order: AlignedBuffer<Int32>
  private let chunkGradient: AlignedBuffer<Float>
  let total: AlignedBuffer<Double>
  private(set) var loss = 0.0
  private(set) var correct = 0.0
  private(set) var squaredErrors: [Double]
  private(set) var surplus: Double?
  private let standardizedLoss: StandardizedLoss?
  /// The loss of target values that is summed in place of the kernels' losses in Float; nil for other losses.
  private let differenceLoss: DifferenceLoss?
  private let lastLayer: Int
  /// Floats from one row of the output layer to the next.
  private let outputStride: Int

  /// The state of one worker.
  private struct Worker {
    let pass: ShardPass<Reader>
    let gradients: SliceGradients<Reader.Input>
    let slices: [GradientSlice]
    /// The parameters whose gradients it adds to the total.
    let ranges: [FlatRange]
  }

  /// The largest number of rows of a chunk: Float sums over so many rows lose about one of seven decimal digits.
  private static var maximumChunk: Int { 1024 }
  /// The largest size in bytes of a chunk's rows.
  private static var rowBudget: Int { 32 << 20 }

  init(
    _ network: FastNetwork, _ reader: Reader, _ targets: TargetReader, samples: Int, team: WorkerTeam,
    inputDensity: [Float]
  ) {
    self.team = team
    let (count, layout) = (team.count, network.layout)
    squaredErrors = [Double](repeating: 0, count: targets.width)
    standardizedLoss = targets.standardizedLoss.flatMap { $0.hasSurplus ? $0 : nil }
    differenceLoss =
      targets.width > 0 && targets.standardizedLoss == nil ? DifferenceLoss(network.topology.loss) : nil
    lastLayer = layout.layers.count - 1
    outputStride = layout.layers[lastLayer].paddedOutputs
    let affordable = Self.rowBudget / TrainingRows.bytesPerRow(layout)
    let capacity = min(samples, max(64, min(Self.maximumChunk, affordable)))
    inputs = reader.makeRows(capacity: capacity)
    rows = TrainingRows(layout, capacity: capacity, inputBlocks: reader.inputBlocks, targetWidth: targets.rowWidth)
    let slices = GradientSlice.slices(
      of: layout, count: count, inputDensity: Reader.Input.workDensity(inputDensity))
    workers = slices.enumerated().map { index, slices in
      Worker(
        pass: ShardPass(network, reader, targets, rows: (capacity + count - 1) / count),
        gradients: SliceGradients(network, rows: capacity), slices: slices,
        ranges: FlatRange.slice(index, of: count, layout))
    }
    order = AlignedBuffer(count: samples)
    for index in 0..<order.count { order.pointer[index] = Int32(index) }
    chunkGradient = AlignedBuffer(count: layout.count)
    total = AlignedBuffer(count: layout.count)
  }

  func run(epoch: Int) {
    total.elements.update(repeating: 0)
    (loss, correct) = (0, 0)
    surplus = standardizedLoss.map { _ in 0 }
    for output in squaredErrors.indices { squaredErrors[output] = 0 }
    team.run { index in self.run(worker: index, epoch: epoch) }
  }

  /// The loop of one worker over the split.
  private func run(worker index: Int, epoch: Int) {
    let worker = workers[index]
    var first = 0
    while first < order.count {
      let count = min(inputs.capacity, order.count - first)
      let shard = Shard(index: index, count: team.count).range(of: count)
      if !shard.isEmpty {
        worker.pass.run(
          order.pointer + first + shard.lowerBound, count: shard.count, epoch: epoch, inputs, rows,
          first: shard.lowerBound)
      }
      team.barrier.wait(index)
      if index == 0 { addLosses(count) }
      for slice in worker.slices {
        worker.gradients.accumulate(slice, inputs, rows, count: count, into: chunkGradient.pointer, adds: false)
      }
      team.barrier.wait(index)
      for range in worker.ranges {
        for index in range.offset..<(range.offset + range.count) {
          total.pointer[index] += Double(chunkGradient.pointer[index])
        }
      }
      first += count
    }
  }

  private func addLosses(_ count: Int) {
    for row in 0..<count {
      if differenceLoss == nil { loss += Double(rows.metrics.losses.pointer[row]) }
      correct += Double(rows.metrics.correct.pointer[row])
    }
    if squaredErrors.isEmpty { return }
    let outputs = rows.activations.layers[lastLayer]
    if let standardizedLoss, let earlier = surplus {
      surplus = earlier + standardizedLoss.surplus(outputs, stride: outputStride, rows.targets, count: count)
    }
    for row in 0..<count {
      for output in squaredErrors.indices {
        let target = rows.targets.values.pointer[row * rows.targets.stride + output]
        let error = Double(outputs[row * outputStride + output]) - Double(target)
        squaredErrors[output] += error * error
        if let differenceLoss { loss += differenceLoss.value(error) }
      }
    }
  }
}
