import Datasets
import Kernels
import Networks
import Optimizers
import Testing
import Training

extension ParallelTraining {
  @Suite("Parallel training at the edges of what is possible")
  struct ParallelEdgeTests {
    struct Case: CustomTestStringConvertible, Sendable {
      var name: String
      var widths: [Int]
      var samples: Int
      var batch: BatchSize
      var workers: Int
      /// Steps of an epoch.
      var steps: Int
      var classes: Int? = 2
      var output = Activation.softmax

      var testDescription: String { name }
    }

    static let cases = [
      Case(
        name: "three samples, one worker", widths: [4, 5, 2], samples: 3, batch: .samples(64), workers: 1, steps: 1),
      Case(name: "one sample", widths: [4, 5, 2], samples: 1, batch: .samples(64), workers: 3, steps: 1),
      Case(
        name: "a batch larger than the data", widths: [4, 2], samples: 50, batch: .samples(1 << 40), workers: 2,
        steps: 1),
      Case(name: "batches of one", widths: [4, 3, 2], samples: 9, batch: .samples(1), workers: 2, steps: 9),
      Case(name: "a last batch of one", widths: [4, 3, 2], samples: 9, batch: .samples(4), workers: 3, steps: 3),
      Case(name: "more workers than rows", widths: [4, 3, 2], samples: 11, batch: .samples(5), workers: 8, steps: 3),
      Case(name: "128 workers", widths: [4, 9, 2], samples: 11, batch: .samples(5), workers: 128, steps: 3),
      Case(name: "one feature", widths: [1, 3, 2], samples: 20, batch: .samples(6), workers: 2, steps: 4),
      Case(
        name: "one output", widths: [3, 4, 1], samples: 20, batch: .full, workers: 2, steps: 1, output: .sigmoid),
      Case(
        name: "one feature, one output, one weight", widths: [1, 1], samples: 5, batch: .samples(2), workers: 3,
        steps: 3,
        classes: nil, output: .identity),
      Case(name: "no hidden layer", widths: [7, 2], samples: 20, batch: .samples(8), workers: 3, steps: 3),
      Case(
        name: "more classes than samples", widths: [7, 40], samples: 6, batch: .samples(4), workers: 2, steps: 2,
        classes: 40),
    ]

    @Test("Training at the edge of what is allowed agrees with float64", arguments: cases)
    func works(_ test: Case) throws {
      let topology = try Topology(
        inputs: test.widths[0], hidden: Array(test.widths.dropFirst().dropLast()),
        outputs: test.widths[test.widths.count - 1], activations: [.tanh], output: test.output)
      let data = SmallData(
        samples: test.samples, width: topology.inputs, outputs: topology.outputs, classes: test.classes, seed: 1)
      let start = Parameters.small(topology, seed: 1)
      let plain = PlainRun(
        topology, start, data, optimizer: SGD(), learningRate: 0.2, l2: 0, clipNorm: nil,
        batchSize: test.batch.resolved(test.samples), steps: 2 * test.steps)
      for strategy in GradientStrategy.allCases {
        for form in InputForm.allCases {
          let run = try FinishedRun(
            topology, parameters: start, training: data.samples,
            TrainingConfiguration {
              $0.learningRate = 0.2
              $0.batchSize = test.batch
              $0.epochs = 2
              $0.workers = test.workers
              $0.gradients = strategy
              $0.input = form
              $0.shuffles = false
            })
          #expect(run.epochs.map(\.steps) == [test.steps, test.steps] && run.reason == .epochs)
          #expect(plain.distance(of: run.parameters, from: start) < 1e-3, "\(strategy), \(form)")
        }
      }
    }

    @Test("A class that a batch lacks, or all batches lack, is a class like others")
    func missingClass() throws {
      let topology = try Topology(inputs: 5, hidden: [6], outputs: 3)
      var data = SmallData(samples: 20, width: 5, outputs: 3, classes: 3, seed: 2)
      data.targets = .classes((0..<20).map { $0 < 10 ? 0 : 2 }, labels: ["a", "b", "c"])
      let start = Parameters.small(topology, seed: 2)
      let plain = PlainRun(
        topology, start, data, optimizer: SGD(), learningRate: 0.2, l2: 0, clipNorm: nil, batchSize: 5, steps: 8)
      let run = try FinishedRun(
        topology, parameters: start, training: data.samples,
        TrainingConfiguration {
          $0.learningRate = 0.2
          $0.batchSize = .samples(5)
          $0.epochs = 2
          $0.workers = 2
          $0.shuffles = false
        })
      #expect(plain.distance(of: run.parameters, from: start) < 1e-3)
    }

    @Test("With zero inputs only the biases change")
    func zeroInputs() throws {
      let topology = try Topology(inputs: 70, hidden: [], outputs: 2)
      var data = SmallData(samples: 9, width: 70, outputs: 2, classes: 2, seed: 3)
      data.inputs = data.inputs.map { $0.map { _ in 0 } }
      let start = Parameters.small(topology, seed: 3)
      for strategy in GradientStrategy.allCases {
        for form in InputForm.allCases {
          let run = try FinishedRun(
            topology, parameters: start, training: data.samples,
            TrainingConfiguration {
              $0.batchSize = .samples(4)
              $0.epochs = 2
              $0.workers = 2
              $0.gradients = strategy
              $0.input = form
            })
          #expect(run.parameters.layers[0].weight == start.layers[0].weight, "\(strategy), \(form)")
          #expect(run.parameters.layers[0].bias != start.layers[0].bias, "\(strategy), \(form)")
        }
      }
    }

    @Test("Samples and networks that don't fit are refused, and the message says what was found")
    func refused() throws {
      let topology = try Topology(inputs: 4, hidden: [], outputs: 3)
      func samples(_ count: Int, width: Int, classes: Int) -> Samples {
        SmallData(samples: max(count, 1), width: width, outputs: 1, classes: classes, seed: 1).samples
          .selecting(Array(0..<count))
      }
      func error(_ training: Samples, test: Samples? = nil) -> TrainingError? {
        do {
          _ = try Trainer(topology, training: training, test: test)
          return nil
        } catch { return error as? TrainingError }
      }
      let good = samples(5, width: 4, classes: 3)
      #expect(error(good) == nil)
      #expect(error(samples(0, width: 4, classes: 3)) == .noSamples)
      #expect(error(samples(5, width: 6, classes: 3)) == .width(found: 6, expected: 4))
      #expect(error(good, test: samples(5, width: 6, classes: 3)) == .width(found: 6, expected: 4))
      #expect(error(samples(5, width: 4, classes: 2)) == .targets(found: 2, expected: 3))
      #expect(error(good, test: samples(5, width: 4, classes: 4)) == .targets(found: 4, expected: 3))
    }
  }
}
