import Datasets
import KernelInterface
import Kernels
import Networks
import Optimizers
import Testing

@testable import Training

extension ParallelTraining {
  @Suite("Runs with a line search")
  struct ParallelLineSearchTests {
    /// The twelve samples of `Tests/References/lbfgs.py`.
    ///
    /// Made anew each time: the address sanitizer's search for leaks does not see a reference in a global enumeration whose case is in
    /// the reference's high bits.
    static var samples: Samples {
      let features: [Float] = [
        0.64, -1.21, 1.3, 0.42, -0.77, 0.95, 0.12, 1.88, -1.54, -0.31, 0.9, -0.66, -0.28, 0.07, 1.75, 1.1, -1.02, -1.45,
        0.35, 0.59, -0.49, 1.37, 0.03, -0.92,
      ]
      return Samples(
        storage: .floats(FloatRows(features, width: 2)), rows: (0..<12).map { Int32($0) },
        targets: .classes([0, 0, 1, 1, 2, 0, 1, 0, 2, 2, 1, 2], labels: ["0", "1", "2"]),
        transform: InputTransform(multiplier: [1], shift: [0]))
    }

    static func configuration(
      epochs: Int = 5, workers: Int = 2, _ change: (inout TrainingConfiguration) -> Void = { _ in }
    ) -> TrainingConfiguration {
      TrainingConfiguration {
        $0.optimizer = LBFGS()
        $0.batchSize = .full
        $0.epochs = epochs
        $0.workers = workers
        change(&$0)
      }
    }

    @Test("reach the minimum that SciPy's fmin_l_bfgs_b finds")
    func minimum() throws {
      // The reference's penalty has biases too, as weight decay does.
      let trainer = try Trainer(
        Topology(inputs: 2, hidden: [], outputs: 3), training: Self.samples,
        configuration: Self.configuration(epochs: 20) { $0.optimizer = LBFGS(values: [0.05]) })
      try trainer.run()
      let search = try #require(trainer.position.search)
      // Float: about 1e-7 of the loss.
      #expect(abs(search.current.objective - 0.5485054674755266) < 3e-7)
      let squares =
        trainer.parameters.layers[0].weight.reduce(0) { $0 + Double($1) * Double($1) }
        + trainer.parameters.layers[0].bias.reduce(0) { $0 + Double($1) * Double($1) }
      let loss = try #require(trainer.history.last).trainLoss
      #expect(abs(loss + 0.05 / 2 * squares - search.current.objective) < 1e-6)
    }

    @Test("begin with the loss, accuracy, errors and gradient norm of gradient descent on the full batch")
    func firstFigures() throws {
      for (outputs, classes) in [(4, 4), (2, nil)] as [(Int, Int?)] {
        let data = SmallData(samples: 61, width: 13, outputs: outputs, classes: classes, seed: 3)
        let topology = try Topology(
          inputs: 13, hidden: [17], outputs: outputs, output: classes == nil ? .identity : .softmax)
        // The norm has the penalties, and no weight decay.
        for decay in [0, 0.5] { try compareFirst(topology, data, decay: decay, classes: classes) }
      }
    }

    private func compareFirst(_ topology: Topology, _ data: SmallData, decay: Double, classes: Int?) throws {
      let epochs = try [LBFGS(values: [decay]), SGD(values: [decay])].map { (optimizer: any Optimizer) in
        let configuration = Self.configuration(epochs: 1) {
          $0.optimizer = optimizer
          $0.regularization = ["l2": 0.3, "l1": 0.2]
        }
        return try #require(try FinishedRun(topology, training: data.samples, configuration).epochs.first)
      }
      #expect(abs(epochs[0].trainLoss - epochs[1].trainLoss) < 1e-6 && epochs[0].trainLoss > 0)
      #expect(epochs[0].trainAccuracy == epochs[1].trainAccuracy)
      #expect(abs(epochs[0].gradientNorm - epochs[1].gradientNorm) < 1e-6)
      let errors = epochs.map { $0.regression?.trainRMSE }
      #expect((errors[0] == nil) == (classes != nil))
      #expect(abs((errors[0] ?? 0) - (errors[1] ?? 0)) < 1e-6)
    }

    @Test("have the same bits for any number of workers", arguments: InputForm.allCases)
    func bits(form: InputForm) throws {
      let data = SmallData(samples: 1301, width: 140, outputs: 4, classes: 4, seed: 8)
      let topology = try Topology(inputs: 140, hidden: [33], outputs: 4)
      let runs = try [1, 2, 3, 5].map { workers in
        try FinishedRun(
          topology, training: data.samples, test: data.samples,
          Self.configuration(epochs: 4, workers: workers) {
            $0.l2 = 0.5
            $0.input = form
          })
      }
      #expect(runs.allSatisfy { $0.bits == runs[0].bits })
      #expect(runs[0].epochs.map(\.trainLoss) == runs[0].epochs.map(\.trainLoss).sorted(by: >))
    }

    @Test("do not depend on the order of the samples")
    func order() throws {
      let runs = try [true, false].map { shuffles in
        try FinishedRun(
          Topology(inputs: 2, hidden: [5], outputs: 3), training: Self.samples,
          Self.configuration { $0.shuffles = shuffles }
        ).bits
      }
      #expect(runs[0] == runs[1])
    }

    @Test("resume with the bits of a run that was never interrupted")
    func resumption() throws {
      let configuration = Self.configuration(epochs: 16, workers: 3) {
        $0.optimizer = LBFGS(values: [0.01])
        $0.l2 = 0.1
      }
      try ParallelResumeTests.expectSame(configuration, at: [0, 1, 7, 11, 15], "lbfgs")
      let plane = SmallData(samples: 61, width: 13, outputs: 2, classes: nil, seed: 5)
      try ParallelResumeTests.expectSame(configuration, data: plane, at: [1, 12], "lbfgs, a regression")
    }

    @Test("resume after convergence, when steps no longer evaluate the objective")
    func converged() throws {
      // So far apart that every probability becomes exactly 0 or 1, and the gradient zero.
      let samples = Samples(
        storage: .floats(FloatRows((0..<12).map { Float($0 % 2 == 0 ? 10 + $0 : -10 - $0) }, width: 1)),
        rows: (0..<12).map { Int32($0) }, targets: .classes((0..<12).map { $0 % 2 }, labels: ["0", "1"]),
        transform: InputTransform(multiplier: [1], shift: [0]))
      func trainer(epochs: Int, _ state: TrainingState? = nil) throws -> Trainer {
        try Trainer(
          Topology(inputs: 1, hidden: [], outputs: 2), training: samples,
          configuration: Self.configuration(epochs: epochs) { $0.learningRate = 1000 }, resuming: state)
      }
      let first = try trainer(epochs: 60)
      try first.run()
      #expect(first.history.last?.gradientNorm == 0)
      #expect(first.gradientEvaluations <= first.stepsDone)
      let through = try ParallelResumeTests.bits(trainer(epochs: 65))
      #expect(try ParallelResumeTests.bits(trainer(epochs: 65, ParallelResumeTests.stored(first))) == through)
    }

    @Test("refuse a state without the position of the search, or with an impossible one")
    func states() throws {
      let trainer = try ParallelResumeTests.trainer(Self.configuration())
      _ = try trainer.nextEpoch()
      let state = trainer.state()
      let changes: [(inout TrainingState) -> Void] = [
        { $0.position.search = nil }, { $0.position.search?.changes = 7 }, { $0.position.search?.evaluations = 0 },
        { $0.position.search?.current.figures = [] }, { $0.position.search?.current.objective = .infinity },
      ]
      for change in changes {
        var changed = state
        change(&changed)
        #expect(throws: TrainingError.state(found: "inconsistent counts", expected: "a state of this run")) {
          try ParallelResumeTests.trainer(Self.configuration(), resuming: changed)
        }
      }
      #expect(try ParallelResumeTests.trainer(Self.configuration(), resuming: state).gradientEvaluations >= 2)
    }

    /// Options that a line search follows between its steps, one by one and together.
    private static let regularizations: [(name: String, change: @Sendable (inout TrainingConfiguration) -> Void)] = [
      ("exponential average", { $0.average = .exponential(decay: 0.7) }),
      ("mean of epochs' ends", { $0.average = .epochEnds(start: 2) }),
      ("dropout", { $0.dropout = [0.2, 0.4] }), ("noise", { $0.noise = 0.2 }), ("max-norm", { $0.maxNorm = 0.4 }),
      (
        "everything",
        {
          $0.average = .exponential(decay: 0.6)
          ($0.dropout, $0.noise, $0.maxNorm) = ([0.3], 0.1, 0.5)
          ($0.labelSmoothing, $0.l2, $0.optimizer) = (0.1, 0.2, LBFGS(values: [0.01]))
        }
      ),
    ]

    @Test("average the weights after each step, and train as without an average")
    func averages() throws {
      let topology = try Topology(inputs: 2, hidden: [5], outputs: 3)
      for average in [WeightAveraging.exponential(decay: 0.7), .epochEnds(start: 2)] {
        let trainers = try [WeightAveraging.none, average].map { average in
          try Trainer(
            topology, training: Self.samples, test: Self.samples,
            configuration: Self.configuration { $0.average = average })
        }
        var expected = trainers[0].parameters.flat.map(Double.init)
        for epoch in 1...5 {
          let metrics = try trainers.map { try #require(try $0.nextEpoch()) }
          let weights = trainers[0].parameters.flat.map(Double.init)
          #expect(trainers[1].network.parameters() == trainers[0].parameters)
          let share = average == .epochEnds(start: 2) ? 1 / Double(max(epoch - 1, 1)) : 0.3
          expected = zip(expected, weights).map { $0 + share * ($1 - $0) }
          let averaged = trainers[1].parameters.flat.map(Double.init)
          #expect(zip(averaged, expected).allSatisfy { abs($0 - $1) < 1e-5 }, "\(average), epoch \(epoch)")
          // The mean over one epoch is its weights.
          let isAverage = average != .epochEnds(start: 2) || epoch > 2
          #expect((metrics[1].testLoss != metrics[0].testLoss) == isAverage, "\(average), epoch \(epoch)")
          #expect(metrics[1].trainLoss == metrics[0].trainLoss)
        }
        #expect(trainers[1].gradientEvaluations == trainers[0].gradientEvaluations)
      }
    }

    @Test("keep the units that are dropped throughout a step, and draw others for the next", arguments: [nil, 0.7])
    func dropout(maxNorm: Double?) throws {
      let data = SmallData(samples: 43, width: 19, outputs: 3, classes: 3, seed: 5)
      let topology = try Topology(inputs: 19, hidden: [37, 21], outputs: 3, activations: [.tanh])
      let rates = [0.2, 0.4, 0.3]
      let configuration = Self.configuration { ($0.dropout, $0.maxNorm, $0.seed) = (rates, maxNorm, 6) }
      let trainer = try Trainer(
        topology, parameters: .small(topology, seed: 2), training: data.samples, configuration: configuration)
      /// The loss with the units that are dropped in an epoch.
      func loss(epoch: Int) -> Double {
        let network = PlainNetwork(topology: topology, parameters: trainer.network.parameters())
        let factors = (0..<43).map { RegularizedRun.dropoutFactors(topology, rates, seed: 6, epoch, $0) }
        return network.gradient(data.examples(0..<43, for: network), dropoutFactors: factors, samples: 43).loss
      }
      for epoch in 0..<5 {
        let before = loss(epoch: epoch)
        let metrics = try #require(try trainer.nextEpoch())
        #expect(abs(metrics.trainLoss - before) < 2e-6, "epoch \(epoch)")
        if maxNorm == nil { #expect(loss(epoch: epoch) < before - 1e-4, "epoch \(epoch)") }
        for layer in trainer.network.parameters().layers {
          let inputs = layer.weight.count / layer.bias.count
          let norms = layer.bias.indices.map { unit in
            layer.weight[unit * inputs..<(unit + 1) * inputs].reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
          }
          #expect(maxNorm == nil || norms.allSatisfy { $0 < 0.7 * (1 + 1e-6) }, "epoch \(epoch)")
        }
      }
      // A step begins with an evaluation, and its line search has at least one.
      #expect(trainer.gradientEvaluations >= 2 * trainer.stepsDone)
    }

    @Test("have the same bits for any number of workers and after a resumption, regularized", arguments: 0..<6)
    func regularized(index: Int) throws {
      let (name, change) = Self.regularizations[index]
      let data = SmallData(samples: 301, width: 70, outputs: 4, classes: 4, seed: 8)
      let topology = try Topology(inputs: 70, hidden: [33], outputs: 4)
      for form in InputForm.allCases {
        let runs = try [1, 2, 3, 5].map { workers in
          try FinishedRun(
            topology, training: data.samples, test: data.samples,
            Self.configuration(epochs: 4, workers: workers) {
              $0.input = form
              change(&$0)
            })
        }
        #expect(runs.allSatisfy { $0.bits == runs[0].bits }, "\(name), \(form)")
      }
      try ParallelResumeTests.expectSame(
        Self.configuration(epochs: 6, workers: 3, change), at: [0, 1, 2, 5], name)
    }

    @Test("keep the distortions of a step, with the same bits for any number of workers", arguments: [true, false])
    func augmented(isBytes: Bool) throws {
      let samples = ParallelAugmentationTests.images(70, isBytes: isBytes)
      for form in InputForm.allCases {
        let runs = try [1, 2, 5].map { workers in
          try ParallelAugmentationTests.run(
            samples,
            Self.configuration(epochs: 3, workers: workers) {
              ($0.input, $0.augmentation) = (form, ParallelAugmentationTests.both)
            })
        }
        #expect(runs.allSatisfy { $0 == runs[0] }, "\(form)")
        let plain = try ParallelAugmentationTests.run(
          samples, Self.configuration(epochs: 3, workers: 1) { $0.input = form })
        #expect(plain != runs[0], "\(form)")
      }
    }

    @Test("refuse what changes the gradient or the step")
    func refusals() throws {
      let changes: [(name: String, change: (inout TrainingConfiguration) -> Void)] = [
        ("gradients", { $0.gradients = .partial }), ("warmup", { $0.schedule = .init(.constant, warmupSteps: 2) }),
        ("clipNorm", { $0.clipNorm = 1 }), ("schedule", { $0.schedule = LearningRateSchedule(.cosine) }),
      ]
      for (name, change) in changes {
        let error = #expect(throws: TrainingError.self) {
          try Trainer(
            Topology(inputs: 2, hidden: [5], outputs: 3), training: Self.samples,
            configuration: Self.configuration(change))
        }
        #expect(error?.description.hasPrefix("the optimizer lbfgs: found \(name)") == true, "\(name): \(error as Any)")
      }
    }

    @Test("report a loss that is not finite as divergence")
    func divergence() throws {
      let parameters = Parameters(layers: [.init(weight: [3e38, 3e38, 3e38, 3e38, 3e38, 3e38], bias: [0, 0, 0])])
      let trainer = try Trainer(
        Topology(inputs: 2, hidden: [], outputs: 3, output: .identity, loss: .squaredError), parameters: parameters,
        training: Self.samples, configuration: Self.configuration())
      #expect(throws: TrainingError.diverged(epoch: 1, step: 1)) { try trainer.run() }
    }
  }
}
