import Descent

/// Rivera's problem, the zeros and ones of MNIST with a 784-64-1 network, and the functions that his exercises share.
enum Rivera {
  static let epochs = 30
  static let testCount = 2956
  /// The document's α = 10⁻⁴ multiplies the gradient of the sum over 11,824 images; for the gradient of the mean it is 11,824 α.
  static let learningRate = 1e-4 * 11824

  /// The options of the document's run.
  static let options = "--initializer normal:0.1 --batch-size full --learning-rate 1.1824 --epochs 30"

  /// `descent train` on another split of the same images.
  static func command(hidden: String = "64", activation: String = "sigmoid", _ options: String) -> String {
    "descent train --classes 0,1 --split all --hidden \(hidden) --activation \(activation) --output sigmoid \(options)"
  }

  /// The document's split of all zeros and ones, scikit-learn's `train_test_split` with seed 42: a NumPy permutation, whose first 2,956
  /// images are the test split.
  static func split(_ files: CourseFiles) throws -> (training: Samples, test: Samples) {
    let samples = try files.zerosAndOnes()
    var generator = MersenneTwister(seed: 42)
    let order = generator.permutation(samples.count)
    return (samples.selecting(Array(order[testCount...])), samples.selecting(Array(order[..<testCount])))
  }

  /// 784-64-1 by default.
  static func topology(
    hidden: [Int] = [64], activations: [Activation] = [.sigmoid], output: Activation = .sigmoid, loss: Loss? = nil,
    outputs: Int = 1
  ) throws -> Topology {
    try Topology(
      inputs: 784, hidden: hidden, outputs: outputs, activations: activations, output: output, loss: loss)
  }

  /// Weights from N(0, 0.1²), biases 0, drawn by descent's generator.
  static func parameters(_ topology: Topology, seed: UInt64 = 1) -> Parameters {
    .initial(topology: topology, initializer: Initializer(.normal(sigma: 0.1)), seed: seed)
  }

  /// The document's initial weights as NumPy draws them after `np.random.seed(seed)`: W1 (784 × 64), then W2 (64 × 1).
  static func seededParameters(_ seed: UInt32) throws -> Parameters {
    var generator = MersenneTwister(seed: seed)
    let topology = try topology()
    return Parameters(
      layers: topology.layers.map { layer in
        var weight = [Float](repeating: 0, count: layer.inputs * layer.outputs)
        for input in 0..<layer.inputs {
          for unit in 0..<layer.outputs { weight[unit * layer.inputs + input] = Float(0.1 * generator.normal()) }
        }
        return Parameters.LayerParameters(weight: weight, bias: [Float](repeating: 0, count: layer.outputs))
      })
  }

  /// Full batch by default; mini-batches are shuffled.
  static func configuration(
    _ optimizer: any Optimizer = SGD(), learningRate: Double = Rivera.learningRate, batchSize: BatchSize = .full,
    epochs: Int = Rivera.epochs
  ) -> TrainingConfiguration {
    .course(optimizer, learningRate: learningRate, batchSize: batchSize, epochs: epochs, shuffles: true)
  }

  /// The document's split, and its run with initial weights from this program's generator. `CourseFiles` trains it once.
  struct Baseline {
    let training: Samples
    let test: Samples
    let run: CourseDescent

    init(_ files: CourseFiles) throws {
      (training, test) = try split(files)
      let topology = try topology()
      run = try CourseDescent(topology, parameters(topology), training: training, test: test, configuration())
    }
  }

  /// `PlainDescent.distance` after a few epochs on the first 48 samples; mini-batches become batches of 16.
  static func distance(
    _ topology: Topology, _ samples: Samples, _ configuration: TrainingConfiguration, epochs: Int = 4
  ) throws -> Double {
    var configuration = configuration
    configuration.epochs = epochs
    if configuration.batchSize != .full { configuration.batchSize = .samples(16) }
    let few = samples.selecting(Array(0..<48))
    return try PlainDescent.distance(topology, parameters(topology), training: few, configuration)
  }

}
