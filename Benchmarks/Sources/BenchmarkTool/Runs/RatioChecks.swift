import Foundation
import JSON
import KernelInterface
import Kernels
import Networks
import Reports
import Training

/// A ratio of two times of this run, and the most it may be.
struct RatioCheck {
  var name: String
  var limit: Double
  let measure: () throws -> Double
}

/// The result of a check.
struct RatioResult {
  var name: String
  var limit: Double
  /// One an attempt; the last one decides.
  var ratios: [Double]

  var holds: Bool { ratios.last.map { $0 <= limit } ?? false }

  var json: JSONValue {
    [
      "name": .string(name), "limit": .number(limit), "ratios": .array(ratios.map { .number($0) }),
      "holds": .bool(holds),
    ]
  }
}

/// Ratios that hold on any machine, a busy one too: both sides are the best of alternating measurements, limits are generous, and what does
/// not hold is tried again. A change that makes something twice as slow does not get past them; one of 10 % does.
struct RatioChecks {
  let data: BenchmarkData
  let options: BenchmarkOptions

  init(_ data: BenchmarkData, _ options: BenchmarkOptions) {
    self.data = data
    self.options = options
  }

  private static let attempts = 10

  func run() throws -> [RatioResult] {
    var results: [RatioResult] = []
    for check in try checks() where options.selects(check.name) {
      var result = RatioResult(name: check.name, limit: check.limit, ratios: [])
      while result.ratios.count < Self.attempts, !result.holds {
        // Programs that keep the cores busy may have ended by then.
        if !result.ratios.isEmpty { Thread.sleep(forTimeInterval: 2) }
        result.ratios.append(try check.measure())
      }
      let ratios = result.ratios.map { NumberText.fixed($0, 3) }.joined(separator: ", ")
      print(
        "\(result.holds ? "holds" : "FAILS"): \(check.name): \(ratios), at most \(NumberText.fixed(check.limit, 2))")
      results.append(result)
    }
    if results.isEmpty { throw BenchmarkError("--filter: no ratio has '\(options.filter ?? "")' in its name") }
    return results
  }

  private func checks() throws -> [RatioCheck] {
    try epochChecks() + (options.instructionSets ?? InstructionSet.available).flatMap { try peakChecks(Kernels($0)) }
  }

  private func epochChecks() -> [RatioCheck] {
    func one(_ batchSize: Int, _ input: InputForm?, _ gradients: GradientStrategy?, _ workers: Int?) -> RunCase {
      RunCase(hidden: [128], batchSize: batchSize, input: input, gradients: gradients, workers: workers)
    }
    var checks = [
      RatioCheck(name: "an epoch, masked to dense, 784-128-10, batch 64", limit: 0.85) {
        try epochs(one(64, .masked, .owned, 1), one(64, .dense, .owned, 1))
      },
      RatioCheck(name: "an epoch, automatic to one worker, 784-128-10, batch 64", limit: 1.15) {
        try epochs(one(64, nil, nil, nil), one(64, nil, nil, 1))
      },
      RatioCheck(name: "an epoch, automatic to one worker, 784-128-10, batch 1", limit: 1.15) {
        try epochs(one(1, nil, nil, nil), one(1, nil, nil, 1))
      },
    ]
    if Cores.available > 1 {
      checks += GradientStrategy.allCases.map { strategy in
        RatioCheck(name: "an epoch, two workers to one, \(strategy.rawValue), 784-128-10, batch 256", limit: 1.1) {
          try epochs(one(256, nil, strategy, 2), one(256, nil, strategy, 1))
        }
      }
    }
    return checks
  }

  private func epochs(_ first: RunCase, _ second: RunCase) throws -> Double {
    // Epochs of about a millisecond, many of them: on a busy machine some find the cores free.
    let samples = data.first(max(4 * first.batchSize, 1024))
    let epochs = try InterleavedEpochs([first.trainer(samples), second.trainer(samples)], rounds: 500)
    return epochs.timings[0].best / epochs.timings[1].best
  }

  /// Dense products reach half of the peak; in an output layer of ten units, padding and short sums are most of it.
  private func peakChecks(_ kernels: Kernels) throws -> [RatioCheck] {
    let shape = LayerShape(rows: 64, inputs: 784, outputs: 128, isFirst: false)
    let dense = try LayerProblem(shape, kernels, samples: nil)
    let products: [(String, () -> Void)] = [
      ("forward", dense.forward), ("weight gradient", dense.weightGradient), ("error signal", dense.errorSignal),
    ]
    return products.map { name, work in
      RatioCheck(
        name: "multiply-add peak to GEMM Float \(shape.text) \(name), \(kernels.instructionSet.rawValue)", limit: 2
      ) {
        var peak = HighestPeak(kernels)
        peak.measure()
        let best = Stopwatch(budget: 20e-3).time(work).best
        peak.measure()
        return peak.rate / (shape.operations / best * 1e-9)
      }
    }
  }
}
