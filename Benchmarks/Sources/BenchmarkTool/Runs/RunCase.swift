import Datasets
import JSON
import Networks
import Optimizers
import Training

/// One way to train one network.
struct RunCase {
  var hidden: [Int]
  var batchSize: Int
  var optimizer = "sgd"
  /// Training chooses what is nil.
  var input: InputForm?
  var gradients: GradientStrategy?
  var workers: Int?
  var measuresPhases = false

  /// `784-128-10`, for MNIST's shape.
  var network: String { ([784] + hidden + [10]).map(String.init).joined(separator: "-") }
  /// A unique name, except for strategy and workers: `784-128-10, batch 64, sgd, masked`.
  var title: String { "\(network), batch \(batchSize), \(optimizer)" + (input.map { ", \($0.rawValue)" } ?? "") }

  /// The title with the input that was chosen.
  func title(_ choices: TrainingChoices) -> String {
    input == nil ? "\(title), \(choices.input.rawValue)" : title
  }

  /// Both strategies at every number of workers, and nothing else changed.
  func variants(workers: [Int]) -> [RunCase] {
    GradientStrategy.allCases.flatMap { strategy in
      workers.map { count in
        var variant = self
        variant.gradients = strategy
        variant.workers = count
        return variant
      }
    }
  }

  /// A trainer that goes on for as many epochs as are asked of it.
  func trainer(_ samples: Samples) throws -> Trainer {
    let type = try OptimizerCatalog.type(named: optimizer)
    let configuration = TrainingConfiguration {
      $0.optimizer = type.init()
      // Slow enough for every network of the tables: a run that diverges would end.
      $0.learningRate = min(type.defaultLearningRate, 0.01)
      $0.batchSize = .samples(batchSize)
      $0.epochs = nil
      $0.workers = workers
      $0.gradients = gradients
      $0.input = input
      $0.measuresPhases = measuresPhases
    }
    return try Trainer(topology(samples), training: samples, configuration: configuration)
  }

  private func topology(_ samples: Samples) throws -> Topology {
    try Topology(inputs: samples.width, hidden: hidden, outputs: samples.targets.width)
  }

  /// The number of samples for about the given number of floating-point operations per epoch, at least ten batches.
  func samples(_ data: BenchmarkData, operations: Double) -> Samples {
    let widths = [data.training.width] + hidden + [data.training.targets.width]
    let weights = zip(widths, widths.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 }
    // A multiply-add each forward, for the error signal and for the gradient; and about 5000 for what a step costs besides.
    let one = Double(6 * weights) + 300_000 / Double(batchSize)
    return data.first(max(10 * batchSize, Int(operations / one)))
  }

  /// 1, 2, 4 … up to the cores.
  static var workerCounts: [Int] {
    let cores = Cores.available
    var counts: [Int] = []
    var count = 1
    while count < cores {
      counts.append(count)
      count *= 2
    }
    return counts + [cores]
  }
}

/// Epochs of several runs in alternation, so that other load of the machine affects all of them.
struct InterleavedEpochs {
  /// For each run, seconds of an epoch.
  var timings: [Timings]
  var samples: Int
  /// Steps of an epoch.
  var steps: Int

  /// - Parameter rounds: epochs of each run after one that is not counted.
  init(_ trainers: [Trainer], rounds: Int) throws {
    var seconds: [[Double]] = Array(repeating: [], count: trainers.count)
    samples = trainers.first?.trainingSamples ?? 0
    steps = trainers.first?.choices.stepsPerEpoch ?? 0
    for round in 0...rounds {
      for (index, trainer) in trainers.enumerated() {
        guard let epoch = try trainer.nextEpoch() else {
          throw BenchmarkError("a run ended before its time", isUsage: false)
        }
        if round > 0 { seconds[index].append(epoch.seconds) }
      }
    }
    timings = seconds.map(Timings.init)
  }
}

extension Timings {
  /// Median, quartiles and all seconds.
  var members: [JSONValue.Member] {
    [
      .init("seconds_median", .number(median)),
      .init("seconds_quartiles", .array([.number(lowerQuartile), .number(upperQuartile)])),
      .init("seconds", .array(seconds.map { .number($0) })),
    ]
  }
}
