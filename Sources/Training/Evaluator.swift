import Datasets
import KernelInterface
import Kernels
import Networks

/// What a network makes of a split.
public struct Evaluation: Sendable, Equatable {
  public var samples: Int
  /// Mean over samples, without the `--l2` term.
  public var loss: Double
  /// The share of samples whose class is the target's; nil where the outputs are no classes.
  public var accuracy: Double?
  /// Root of the mean squared error, mean over outputs; nil where targets are classes.
  public var rmse: Double?
  /// Coefficient of determination, mean over outputs; nil where targets are classes, or a target never changes.
  public var r2: Double?

  public init(samples: Int, loss: Double, accuracy: Double?, rmse: Double? = nil, r2: Double? = nil) {
    self.samples = samples
    self.loss = loss
    self.accuracy = accuracy
    self.rmse = rmse
    self.r2 = r2
  }
}

/// Runs a network forward over a split, on all workers.
///
/// Losses are summed tile by tile, in the order of the samples: the result has the same bits for any number of workers.
public final class Evaluator: @unchecked Sendable {
  // Unchecked: each worker has rows of its own, and writes the tiles that are its own.
  private let network: FastNetwork
  private let team: WorkerTeam
  private let reader: InputReader
  private let workers: [(rows: RowBuffers, pass: ShardPass)]
  private let order: AlignedBuffer<Int32>

  /// Rows of a tile.
  static let tileRows = 128

  /// - Parameter form: how samples enter; nil: by their density.
  public convenience init(_ network: FastNetwork, _ samples: Samples, form: InputForm? = nil, workers: Int? = nil) {
    let tiles = (samples.count + Self.tileRows - 1) / Self.tileRows
    let team = WorkerTeam(count: workers ?? WorkerTeam.automaticCount(upTo: tiles))
    let form = form ?? AutomaticChoices.inputForm(density: InputDensity(samples).mean)
    let reader = InputReader(samples, form: form, kernels: network.kernels, packsAhead: false)
    self.init(network, reader, team: team)
  }

  /// - Precondition: the samples are as wide as the network's input.
  init(_ network: FastNetwork, _ reader: InputReader, team: WorkerTeam) {
    precondition(reader.samples.width == network.topology.inputs, "samples have as many features as the network inputs")
    self.network = network
    self.team = team
    self.reader = reader
    workers = (0..<team.count).map { _ in
      (
        RowBuffers(
          network.layout, capacity: Self.tileRows, form: reader.form, targetWidth: reader.targetWidth, trains: false),
        ShardPass(network, rows: Self.tileRows, trains: false)
      )
    }
    order = AlignedBuffer(count: reader.samples.count)
    for index in 0..<order.count { order.pointer[index] = Int32(index) }
  }

  /// Loss and, where they have a meaning, accuracy, RMSE and R².
  public func evaluate() -> Evaluation { evaluate(keepsOutputs: false).evaluation }

  /// As `evaluate()`, and the output activations, `[samples × outputs]`, row-major.
  public func evaluateWithOutputs() -> (evaluation: Evaluation, outputs: [Float]) { evaluate(keepsOutputs: true) }

  private func evaluate(keepsOutputs: Bool) -> (evaluation: Evaluation, outputs: [Float]) {
    let needsOutputs = keepsOutputs || reader.targetWidth > 0
    var (sums, outputs) = run(keepsOutputs: needsOutputs, hasTargets: true)
    let count = reader.samples.count
    let hasClasses = reader.targetWidth == 0 || network.topology.output == .softmax
    var result = Evaluation(
      samples: count, loss: sums.loss / Double(max(count, 1)),
      accuracy: hasClasses && count > 0 ? sums.hits / Double(count) : nil)
    if case .values(let targets, let width) = reader.samples.targets {
      if let units = reader.samples.targetUnits {
        for index in outputs.indices { outputs[index] = units.value(outputs[index], target: index % width) }
        result.loss = Self.squaredErrorLoss(outputs: outputs, targets: targets, samples: count)
      }
      (result.rmse, result.r2) = Self.regression(outputs: outputs, targets: targets, width: width)
    }
    return (result, outputs)
  }

  /// The output activations, `[samples × outputs]`, row-major; targets are not looked at.
  public func outputs() -> [Float] {
    var outputs = run(keepsOutputs: true, hasTargets: false).outputs
    if let units = reader.samples.targetUnits {
      let width = network.topology.outputs
      for index in outputs.indices { outputs[index] = units.value(outputs[index], target: index % width) }
    }
    return outputs
  }

  private func run(keepsOutputs: Bool, hasTargets: Bool) -> (sums: (loss: Double, hits: Double), outputs: [Float]) {
    let count = reader.samples.count
    let width = network.topology.outputs
    let tiles = (count + Self.tileRows - 1) / Self.tileRows
    let kept = AlignedBuffer<Float>(count: keepsOutputs ? count * width : 0)
    let tileSums = AlignedBuffer<Double>(count: 2 * tiles)
    team.run { index in
      let (rows, pass) = self.workers[index]
      let activations = rows.activations[self.network.layout.layers.count - 1]
      let stride = self.network.layout.layers[self.network.layout.layers.count - 1].paddedOutputs
      for tile in (tiles * index / self.team.count)..<(tiles * (index + 1) / self.team.count) {
        let first = tile * Self.tileRows
        let size = min(Self.tileRows, count - first)
        self.reader.read(self.order.pointer + first, count: size, into: rows, first: 0)
        pass.forward(rows, first: 0, count: size)
        pass.settle(rows, first: 0, count: size, hasTargets: hasTargets)
        for row in 0..<size where hasTargets {
          tileSums.pointer[2 * tile] += Double(rows.losses.pointer[row])
          tileSums.pointer[2 * tile + 1] += Double(rows.hits.pointer[row])
        }
        for row in 0..<size where keepsOutputs {
          (kept.pointer + (first + row) * width).update(from: activations + row * stride, count: width)
        }
      }
    }
    var sums = (loss: 0.0, hits: 0.0)
    for tile in 0..<tiles {
      sums.loss += tileSums.pointer[2 * tile]
      sums.hits += tileSums.pointer[2 * tile + 1]
    }
    return (sums, keepsOutputs ? Array(kept.elements) : [])
  }

  /// Half the squared error, summed over outputs, mean over samples.
  private static func squaredErrorLoss(outputs: [Float], targets: [Float], samples: Int) -> Double {
    let sum = zip(outputs, targets).reduce(0.0) { sum, pair in
      let error = Double(pair.0) - Double(pair.1)
      return sum + error * error
    }
    return sum / 2 / Double(max(samples, 1))
  }

  /// RMSE and R², each the mean over the outputs' own.
  static func regression(outputs: [Float], targets: [Float], width: Int) -> (rmse: Double?, r2: Double?) {
    let count = targets.count / max(width, 1)
    guard count > 0 else { return (nil, nil) }
    var rmse = 0.0
    var r2: Double? = 0
    for column in 0..<width {
      var residual = 0.0
      var sum = 0.0
      for row in 0..<count {
        let target = Double(targets[row * width + column])
        let error = Double(outputs[row * width + column]) - target
        residual += error * error
        sum += target
      }
      let mean = sum / Double(count)
      var spread = 0.0
      for row in 0..<count {
        let deviation = Double(targets[row * width + column]) - mean
        spread += deviation * deviation
      }
      rmse += (residual / Double(count)).squareRoot() / Double(width)
      r2 = spread > 0 ? r2.map { $0 + (1 - residual / spread) / Double(width) } : nil
    }
    return (rmse, r2)
  }
}
