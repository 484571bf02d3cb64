import Datasets
import KernelInterface
import Kernels
import Networks

/// The objective of a network over a split, and its gradient.
public struct GradientEvaluation: Sendable, Equatable {
  public var samples: Int
  /// Mean over samples, the `--l2` term included.
  public var loss: Double
  /// The share of samples whose class is the target's; nil where the outputs are no classes.
  public var accuracy: Double?
  /// L2 norm over all tensors.
  public var gradientNorm: Double
  /// ∂loss/∂w for every weight and bias: the mean over samples, (λ/M) W added to weights.
  public var gradient: Parameters
}

/// Runs a network forward and backward over a split with the kernels that train it, on all workers.
///
/// Samples go through in chunks, so that memory does not grow with the split. The kernels sum a chunk's gradient in Float; the chunks
/// add up in Double, and so do losses: a split of any length keeps the kernels' own precision. Chunks, and the order of all sums, don't
/// depend on the workers: the result has the same bits for any number of them.
public final class GradientEvaluator: @unchecked Sendable {
  // Unchecked: before a chunk's first barrier a worker writes its own rows; until the second it reads all rows and writes its own
  // slices of `chunkGradient`; then it reads all of that and writes its own share of `total`.
  private let network: FastNetwork
  private let reader: InputReader
  private let team: WorkerTeam
  private let rows: RowBuffers
  private let workers: [Worker]
  private let order: AlignedBuffer<Int32>
  private let chunkGradient: AlignedBuffer<Float>
  private let total: AlignedBuffer<Double>
  /// Σ over samples of losses, then of hits; worker 0's.
  private let sums = AlignedBuffer<Double>(count: 2)

  /// What one worker has of its own.
  private struct Worker {
    let shard: ShardPass
    let gradients: GradientPass
    let slices: [GradientSlice]
    let flat: [FlatRange]
  }

  /// Float sums over this many rows cost about a decimal digit of a float's seven.
  private static let largestChunk = 1024
  /// What the rows in hand may take, in bytes.
  private static let rowBudget = 32 << 20

  /// - Parameters:
  ///   - form: how samples enter; nil: by their density.
  ///   - workers: threads, 1 to 128; nil: as many as cores, as far as there are samples.
  /// - Throws: `TrainingError` where samples and network don't fit, or there are none.
  public init(_ network: FastNetwork, _ samples: Samples, form: InputForm? = nil, workers: Int? = nil)
    throws(TrainingError)
  {
    try Self.check(samples, network.topology)
    self.network = network
    let layout = network.layout
    let density = InputDensity(samples)
    let form = form ?? AutomaticChoices.inputForm(density: density.mean)
    reader = InputReader(samples, form: form, kernels: network.kernels, packsAhead: false)
    let count = workers ?? WorkerTeam.automaticCount(upTo: samples.count / 16)
    try ThreadSupply.check(workers: count)
    team = WorkerTeam(count: count)
    let affordable = Self.rowBudget / RowBuffers.bytesPerRow(layout)
    let chunk = min(samples.count, max(64, min(Self.largestChunk, affordable)))
    rows = RowBuffers(layout, capacity: chunk, form: form, targetWidth: reader.targetWidth, trains: true)
    let shares = GradientSlice.shares(
      of: layout, workers: count, inputDensity: form == .masked ? density.perInput : nil)
    self.workers = shares.enumerated().map { [rows] index, slices in
      Worker(
        shard: ShardPass(network, rows: (chunk + count - 1) / count, trains: true),
        gradients: GradientPass(network, rows: chunk, form: rows.form), slices: slices,
        flat: FlatRange.share(layout, worker: index, of: count))
    }
    order = AlignedBuffer(count: samples.count)
    for index in 0..<order.count { order.pointer[index] = Int32(index) }
    chunkGradient = AlignedBuffer(count: layout.count)
    total = AlignedBuffer(count: layout.count)
  }

  /// - Throws: `TrainingError` where samples and network don't fit, or there are none.
  ///
  /// More than training takes: two classes are the targets 0 and 1 of a single output of any activation, whose gradient is as good as any.
  public static func check(_ samples: Samples, _ topology: Topology) throws(TrainingError) {
    if samples.count == 0 { throw .noSamples }
    if samples.width != topology.inputs { throw .width(found: samples.width, expected: topology.inputs) }
    if case .classes(_, let labels) = samples.targets, labels.count == 2, topology.outputs == 1 { return }
    if samples.targets.width != topology.outputs {
      throw .targets(found: samples.targets.width, expected: topology.outputs)
    }
  }

  /// Asks whether a network and its gradient fit into memory, before anything of that size is made.
  ///
  /// - Parameter besides: bytes a parameter that the caller needs at the same time.
  /// - Throws: `TrainingError.memory`.
  public static func checkMemory(_ topology: Topology, besides: Double = 0) throws(TrainingError) {
    // The plain parameters, the network's, a chunk's gradient and the result in Float; the total in Double.
    let bytes = Double(4 * MemoryLayout<Float>.stride + MemoryLayout<Double>.stride)
    try RunMemory.check(Double(topology.parameters) * (bytes + besides), widths: topology.widths)
  }

  /// Loss, accuracy and gradient of the network as it stands.
  ///
  /// Not to be called from two threads at once.
  /// - Parameter regularization: the terms of the objective beside the loss, M the samples.
  public func evaluate(_ regularization: Regularization = [:]) -> GradientEvaluation {
    total.elements.update(repeating: 0)
    sums.elements.update(repeating: 0)
    team.run { index in self.work(index) }
    return means(regularization.divided(by: Double(order.count)))
  }

  /// One worker's way through the split.
  private func work(_ index: Int) {
    let worker = workers[index]
    var first = 0
    while first < order.count {
      let count = min(rows.capacity, order.count - first)
      let lower = count * index / team.count
      let size = count * (index + 1) / team.count - lower
      if size > 0 {
        reader.read(order.pointer + first + lower, count: size, into: rows, first: lower)
        worker.shard.forward(rows, first: lower, count: size)
        worker.shard.settle(rows, first: lower, count: size, hasTargets: true)
        worker.shard.backward(rows, first: lower, count: size)
      }
      team.barrier.wait(index)
      if index == 0 { addLosses(count) }
      for slice in worker.slices {
        worker.gradients.accumulate(slice, rows, first: 0, count: count, into: chunkGradient.pointer, adds: false)
      }
      team.barrier.wait(index)
      for range in worker.flat {
        for place in range.offset..<(range.offset + range.count) {
          total.pointer[place] += Double(chunkGradient.pointer[place])
        }
      }
      first += count
    }
  }

  private func addLosses(_ count: Int) {
    for row in 0..<count {
      sums.pointer[0] += Double(rows.losses.pointer[row])
      sums.pointer[1] += Double(rows.hits.pointer[row])
    }
  }

  /// `evaluate` with the l2 term alone, λ its strength.
  public func evaluate(l2: Double) -> GradientEvaluation { evaluate(Regularization(l2: l2)) }

  /// The sums made means, with the terms of the objective beside the loss.
  private func means(_ terms: Regularization) -> GradientEvaluation {
    let count = Double(order.count)
    let parameters = network.buffer.pointer
    var squares = 0.0
    let isRegularized = !terms.isEmpty
    for region in network.layout.regions {
      for place in region.offset..<(region.offset + region.count) {
        var value = total.pointer[place] / count
        if isRegularized, region.isWeights { value += terms.derivative(Double(parameters[place])) }
        squares += value * value
        chunkGradient.pointer[place] = Float(value)
      }
    }
    let hasClasses = reader.targetWidth == 0 || network.topology.output == .softmax
    let weights = network.layout.regions.filter(\.isWeights).map {
      UnsafeBufferPointer(start: UnsafePointer(parameters + $0.offset), count: $0.count)
    }
    return GradientEvaluation(
      samples: order.count, loss: sums.pointer[0] / count + terms.value(of: weights),
      accuracy: hasClasses ? sums.pointer[1] / count : nil, gradientNorm: squares.squareRoot(),
      gradient: network.layout.load(from: UnsafePointer(chunkGradient.pointer)))
  }
}
