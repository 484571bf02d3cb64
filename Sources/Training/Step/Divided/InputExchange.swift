import KernelInterface
import Kernels
import Networks

/// A sharded update of two workers, each with one block of a masked input: each computes its block's product for all
/// rows, and later the gradient of the same weights, which stay in its cache. The two products are added before the
/// activation.
///
/// A step has two phases, each followed by a barrier. First the gradients of the worker's slices for the previous step,
/// and its block of the first product of this step; then the rest of the forward pass and the backward pass of its
/// rows. Each product's buffer carries data in both directions: the other worker reads there the product of its own
/// rows, and overwrites it with the error signals of these rows for the first worker (for the reason see
/// `ParameterCopies`).
final class InputExchange: Exchange {
  let context: StepContext
  let workers: [InputWorker]
  private let reader: PackedReader

  init(_ context: StepContext, _ reader: PackedReader) {
    self.context = context
    self.reader = reader
    let (layout, capacity) = (context.network.layout, context.decision.chunkRows)
    let products = (0..<2).map { _ in
      AlignedBuffer<Float>(count: capacity * layout.layers[0].paddedOutputs)
    }
    let activations = Activations(layout, capacity: capacity, products: products)
    let signals = ErrorSignals(layout, capacity: capacity)
    let targets = TargetRows(
      layout, capacity: capacity, width: context.targets.rowWidth,
      countsCorrect: context.targets.countsCorrect(context.network.topology.output))
    let metrics = RowMetrics(capacity: capacity)
    let slices = GradientSlice.blockSlices(of: layout, masks: reader.masks)
    workers = slices.enumerated().map { block, slices in
      let rows = TrainingRows(
        activations: activations, signals: ErrorSignals(signals, first: products[block]), targets: targets,
        metrics: metrics)
      return InputWorker(context, reader, block: block, rows, otherSignals: products[1 - block], slices)
    }
  }

  func step(
    _ group: WorkerGroup<InputWorker>, _ batch: Batch, _ coefficients: StepCoefficients, _ sums: inout EpochSums,
    _ range: StepRange
  ) -> StepOutcome {
    var first = 0
    while first < batch.rows {
      let chunk = Chunk(batch, first: first, capacity: context.decision.chunkRows)
      group.forEach { worker in
        reader.read(block: worker.index, chunk.order, count: chunk.count, into: worker.inputs, first: 0)
        worker.clock.mark(.gather)
        worker.pass.input.forward(
          block: worker.index, worker.inputs, into: worker.rows.activations.product, first: 0, count: chunk.count,
          columns: worker.columns)
        worker.clock.mark(.forward)
      }
      group.wait()
      if context.metrics.status != .none { return .notBegun }
      group.forEach { runAboveProduct($0, chunk) }
      group.wait()
      group.forEach { $0.slices.update(chunk, $0.inputs, $0.rows, coefficients, &sums, range) }
      first += chunk.count
    }
    context.endDividedStep(group, batch, coefficients, &sums)
    return .done
  }

  static func barriers(_ plan: StepPlan, chunks: Int) -> Int {
    2 * chunks + StepContext.dividedEndBarriers(plan, chunks: chunks)
  }

  /// Runs a worker's shard of a chunk, from the first activations to the error signals.
  @inline(__always)
  private func runAboveProduct(_ worker: InputWorker, _ chunk: Chunk) {
    let rows = worker.rows
    let shard = worker.shard.range(of: chunk.count)
    if !shard.isEmpty {
      // Targets are not read in the first phase, as inputs are: worker 0 may still need those of the previous step for
      // its squared errors.
      context.targets.read(
        chunk.order + shard.lowerBound, count: shard.count, into: rows.targets, first: shard.lowerBound)
      worker.pass.runAboveProduct(
        rows, PassSamples(order: chunk.order + shard.lowerBound, epoch: chunk.batch.epoch), first: shard.lowerBound,
        count: shard.count)
      worker.pass.copyFirstSignals(rows, to: worker.otherSignals.pointer, first: shard.lowerBound, count: shard.count)
      worker.clock.mark(.backward)
    }
    reader.prefetch(block: worker.index, chunk.order + chunk.count, count: chunk.nextCount)
    worker.clock.mark(.gather)
  }
}

/// The state of one worker of a step divided by inputs.
final class InputWorker: StepWorker, @unchecked Sendable {
  // Unchecked: used by one worker.
  /// Also the index of its input block.
  let index: Int
  /// Its part of the rows of every batch.
  let shard: Shard
  let clock: StepClock
  let parameters: AlignedBuffer<Float>
  let copies = AlignedBuffer<MutableFloats>(count: 0)
  let pass: ShardPass<PackedReader>
  let slices: SliceUpdate<MaskedInput>
  /// This worker's input block of all rows.
  let inputs: MaskedRows
  /// The rows of both workers, with the first layer's error signals in the buffer that this worker reads.
  let rows: TrainingRows
  /// The buffer in which the other worker reads the first layer's error signals.
  let otherSignals: AlignedBuffer<Float>
  /// All columns of the first layer.
  let columns: Range<Int>

  init(
    _ context: StepContext, _ reader: PackedReader, block: Int, _ rows: TrainingRows,
    otherSignals: AlignedBuffer<Float>, _ slices: [GradientSlice]
  ) {
    index = block
    shard = context.plan.shard(worker: block)
    clock = context.clock(of: block)
    parameters = context.network.buffer
    self.rows = rows
    self.otherSignals = otherSignals
    let capacity = context.decision.chunkRows
    inputs = reader.makeRows(capacity: capacity)
    columns = 0..<context.network.layout.layers[0].paddedOutputs
    pass = ShardPass(context.network, reader, context.targets, rows: (capacity + 1) / 2 + 1, clock: clock)
    self.slices = SliceUpdate(context, worker: block, slices, rows: capacity)
  }
}
