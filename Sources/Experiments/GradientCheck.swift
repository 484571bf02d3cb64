import Datasets
import Kernels
import Networks
import Random
import Training

/// A comparison of a network's fast gradient with central differences of the plain Double network.
///
/// A difference quotient across a kink of relu or leaky-relu is not a derivative, and if rounding can move a pre-activation across
/// a kink, the two networks need not agree on the derivative. So samples without units near kinks are preferred; an entry whose quotient
/// crosses a kink gets a smaller step, and if that does not help, another entry replaces it. If a tensor then has no entries left
/// (biases with all-zero inputs, for example), all weights and biases are perturbed slightly, and the perturbed network is checked.
package struct GradientCheck: Sendable {
  /// The terms of the objective besides the loss; M is the number of checked samples.
  package var regularization: Regularization = [:]
  /// E: class targets become (1 − E) · one-hot + E/K.
  package var labelSmoothing = 0.0
  /// The rates of `Dropout`, with fixed choices; empty for none.
  package var dropout: [Double] = []
  /// The largest number of samples; nil for `defaultSamples`, or fewer for a large network.
  package var samples: Int?
  /// The largest number of entries per tensor; nil for `defaultEntries`, or fewer for a large network.
  package var entries: Int?
  /// The seed that selects entries.
  package var seed: UInt64 = 1
  /// The form of input of the fast network; nil to choose by density.
  package var form: InputForm?
  /// The number of threads; nil for the number of cores.
  package var workers: Int?

  package static let defaultSamples = 32
  package static let defaultEntries = 200
  /// The relative error below which a tensor agrees in float32.
  package static let tolerance = 1e-4

  package init() {}

  /// The result for one tensor.
  package struct TensorResult: Sendable, Equatable {
    /// The name in the model's file, such as `layers.0.weight`.
    package var name: String
    /// `[outputs, inputs]` for weights, `[outputs]` for biases.
    package var shape: [Int]
    /// The number of checked entries.
    package var entries: Int
    /// The largest difference divided by the tensor's largest magnitude; not finite if a value is not, or if no entry could be checked.
    package var worstRelativeError: Double
    /// The relative error below which the tensor agrees: `GradientCheck.tolerance`, or by the rounding to bfloat16.
    package var tolerance = GradientCheck.tolerance
    /// The largest difference divided by the tensor's largest magnitude or by the magnitude below which differences are rounding
    /// (`GradientCheckQuotients.rounding`), whichever is larger.
    var errorBeyondRounding: Double
    /// True if the error is below `tolerance`, or the difference is within rounding.
    package var agrees: Bool { errorBeyondRounding < tolerance }
    /// True if the tensor agrees since its difference is within rounding: its magnitude is a small difference of large terms.
    package var isWithinRounding: Bool { agrees && worstRelativeError >= tolerance }
  }

  /// The result of a check.
  package struct Result: Sendable, Equatable {
    package var tensors: [TensorResult]
    /// The number of samples used.
    package var samples: Int
    /// True if the weights and biases were perturbed to avoid kinks.
    package var wasMoved: Bool
    /// True if every tensor agrees.
    package var agrees: Bool { tensors.allSatisfy(\.agrees) }
  }

  /// Computes both gradients and compares them. In bfloat16, the effect of rounding the operands is computed, too, and bounds
  /// are by `GradientCheckRounding`.
  ///
  /// - Throws: `TrainingError` if samples and network do not match, or there are no samples.
  package func run(
    _ topology: Topology, _ parameters: Parameters, _ samples: Samples, kernels: Kernels = .fastest
  ) throws(TrainingError) -> Result {
    try run(topology, parameters, samples, precision: kernels.precision) {
      (parameters, samples) throws(TrainingError) in
      try GradientEvaluator(
        FastNetwork(topology, parameters, kernels: kernels, dropout: activeDropout(topology)), samples,
        labelSmoothing: labelSmoothing, form: form, workers: workers
      ).evaluate(regularization).gradient
    }
  }

  /// Compares the gradient that `fast` returns: of the mean loss over the given samples, including the terms of `regularization`.
  func run(
    _ topology: Topology, _ parameters: Parameters, _ samples: Samples, precision: Precision = .float32,
    fast: (Parameters, Samples) throws(TrainingError) -> Parameters
  ) throws(TrainingError) -> Result {
    try GradientEvaluator.check(samples, topology)
    let first = try compare(topology, parameters, samples, precision, fast: fast)
    guard first.tensors.contains(where: { $0.entries == 0 }) else { return first }
    var moved = try compare(topology, moved(parameters), samples, precision, fast: fast)
    moved.wasMoved = true
    return moved
  }

  private func activeDropout(_ topology: Topology) -> Dropout? {
    Dropout(dropout, hiddenLayers: topology.layers.count - 1, seed: seed).flatMap { $0.isActive ? $0 : nil }
  }

  private func compare(
    _ topology: Topology, _ parameters: Parameters, _ samples: Samples, _ precision: Precision,
    fast: (Parameters, Samples) throws(TrainingError) -> Parameters
  ) throws(TrainingError) -> Result {
    let network = PlainNetwork(topology: topology, parameters: parameters)
    let effort = GradientCheckEffort(topology, samples: self.samples, entries: entries)
    let positions = GradientCheckSamples.positions(network, samples, count: effort.samples)
    let selected = samples.selecting(positions)
    var gradient = try fast(parameters, selected)
    var examples = network.examples(samples, at: positions)
    if labelSmoothing > 0, case .classes = samples.targets {
      examples.targets = examples.targets.map { network.smoothed($0, by: labelSmoothing) }
    }
    let dropoutFactors = activeDropout(topology).map { dropout in
      positions.indices.map { dropout.factors(of: topology, sample: $0, epoch: 0) }
    }
    let factors = selected.factorOfEach
    let rounding =
      precision == .float32
      ? nil
      : GradientCheckRounding(
        network, examples, from: (form ?? GradientEvaluator.form(selected)) == .masked ? 1 : 0,
        dropoutFactors: dropoutFactors,
        factors: factors)
    if let rounding { gradient = rounding.removed(from: gradient) }
    let quotients = GradientCheckQuotients(
      network, examples, dropoutFactors: dropoutFactors, factors: factors, excluding: rounding?.nearKinks,
      regularization,
      workers: workers)
    var random = RandomSource(seed: seed, purpose: .sampling)
    let tensors = GradientCheckTensor.all(of: topology).map { tensor in
      var result = check(tensor, tensor.values(of: gradient), quotients, count: effort.entries, &random)
      result.tolerance = GradientCheckRounding.tolerance(precision, layers: topology.layers.count)
      return result
    }
    return Result(tensors: tensors, samples: positions.count, wasMoved: false)
  }

  /// Checks one tensor: draws entries until enough of them avoid kinks.
  private func check(
    _ tensor: GradientCheckTensor, _ gradient: [Float], _ quotients: GradientCheckQuotients, count: Int,
    _ random: inout RandomSource
  ) -> TensorResult {
    var largest = gradient.reduce(0.0) { $1.isFinite ? max($0, Double(abs($1))) : .infinity }
    var difference = 0.0
    var checked = 0
    var draw = GradientCheckDraw(gradient)
    // Every round replaces the entries that the previous round lost to kinks.
    for _ in 0..<8 where checked < count {
      let positions = draw.next(count - checked, &random)
      for (position, quotient) in zip(positions, quotients.values(positions.map(tensor.entry))) {
        guard let quotient else { continue }
        checked += 1
        let distance = abs(Double(gradient[position]) - quotient)
        difference = distance.isFinite ? max(difference, distance) : .infinity
        largest = max(largest, abs(quotient))
      }
    }
    let rounding = quotients.rounding(layer: tensor.layer, isBias: tensor.isBias)
    func error(relativeTo scale: Double) -> Double {
      guard checked > 0 else { return .nan }
      guard difference.isFinite, largest.isFinite, rounding.isFinite else { return .infinity }
      return difference == 0 ? 0 : difference / scale
    }
    return TensorResult(
      name: tensor.name, shape: tensor.shape, entries: checked, worstRelativeError: error(relativeTo: largest),
      errorBeyondRounding: error(relativeTo: max(largest, rounding)))
  }

  /// Perturbs every parameter by up to one hundredth, at random.
  private func moved(_ parameters: Parameters) -> Parameters {
    var random = RandomSource(seed: seed, purpose: .sampling, index: 1)
    func moved(_ numbers: [Float]) -> [Float] { numbers.map { $0 + Float(0.02 * random.uniform() - 0.01) } }
    return Parameters(layers: parameters.layers.map { .init(weight: moved($0.weight), bias: moved($0.bias)) })
  }
}
