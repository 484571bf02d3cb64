import KernelInterface
import Kernels
import Networks

/// The data-parallel step. Each worker computes the gradient of its shard. Then all workers reduce the gradients: each
/// sums its slices over all workers, in a fixed tree of pairs (`AddSourcesKernel`), and updates these parameters.
///
/// Between the step's start and the first barrier a worker writes its own rows and gradient; between the barriers it
/// reads its slices of all gradients and writes those of the parameters. With copies of the parameters
/// (`ParameterCopies`), most of a worker's gradient is stored in its copy, unless a thread runs several workers.
final class PartialExchange<Reader: SampleReader>: Exchange {
  let context: StepContext
  let workers: [PartialWorker<Reader>]
  private let metrics: StepMetrics
  private let noiseMeasurement: NoiseMeasurement
  private let copies: ParameterCopies?

  init(_ context: StepContext, _ reader: Reader, inputDensity: [Float]?) {
    self.context = context
    metrics = context.metrics
    let (network, decision, workers) = (context.network, context.decision, context.plan.workers)
    noiseMeasurement = NoiseMeasurement(network, workers: workers, blocks: context.clipAndUpdate.blocks)
    let copies = decision.copiesParameters ? ParameterCopies(network, workers: workers) : nil
    self.copies = copies
    let density = decision.reducesActiveInputs ? Reader.Input.workDensity(inputDensity) : nil
    let reductions = ReductionSlices.all(
      network.layout, workers: workers, batchSize: context.plan.batchSize,
      reducesActive: decision.reducesActiveInputs, inputDensity: density)
    let gradients = (0..<workers).map {
      $0 == 0 ? context.clipAndUpdate.gradient : AlignedBuffer<Float>(count: network.layout.count)
    }
    self.workers = reductions.indices.map { index in
      PartialWorker(context, reader, index: index, reductions: reductions, gradient: gradients[index], copies: copies)
    }
  }

  var noise: GradientNoise? { context.plan.noiseInterval == nil ? nil : noiseMeasurement.noise }

  func begin(_ group: WorkerGroup<PartialWorker<Reader>>, _ range: StepRange) {
    copies?.refresh(group)
  }

  func step(
    _ group: WorkerGroup<PartialWorker<Reader>>, _ batch: Batch, _ coefficients: StepCoefficients,
    _ sums: inout EpochSums, _ range: StepRange
  ) -> StepOutcome {
    // Noise cannot be measured from a single shard.
    let measuresNoise = batch.measuresNoise && min(batch.rows, context.plan.workers) > 1
    // A thread with several workers updates the parameters of the first, which must not be overwritten by a gradient.
    let sharesCopies = copies != nil && group.thread.count < context.plan.workers
    let form = GradientForm(
      isCollected: batch.measuresNorm, isWhole: measuresNoise || sharesCopies,
      reducesActiveInputs: context.decision.reducesActiveInputs)
    group.forEach { worker in
      worker.gradient.compute(batch, form)
      if measuresNoise, !worker.shard.range(of: batch.rows).isEmpty {
        noiseMeasurement.measureShard(worker.index, worker.gradient.buffer)
      }
    }
    group.clock.mark(.gather)
    group.wait()
    if group.isFirst {
      metrics.reduce(batch, penalty: context.clipAndUpdate.penalty(rows: batch.rows), into: &sums, range)
      if measuresNoise { noiseMeasurement.meanOfShards(batch) }
    }
    group.clock.mark(.output)
    group.forEach { reduce($0, batch, coefficients, form, measuresNoise: measuresNoise) }
    if batch.measuresNorm { context.clipAndUpdate.apply(group, coefficients, metrics: metrics, &sums) }
    group.clock.mark(.update)
    group.wait()
    if measuresNoise, group.isFirst { noiseMeasurement.add(batch) }
    return metrics.status == .none ? .done : .last
  }

  static func barriers(_ plan: StepPlan, chunks: Int) -> Int {
    2 + (plan.clipNorm == nil ? 0 : ClipAndUpdate.barriers(plan))
  }

  /// Sums a worker's slices of all shards' gradients and, unless the sum is collected, updates the parameters.
  /// `PartialRankExchange` adds the gradients of other processes at the same point, before clipping and update.
  @inline(__always)
  private func reduce(
    _ worker: PartialWorker<Reader>, _ batch: Batch, _ coefficients: StepCoefficients, _ form: GradientForm,
    measuresNoise: Bool
  ) {
    collectSources(worker, rows: batch.rows, form)
    if measuresNoise { noiseMeasurement.clear(worker.index) }
    switch form {
    case .collected: collect(worker, measuresNoise: measuresNoise)
    case .whole: reduceWhole(worker, coefficients.update, measuresNoise: measuresNoise)
    case .slices: reduceSlices(worker, coefficients.update)
    case .activeInputs: reduceActiveInputs(worker, coefficients.update)
    }
  }

  /// Collects the gradients of all workers, in their order; those of shards without samples are zero.
  private func collectSources(_ worker: PartialWorker<Reader>, rows: Int, _ form: GradientForm) {
    for index in 0..<context.plan.workers {
      let other = workers[index]
      let isOwn = form.isWhole || index == worker.index || other.shard.range(of: rows).isEmpty
      worker.sources.pointer[index] = UnsafePointer((isOwn ? other.gradient.buffer : other.visibleGradient).pointer)
      worker.activeSources.pointer[index] = UnsafePointer(other.gradient.active.pointer)
    }
  }

  /// Sums a worker's slice of whole gradients into the shared gradient.
  @inline(__always)
  private func collect(_ worker: PartialWorker<Reader>, measuresNoise: Bool) {
    let gradient = context.clipAndUpdate.gradient.pointer
    for range in context.clipAndUpdate.slice(of: worker.index) {
      worker.reduction.sum(range, worker.sources.pointer, count: worker.sources.count, into: gradient)
      if measuresNoise { noiseMeasurement.measure(worker.index, UnsafePointer(gradient + range.offset), range.count) }
    }
  }

  /// Sums and applies a worker's slice of whole gradients, piece by piece.
  private func reduceWhole(_ worker: PartialWorker<Reader>, _ update: ParameterUpdate, measuresNoise: Bool) {
    for range in context.clipAndUpdate.slice(of: worker.index) {
      worker.reduction.update(range, worker.sources.pointer, count: worker.sources.count, by: update) { sum, count in
        if measuresNoise { noiseMeasurement.measure(worker.index, sum, count) }
      }
    }
  }

  /// Sums and applies the ranges of a worker's slices.
  @inline(__always)
  private func reduceSlices(_ worker: PartialWorker<Reader>, _ update: ParameterUpdate) {
    var index = 0
    while index < worker.ranges.count {
      worker.reduction.update(
        worker.ranges.pointer[index], worker.sources.pointer, count: worker.sources.count, by: update)
      index += 1
    }
  }

  /// Sums and applies the weights of active inputs in a worker's slices of the first layer, then its other ranges.
  @inline(__always)
  private func reduceActiveInputs(_ worker: PartialWorker<Reader>, _ update: ParameterUpdate) {
    var index = 0
    while index < worker.activeSlices.count {
      worker.gradient.slices.reduce(
        worker.activeSlices.pointer[index], worker.gradient.inputs, sources: worker.sources.pointer,
        active: worker.activeSources.pointer, count: worker.sources.count, by: update)
      index += 1
    }
    reduceSlices(worker, update)
  }
}
