import Datasets
import Networks
import Training

/// Central differences of a plain network over some examples.
struct GradientCheckQuotients: Sendable {
  private let network: PlainNetwork
  private let traces: [PlainTrace]
  private let forwards: [PlainNetwork.ForwardTrace]
  private let targets: [[Double]]
  /// The factor of each example's loss; nil if all are 1.
  private let factors: [Double]?
  private let regularization: Regularization
  private let team: WorkerTeam
  /// Layer by layer, the units that have a pre-activation near a kink for some example.
  private let nearKinks: [Set<Int>]
  /// The units of each layer whose own entries are left out, besides.
  private let excluded: [Set<Int>]

  /// The step of a difference quotient. The formula's error, of the order of the step squared, and the rounding error, 10⁻¹⁶ divided
  /// by the step, are both far below the tolerance. The second step is for entries whose first quotient crosses a kink.
  private static let shifts = [1e-5, 1e-6]

  /// - Parameters:
  ///   - dropoutFactors: the dropout factors of each example; nil for none.
  ///   - factors: the factor of each example's loss, the weight of its class; nil if all are 1.
  ///   - excluded: units of each layer whose own entries are left out; nil for none.
  init(
    _ network: PlainNetwork, _ examples: PlainExamples, dropoutFactors: [[[Double]?]]?, factors: [Double]?,
    excluding excluded: [Set<Int>]? = nil, _ regularization: Regularization, workers: Int?
  ) {
    self.excluded = excluded ?? network.topology.layers.map { _ in [] }
    self.factors = factors
    self.network = network
    self.regularization = regularization
    targets = examples.targets
    traces = zip(examples.inputs, examples.targets).enumerated().map { index, example in
      network.trace(example.0, target: example.1, dropoutFactors: dropoutFactors?[index] ?? [])
    }
    forwards = traces.map(\.forward)
    team = WorkerTeam(count: workers ?? WorkerTeam.automaticCount())
    nearKinks = forwards.reduce(into: network.topology.layers.map { _ in [] }) { union, forward in
      for (layer, units) in network.unitsNearKinks(forward, countsZeros: false).enumerated() {
        union[layer].formUnion(units)
      }
    }
  }

  /// The derivative of the mean loss by each entry, computed by all workers; nil for an entry whose quotient crosses a kink.
  func values(_ entries: [PlainEntry]) -> [Double?] {
    [Double?](unsafeUninitializedCapacity: entries.count) { buffer, count in
      nonisolated(unsafe) let results = buffer
      team.run { worker in
        for index in stride(from: worker, to: entries.count, by: team.count) {
          results.initializeElement(at: index, to: value(entries[index]))
        }
      }
      count = entries.count
    }
  }

  private func value(_ entry: PlainEntry) -> Double? {
    let (layer, unit, input): (Int, Int, Int?) =
      switch entry {
      case .weight(let layer, let unit, let input): (layer, unit, input)
      case .bias(let layer, let unit): (layer, unit, nil)
      }
    if excluded[layer].contains(unit) || nearKinks[layer].contains(unit)
      || nearKinks[(layer + 1)...].contains(where: { !$0.isEmpty })
    {
      return nil
    }
    let reach = input.map { input in forwards.reduce(0) { max($0, abs($1.entering(layer: layer)[input])) } } ?? 1
    for shift in Self.shifts {
      let quotient = network.centralDifference(
        entry, traces: forwards, targets: targets, factors: factors, step: reach > 0 ? shift / reach : shift,
        regularization: regularization, samples: targets.count)
      if !quotient.crossesKink { return quotient.value }
    }
    return nil
  }

  /// The magnitude below which a tensor's error is judged by its absolute difference. Smaller entries are sums of canceling
  /// terms and of the order of rounding errors, those of Float in the fast gradient and those of Double in the quotients.
  ///
  /// A trained network has small error signals a − t of large a and t, whose sums over the samples cancel. Rounding is about
  /// 10⁻⁷ of the terms, so it stays below the tolerance for gradients above 3·10⁻³ of the terms. The sums of
  /// backpropagation may cancel completely, for example below a hidden unit with equal weights to all softmax outputs; then
  /// the magnitude of their terms is used. The rounding of a quotient is 10⁻¹⁶ of the loss divided by the smaller step, which
  /// gives 10⁻⁵ of the loss.
  func rounding(layer: Int, isBias: Bool) -> Double {
    var terms = 0.0
    var uncanceled = 0.0
    var reach = 0.0
    var loss = 0.0
    for (index, (trace, target)) in zip(traces, targets).enumerated() {
      let factor = factors?[index] ?? 1
      let entering = isBias ? 1 : trace.forward.entering(layer: layer).reduce(0) { max($0, abs($1)) }
      let weight = factor * Self.cancellation(trace, target) * entering
      terms += weight * trace.delta[layer].reduce(0) { max($0, abs($1)) }
      uncanceled += weight * magnitudes(trace, layer: layer).reduce(0, max)
      reach = max(reach, entering)
      loss += factor * abs(trace.loss)
    }
    // The sums cancel up to Double's rounding. A larger limit would be wrong: products of many layers are small
    // without cancellation.
    if terms <= 1e-13 * uncanceled { terms = uncanceled }
    return max(3e-3 * terms, 1e-5 * loss * reach) / Double(traces.count)
  }

  /// The error signals of a layer if no sum of backpropagation canceled: those of |W| and of the last layer's |δ|.
  private func magnitudes(_ trace: PlainTrace, layer: Int) -> [Double] {
    let last = trace.delta.count - 1
    var signal = trace.delta[last].map { abs($0) }
    for below in stride(from: last - 1, through: layer, by: -1) {
      let (shape, forward) = (network.topology.layers[below], trace.forward)
      let factors = forward.dropoutFactors(layer: below + 1)
      let sums = (0..<shape.outputs).map { unit in
        let weights = network.weights[below + 1]
        let sum = signal.indices.reduce(0) { $0 + abs(weights[$1 * shape.outputs + unit]) * signal[$1] }
        return sum * (factors?[unit] ?? 1)
      }
      signal = shape.activation.plainSignal(z: forward.z[below], a: forward.a[below], signal: sums).map { abs($0) }
    }
    return signal
  }

  /// The factor by which the output's error signal would be larger if a and t were added instead of subtracted; at least about one.
  private static func cancellation(_ trace: PlainTrace, _ target: [Double]) -> Double {
    let delta = trace.delta[trace.delta.count - 1]
    var full = 0.0
    for (signal, (a, t)) in zip(delta, zip(trace.forward.output, target)) where a != t {
      full = max(full, abs(signal) * (abs(a) + abs(t)) / abs(a - t))
    }
    let largest = delta.reduce(0) { max($0, abs($1)) }
    return largest > 0 ? full / largest : 0
  }
}
