import JSON
import Reports
import Training

/// The choices of `--gradients auto` and `--workers auto`, compared with all alternatives.
struct ChoiceBenchmark {
  let data: BenchmarkData
  let options: BenchmarkOptions

  init(_ data: BenchmarkData, _ options: BenchmarkOptions) {
    self.data = data
    self.options = options
  }

  /// From a step of two microseconds to one of a tenth of a second.
  static let cases: [RunCase] = [
    RunCase(hidden: [], batchSize: 64),
    RunCase(hidden: [16], batchSize: 64),
    RunCase(hidden: [32], batchSize: 16),
    RunCase(hidden: [128], batchSize: 1),
    RunCase(hidden: [128], batchSize: 8),
    RunCase(hidden: [128], batchSize: 64),
    RunCase(hidden: [128], batchSize: 64, input: .dense),
    RunCase(hidden: [128], batchSize: 256),
    RunCase(hidden: [128], batchSize: 1024),
    RunCase(hidden: [128], batchSize: 128, optimizer: "adam"),
    RunCase(hidden: [256, 128], batchSize: 64),
    RunCase(hidden: [800], batchSize: 128),
    RunCase(hidden: [800], batchSize: 32, optimizer: "adam"),
    RunCase(hidden: [1000, 500], batchSize: 512),
    RunCase(hidden: [2500, 2000, 1500, 1000, 500], batchSize: 256),
  ]

  func run() throws -> JSONValue {
    var table = TextTable([
      .init("network, batch, optimizer", .left), .init("automatic", .left), .init("s an epoch"), .init("best", .left),
      .init("s an epoch"), .init("behind"),
    ])
    var rows: [JSONValue] = []
    var worst = 0.0
    let rounds = options.rounds ?? (options.isQuick ? 3 : 9)
    for one in Self.cases where options.selects(one.title) {
      let result = try compare(one, rounds: rounds)
      worst = max(worst, result.behind)
      table.add([
        one.title, result.name(result.automatic), NumberText.fixed(result.epochs.timings[result.automatic].median, 4),
        result.name(result.best), NumberText.fixed(result.epochs.timings[result.best].median, 4),
        NumberText.percent(result.behind, digits: 1),
      ])
      rows.append(result.json(one))
    }
    print(
      "Automatic choices, medians of \(rounds) in turns; at worst \(NumberText.percent(worst, digits: 1)) behind:\n\n\(table.text)"
    )
    return .array(rows)
  }

  private func compare(_ one: RunCase, rounds: Int) throws -> ChoiceResult {
    let samples = one.samples(data, operations: options.isQuick ? 2e9 : 40e9)
    let choice = try one.trainer(samples).choices
    let cores = Cores.available
    let counts = cores <= 8 ? Array(1...cores) : RunCase.workerCounts
    let trainers = try one.variants(workers: Array(Set(counts + [choice.workers])).sorted()).map {
      try $0.trainer(samples)
    }
    let epochs = try InterleavedEpochs(trainers, rounds: rounds)
    let choices = trainers.map(\.choices)
    let automatic = choices.firstIndex { $0.workers == choice.workers && $0.gradients == choice.gradients } ?? 0
    let best = epochs.timings.indices.min { epochs.timings[$0].median < epochs.timings[$1].median } ?? 0
    return ChoiceResult(choices: choices, epochs: epochs, automatic: automatic, best: best)
  }
}

/// One network's variants, timed.
private struct ChoiceResult {
  var choices: [TrainingChoices]
  var epochs: InterleavedEpochs
  /// The chosen one, and the fastest one.
  var automatic: Int
  var best: Int

  /// The time of the chosen alternative relative to the fastest, minus one.
  var behind: Double { epochs.timings[automatic].median / epochs.timings[best].median - 1 }

  func name(_ index: Int) -> String { "\(choices[index].gradients.rawValue) × \(choices[index].workers)" }

  func json(_ one: RunCase) -> JSONValue {
    [
      "network": .string(one.network), "batch_size": .number(one.batchSize), "optimizer": .string(one.optimizer),
      "input": .string(choices[automatic].input.rawValue), "samples": .number(epochs.samples),
      "automatic": .string(name(automatic)), "best": .string(name(best)), "behind": .number(behind),
      "variants": .array(
        choices.indices.map { index in
          .object(
            [
              .init("gradients", .string(choices[index].gradients.rawValue)),
              .init("workers", .number(choices[index].workers)),
            ] + epochs.timings[index].members)
        }),
    ]
  }
}
