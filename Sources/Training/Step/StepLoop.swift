import Networks

/// A function that runs ranges of steps on a team of threads, specialized for one exchange and one reader.
///
/// Closures instead of a protocol: behind `any`, the methods of a generic type are not specialized, and the step would
/// count references. A closure that is created where both types are known is specialized for them.
struct StepRunner: Sendable {
  /// The epoch's sums, including the range's `earlier`, and the reason if the range ended early.
  let run: @Sendable (StepRange) -> (sums: EpochSums, interruption: StepInterruption)
  /// The gradient noise measured so far; nil if it is not measured.
  let noise: @Sendable () -> GradientNoise?

  @inline(__always)
  init<E: Exchange>(_ exchange: E) {
    let loop = StepLoop(exchange: exchange)
    run = { loop.run($0) }
    noise = { exchange.noise }
  }

  /// Steps of an optimizer with a line search.
  init(_ search: LineSearchRun) {
    run = { search.run($0) }
    noise = { nil }
  }
}

/// The loop over steps, specialized for one exchange and one reader.
struct StepLoop<E: Exchange>: Sendable {
  private let exchange: E
  /// For each candidate of the context's `threads` the workers of each thread.
  private let groups: [[WorkerGroup<E.Worker>]]

  init(exchange: E) {
    self.exchange = exchange
    let context = exchange.context
    groups = (context.threads?.candidates ?? [context.team.count]).map { count in
      (0..<count).map {
        WorkerGroup(
          exchange.workers, thread: Shard(index: $0, count: count), clock: context.clocks[$0],
          barrier: context.team.barrier)
      }
    }
  }

  func run(_ range: StepRange) -> (sums: EpochSums, interruption: StepInterruption) {
    guard let threads = exchange.context.threads else { return run(range, groups[0]) }
    var (sums, interruption) = (range.earlier, StepInterruption.none)
    var left = range.steps
    while !left.isEmpty, interruption == .none {
      threads.run(upTo: left.count) { candidate, count in
        let before = sums.steps
        (sums, interruption) = run(range.subrange(left.prefix(count), after: sums), groups[candidate])
        return sums.steps - before
      }
      left = range.steps.dropFirst(sums.steps - range.earlier.steps)
    }
    return (sums, interruption)
  }

  /// Runs the steps of a range on as many threads as there are groups.
  private func run(
    _ range: StepRange, _ groups: [WorkerGroup<E.Worker>]
  ) -> (sums: EpochSums, interruption: StepInterruption) {
    let context = exchange.context
    context.metrics.begin(range.earlier)
    let result = Result()
    context.team.run(threads: groups.count) { index in
      let sums = run(groups[index], range)
      if index == 0 { result.sums = sums }
    }
    result.sums.squaredErrors = context.metrics.squaredErrors
    return (result.sums, context.metrics.status)
  }

  /// Runs the steps of one thread's workers.
  private func run(_ group: WorkerGroup<E.Worker>, _ range: StepRange) -> EpochSums {
    let context = exchange.context
    let hasPostUpdate = context.postUpdate.isActive
    let coefficients = group.withFirst { context.coefficients($0) }
    var sums = range.earlier
    var step = range.steps.lowerBound
    group.clock.start()
    exchange.begin(group, range)
    while step < range.steps.upperBound {
      let batch = range.batch(step: step)
      coefficients.prepare(step: range.firstStep + step, rows: batch.rows)
      context.clipAndUpdate.sumWeights(group, parameters: coefficients.parameters)
      let outcome = exchange.step(group, batch, coefficients, &sums, range)
      if outcome == .notBegun { break }
      if hasPostUpdate {
        context.postUpdate.run(group)
        group.clock.mark(.update)
      }
      sums.steps += 1
      step += 1
      if outcome == .last { break }
    }
    return sums
  }

  /// Thread 0's sums, for the caller of the team.
  private final class Result: @unchecked Sendable {
    // Unchecked: written by thread 0, read when the team has finished.
    var sums = EpochSums()
  }
}
