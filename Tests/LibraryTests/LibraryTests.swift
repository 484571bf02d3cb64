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
      guard case .classes(let classes, let labels) = test.targets else { return }
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

  @Test("A call after each epoch can end the run, and so can a wish to stop and a cancelled task")
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
