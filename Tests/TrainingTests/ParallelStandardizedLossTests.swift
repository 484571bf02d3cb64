import Datasets
import Kernels
import Networks
import Optimizers
import Ranks
import SampleData
import Testing

@testable import Training

extension ParallelTraining {
  @Suite("Huber's loss on standardized targets")
  struct ParallelStandardizedLossTests {
    /// A regression: the threshold in the targets' units, the first of these targets, of different means and scales, and whether the
    /// network has biases.
    struct Case: Sendable, CustomTestStringConvertible {
      var delta: Double
      var outputs = 2
      var hasBiases = true
      var inputs = 9
      var hidden = [7]

      var testDescription: String { "huber:\(delta), \(outputs) outputs\(hasBiases ? "" : ", no biases")" }

      func topology(_ loss: Loss? = nil, outputs: Int? = nil) throws -> Topology {
        let huber = try #require(Loss(rawValue: "huber:\(delta)"))
        return try Topology(
          inputs: inputs, hidden: hidden, outputs: outputs ?? self.outputs, activations: [.tanh], output: .identity,
          loss: loss ?? huber, hasBiases: hasBiases)
      }

      /// Standard deviations of about 90, 19 and 6000.
      var data: SmallData {
        var data = SmallData(samples: 61, width: inputs, outputs: outputs, classes: nil, seed: 5)
        let (scales, shifts): ([Float], [Float]) = ([300, 64, 20_000], [1000, -7, 50_000])
        if case .values(let values, let width) = data.targets {
          data.targets = .values(
            values.enumerated().map { scales[$0 % width] * $1 + shifts[$0 % width] }, width: width)
        }
        return data
      }

      func units() throws -> TargetUnits { try #require(TargetUnits(data.samples, subtractsMean: hasBiases)) }

      func samples() throws -> Samples {
        var samples = data.samples
        samples.targetUnits = try units()
        return samples
      }

      /// The number by which the loss of each output, in the targets' units, is divided in the objective.
      func divisors() throws -> [Double] { try units().deviation.map { $0 * min($0, delta) } }

      /// The network in the targets' units, in Double.
      func plain(_ topology: Topology, _ parameters: Parameters) throws -> PlainNetwork {
        var network = PlainNetwork(topology: topology, parameters: parameters)
        let (units, last) = (try units(), topology.layers.count - 1)
        let width = topology.layers[last].inputs
        for index in network.weights[last].indices { network.weights[last][index] *= units.deviation[index / width] }
        for output in network.biases[last].indices {
          network.biases[last][output] = network.biases[last][output] * units.deviation[output] + units.mean[output]
        }
        return network
      }

      /// The objective and its gradient, as `Parameters.flat`, from the plain network's loss of each output in the targets' units.
      func expected(_ parameters: Parameters) throws -> (loss: Double, gradient: [Double]) {
        let (whole, one) = (try plain(topology(), parameters), try topology(outputs: 1))
        let (units, divisors, last) = (try units(), try divisors(), whole.topology.layers.count - 1)
        let width = whole.topology.layers[last].inputs
        var loss = 0.0
        var (weights, biases) = (whole.weights.map { $0.map { _ in 0.0 } }, whole.biases.map { $0.map { _ in 0.0 } })
        for output in 0..<outputs {
          let own = (output * width)..<((output + 1) * width)
          let network = PlainNetwork(
            topology: one, weights: whole.weights.dropLast() + [Array(whole.weights[last][own])],
            biases: whole.biases.dropLast() + [hasBiases ? [whole.biases[last][output]] : []])
          var examples = data.examples(0..<data.inputs.count, for: whole)
          examples.targets = examples.targets.map { [$0[output]] }
          let gradient = network.gradient(examples)
          let (factor, deviation) = (1 / divisors[output], units.deviation[output])
          loss += factor * gradient.loss
          for layer in 0..<last {
            for index in weights[layer].indices { weights[layer][index] += factor * gradient.weights[layer][index] }
            for index in biases[layer].indices { biases[layer][index] += factor * gradient.biases[layer][index] }
          }
          for (index, value) in zip(own, gradient.weights[last]) { weights[last][index] = factor * deviation * value }
          if hasBiases { biases[last][output] = factor * deviation * gradient.biases[last][0] }
        }
        return (loss, zip(weights, biases).flatMap { $0 + $1 })
      }

      /// The loss in the targets' units.
      func plainLoss(_ parameters: Parameters) throws -> Double {
        let network = try plain(topology(), parameters)
        return network.meanLoss(data.examples(0..<data.inputs.count, for: network))
      }
    }

    /// DELTA far below, between and above the standard deviations.
    static let cases = [
      Case(delta: 1), Case(delta: 40), Case(delta: 1e6), Case(delta: 1, outputs: 1), Case(delta: 300, outputs: 1),
      Case(delta: 40, hasBiases: false), Case(delta: 40, outputs: 3), Case(delta: 1e-30, outputs: 1),
    ]

    @Test(
      "The objective is the sum of the outputs' losses, each divided by s min(s, DELTA), and its gradient is the plain network's",
      arguments: cases)
    func gradient(one: Case) throws {
      let (topology, samples) = (try one.topology(), try one.samples())
      let parameters = Parameters.small(topology, seed: 3)
      let wanted = try one.expected(parameters)
      for form in InputForm.allCases {
        let network = FastNetwork(topology, parameters)
        let found = try GradientEvaluator(network, samples, form: form, workers: 2).evaluate()
        #expect(abs(found.loss - wanted.loss) < 1e-6 * wanted.loss)
        for (one, other) in zip(found.gradient.flat, wanted.gradient) { #expect(abs(Double(one) - other) < 2e-6) }
        let loss = try one.plainLoss(parameters)
        #expect(abs(Evaluator(network, samples, form: form).evaluate().loss - loss) < 1e-6 * loss)
      }
      // As steep as squared error, whatever the scale of the targets.
      let norm = wanted.gradient.reduce(0) { $0 + $1 * $1 }.squareRoot()
      #expect((0.05..<20).contains(norm), "\(norm)")
    }

    @Test(
      "A full batch trains on it, whatever the exchange; losses and the model are in the targets' units",
      arguments: cases)
    func step(narrow: Case) throws {
      var one = narrow
      // Wide enough to be divided by columns or inputs.
      (one.inputs, one.hidden) = (13, [200])
      let (topology, samples) = (try one.topology(), try one.samples())
      let parameters = Parameters.small(topology, seed: 3)
      let (wanted, loss) = (try one.expected(parameters), try one.plainLoss(parameters))
      for strategy in GradientStrategy.allCases {
        for form in InputForm.allCases {
          for workers in [1, 2, 3] {
            let trainer = try Trainer(
              topology, parameters: parameters, training: samples, test: samples,
              configuration: TrainingConfiguration {
                ($0.batchSize, $0.epochs, $0.learningRate) = (.full, 1, 0.01)
                ($0.workers, $0.cores, $0.gradients, $0.input) = (workers, workers, strategy, form)
              })
            let epoch = try #require(try trainer.nextEpoch())
            #expect(abs(epoch.trainLoss - loss) < 1e-6 * loss, "\(strategy) \(form) \(workers)")
            #expect(abs((trainer.progress.reading.loss ?? 0) - loss) < 1e-6 * loss)
            for ((end, start), gradient) in zip(zip(trainer.parameters.flat, parameters.flat), wanted.gradient) {
              #expect(abs((Double(start) - Double(end)) / 0.01 - gradient) < 2e-5)
            }
            let model = trainer.model(preprocessing: .init())
            #expect(model.loss == topology.loss)
            let after = PlainNetwork(topology: topology, parameters: model.parameters)
            let tested = after.meanLoss(one.data.examples(0..<61, for: after))
            #expect(abs((epoch.testLoss ?? 0) - tested) < 1e-5 * tested)
          }
        }
      }
    }

    @Test(
      "Penalties are those of the objective: in the loss they have the factor by which it was divided",
      arguments: cases)
    func penalties(one: Case) throws {
      let (topology, samples) = (try one.topology(), try one.samples())
      let parameters = Parameters.small(topology, seed: 3)
      let network = PlainNetwork(topology: topology, parameters: parameters)
      let divisors = try one.divisors()
      let factor = divisors.reduce(0, +) / Double(divisors.count)
      for optimizer in [SGD(), LBFGS()] as [any Optimizer] {
        let trainer = try Trainer(
          topology, parameters: parameters, training: samples,
          configuration: TrainingConfiguration {
            ($0.optimizer, $0.batchSize, $0.epochs, $0.regularization) = (optimizer, .full, 1, ["l2": 3, "l1": 2])
          })
        let terms = ["l2": 3.0, "l1": 2.0].mapValues { $0 / 61 }
        let penalty = network.weights.joined().reduce(0.0) {
          $0 + (terms["l2"] ?? 0) / 2 * $1 * $1 + (terms["l1"] ?? 0) * abs($1)
        }
        let wanted = try one.plainLoss(parameters) + factor * penalty
        let found = try #require(try trainer.nextEpoch()).trainLoss
        #expect(abs(found - wanted) < 1e-6 * wanted, "\(optimizer)")
      }
    }

    @Test("A DELTA beyond all errors trains with the bits of squared error", arguments: [1, 2, 3])
    func squaredError(outputs: Int) throws {
      let one = Case(delta: 1e9, outputs: outputs)
      let runs = try [one.topology(), one.topology(.squaredError)].map { topology in
        try FinishedRun(
          topology, parameters: .small(topology, seed: 1), training: one.samples(), test: one.samples(),
          TrainingConfiguration { ($0.batchSize, $0.epochs, $0.workers) = (.samples(19), 3, 2) })
      }
      #expect(runs[0].parameters.bits == runs[1].parameters.bits)
      for (huber, squared) in zip(runs[0].epochs, runs[1].epochs) {
        #expect(huber.testLoss == squared.testLoss && huber.regression == squared.regression)
        #expect(abs(huber.trainLoss - squared.trainLoss) < 1e-6 * squared.trainLoss)
      }
    }

    private static func configuration(_ optimizer: any Optimizer, _ strategy: GradientStrategy, workers: Int)
      -> TrainingConfiguration
    {
      TrainingConfiguration {
        ($0.optimizer, $0.batchSize, $0.epochs) = (optimizer, .samples(19, for: optimizer), 3)
        ($0.workers, $0.cores, $0.gradients) = (workers, workers, strategy)
      }
    }

    @Test("The bits do not depend on the number of workers, and a resumed run has them", arguments: [1, 2, 3])
    func bits(outputs: Int) throws {
      let one = Case(delta: 40, outputs: outputs)
      let (topology, samples) = (try one.topology(), try one.samples())
      for optimizer in [SGD(), Adam(), Rprop(), LBFGS()] as [any Optimizer] {
        func trainer(
          _ workers: Int, _ strategy: GradientStrategy = .owned, _ state: TrainingState? = nil
        ) throws -> Trainer {
          var configuration = Self.configuration(optimizer, strategy, workers: workers)
          if type(of: optimizer).searchesStepLength { configuration.gradients = nil }
          return try Trainer(
            topology, training: samples, test: samples, configuration: configuration, resuming: state)
        }
        let whole = try ParallelResumeTests.bits(trainer(1))
        for workers in [2, 3, 5] { #expect(try ParallelResumeTests.bits(trainer(workers)) == whole, "\(optimizer)") }
        for strategy in GradientStrategy.allCases {
          let through = try ParallelResumeTests.bits(trainer(3, strategy))
          for steps in [1, 2] {
            let first = try trainer(3, strategy)
            while first.stepsDone < steps { _ = try first.advance(steps: 1) }
            let second = try trainer(3, strategy, ParallelResumeTests.stored(first))
            if first.position.part != nil {
              #expect(second.progress.reading.loss == first.progress.reading.loss, "\(optimizer) \(strategy)")
            }
            #expect(try ParallelResumeTests.bits(second) == through, "\(optimizer) \(strategy)")
          }
        }
      }
    }

    @Test("A line search decreases the objective, whose gradient it has", arguments: [1, 3])
    func lineSearch(outputs: Int) throws {
      let one = Case(delta: 40, outputs: outputs)
      let trainer = try Trainer(
        one.topology(), training: one.samples(), test: one.samples(),
        configuration: TrainingConfiguration { ($0.optimizer, $0.batchSize, $0.epochs) = (LBFGS(), .full, 30) })
      var objectives = [try one.expected(trainer.parameters).loss]
      while let epoch = try trainer.nextEpoch() {
        objectives.append(try #require(trainer.position.search).current.objective)
        let (wanted, loss) = (try one.expected(trainer.parameters), try one.plainLoss(trainer.parameters))
        #expect(abs(objectives[objectives.count - 1] - wanted.loss) < 1e-6 * wanted.loss)
        #expect(abs((epoch.testLoss ?? 0) - loss) < 1e-5 * loss)
      }
      #expect(objectives.count == 31 && zip(objectives, objectives.dropFirst()).allSatisfy { $0 > $1 })
      #expect(objectives[30] < 0.8 * objectives[0], "\(objectives)")
    }

    @Test("Ranks have the weights and figures of one process; those that average have its losses", arguments: [1, 3])
    func ranks(outputs: Int) throws {
      let one = Case(delta: 40, outputs: outputs)
      let (topology, samples) = (try one.topology(), try one.samples())
      for strategy in GradientStrategy.allCases {
        let alone = try FinishedRun(
          topology, training: samples, test: samples, Self.configuration(SGD(), strategy, workers: 2)
        ).bits
        let together = try onRanks(2) { group in
          try FinishedRun(
            topology, training: samples, test: samples, ranks: group,
            Self.configuration(SGD(), strategy, workers: 1)
          ).bits
        }
        #expect(together == [alone, alone], "\(strategy)")
      }
      let losses = try onRanks(2) { group in
        var configuration = Self.configuration(SGD(), .partial, workers: 1)
        (configuration.averageEvery, configuration.learningRate, configuration.epochs) = (2, 1e-30, 1)
        return try FinishedRun(topology, training: samples, ranks: group, configuration).epochs[0].trainLoss
      }
      let initial = try Trainer(
        topology, training: samples, configuration: Self.configuration(SGD(), .partial, workers: 1)
      ).parameters
      let wanted = try one.plainLoss(initial)
      for loss in losses { #expect(abs(loss - wanted) < 1e-6 * wanted) }
    }

    @Test("A network without biases has targets of mean square 1, and no means")
    func units() throws {
      let data = Case(delta: 1).data
      let (own, plain) = (
        try #require(TargetUnits(data.samples)), try #require(TargetUnits(data.samples, subtractsMean: false))
      )
      let squares = zip(own.mean, own.deviation).map { ($0 * $0 + $1 * $1).squareRoot() }
      #expect(zip(plain.deviation, squares).allSatisfy { abs($0 - $1) < 1e-9 * $1 } && plain.mean == [0, 0])
      var constant = data.samples
      constant.targets = .values([Float](repeating: 7, count: 122), width: 2)
      #expect(TargetUnits(constant) == TargetUnits(mean: [7, 7], deviation: [1, 1]))
      #expect(TargetUnits(constant, subtractsMean: false) == TargetUnits(mean: [0, 0], deviation: [7, 7]))
      constant.targets = .values([Float](repeating: 0, count: 122), width: 2)
      #expect(TargetUnits(constant, subtractsMean: false) == TargetUnits(mean: [0, 0], deviation: [1, 1]))
    }
  }
}
