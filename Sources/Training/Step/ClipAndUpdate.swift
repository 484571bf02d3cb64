import KernelInterface
import Kernels
import Networks
import Ranks

/// The end of a step whose whole gradient is in one buffer: measures its norm, clips it if configured, and updates the
/// parameters. Also computes the sums over all weights that the objective needs.
///
/// Squares are summed in blocks, in an order that does not depend on the number of workers.
final class ClipAndUpdate: @unchecked Sendable {
  // Unchecked: between barriers each worker writes only its slice of `gradient` and the squares of its blocks.
  /// The whole gradient, in the parameters' layout.
  let gradient: AlignedBuffer<Float>
  private let kernels: Kernels
  /// The objective's terms besides the loss, without `l2`.
  let terms: ActiveTerms
  /// True if the objective has terms besides the loss.
  let isRegularized: Bool
  private let l2: Double
  private let clipNorm: Double?
  /// The blocks of the gradient over which squares are summed.
  let blocks: [FlatRange]
  private let weightBlocks: [FlatRange]
  /// Σ g² of each block of the gradient.
  private let gradientSquares: AlignedBuffer<Double>
  /// Σ w² of each block of the weights.
  private let weightSquares: AlignedBuffer<Double>
  /// The value of `terms` for each block of the weights; empty without terms.
  private let termValues: AlignedBuffer<Double>
  /// Each worker's slice of the parameters.
  private let slices: [[FlatRange]]
  /// The blocks of the gradient whose squares each worker sums.
  private let ownBlocks: [Range<Int>]
  /// The messages from which several ranks compute the gradient's norm; nil for a single process.
  private let normMessages: NormMessages?

  /// The number of parameters of a block.
  static let blockSize = 4096

  /// - Parameters:
  ///   - blocks: the blocks of the parameters, of `blockSize`.
  ///   - ranks: the slices and messages of several ranks; nil for a single process.
  init(_ network: FastNetwork, _ plan: StepPlan, blocks: [FlatRange], ranks: RankStep?) {
    kernels = network.kernels
    l2 = plan.l2
    isRegularized = !plan.regularization.isEmpty
    terms = ActiveTerms(plan.regularization, network.kernels)
    clipNorm = plan.clipNorm
    let layout = network.layout
    gradient = AlignedBuffer(count: layout.count)
    self.blocks = blocks
    weightBlocks = blocks.filter(\.isWeights)
    gradientSquares = AlignedBuffer(count: blocks.count)
    weightSquares = AlignedBuffer(count: weightBlocks.count)
    termValues = AlignedBuffer(count: terms.count > 0 ? weightBlocks.count : 0)
    slices =
      ranks?.division.ranges ?? (0..<plan.workers).map { FlatRange.slice($0, of: plan.workers, layout) }
    ownBlocks =
      ranks?.division.blocks
      ?? (0..<plan.workers).map { Shard(index: $0, count: plan.workers).range(of: blocks.count) }
    // Without clipping, the norm is needed in the last step of an epoch only.
    normMessages = ranks?.normMessages(
      gradient: gradient, squares: gradientSquares, isInEveryStep: plan.clipNorm != nil)
  }

  /// A worker's slice of the parameters.
  func slice(of worker: Int) -> [FlatRange] { slices[worker] }

  /// Regularizes, clips and applies `gradient`, a sum over the batch. To be called by every thread after a barrier; the
  /// caller waits at another one afterwards.
  func apply(
    _ group: WorkerGroup<some StepWorker>, _ coefficients: StepCoefficients, metrics: StepMetrics,
    _ sums: inout EpochSums
  ) {
    for worker in group.indices { regularize(slices[worker], coefficients) }
    group.clock.mark(.update)
    group.wait()
    if case .gradient(let messages)? = normMessages { exchange(messages, group, metrics) }
    for worker in group.indices {
      sumSquares(of: blocks, ownBlocks[worker], in: gradient.pointer, into: gradientSquares)
    }
    group.clock.mark(.update)
    group.wait()
    if case .squares(let messages)? = normMessages { exchange(messages, group, metrics) }
    let norm = total(gradientSquares).squareRoot()
    if group.isFirst {
      sums.gradientNorm = norm
      if !norm.isFinite, metrics.status != .disconnected { metrics.status = .diverged }
    }
    var clip = 1.0
    if let clipNorm, norm > clipNorm { clip = clipNorm / norm }
    coefficients.prepareClipped(by: clip)
    for worker in group.indices {
      for range in slices[worker] {
        coefficients.clippedUpdate.apply(
          UnsafePointer(gradient.pointer + range.offset), offset: range.offset, count: range.count,
          isWeights: range.isWeights)
      }
    }
  }

  /// The number of barriers of `apply`.
  static func barriers(_ plan: StepPlan) -> Int { plan.ranks == nil ? 2 : 3 }

  /// Adds the derivatives of the regularization terms to ranges of `gradient`, and divides it by the batch's samples.
  private func regularize(_ ranges: [FlatRange], _ coefficients: StepCoefficients) {
    let elementwise = kernels.elementwise
    let parameters = coefficients.parameters
    for range in ranges {
      elementwise.scale(
        gradient.pointer + range.offset, by: Float(coefficients.gradientScale),
        adding: UnsafePointer(parameters + range.offset), times: range.isWeights ? Float(l2) : 0, count: range.count)
      if range.isWeights, terms.count > 0 {
        terms.add(
          to: gradient.pointer + range.offset, weights: UnsafePointer(parameters + range.offset),
          numbers: range.count)
      }
    }
  }

  /// Sends and receives messages of several ranks: thread 0 for all, which wait at a barrier.
  private func exchange(_ messages: RankMessages, _ group: WorkerGroup<some StepWorker>, _ metrics: StepMetrics) {
    if group.isFirst, !messages.exchange() { metrics.status = .disconnected }
    group.wait()
  }

  /// Computes a thread's part of the sums over weights that `penalty` needs, block by block; `penalty` is valid after
  /// the next barrier.
  func sumWeights(_ group: WorkerGroup<some StepWorker>, parameters: MutableFloats) {
    guard isRegularized else { return }
    // Several ranks do not divide the blocks, since every rank has all parameters.
    let own = group.thread.range(of: weightBlocks.count)
    sumSquares(of: weightBlocks, own, in: parameters, into: weightSquares)
    guard terms.count > 0 else { return }
    for index in own {
      let block = weightBlocks[index]
      termValues.pointer[index] = terms.value(UnsafePointer(parameters + block.offset), numbers: block.count)
    }
  }

  /// The value of the regularization terms, multiplied by `rows`.
  func penalty(rows: Int) -> Double {
    var penalty = 0.0
    if l2 > 0 { penalty += Double(rows) * l2 / 2 * total(weightSquares) }
    if terms.count > 0 { penalty += Double(rows) * total(termValues) }
    return penalty
  }

  private func sumSquares(
    of blocks: [FlatRange], _ own: Range<Int>, in numbers: MutableFloats, into squares: AlignedBuffer<Double>
  ) {
    for index in own {
      squares.pointer[index] = kernels.elementwise.sumOfSquares(
        UnsafePointer(numbers + blocks[index].offset), blocks[index].count)
    }
  }

  private func total(_ squares: AlignedBuffer<Double>) -> Double {
    var sum = 0.0
    for index in 0..<squares.count { sum += squares.pointer[index] }
    return sum
  }
}
