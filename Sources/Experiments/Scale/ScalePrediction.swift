import Training

/// The predictions of a fitted cost model for more cores than this machine has.
package struct ScalePrediction: Sendable {
  /// One combination of options with a number of workers that was not measured.
  package struct Run: Sendable {
    /// The index of a run with the same other options.
    package var like: Int
    package var workers: Int
    /// Seconds of an epoch.
    package var seconds: Double
    package var samplesPerSecond: Double
    /// The speed-up to one worker, by the model for both.
    package var speedup: Double
    /// The range of the predictions of models fitted without one of the cells, or with another growth of barriers if the
    /// cells do not determine it.
    package var speedupRange: ClosedRange<Double>

    package var efficiency: Double { speedup / Double(workers) }
  }

  /// The reason why there is no prediction.
  package enum Missing: Sendable, Equatable, CustomStringConvertible {
    case tooFewCells(Int)
    case oneWorkerOnly(cores: Int)
    /// The experiment ran on several ranks.
    case severalRanks(Int)
    /// Other programs kept the workers of too many cells waiting.
    case disturbed(Int, of: Int)
    /// The root mean square of the fit's relative errors is too large.
    case poorFit(Double)
    /// The fit leaves no time to the arithmetic of some cells.
    case noArithmetic

    package var description: String {
      switch self {
      case .tooFewCells(let count):
        "\(count.counted("combination")) with workers within the cores, and a fit needs "
          + "at least \(ScalePrediction.minimumCells)"
      case .severalRanks(let count):
        "the figures are of \(count) ranks; a model of the network is fitted to merged files of several numbers of ranks"
      case .disturbed(let count, let all):
        "other programs kept the workers of \(count) of the \(all) combinations within the cores waiting, and a fit needs "
          + "at least \(ScalePrediction.minimumCells) undisturbed ones and more than half, of one worker and of several"
      case .poorFit(let error):
        "the cost model fitted to these times has a relative error of \(Self.percent(error)) (root mean square), and a prediction needs "
          + "at most \(Self.percent(ScalePrediction.largestError)); longer timings, or a machine without other programs, may help"
      case .noArithmetic:
        "the fit leaves no time to the arithmetic, which is what more cores divide; combinations with larger networks or batches may help"
      case .oneWorkerOnly(let cores):
        "no combination within the \(cores.counted("core")) has more than one worker, so the cost of several workers is unknown"
      }
    }

    /// A whole number of percent; NaN, which times of no length make, counts as a large error.
    private static func percent(_ fraction: Double) -> String {
      let percent = (100 * fraction).rounded()
      return percent < 1e9 ? "\(Int(percent)) %" : "more than 1e9 %"
    }
  }

  package var model: CostModel
  package var runs: [Run]
  /// The model's values at the fitted numbers of workers, for comparison with the measurements.
  package var fitted: [Run]
  /// The number of cores of the fit.
  package var cores: Int

  /// True if the measured cells determine the growth of barriers.
  package var knowsGrowth: Bool

  static let minimumCells = 4
  /// The largest root mean square of relative errors with which times of more cores are predicted.
  static let largestError = 0.25
  /// The largest number of workers predicted.
  static let maximumWorkers = 64

  /// Fits all runs with workers within the cores, except those that other programs disturbed, and predicts 2, 4, 8 … workers beyond them.
  ///
  /// - Parameter groups: the group of each run.
  package static func predict(
    _ runs: [ScaleRun], groups: [Int], cores: Int = Cores.available
  ) -> Result<ScalePrediction, Missing> {
    let all = runs.filter { $0.workers <= cores }
    guard all.count >= minimumCells else { return .failure(.tooFewCells(all.count)) }
    guard all.contains(where: { $0.workers > 1 }) else { return .failure(.oneWorkerOnly(cores: cores)) }
    let within = all.filter { !$0.processorUse.isDisturbed }
    let single = all.map(\.workers).min()
    // If most cells were disturbed, the others were probably disturbed by less than the threshold.
    guard within.count >= minimumCells, 2 * within.count > all.count, within.contains(where: { $0.workers > 1 }),
      within.contains(where: { $0.workers == single })
    else { return .failure(.disturbed(all.count - within.count, of: all.count)) }
    let measured = within.map { (cell: $0.cell(workers: $0.workers), seconds: $0.secondsPerStep) }
    let growths = growths(measured)
    let model = CostModel(measured, growth: growths[0])
    guard model.relativeError <= largestError else { return .failure(.poorFit(model.relativeError)) }
    guard !model.lacksArithmetic else { return .failure(.noArithmetic) }
    let others =
      measured.indices.map { index in
        CostModel(measured.enumerated().filter { $0.offset != index }.map(\.element), growth: growths[0])
      } + growths.dropFirst().map { CostModel(measured, growth: $0) }
    var predicted: [Run] = []
    var fitted: [Run] = []
    for (index, run) in runs.enumerated() where groups.firstIndex(of: groups[index]) == index {
      for workers in Set(within.map(\.workers)).union([1]).sorted() {
        fitted.append(Run(like: index, run, workers: workers, model: model, others: others))
      }
      for workers in counts(beyond: cores, batchSize: run.choices.batchSize) {
        predicted.append(Run(like: index, run, workers: workers, model: model, others: others))
      }
    }
    return .success(
      ScalePrediction(model: model, runs: predicted, fitted: fitted, cores: cores, knowsGrowth: growths.count == 1))
  }

  /// The growth of barriers that fits best. If only one number of several workers was measured, all fit equally: then the middle
  /// one first, and the others for the range.
  private static func growths(_ measured: [(cell: CostModel.Cell, seconds: Double)]) -> [CostModel.Growth] {
    guard Set(measured.map(\.cell.workers)).filter({ $0 > 1 }).count > 1 else {
      return [.logarithmic, .constant, .linear]
    }
    let errors = CostModel.Growth.allCases.map { (growth: $0, error: CostModel(measured, growth: $0).relativeError) }
    return errors.min { $0.error < $1.error }.map { [$0.growth] } ?? []
  }

  /// Powers of two beyond the cores, at most one worker per sample.
  static func counts(beyond cores: Int, batchSize: Int) -> [Int] {
    (1...6).map { 1 << $0 }.filter { $0 > cores && $0 <= min(maximumWorkers, batchSize) }
  }
}

extension ScalePrediction.Missing: Error {}

extension ScalePrediction.Run {
  fileprivate init(like index: Int, _ run: ScaleRun, workers: Int, model: CostModel, others: [CostModel]) {
    let (single, many) = (run.cell(workers: 1), run.cell(workers: workers))
    func speedup(_ model: CostModel) -> Double { model.stepSeconds(single) / model.stepSeconds(many) }
    let speedups = ([model] + others).map(speedup).filter(\.isFinite)
    let seconds = model.stepSeconds(many) * Double(run.choices.stepsPerEpoch)
    self.init(
      like: index, workers: workers, seconds: seconds, samplesPerSecond: Double(run.samplesPerEpoch) / seconds,
      speedup: speedup(model), speedupRange: (speedups.min() ?? 0)...(speedups.max() ?? 0))
  }
}

extension ScaleRun {
  /// The inputs of the cost model for this run, at its own or another number of workers.
  func cell(workers: Int) -> CostModel.Cell {
    CostModel.Cell(
      work: work, workers: workers, instructionSet: choices.instructionSet, input: choices.input,
      precision: choices.precision, optimizer: optimizer)
  }
}
