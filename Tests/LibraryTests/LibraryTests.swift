import Descent
import TestSupport
import Testing

/// The declarations available with one import.
@Suite("The library", .serialized)
struct LibraryTests {
  /// Two classes that a line parts: the sign of x − y.
  private static func points(_ count: Int = 40) -> (features: [Float], labels: [String]) {
    var random = RandomSource(seed: 5, purpose: .sampling)
    var features: [Float] = []
    var labels: [String] = []
    for _ in 0..<count {
      let (x, y) = (Float(random.normal()), Float(random.normal()))
      features += [x, y]
      labels.append(x > y ? "right" : "left")
    }
    return (features, labels)
  }

  @Test("Arrays give samples, with classes in the order of the labels")
  func arrays() throws {
    let numbers = try Samples(features: [1, 2, 3, 4], width: 1, labels: [10, 9, 10, 7])
    #expect(numbers.targets == .classes([2, 1, 2, 0], labels: ["7", "9", "10"]))
    #expect(numbers.count == 4 && numbers.width == 1)
    let words = try Samples(features: [1, 2, 3, 4], width: 2, labels: ["b", "a"], classes: ["a", "b", "c"])
    #expect(words.targets == .classes([1, 0], labels: ["a", "b", "c"]))
    let values = try Samples(features: [1, 2], width: 1, targets: [1, 2, 3, 4], targetWidth: 2)
    #expect(values.targets == .values([1, 2, 3, 4], width: 2))
  }

  @Test("Invalid arrays are rejected")
  func badArrays() {
    #expect(throws: SamplesError.ragged(numbers: 3, width: 2)) {
      try Samples(features: [1, 2, 3], width: 2, labels: [0, 1])
    }
    #expect(throws: SamplesError.ragged(numbers: 3, width: 0)) {
      try Samples(features: [1, 2, 3], width: 0, labels: [0])
    }
    #expect(throws: SamplesError.count(rows: 2, targets: 1)) { try Samples(features: [1, 2], width: 1, labels: [0]) }
    #expect(throws: SamplesError.notFinite(row: 1, column: 0)) {
      try Samples(features: [1, .nan], width: 1, targets: [0, 0])
    }
    #expect(throws: SamplesError.unknownLabel("z", classes: ["a", "b"])) {
      try Samples(features: [1], width: 1, labels: ["z"], classes: ["a", "b"])
    }
    #expect(throws: SamplesError.duplicateClass("a")) {
      try Samples(features: [1], width: 1, labels: ["a"], classes: ["a", "b", "a"])
    }
    for scale in [0, -1, .infinity] as [Float] {
      #expect(throws: SamplesError.scale(scale)) { try Samples(features: [1], width: 1, targets: [1], scale: scale) }
    }
  }

  @Test("A trained network answers for one sample as it does for many, and as its file does", arguments: [2, 1])
  func prediction(outputs: Int) throws {
    let (features, labels) = Self.points()
    let samples = try Samples(features: features, width: 2, labels: labels, scale: 2)
    let network = try Topology(for: samples, hidden: [5], output: outputs == 1 ? .sigmoid : .softmax)
    #expect(network.outputs == outputs)
    let trainer = try Trainer(
      network, training: samples,
      configuration: .init {
        $0.batchSize = .samples(8)
        $0.epochs = 60
      })
    try trainer.run()
    let predictor = trainer.predictor
    let model = trainer.model(preprocessing: Preprocessing(scale: 2))
    let other = try Predictor(model)
    var right = 0
    for index in labels.indices {
      let answer = try predictor.predict(Array(features[(2 * index)..<(2 * index + 2)]))
      #expect(answer.outputs.count == 2 && abs(answer.outputs[0] + answer.outputs[1] - 1) < 1e-5)
      let again = try other.predict(Array(features[(2 * index)..<(2 * index + 2)]))
      #expect(again == answer)
      if answer.label == labels[index] { right += 1 }
    }
    #expect(right >= 36, "\(right) of 40")
    let evaluation = Evaluator(trainer.network, samples).evaluate()
    #expect(evaluation.accuracy == Double(right) / 40)
    #expect(throws: TrainingError.width(found: 3, expected: 2)) { try predictor.predict([1, 2, 3]) }
  }

  @Test("A data set can be made of samples from anywhere")
  func ownData() throws {
    let (features, labels) = Self.points()
    let samples = try Samples(features: features, width: 2, labels: labels)
    let data = LoadedData(
      training: samples, test: nil, labels: ["left", "right"], preprocessing: Preprocessing(), description: "points",
      hasOwnTestSplit: false)
    #expect(data.training.count == 40 && !data.isTable && data.notes.isEmpty)
  }

  @Test("A predictor has the average of the weights, as evaluation and the model do")
  func averagedPrediction() throws {
    let (features, labels) = Self.points()
    let samples = try Samples(features: features, width: 2, labels: labels)
    let trainer = try Trainer(
      Topology(for: samples, hidden: [5]), training: samples, test: samples,
      configuration: .init {
        $0.average = .exponential(decay: 0.9)
        $0.batchSize = .samples(8)
        $0.epochs = 2
      })
    try trainer.run()
    #expect(trainer.parameters != trainer.network.parameters())
    let saved = try Predictor(trainer.model(preprocessing: Preprocessing()))
    let outputs = Evaluator(trainer.evaluatedNetwork, samples).outputs()
    for index in labels.indices {
      let point = Array(features[(2 * index)..<(2 * index + 2)])
      let answer = try trainer.predictor.predict(point)
      #expect(answer == (try saved.predict(point)) && answer.outputs == Array(outputs[(2 * index)..<(2 * index + 2)]))
    }
  }

  @Test("A saved model is read, predicts samples of the source, and has a report for each class")
  func savedModel() throws {
    let folder = try ScratchFolder()
    let digits = try DataSource("synthetic:200,50").load()
    let trainer = try Trainer(
      Topology(for: digits.training, hidden: [16]), training: digits.training, test: digits.test,
      configuration: .init {
        $0.l1 = 0.001
        $0.momentum = MomentumSchedule(from: 0.5, to: 0.9, epochs: 1)
        $0.optimizer = Momentum()
        $0.epochs = 2
      })
    try trainer.run()
    try trainer.model(preprocessing: digits.preprocessing).write(to: folder.file("digits.safetensors"))

    let model = try ModelFile.read(folder.file("digits.safetensors"))
    let predictor = try Predictor(model)
    let test = try #require(digits.test)
    let network = FastNetwork(try model.topology(), model.parameters)
    let report = try #require(Evaluator(network, test).classificationReport())
    var right = 0
    for index in 0..<test.count {
      let answer = try predictor.predict(test.stored(index))
      guard case .classes(let classes, let labels) = test.targets else {
        Issue.record("no classes: \(test.targets)")
        return
      }
      if answer.label == labels[Int(classes[index])] { right += 1 }
    }
    #expect(trainer.evaluateTest()?.accuracy == Double(right) / Double(test.count))
    #expect(report.confusion.cells.filter { $0.truth == $0.predicted }.reduce(0) { $0 + $1.count } == right)
    #expect(report.classes.count == 10 && report.support.reduce(0, +) == test.count)
    let values = try Samples(features: [1, 2], width: 1, targets: [1, 2])
    let line = try FastNetwork(
      Topology(for: values, hidden: [], output: .identity), Parameters(layers: [.init(weight: [1], bias: [0])]))
    #expect(Evaluator(line, values).classificationReport() == nil)
  }

  @Test("A call after each epoch can end the run, and so can a wish to stop and a canceled task")
  func stopping() async throws {
    let (features, labels) = Self.points()
    func trainer() throws -> Trainer {
      let samples = try Samples(features: features, width: 2, labels: labels)
      return try Trainer(
        Topology(for: samples, hidden: [3]), training: samples, configuration: .init { $0.epochs = nil })
    }
    let first = try trainer()
    #expect(try first.run { $0.epoch == 3 ? .stop : .continue } == nil)
    #expect(first.epochsDone == 3)
    let second = try trainer()
    #expect(throws: TrainingError.stopped) {
      try second.run { epoch in
        if epoch.epoch == 2 { second.stop() }
        return .continue
      }
    }
    #expect(second.epochsDone == 2 && second.progress.reading.epoch == 2)
    let task = Task.detached { try trainer().run() }
    try await Task.sleep(for: .milliseconds(20))
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  @Test("An error's text is a sentence with the way out")
  func errors() {
    let diverged = "\(TrainingError.diverged(epoch: 3, step: 7))"
    #expect(diverged.contains("epoch 3, step 7") && diverged.hasSuffix("or clipNorm."), "\(diverged)")
    #expect("\(TrainingError.stopped)" == "training was stopped.")
  }

  /// Changes of a configuration that are out of range, with the property and the number that the error names.
  private static let badConfigurations: [(@Sendable (inout TrainingConfiguration) -> Void, String)] = [
    ({ $0.learningRate = .nan }, "learningRate: found nan"), ({ $0.learningRate = -1 }, "learningRate: found -1.0"),
    ({ $0.batchSize = .samples(0) }, "batchSize: found 0"), ({ $0.epochs = -1 }, "epochs: found -1"),
    ({ $0.steps = -1 }, "steps: found -1"), ({ $0.workers = 0 }, "workers: found 0"),
    ({ $0.workers = 129 }, "workers: found 129"), ({ $0.l2 = -1 }, "l2: found -1.0"),
    ({ $0.clipNorm = 0 }, "clipNorm: found 0.0"), ({ $0.maxNorm = -1 }, "maxNorm: found -1.0"),
    ({ $0.noise = -1 }, "noise: found -1.0"), ({ $0.labelSmoothing = 1 }, "labelSmoothing: found 1.0"),
    ({ $0.dropout = [1] }, "dropout: found [1.0]"),
    ({ $0.dropout = [0.1, 0.1, 0.1] }, "dropout: found [0.1, 0.1, 0.1]"),
    ({ $0.cleanEpochs = -1 }, "cleanEpochs: found -1"), ({ $0.snapshots = -1 }, "snapshots: found -1"),
    ({ $0.gradientNoiseInterval = 0 }, "gradientNoiseInterval: found 0"),
    ({ $0.optimizer = Momentum(values: [2, 0]) }, "momentum: found 2.0"),
    ({ $0.momentum = MomentumSchedule(from: 0.5, to: 0.9, epochs: 2) }, "momentum: found a schedule with sgd"),
    ({ $0.l1 = -1 }, "l1: found -1.0"),
    ({ $0.average = .exponential(decay: 1) }, "average: found 1.0"),
    ({ $0.average = .epochEnds(start: 0) }, "average: found 0"), ({ $0.stop.patience = 0 }, "stop.patience: found 0"),
    ({ ($0.optimizer, $0.batchSize) = (WholeBatch(values: []), .samples(32)) }, "batchSize: found 32 of 40 samples"),
    (
      { ($0.optimizer, $0.momentum) = (OwnMomentum(values: [0.5]), MomentumSchedule(from: 0.5, to: 0.9, epochs: 2)) },
      "momentum: found a schedule with own-momentum"
    ),
    (
      {
        ($0.optimizer, $0.batchSize) = (Rprop(values: [0]), .full)
        $0.schedule = LearningRateSchedule(.constant, warmupSteps: 3)
      },
      "the optimizer rprop: found warmup"
    ),
    ({ $0.initializer = Initializer(.layers([.he])) }, "initializer: found a list of 1"),
    ({ $0.initializer = Initializer(.layers([.he, .automatic])) }, "initializer: found auto for layer 1"),
    (
      { $0.initializer = Initializer(.layers([.layers([.he, .he]), .he])) },
      "initializer: found he,he for layer 0"
    ),
  ]

  @Test("A configuration out of range is an error that names the property and the number")
  func badConfigurations() throws {
    let (features, labels) = Self.points()
    let samples = try Samples(features: features, width: 2, labels: labels)
    let topology = try Topology(for: samples, hidden: [3])
    for (change, text) in Self.badConfigurations {
      let error = #expect(throws: TrainingError.self, "\(text)") {
        try Trainer(topology, training: samples, configuration: .init(change))
      }
      let line = error.map { "\($0)" } ?? ""
      #expect(line.hasPrefix(text + ", expected "), "\(line)")
    }
    let values = try Samples(features: [1, 2, 3], width: 1, targets: [1, 2, 3])
    #expect(
      throws: TrainingError.configuration(property: "labelSmoothing", found: "0.1", expected: "0 for target values")
    ) {
      try Trainer(
        Topology(for: values, hidden: [3], output: .identity), training: values,
        configuration: .init { $0.labelSmoothing = 0.1 })
    }
  }

  /// Changes of samples of two classes that contradict their other parts, with what the error names.
  private static let badSamples: [(@Sendable (inout Samples) -> Void, String)] = [
    ({ $0.targets = .classes([0, 1], labels: ["left", "right"]) }, "40 rows and 2 targets"),
    ({ $0.rows[7] = 40 }, "row 40"), ({ $0.rows[7] = -1 }, "row -1"),
    ({ $0.targets = .classes(.init(repeating: 2, count: 40), labels: ["left", "right"]) }, "class number 2"),
    ({ $0.targets = .classes(.init(repeating: -1, count: 40), labels: ["left", "right"]) }, "class number -1"),
    ({ $0.classWeights = [1] }, "1 class weights"), ({ $0.classWeights = [1, -1] }, "the class weight -1.0"),
    ({ $0.classWeights = [1, .nan] }, "the class weight nan"),
    ({ $0.threshold = 0.7 }, "the threshold 0.7 and 2 outputs"), ({ $0.threshold = .nan }, "the threshold nan"),
  ]

  @Test("Samples whose parts contradict each other are an error, in every split, before anything is read")
  func badSamples() throws {
    let (features, labels) = Self.points()
    let samples = try Samples(features: features, width: 2, labels: labels)
    let topology = try Topology(for: samples, hidden: [3])
    for (change, text) in Self.badSamples {
      var bad = samples
      change(&bad)
      for split in ["training", "validation", "test"] {
        let error = #expect(throws: TrainingError.self, "\(split): \(text)") {
          try Trainer(
            topology, training: split == "training" ? bad : samples, validation: split == "validation" ? bad : nil,
            test: split == "test" ? bad : nil)
        }
        let line = error.map { "\($0)" } ?? ""
        #expect(line.hasPrefix("the \(split) samples: found \(text), expected "), "\(line)")
      }
    }
    var values = try Samples(features: features, width: 2, targets: features.prefix(40).map { $0 })
    values.threshold = 0.5
    #expect(
      throws: TrainingError.samples(
        split: "training", found: "a threshold for target values", expected: "two classes with it")
    ) { try Trainer(Topology(for: values, hidden: [3], output: .identity), training: values) }
    var three = try Samples(features: [1, 2, 3], width: 1, labels: ["a", "b", "c"])
    three.threshold = 0.5
    #expect(
      throws: TrainingError.samples(
        split: "training", found: "a threshold for 3 classes", expected: "two classes with it")
    ) { try Trainer(Topology(for: three, hidden: [3]), training: three) }
    let others = try Samples(features: features, width: 2, labels: labels.map { $0 == "left" ? "up" : "down" })
    #expect(
      throws: TrainingError.samples(
        split: "test", found: "the classes down,up", expected: "those of the training split, left,right")
    ) { try Trainer(topology, training: samples, test: others) }
  }

  @Test("A last update that makes parameters infinite is a divergence, although no loss comes after it")
  func lastUpdate() throws {
    let (features, labels) = Self.points()
    let samples = try Samples(features: features, width: 2, labels: labels)
    let trainer = try Trainer(
      Topology(for: samples, hidden: [3]), training: samples,
      configuration: .init {
        $0.learningRate = 1e300
        $0.steps = 1
      })
    #expect(throws: TrainingError.diverged(epoch: 1, step: 1)) { try trainer.run() }
  }

  @Test("A run reports how it ended, and a run without an epoch is evaluated")
  func end() throws {
    let (features, labels) = Self.points()
    let samples = try Samples(features: features, width: 2, labels: labels)
    let trainer = try Trainer(
      Topology(for: samples, hidden: [3]), training: samples, test: samples, configuration: .init { $0.epochs = 0 })
    let end = try trainer.run()
    #expect(end?.reason == .epochs && end?.epochs == 0 && end?.testAccuracy != nil)
  }
}

/// A rule that compares gradients of successive steps.
private struct WholeBatch: Optimizer {
  static let name = "whole-batch"
  static let defaultLearningRate = 0.1
  static let hyperparameters: [Hyperparameter] = []
  static let stateCount = 1
  static let needsFullBatch = true
  let values: [Double]

  init(values: [Double]) { self.values = values }

  func update(
    _ weight: inout Double, gradient: Double, state: inout OptimizerState, step: Int, learningRate: Double
  ) {
    weight -= learningRate * (gradient - state.first)
    state.first = gradient
  }
}

/// Momentum without a kernel: its rule uses its own hyperparameter in every step.
private struct OwnMomentum: Optimizer {
  static let name = "own-momentum"
  static let defaultLearningRate = 0.1
  static let hyperparameters = [Hyperparameter.momentum]
  static let stateCount = 1
  let values: [Double]

  init(values: [Double]) { self.values = values }

  func update(
    _ weight: inout Double, gradient: Double, state: inout OptimizerState, step: Int, learningRate: Double
  ) {
    state.first = values[0] * state.first + gradient
    weight -= learningRate * state.first
  }
}
