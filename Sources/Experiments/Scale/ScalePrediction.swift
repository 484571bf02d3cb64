import Training

/// What a cost model that was fitted to measured cells says of more cores than this machine has.
public struct ScalePrediction: Sendable {
  /// One combination of options at a number of workers that was not measured.
  public struct Run: Sendable {
    /// A run of the same options but for the workers.
    public var like: Int
    public var workers: Int
    /// Of an epoch.
    public var seconds: Double
    public var samplesPerSecond: Double
    /// To one worker, by the model too.
    public var speedup: Double
    /// The least and the most that models say which were fitted without one of the cells, or with another growth of barriers where the
    /// cells don't tell which.
    public var speedupRange: ClosedRange<Double>

    public var efficiency: Double { speedup / Double(workers) }
  }

  /// Why there is none.
  public enum Missing: Sendable, Equatable, CustomStringConvertible {
    case tooFewCells(Int)
    case oneWorkerOnly(cores: Int)
    /// Other programs kept the workers of too many cells waiting.
    case disturbed(Int, of: Int)

    public var description: String {
      switch self {
      case .tooFewCells(let count):
        "\(count) cell\(count == 1 ? "" : "s") with workers within the cores, and a fit takes "
          + "\(ScalePrediction.fewestCells) or more"
      case .disturbed(let count, let all):
        "other programs kept the workers of \(count) of the \(all) cells within the cores waiting, and a fit takes undisturbed ones, "
          + "\(ScalePrediction.fewestCells) or more, of one worker and of several"
      case .oneWorkerOnly(let cores):
        "no cell has more than one worker within the cores (\(cores)), so that nothing tells what several cost"
      }
    }
  }

  public var model: CostModel
  public var runs: [Run]
  /// The same at the numbers of workers that it was fitted to, one of them for each combination: how far the model is from what was measured.
  public var fitted: [Run]
  /// The cores that the model was fitted on.
  public var cores: Int

  /// Whether the measured cells tell how barriers grow with the workers.
  public var knowsGrowth: Bool

  static let fewestCells = 4
  /// Predictions go up to as many workers.
  static let mostWorkers = 64

  /// Fits all runs with workers within the cores, those aside whose workers other programs kept waiting, and predicts 2, 4, 8 … beyond them.
  ///
  /// - Parameter groups: the group of each run.
  public static func predict(
    _ runs: [ScaleRun], groups: [Int], cores: Int = Cores.available
  ) -> Result<ScalePrediction, Missing> {
    let all = runs.filter { $0.workers <= cores }
    guard all.count >= fewestCells else { return .failure(.tooFewCells(all.count)) }
    guard all.contains(where: { $0.workers > 1 }) else { return .failure(.oneWorkerOnly(cores: cores)) }
    let within = all.filter { !$0.processorUse.isDisturbed }
    let single = all.map(\.workers).min()
    guard within.count >= fewestCells, within.contains(where: { $0.workers > 1 }),
      within.contains(where: { $0.workers == single })
    else { return .failure(.disturbed(all.count - within.count, of: all.count)) }
    let measured = within.map { (cell: $0.cell(workers: $0.workers), seconds: $0.secondsPerStep) }
    let growths = growths(measured)
    let model = CostModel(measured, growth: growths[0])
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

  /// How barriers grow: the one that fits best where two numbers of several workers were measured. With one such number they all fit alike:
  /// then the middle one first, and the others for the range.
  private static func growths(_ measured: [(cell: CostModel.Cell, seconds: Double)]) -> [CostModel.Growth] {
    guard Set(measured.map(\.cell.workers)).filter({ $0 > 1 }).count > 1 else {
      return [.logarithmic, .constant, .linear]
    }
    let errors = CostModel.Growth.allCases.map { (growth: $0, error: CostModel(measured, growth: $0).relativeError) }
    return errors.min { $0.error < $1.error }.map { [$0.growth] } ?? []
  }

  /// Powers of two beyond the cores; not more than one worker a sample.
  static func counts(beyond cores: Int, batchSize: Int) -> [Int] {
    (1...6).map { 1 << $0 }.filter { $0 > cores && $0 <= min(mostWorkers, batchSize) }
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
      like: index, workers: workers, seconds: seconds, samplesPerSecond: Double(run.trainingSamples) / seconds,
      speedup: speedup(model), speedupRange: (speedups.min() ?? 0)...(speedups.max() ?? 0))
  }
}

extension ScaleRun {
  /// What a cost model sees of this run, at its own or another number of workers.
  func cell(workers: Int) -> CostModel.Cell {
    CostModel.Cell(
      work: work, workers: workers, instructionSet: choices.instructionSet, input: choices.input, optimizer: optimizer)
  }
}
