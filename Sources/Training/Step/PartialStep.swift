import KernelInterface
import Kernels
import Networks

extension StepEngine {
  /// The classic step. Each worker sums its shard's gradient; then all reduce: each adds its share of the parameters' gradients up,
  /// worker after worker, and moves those parameters.
  ///
  /// Between the step's start and the first barrier a worker writes its own rows and gradient; between the barriers it reads its share of
  /// all gradients and writes that of the parameters. Where workers have copies of these (`ReplicatedParameters.swift`), most of a
  /// worker's gradient takes the place of its copy's numbers until then.
  func partialStep(
    _ worker: StepWorker, _ batch: BatchView, _ coefficients: StepCoefficients, _ sums: inout StepSums,
    _ stretch: Stretch
  ) {
    let clock = worker.clock
    let lower = batch.rows * worker.index / plan.workers
    let upper = batch.rows * (worker.index + 1) / plan.workers
    // One shard alone says nothing of noise.
    let measuresNoise = batch.measuresNoise && min(batch.rows, plan.workers) > 1
    let isMeasured = batch.measures || measuresNoise
    shardGradient(worker, batch.order, lower..<upper, isMeasured: isMeasured)
    if measuresNoise, lower < upper { measureShard(worker) }
    let nextLower = batch.next * worker.index / plan.workers
    reader.prefetch(
      batch.order + batch.rows + nextLower, count: batch.next * (worker.index + 1) / plan.workers - nextLower)
    clock.mark(.gather)
    team.barrier.wait(worker.index)
    clock.mark(.wait)
    var shardNoise = (squares: 0.0, inverse: 0.0)
    if worker.index == 0 {
      closeBooks(batch, &sums, stretch)
      if measuresNoise { shardNoise = self.shardNoise(batch) }
    }
    clock.mark(.output)
    let sourceCount = collectSources(worker, rows: batch.rows, areReplaced: replicates && !isMeasured)
    if measuresNoise { shared.noiseSquares.pointer[8 * worker.index + 1] = 0 }
    if batch.measures {
      for range in worker.flat {
        network.kernels.samples.addSources(
          worker.sources.pointer, sourceCount, range.offset, range.count, gradient.pointer + range.offset)
        if measuresNoise { measureReduced(worker, UnsafePointer(gradient.pointer + range.offset), range.count) }
      }
      settledStep(worker, coefficients, &sums)
    } else if isMeasured {
      reduceAndUpdate(worker, worker.flat, sourceCount, coefficients.update, measuresNoise: true)
    } else {
      for slice in worker.reduction.lit {
        worker.gradients.reduce(
          slice, worker.sources.pointer, lit: worker.litSources.pointer, count: sourceCount,
          padding: worker.rows.maskLayout.padding, coefficients.update)
      }
      reduceAndUpdate(worker, worker.reduction.ranges, sourceCount, coefficients.update, measuresNoise: false)
    }
    clock.mark(.update)
    team.barrier.wait(worker.index)
    clock.mark(.wait)
    if measuresNoise, worker.index == 0 {
      shared.noise.add(
        shardSquares: shardNoise.squares, shardInverse: shardNoise.inverse, batchSquares: batchNoise(batch),
        samples: batch.rows)
    }
  }

  /// Gather, forward, loss, backward, gradient: for a shard of the batch, tile by tile of its rows.
  ///
  /// - Parameter isMeasured: whether the gradient is wanted whole, and in one place.
  @inline(__always)
  private func shardGradient(
    _ worker: StepWorker, _ order: UnsafePointer<Int32>, _ shard: Range<Int>, isMeasured: Bool
  ) {
    let clock = worker.clock
    clearSums(worker: worker.index)
    // With it, a masked layer's dark inputs are left out.
    let lit = reducesLitInputs && !isMeasured ? worker.lit.pointer : nil
    lit?.update(repeating: 0, count: worker.lit.count)
    var first = shard.lowerBound
    while first < shard.upperBound {
      let count = min(worker.rows.capacity, shard.upperBound - first)
      reader.read(order + first, count: count, into: worker.rows, first: 0)
      clock.mark(.gather)
      worker.shard.forward(worker.rows, first: 0, count: count)
      clock.mark(.forward)
      worker.shard.settle(worker.rows, first: 0, count: count, hasTargets: true)
      clock.mark(.output)
      worker.shard.backward(worker.rows, first: 0, count: count)
      clock.mark(.backward)
      if replicates, !isMeasured {
        replaceByGradient(worker, count: count, lit: lit)
      } else {
        for slice in worker.slices {
          worker.gradients.accumulate(
            slice, worker.rows, first: 0, count: count, into: worker.gradient.pointer, adds: first > shard.lowerBound,
            lit: lit)
        }
      }
      clock.mark(.gradient)
      addUp(worker.rows, count, worker: worker.index)
      clock.mark(.output)
      first += count
    }
  }

  /// The gradients of the workers that had samples in this batch. They are where the gradient of more than one machine would come
  /// together too: whatever else adds to `gradient` has its place here.
  ///
  /// - Parameter areReplaced: whether the others wrote theirs over their copies of the parameters.
  private func collectSources(_ worker: StepWorker, rows: Int, areReplaced: Bool) -> Int {
    var count = 0
    for other in 0..<plan.workers where rows * other / plan.workers < rows * (other + 1) / plan.workers {
      let source = areReplaced && other != worker.index ? workers[other].parameters : workers[other].gradient
      worker.sources.pointer[count] = UnsafePointer(source.pointer)
      worker.litSources.pointer[count] = UnsafePointer(workers[other].lit.pointer)
      count += 1
    }
    return count
  }

  /// Adds up and applies a worker's share of the gradient, a piece at a time, which stays in the first cache.
  private func reduceAndUpdate(
    _ worker: StepWorker, _ ranges: [FlatRange], _ sourceCount: Int, _ update: ParameterUpdate, measuresNoise: Bool
  ) {
    for range in ranges {
      var offset = range.offset
      let end = range.offset + range.count
      while offset < end {
        let count = min(StepWorker.pieceSize, end - offset)
        if sourceCount == 1 {
          update.apply(worker.sources.pointer[0] + offset, offset: offset, count: count, isWeights: range.isWeights)
        } else {
          network.kernels.samples.addSources(
            worker.sources.pointer, sourceCount, offset, count, worker.piece.pointer)
          if measuresNoise { measureReduced(worker, UnsafePointer(worker.piece.pointer), count) }
          update.apply(UnsafePointer(worker.piece.pointer), offset: offset, count: count, isWeights: range.isWeights)
        }
        offset += count
      }
    }
  }
}
