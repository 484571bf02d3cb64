import Networks
import Optimizers
import Random
import Training

/// A training run in Double with what regularizes it beside penalties: the plain network's gradients, written out step by step.
struct RegularizedRun {
  var network: PlainNetwork
  /// The average that is evaluated; the network itself where there is none.
  var average: PlainNetwork
  /// Of each epoch: the mean over its samples, before each update.
  var losses: [Double] = []

  /// - Parameters:
  ///   - configuration: a constant learning rate or one-cycle; batches in the order of the data.
  init(
    _ topology: Topology, _ parameters: Parameters, _ data: SmallData, _ configuration: TrainingConfiguration,
    batchSize: Int, epochs: Int
  ) {
    network = PlainNetwork(topology: topology, parameters: parameters)
    average = network
    let count = data.inputs.count
    let stepsPerEpoch = (count + batchSize - 1) / batchSize
    var states = network.tensors.map { $0.map { _ in OptimizerState() } }
    var step = 0
    for epoch in 0..<epochs {
      var loss = 0.0
      for first in stride(from: 0, to: count, by: batchSize) {
        let batch = first..<min(first + batchSize, count)
        var examples = data.examples(batch, for: network)
        examples.targets = examples.targets.map { Self.smoothed($0, configuration.labelSmoothing) }
        let gradient = network.gradient(
          examples,
          dropoutFactors: batch.map {
            Self.dropoutFactors(topology, configuration.dropout, seed: configuration.seed, epoch, $0)
          },
          regularization: configuration.regularization, samples: count)
        loss += gradient.loss * Double(batch.count)
        var optimizer = configuration.optimizer
        if let schedule = configuration.momentum {
          var values = optimizer.values
          values[0] =
            schedule.from + (schedule.to - schedule.from)
            * min(1, Double(step) / Double(schedule.epochs * stepsPerEpoch))
          optimizer = type(of: optimizer).init(values: values)
        }
        var factor = 1.0
        if case .oneCycle(let warm) = configuration.schedule.shape {
          factor = Self.oneCycle(step, warm: warm, total: Double(epochs * stepsPerEpoch))
        }
        update(gradient, by: optimizer, &states, step: step + 1, learningRate: configuration.learningRate * factor)
        if let norm = configuration.maxNorm { bound(to: norm) }
        if case .exponential(let decay) = configuration.average {
          average.tensors = zip(average.tensors, network.tensors).map {
            zip($0, $1).map { decay * $0 + (1 - decay) * $1 }
          }
        }
        step += 1
      }
      losses.append(loss / Double(count))
      if case .epochEnds(let start) = configuration.average, epoch + 1 > start {
        let earlier = Double(epoch + 1 - start)
        average.tensors = zip(average.tensors, network.tensors).map {
          zip($0, $1).map { ($0 * earlier + $1) / (earlier + 1) }
        }
      } else if configuration.average != .none, case .epochEnds = configuration.average {
        average = network
      }
    }
    if configuration.average == .none { average = network }
  }

  private mutating func update(
    _ gradient: PlainGradient, by optimizer: any Optimizer, _ states: inout [[OptimizerState]], step: Int,
    learningRate: Double
  ) {
    let gradients = zip(gradient.weights, gradient.biases).flatMap { [$0, $1] }
    var tensors = network.tensors
    for index in tensors.indices {
      optimizer.update(
        &tensors[index], gradient: gradients[index], states: &states[index], step: step, learningRate: learningRate)
    }
    network.tensors = tensors
  }

  /// Every row of weights down to a norm.
  private mutating func bound(to norm: Double) {
    for (index, layer) in network.topology.layers.enumerated() {
      for unit in 0..<layer.outputs {
        let row = (unit * layer.inputs)..<((unit + 1) * layer.inputs)
        let length = network.weights[index][row].reduce(0) { $0 + $1 * $1 }.squareRoot()
        guard length > norm else { continue }
        for entry in row { network.weights[index][entry] *= norm / length }
      }
    }
  }

  /// The factors of dropout of each layer's input, from the generator's words: below P · 2³² a number is dropped.
  static func dropoutFactors(
    _ topology: Topology, _ rates: [Double], seed: UInt64, _ epoch: Int, _ sample: Int
  ) -> [[Double]?] {
    guard !rates.isEmpty else { return [] }
    let generator = Philox(seed: seed, purpose: .dropout)
    return topology.layers.enumerated().map { index, layer in
      let rate = rates.count == topology.layers.count ? rates[index] : index == 0 ? 0 : rates[0]
      return (0..<layer.inputs).map { unit in
        let words = generator.block(SIMD4(UInt32(sample), UInt32(epoch), UInt32(index), UInt32(unit / 4)))
        return Double(words[unit % 4]) < (rate * 0x1p32).rounded(.down) ? 0 : 1 / (1 - rate)
      }
    }
  }

  /// (1 − E) t + E/K; a single output is one of two classes.
  static func smoothed(_ target: [Double], _ smoothing: Double) -> [Double] {
    let classes = Double(max(target.count, 2))
    return target.map { (1 - smoothing) * $0 + smoothing / classes }
  }

  /// Up to 1 over the share `warm`, then along a half cosine.
  private static func oneCycle(_ step: Int, warm: Double, total: Double) -> Double {
    let peak = warm * total
    return Double(step) < peak
      ? min(1, Double(step + 1) / peak) : (1 + cosine(.pi * (Double(step) - peak) / (total - peak))) / 2
  }
}
