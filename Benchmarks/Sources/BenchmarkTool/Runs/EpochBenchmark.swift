import JSON
import Reports
import Training

/// Whole epochs of training, evaluation aside: networks × batch sizes × optimizers × strategies × workers.
struct EpochBenchmark {
  let data: BenchmarkData
  let options: BenchmarkOptions

  init(_ data: BenchmarkData, _ options: BenchmarkOptions) {
    self.data = data
    self.options = options
  }

  /// The rows' groups; strategies and workers are taken in turns within each.
  static let cases: [RunCase] = [
    RunCase(hidden: [128], batchSize: 64),
    RunCase(hidden: [128], batchSize: 64, input: .dense),
    RunCase(hidden: [128], batchSize: 64, optimizer: "momentum"),
    RunCase(hidden: [128], batchSize: 128, optimizer: "adam"),
    RunCase(hidden: [128], batchSize: 256),
    RunCase(hidden: [128], batchSize: 1024),
    RunCase(hidden: [128], batchSize: 1),
    RunCase(hidden: [800], batchSize: 128),
    RunCase(hidden: [800], batchSize: 128, input: .dense),
    RunCase(hidden: [800], batchSize: 128, optimizer: "adam"),
    RunCase(hidden: [256, 128], batchSize: 64),
    RunCase(hidden: [2500, 2000, 1500, 1000, 500], batchSize: 256),
  ]

  func run() throws -> JSONValue {
    var table = TextTable([
      .init("network, batch, optimizer", .left), .init("gradients", .left), .init("workers"), .init("samples"),
      .init("s an epoch"), .init("quartiles"), .init("samples/s"), .init("to 1 worker"),
    ])
    var rows: [JSONValue] = []
    let rounds = options.rounds ?? (options.isQuick ? 3 : 9)
    for one in Self.cases where options.selects(one.title) {
      // All of MNIST except for the widest network, whose epoch is twenty batches then.
      let samples = one.samples(data, operations: options.isQuick ? 4e9 : 400e9)
      let variants = one.variants(workers: Self.workerCounts(one))
      let trainers = try variants.map { try $0.trainer(samples) }
      let epochs = try InterleavedEpochs(trainers, rounds: rounds)
      for (index, trainer) in trainers.enumerated() {
        let timings = epochs.timings[index]
        let single = variants.firstIndex { $0.gradients == variants[index].gradients && $0.workers == 1 } ?? 0
        let speedup = epochs.timings[single].median / timings.median
        table.add([
          one.title(trainer.choices), trainer.choices.gradients.rawValue, String(trainer.choices.workers),
          String(epochs.samples),
          NumberText.fixed(timings.median, 4),
          NumberText.fixed(timings.lowerQuartile, 4) + "–" + NumberText.fixed(timings.upperQuartile, 4),
          NumberText.scaled(Double(epochs.samples) / timings.median), NumberText.fixed(speedup, 2),
        ])
        rows.append(.object(members(one, trainer) + timings.members + [.init("speedup", .number(speedup))]))
      }
    }
    print("Epochs, median of \(rounds) in turns:\n\n\(table.text)")
    return .array(rows)
  }

  /// One worker for single samples; four times the cores beside the usual counts for one case, to see what too many cost.
  private static func workerCounts(_ one: RunCase) -> [Int] {
    switch one.batchSize {
    case 1: [1]
    case 256 where one.hidden == [128]: RunCase.workerCounts + [4 * Cores.available]
    default: RunCase.workerCounts
    }
  }

  private func members(_ one: RunCase, _ trainer: Trainer) -> [JSONValue.Member] {
    [
      .init("network", .string(one.network)), .init("batch_size", .number(one.batchSize)),
      .init("optimizer", .string(one.optimizer)), .init("input", .string(trainer.choices.input.rawValue)),
      .init("gradients", .string(trainer.choices.gradients.rawValue)),
      .init("workers", .number(trainer.choices.workers)),
      .init("samples", .number(trainer.trainingSamples)),
    ]
  }
}
