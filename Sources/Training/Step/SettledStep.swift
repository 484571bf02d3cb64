import KernelInterface
import Kernels
import Networks

extension StepEngine {
  /// The end of a step whose gradient is whole in `gradient` before it is applied: its norm is told, and clipped where asked for.
  ///
  /// Each worker settles its share of the parameters; squares are summed block by block, in an order that doesn't depend on the
  /// workers. Entered after a barrier; the caller's barrier follows.
  func settledStep(_ worker: StepWorker, _ coefficients: StepCoefficients, _ sums: inout StepSums) {
    let elementwise = network.kernels.elementwise
    let parameters = worker.parameters.pointer
    for range in worker.flat {
      elementwise.regularize(
        gradient.pointer + range.offset, UnsafePointer(parameters + range.offset), Float(coefficients.gradientScale),
        range.isWeights ? Float(plan.l2) : 0, range.count)
      if range.isWeights, terms.count > 0 {
        terms.add(
          to: gradient.pointer + range.offset, weights: UnsafePointer(parameters + range.offset), numbers: range.count)
      }
    }
    worker.clock.mark(.update)
    team.barrier.wait(worker.index)
    worker.clock.mark(.wait)
    let blocks = gradientBlocks.count
    for index in (blocks * worker.index / plan.workers)..<(blocks * (worker.index + 1) / plan.workers) {
      let block = gradientBlocks[index]
      shared.gradientSquares.pointer[index] = elementwise.sumOfSquares(
        UnsafePointer(gradient.pointer + block.offset), block.count)
    }
    worker.clock.mark(.update)
    team.barrier.wait(worker.index)
    worker.clock.mark(.wait)
    let norm = total(shared.gradientSquares).squareRoot()
    if worker.index == 0 {
      sums.gradientNorm = norm
      if !norm.isFinite { shared.status = .diverged }
    }
    var clip = 1.0
    if let limit = plan.clipNorm, norm > limit { clip = limit / norm }
    coefficients.prepareSettled(clip: clip)
    for range in worker.flat {
      coefficients.settledUpdate.apply(
        UnsafePointer(gradient.pointer + range.offset), offset: range.offset, count: range.count,
        isWeights: range.isWeights)
    }
  }

  /// A worker's share of the objective's terms beside the loss, Σ w² for `--l2`; the sums are whole after the step's first barrier.
  func sumWeights(_ worker: StepWorker) {
    let blocks = weightBlocks.count
    for index in (blocks * worker.index / plan.workers)..<(blocks * (worker.index + 1) / plan.workers) {
      let block = weightBlocks[index]
      shared.weightSquares.pointer[index] = network.kernels.elementwise.sumOfSquares(
        UnsafePointer(worker.parameters.pointer + block.offset), block.count)
      if terms.count > 0 {
        shared.termValues.pointer[index] = terms.value(
          UnsafePointer(worker.parameters.pointer + block.offset), numbers: block.count)
      }
    }
  }

  /// Adds the losses, hits and squared errors of the first `count` rows, in their order, to a worker's sums.
  @inline(__always)
  func addUp(_ rows: RowBuffers, _ count: Int, worker: Int) {
    let sums = shared.sums.pointer + 8 * worker
    var row = 0
    while row < count {
      sums[0] += Double(rows.losses.pointer[row])
      sums[1] += Double(rows.hits.pointer[row])
      row += 1
    }
    if reader.targetWidth > 0 { addErrors(rows, count, worker: worker) }
  }

  /// Empties a worker's sums.
  @inline(__always)
  func clearSums(worker: Int) {
    (shared.sums.pointer + 8 * worker).update(repeating: 0, count: 2)
    (shared.errors.pointer + worker * shared.errorStride).update(repeating: 0, count: shared.errorStride)
  }

  private func addErrors(_ rows: RowBuffers, _ count: Int, worker: Int) {
    let layer = network.layout.layers[network.layout.layers.count - 1]
    let outputs = rows.activations[network.layout.layers.count - 1]
    let errors = shared.errors.pointer + worker * shared.errorStride
    for row in 0..<count {
      for output in 0..<reader.targetWidth {
        let error =
          Double(outputs[row * layer.paddedOutputs + output])
          - Double(rows.targets.pointer[row * rows.targetStride + output])
        errors[output] += error * error
      }
    }
  }

  /// Worker 0's account of a batch, between the step's barriers: sums, and whether the run may go on.
  func closeBooks(_ batch: BatchView, _ sums: inout StepSums, _ stretch: Stretch) {
    var loss = 0.0
    let tellers = plan.strategy == .partial ? plan.workers : 1
    for index in 0..<tellers {
      loss += shared.sums.pointer[8 * index]
      sums.hits += shared.sums.pointer[8 * index + 1]
      for output in 0..<reader.targetWidth {
        shared.errorTotals.pointer[output] += shared.errors.pointer[index * shared.errorStride + output]
      }
    }
    if plan.l2 > 0 { loss += Double(batch.rows) * plan.l2 / 2 * total(shared.weightSquares) }
    if terms.count > 0 { loss += Double(batch.rows) * total(shared.termValues) }
    sums.loss += loss
    sums.samples += batch.rows
    stretch.progress?.note(sums)
    if !loss.isFinite {
      shared.status = .diverged
    } else if stretch.shouldStop() {
      shared.status = .stopped
    }
  }

  private func total(_ squares: AlignedBuffer<Double>) -> Double {
    var sum = 0.0
    for index in 0..<squares.count { sum += squares.pointer[index] }
    return sum
  }
}
