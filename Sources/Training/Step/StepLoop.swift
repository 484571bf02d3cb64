import Networks

/// Runs ranges of steps on a team of workers, by one exchange and one reader.
///
/// Closures, and no protocol: the methods of a generic type behind `any` are the generic ones, whose step would copy, and so count
/// references to, whatever it calls. A closure made where both types are known is specialized for them.
struct StepRunner: Sendable {
  /// The epoch's sums, those of the range's `earlier` included, and why the range ended early.
  let run: @Sendable (StepRange) -> (sums: EpochPart, interruption: StepInterruption)
  /// The gradients' noise measured so far; nil where none is.
  let noise: @Sendable () -> GradientNoise?

  @inline(__always)
  init<E: Exchange>(_ exchange: E) {
    let loop = StepLoop(exchange: exchange)
    run = { loop.run($0) }
    noise = { exchange.noise }
  }
}

/// The loop over steps, specialized for one exchange and one reader.
struct StepLoop<E: Exchange>: Sendable {
  let exchange: E

  func run(_ range: StepRange) -> (sums: EpochPart, interruption: StepInterruption) {
    let context = exchange.context
    context.metrics.begin(range.earlier)
    let result = Result()
    context.team.run { index in
      let sums = run(exchange.workers[index], range)
      if index == 0 { result.sums = sums }
    }
    result.sums.squaredErrors = context.metrics.squaredErrors
    return (result.sums, context.metrics.status)
  }

  /// One worker's steps.
  private func run(_ worker: E.Worker, _ range: StepRange) -> EpochPart {
    let context = exchange.context
    let hasPostUpdate = context.postUpdate.isActive
    let coefficients = context.coefficients(worker)
    var sums = range.earlier
    var step = range.steps.lowerBound
    worker.clock.start()
    exchange.begin(worker, range)
    while step < range.steps.upperBound {
      let batch = range.batch(step: step)
      coefficients.prepare(step: range.firstStep + step, rows: batch.rows)
      context.clipAndUpdate.sumWeights(worker: worker.index, parameters: worker.parameters.pointer)
      let outcome = exchange.step(worker, batch, coefficients, &sums, range)
      if outcome == .notBegun { break }
      if hasPostUpdate {
        context.postUpdate.run(worker)
        worker.clock.mark(.update)
      }
      sums.steps += 1
      step += 1
      if outcome == .last { break }
    }
    return sums
  }

  /// Worker 0's sums on their way out of the team.
  private final class Result: @unchecked Sendable {
    // Unchecked: written by worker 0, read when the team is done.
    var sums = EpochPart()
  }
}
