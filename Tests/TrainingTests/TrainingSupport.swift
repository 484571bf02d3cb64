import Datasets
import Foundation
import Kernels
import Networks
import Optimizers
import Random
import Ranks
@_exported import TestSupport
import Testing

@testable import Training

/// Everything that runs several workers. One after the other: workers block their threads, and Dispatch makes 255 of those at most.
@Suite("Parallel training", .serialized)
enum ParallelTraining {
  /// Widths of small networks, odd ones and ones beyond a panel, with their numbers.
  static let sizes = Array([[13, 17, 9, 4], [70, 130, 10], [31, 3], [1, 1, 2], [129, 5]].enumerated())
}

extension Array {
  /// All elements; one of `count` under a sanitizer, where every access takes twenty times as long. Most rows of such a table differ
  /// in numbers, not in the order of accesses, and three workers meet as two do; without a sanitizer the bits of all are compared.
  func thinned(_ count: Int) -> [Element] {
    guard ProcessInfo.processInfo.environment["DESCENT_SANITIZER"] != nil else { return self }
    return stride(from: 0, to: self.count, by: count).map { self[$0] }
  }
}

/// The data of a small test: numbers that Float and Double hold alike, about half of them zero.
struct SmallData {
  var inputs: [[Float]]
  var targets: Targets

  /// - Parameters:
  ///   - classes: numbers of classes, or nil for target values in 0...1.
  init(samples: Int, width: Int, outputs: Int, classes: Int?, seed: UInt64) {
    var source = RandomSource(seed: seed, purpose: .sampling)
    inputs = (0..<samples).map { _ in
      (0..<width).map { _ in source.below(2) == 0 ? 0 : Float(source.below(256)) / 128 - 0.75 }
    }
    if let classes {
      targets = .classes(
        (0..<samples).map { _ in Int32(source.below(UInt64(classes))) }, labels: (0..<classes).map(String.init))
    } else {
      targets = .values((0..<(samples * outputs)).map { _ in Float(source.below(65)) / 64 }, width: outputs)
    }
  }

  var samples: Samples {
    Samples(
      storage: .floats(FloatRows(inputs.flatMap(\.self), width: inputs[0].count)),
      rows: (0..<Int32(inputs.count)).map { $0 }, targets: targets,
      transform: InputTransform(multiplier: [1], shift: [0]))
  }

  /// The examples at some positions, for the plain network.
  func examples(_ positions: Range<Int>, for network: PlainNetwork) -> PlainExamples {
    PlainExamples(
      inputs: positions.map { inputs[$0].map(Double.init) },
      targets: positions.map { position in
        switch targets {
        case .classes(let classes, _): network.target(class: Int(classes[position]))
        case .values(let values, let width):
          values[(position * width)..<((position + 1) * width)].map(Double.init)
        }
      })
  }
}

extension Parameters {
  /// Weights and biases that are multiples of 2⁻¹⁰, so that Float and Double begin alike.
  static func small(_ topology: Topology, seed: UInt64, scale: Double = 1) -> Parameters {
    var parameters = initial(
      topology: topology, initializer: .init(.uniform(epsilon: 0.5), drawsBiases: true), seed: seed)
    for layer in parameters.layers.indices {
      let fanIn = Double(topology.layers[layer].inputs)
      let factor = Float(scale * 2 / max(1, fanIn.squareRoot()))
      func rounded(_ value: Float) -> Float { (value * factor * 1024).rounded() / 1024 }
      parameters.layers[layer].weight = parameters.layers[layer].weight.map(rounded)
      parameters.layers[layer].bias = parameters.layers[layer].bias.map(rounded)
    }
    return parameters
  }

  /// All numbers, one after the other.
  var flat: [Float] { layers.flatMap { $0.weight + $0.bias } }

  /// The bits of all numbers, so that a comparison distinguishes 0 from −0 and holds for NaN.
  var bits: [UInt32] { flat.map(\.bitPattern) }
}

/// A run of training to its end.
struct FinishedRun {
  var parameters: Parameters
  var epochs: [EpochMetrics]
  var reason: EndReason?
  /// The bytes that a rank sends in a step; nil for one process.
  var bytesPerStep: Int?

  /// Every worker has a thread, whatever the machine's cores, unless the configuration has a number of cores.
  init(
    _ topology: Topology, parameters: Parameters? = nil, training: Samples, validation: Samples? = nil,
    test: Samples? = nil, pausingAfter steps: Int? = nil, ranks: RankGroup? = nil,
    _ configuration: TrainingConfiguration
  ) throws {
    var configuration = configuration
    configuration.cores = configuration.cores ?? configuration.workers
    let trainer = try Trainer(
      topology, parameters: parameters, training: training, validation: validation, test: test,
      configuration: configuration, ranks: ranks)
    epochs = []
    run: while true {
      switch try trainer.advance(steps: steps ?? .max) {
      case .paused: continue
      case .epoch(let epoch): epochs.append(epoch)
      case .ended: break run
      }
    }
    self.parameters = trainer.parameters
    reason = trainer.endReason
    bytesPerStep = trainer.exchange?.bytesPerStep
  }

  /// The reproducible results of a run: everything except times.
  var bits: [UInt64] { parameters.bits.map(UInt64.init) + epochs.flatMap(\.bits) }
}

extension EpochMetrics {
  /// The bits of the reproducible metrics: everything except times.
  var bits: [UInt64] {
    let others: [Double?] = [Double(epoch), Double(steps), learningRate, gradientNorm]
    return (others + EpochMeasure.all.map { $0.value(self) }).map { $0?.bitPattern ?? 1 }
  }
}

extension OptimizerCatalog {
  /// Every optimizer of single parameters with its standard hyperparameters. Those with a line search have tests of their
  /// own (`ParallelLineSearchTests`).
  static var standard: [any Optimizer] { all.filter { !$0.searchesStepLength }.map { $0.init() } }
  static var standardNames: [String] { all.filter { !$0.searchesStepLength }.map { $0.name } }
}

extension BatchSize {
  /// A number of samples, or all for an optimizer that needs them.
  static func samples(_ count: Int, for optimizer: any Optimizer) -> BatchSize {
    type(of: optimizer).needsFullBatch ? .full : .samples(count)
  }
}

/// A training run in Double: the plain network's gradients, the optimizers' own rules.
struct PlainRun {
  var network: PlainNetwork
  var losses: [Double] = []
  /// Of the last step, before clipping.
  var gradientNorm = 0.0

  init(
    _ topology: Topology, _ parameters: Parameters, _ data: SmallData, optimizer: any Optimizer, learningRate: Double,
    l2: Double, l1: Double = 0, clipNorm: Double?, batchSize: Int, steps: Int,
    schedule: (_ step: Int) -> Double = { _ in 1 }
  ) {
    network = PlainNetwork(topology: topology, parameters: parameters)
    var states = network.tensors.map { $0.map { _ in OptimizerState() } }
    var first = 0
    for step in 1...steps {
      let batch = first..<min(first + batchSize, data.inputs.count)
      first = batch.upperBound == data.inputs.count ? 0 : batch.upperBound
      let gradient = network.gradient(
        data.examples(batch, for: network), regularization: ["l2": l2, "l1": l1], samples: data.inputs.count)
      losses.append(gradient.loss)
      var tensors = zip(gradient.weights, gradient.biases).flatMap { [$0, $1] }
      gradientNorm = tensors.joined().reduce(0) { $0 + $1 * $1 }.squareRoot()
      if let clipNorm, gradientNorm > clipNorm {
        tensors = tensors.map { $0.map { $0 * clipNorm / gradientNorm } }
      }
      var weights = network.tensors
      for index in weights.indices {
        optimizer.update(
          &weights[index], gradient: tensors[index], states: &states[index], step: step,
          learningRate: learningRate * schedule(step - 1))
      }
      network.tensors = weights
    }
  }

  /// max |w − w64| / max |w64 − w0|: the distance of a run from this one, relative to this one's distance from the
  /// start.
  func distance(of parameters: Parameters, from start: Parameters) -> Double {
    let end = network.tensors.joined()
    let moved = zip(end, start.flat).reduce(0) { max($0, abs($1.0 - Double($1.1))) }
    let apart = zip(end, parameters.flat).reduce(0) { worst, pair in
      let difference = abs(pair.0 - Double(pair.1))
      return difference.isFinite ? max(worst, difference) : .infinity
    }
    return apart / moved
  }
}

extension PlainNetwork {
  /// Layer by layer weights, then biases.
  var tensors: [[Double]] {
    get { zip(weights, biases).flatMap { [$0, $1] } }
    set {
      for layer in weights.indices {
        weights[layer] = newValue[2 * layer]
        biases[layer] = newValue[2 * layer + 1]
      }
    }
  }
}
