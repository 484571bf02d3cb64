import Datasets
import Kernels
import Networks
import Optimizers
import Testing

@testable import Training

extension ParallelTraining {
  @Suite("Parallel evaluation")
  struct ParallelEvaluatorTests {
    /// The class of the largest output, on ties the lowest.
    private static func predictedClass(_ outputs: [Double]) -> Int {
      outputs.indices.reduce(0) { outputs[$1] > outputs[$0] ? $1 : $0 }
    }

    @Test(
      "Loss, accuracy and outputs are the plain network's, with the same bits for any number of workers",
      arguments: ParallelStepTests.outputs.indices)
    func agreesWithPlain(index: Int) throws {
      let (output, loss) = ParallelStepTests.outputs[index]
      for classes in [nil, 5] {
        let topology = try Topology(inputs: 9, hidden: [14], outputs: 5, output: output, loss: loss)
        let parameters = Parameters.small(topology, seed: 1)
        let plain = PlainNetwork(topology: topology, parameters: parameters)
        let data = SmallData(samples: 300, width: 9, outputs: 5, classes: classes, seed: 2)
        let examples = data.examples(0..<300, for: plain)
        let outputs = examples.inputs.map { plain.forward($0).output }
        let correct = zip(outputs, examples.targets).count {
          Self.predictedClass($0) == Self.predictedClass($1)
        }
        for set in InstructionSet.available {
          let network = FastNetwork(topology, parameters, kernels: Kernels(set))
          for form in InputForm.allCases {
            let first = Evaluator(network, data.samples, form: form, workers: 1)
            let evaluation = first.evaluate()
            let which = "\(output), \(loss), \(set), \(form), \(classes == nil ? "values" : "classes")"
            #expect(abs(evaluation.loss - plain.meanLoss(examples)) < 2e-6 * max(1, evaluation.loss), "\(which)")
            let hasClasses = classes != nil || output == .softmax
            #expect(evaluation.accuracy == (hasClasses ? Double(correct) / 300 : nil), "\(which)")
            #expect(evaluation.samples == 300)
            let apart = zip(first.outputs(), outputs.joined()).reduce(0) { max($0, abs(Double($1.0) - $1.1)) }
            #expect(first.outputs().count == 1500 && apart < 5e-6, "\(which)")
            for workers in [2, 3, 8] {
              let other = Evaluator(network, data.samples, form: form, workers: workers)
              #expect(other.evaluate() == evaluation, "\(which), \(workers) workers")
              #expect(other.outputs() == first.outputs(), "\(which), \(workers) workers")
            }
          }
        }
      }
    }

    @Test("A single sigmoid answers class 1 from 0.5 on")
    func single() throws {
      let topology = try Topology(inputs: 1, hidden: [], outputs: 1, output: .sigmoid)
      let network = FastNetwork(topology, Parameters(layers: [.init(weight: [1], bias: [0])]))
      let samples = Samples(
        storage: .floats(FloatRows([-1, 0, 2, -3], width: 1)), rows: [0, 1, 2, 3],
        targets: .classes([0, 1, 0, 0], labels: ["no", "yes"]), transform: InputTransform(multiplier: [1], shift: [0]))
      #expect(Evaluator(network, samples).evaluate().accuracy == 0.75)
    }

    @Test("RMSE and R² agree with those computed by hand, as means over outputs; nil if a target is constant")
    func regression() throws {
      // Targets 1, 2, 3 and 0, 0, 6; outputs 1, 2, 5 and 1, 1, 4: errors 0, 0, 2 and 1, 1, −2.
      let (rmse, r2) = Evaluator.regression(outputs: [1, 1, 2, 1, 5, 4], targets: [1, 0, 2, 0, 3, 6], width: 2)
      let expectedRMSE: Double = ((4.0 / 3.0).squareRoot() + 2.0.squareRoot()) / 2
      // 1 − 4/2 and 1 − 6/24: the spreads are 2 and 24.
      let expectedR2: Double = (-1 + 0.75) / 2
      #expect(abs(try #require(rmse) - expectedRMSE) < 1e-14)
      #expect(abs(try #require(r2) - expectedR2) < 1e-14)
      let constant = Evaluator.regression(outputs: [1, 3], targets: [2, 2], width: 1)
      #expect(constant.rmse == 1 && constant.r2 == nil)
      let none = Evaluator.regression(outputs: [], targets: [], width: 3)
      #expect(none.rmse == nil && none.r2 == nil)
    }

    @Test(
      "Losses of differences are those of Double, also where their squares leave Float's range",
      arguments: [1e-21, 1e-19, 1, 1e20, 1e30])
    func magnitudes(magnitude: Double) throws {
      let targets = [1, -2, 3].map { Float($0 * magnitude) }
      let samples = Samples(
        storage: .floats(FloatRows([0, 0, 0], width: 1)), rows: [0, 1, 2], targets: .values(targets, width: 1),
        transform: InputTransform(multiplier: [1], shift: [0]))
      let zero = Parameters(layers: [.init(weight: [0], bias: [0])])
      for (name, limit) in [("squared-error", Double.infinity), ("huber:\(magnitude)", magnitude)] {
        let loss = try #require(Loss(rawValue: name))
        let topology = try Topology(inputs: 1, hidden: [], outputs: 1, output: .identity, loss: loss)
        let network = FastNetwork(topology, zero)
        let errors = targets.map { abs(Double($0)) }
        let expected = errors.reduce(0) { $0 + min($1, limit) * ($1 - min($1, limit) / 2) } / 3
        let evaluated = Evaluator(network, samples).evaluate().loss
        let differentiated = try GradientEvaluator(network, samples).evaluate().loss
        #expect(abs(evaluated / expected - 1) < 1e-12, "\(name): \(evaluated), expected \(expected)")
        #expect(abs(differentiated / expected - 1) < 1e-12, "\(name): \(differentiated), expected \(expected)")
      }
    }

    @Test("A trainer evaluates on as many threads as it has workers and cores")
    func threads() throws {
      let topology = try Topology(inputs: 6, hidden: [7], outputs: 3)
      let data = SmallData(samples: 50, width: 6, outputs: 3, classes: 3, seed: 3)
      func threads(workers: Int?, cores: Int) throws -> Int {
        try Trainer(
          topology, training: data.samples, test: data.samples,
          configuration: TrainingConfiguration { ($0.workers, $0.cores) = (workers, cores) }
        ).evaluationTeam.count
      }
      #expect(try threads(workers: 1, cores: 4) == 1)
      #expect(try threads(workers: 3, cores: 2) == 2)
      #expect(try threads(workers: nil, cores: 3) == 3)
    }

    @Test("A trainer's test figures are those of an evaluation afterwards, its train RMSE that of the epoch")
    func figures() throws {
      let topology = try Topology(inputs: 6, hidden: [7], outputs: 2, activations: [.tanh], output: .identity)
      let data = SmallData(samples: 50, width: 6, outputs: 2, classes: nil, seed: 3)
      for strategy in GradientStrategy.allCases {
        let trainer = try Trainer(
          topology, training: data.samples, test: data.samples,
          configuration: TrainingConfiguration {
            $0.learningRate = 0.05
            $0.batchSize = .full
            $0.epochs = 2
            $0.workers = 3
            $0.gradients = strategy
            $0.input = .dense
          })
        _ = try trainer.nextEpoch()
        let before = Evaluator(trainer.network, data.samples, form: .dense, workers: 1).evaluate()
        let metrics = try #require(try trainer.nextEpoch())
        let after = Evaluator(trainer.network, data.samples, form: .dense, workers: 2).evaluate()
        #expect(metrics.testLoss == after.loss && metrics.testAccuracy == nil && metrics.trainAccuracy == nil)
        #expect(metrics.regression?.testRMSE == after.rmse && metrics.regression?.testR2 == after.r2)
        #expect(abs(metrics.trainLoss - before.loss) < 1e-6)
        let trainRMSE = try #require(metrics.regression?.trainRMSE)
        #expect(abs(trainRMSE - (try #require(before.rmse))) < 1e-6, "\(strategy)")
      }
    }
  }
}
