import Datasets
import Kernels
import Networks
import Random
import Training

/// The fast gradient of a network against central differences of the plain Double network.
///
/// A difference quotient across a kink of relu or leaky-relu is no derivative, and a pre-activation that rounding may put on either side
/// of one has no derivative that both networks must agree on. So samples are preferred that keep clear of kinks, an entry whose quotient
/// crosses one gets a smaller step, and after that another entry takes its place. Where that leaves a tensor without entries (biases on
/// an input of zeros, say), all weights and biases are moved a little, and the check is made there.
public struct GradientCheck: Sendable {
  /// The terms of the objective beside the loss, M the samples checked.
  public var regularization: Regularization = [:]
  /// How many samples are used at most: `standardSamples`, fewer for a large network, when nil.
  public var samples: Int?
  /// How many entries of a tensor are checked at most: `standardEntries`, fewer for a large network, when nil.
  public var entries: Int?
  /// Fixes which entries are drawn.
  public var seed: UInt64 = 1
  /// How samples enter the fast network; nil: by their density.
  public var form: InputForm?
  /// Threads; nil for the cores.
  public var workers: Int?

  public static let standardSamples = 32
  public static let standardEntries = 200
  /// A tensor agrees below this worst relative error.
  public static let tolerance = 1e-4

  public init() {}

  /// What was found out about one tensor.
  public struct TensorResult: Sendable, Equatable {
    /// As model files have it: `layers.0.weight`.
    public var name: String
    public var shape: [Int]
    /// How many entries were checked.
    public var entries: Int
    /// The largest difference over the tensor's largest magnitude; not finite where a number isn't, or nothing could be checked.
    public var worstRelativeError: Double
    /// Whether that is below `tolerance`.
    public var agrees: Bool { worstRelativeError < GradientCheck.tolerance }
  }

  /// What was found out.
  public struct Result: Sendable, Equatable {
    public var tensors: [TensorResult]
    /// How many samples were used.
    public var samples: Int
    /// Whether the weights and biases were moved off kinks first.
    public var wasMoved: Bool
    /// Whether every tensor agrees.
    public var agrees: Bool { tensors.allSatisfy(\.agrees) }
  }

  /// Computes both gradients and compares them.
  ///
  /// - Throws: `TrainingError` where samples and network don't fit, or there are none.
  public func run(
    _ topology: Topology, _ parameters: Parameters, _ samples: Samples, kernels: Kernels = .fastest
  ) throws(TrainingError) -> Result {
    try run(topology, parameters, samples) { (parameters, samples) throws(TrainingError) in
      try GradientEvaluator(
        FastNetwork(topology, parameters, kernels: kernels), samples, form: form, workers: workers
      ).evaluate(regularization).gradient
    }
  }

  /// Compares the gradient that `fast` tells: of the mean loss over the samples that it is handed, the terms of `regularization` included.
  func run(
    _ topology: Topology, _ parameters: Parameters, _ samples: Samples,
    fast: (Parameters, Samples) throws(TrainingError) -> Parameters
  ) throws(TrainingError) -> Result {
    try GradientEvaluator.check(samples, topology)
    let first = try compare(topology, parameters, samples, fast: fast)
    guard first.tensors.contains(where: { $0.entries == 0 }) else { return first }
    var moved = try compare(topology, moved(parameters), samples, fast: fast)
    moved.wasMoved = true
    return moved
  }

  private func compare(
    _ topology: Topology, _ parameters: Parameters, _ samples: Samples,
    fast: (Parameters, Samples) throws(TrainingError) -> Parameters
  ) throws(TrainingError) -> Result {
    let network = PlainNetwork(topology: topology, parameters: parameters)
    let effort = GradientCheckEffort(topology, samples: self.samples, entries: entries)
    let positions = GradientCheckSamples.positions(network, samples, count: effort.samples)
    let gradient = try fast(parameters, samples.selecting(positions))
    let quotients = GradientCheckQuotients(
      network, network.examples(samples, at: positions), regularization, workers: workers)
    var random = RandomSource(seed: seed, purpose: .sampling)
    let tensors = GradientCheckTensor.all(of: topology).map { tensor in
      check(tensor, tensor.values(of: gradient), quotients, count: effort.entries, &random)
    }
    return Result(tensors: tensors, samples: positions.count, wasMoved: false)
  }

  /// One tensor: entries drawn until there are enough that keep clear of kinks.
  private func check(
    _ tensor: GradientCheckTensor, _ gradient: [Float], _ quotients: GradientCheckQuotients, count: Int,
    _ random: inout RandomSource
  ) -> TensorResult {
    var largest = gradient.reduce(0.0) { $1.isFinite ? max($0, Double(abs($1))) : .infinity }
    var difference = 0.0
    var checked = 0
    var draw = GradientCheckDraw(gradient)
    // Every round replaces the entries that the one before lost to kinks.
    for _ in 0..<8 where checked < count {
      let places = draw.next(count - checked, &random)
      for (place, quotient) in zip(places, quotients.values(places.map(tensor.entry))) {
        guard let quotient else { continue }
        checked += 1
        let distance = abs(Double(gradient[place]) - quotient)
        difference = distance.isFinite ? max(difference, distance) : .infinity
        largest = max(largest, abs(quotient))
      }
    }
    let scale = max(largest, quotients.rounding(layer: tensor.layer, isBias: tensor.isBias))
    let isFinite = difference.isFinite && scale.isFinite
    let error = isFinite ? difference == 0 ? 0 : difference / scale : .infinity
    return TensorResult(
      name: tensor.name, shape: tensor.shape, entries: checked, worstRelativeError: checked > 0 ? error : .nan)
  }

  /// Every number moved by up to a hundredth, at random.
  private func moved(_ parameters: Parameters) -> Parameters {
    var random = RandomSource(seed: seed, purpose: .sampling, index: 1)
    func moved(_ numbers: [Float]) -> [Float] { numbers.map { $0 + Float(0.02 * random.uniform() - 0.01) } }
    return Parameters(layers: parameters.layers.map { .init(weight: moved($0.weight), bias: moved($0.bias)) })
  }
}
