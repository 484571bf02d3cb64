import Files
import Kernels
import Networks
import SampleData

/// The objective of a network over a split, and its gradient.
package struct GradientEvaluation: Sendable, Equatable {
  /// The number of samples.
  package var samples: Int
  /// The mean loss over samples plus the regularization terms.
  package var loss: Double
  /// The fraction of correct answers; nil if outputs are not classes.
  package var accuracy: Double?
  /// The L2 norm of the gradient over all weights and biases.
  package var gradientNorm: Double
  /// The derivative of the objective with respect to every weight and bias: the mean over samples plus the derivatives
  /// of the regularization terms.
  package var gradient: Parameters
}

/// Runs a network forward and backward over a split with the kernels that train it, on all workers.
///
/// Samples are processed in chunks, so that memory does not grow with the split. The kernels sum a chunk's gradient in
/// Float; chunks and losses are summed in Double, so that the precision does not decrease with the number of samples.
/// Chunks and the order of all sums do not depend on the number of workers, so that the result is bit-identical for any
/// number. Calls from several threads are executed one after the other: they share the workers' memory.
package final class GradientEvaluator: Sendable {
  private let network: FastNetwork
  private let samples: Samples
  private let passes: Guarded<any GradientRunning>

  /// - Parameters:
  ///   - network: the network, with the dropout of epoch 0 if it has one.
  ///   - labelSmoothing: E; class targets become (1 − E) · one-hot + E/K.
  ///   - form: the input form; nil chooses it by the fraction of nonzero inputs.
  ///   - workers: the number of threads, 1...128, at most those that the system allows; nil for one per core, at most one
  ///     per 16 samples.
  /// - Throws: `TrainingError` if samples and network do not match, or there are no samples.
  package init(
    _ network: FastNetwork, _ samples: Samples, labelSmoothing: Double = 0, form: InputForm? = nil,
    workers: Int? = nil
  ) throws(TrainingError) {
    try Self.check(samples, network.topology)
    self.network = network
    self.samples = samples
    let density = InputDensity(samples)
    let form = form ?? Self.form(density)
    let count = ThreadSupply.workers(upTo: workers ?? WorkerTeam.automaticCount(upTo: samples.count / 16))
    let targets = TargetReader(samples, labelSmoothing: labelSmoothing, network.topology)
    func makePasses<Reader: SampleReader>(_ reader: Reader) -> any GradientRunning {
      GradientPasses(
        network, reader, targets, samples: samples.count, team: WorkerTeam(count: count),
        inputDensity: density.perInput)
    }
    let reader = InputReader(
      samples, form: form, kernels: network.kernels, packsAhead: false,
      dropout: network.dropout?.layer(0, by: network.kernels.dropout))
    let passes =
      switch reader {
      case .dense(let reader): makePasses(reader)
      case .masking(let reader): makePasses(reader)
      case .packed(let reader): makePasses(reader)
      }
    self.passes = Guarded(passes)
  }

  /// The input form of these samples if it is chosen automatically.
  package static func form(_ samples: Samples) -> InputForm { form(InputDensity(samples)) }

  private static func form(_ density: InputDensity) -> InputForm { AutomaticChoices.inputForm(density: density.mean) }

  /// Checks that samples and network match. This is less strict than the check before training: a single output with
  /// any activation is accepted for two classes, with targets 0 and 1.
  ///
  /// - Throws: `TrainingError` if they do not match, or there are no samples.
  package static func check(_ samples: Samples, _ topology: Topology) throws(TrainingError) {
    if samples.count == 0 { throw .noSamples }
    if samples.width != topology.inputs { throw .width(found: samples.width, expected: topology.inputs) }
    if case .classes(_, let labels) = samples.targets, labels.count == 2, topology.outputs == 1 { return }
    if samples.targets.width != topology.outputs {
      throw .targets(found: samples.targets.width, expected: topology.outputs)
    }
  }

  /// Checks that a network and its gradient fit into memory, before anything of that size is allocated.
  ///
  /// - Parameters:
  ///   - kernels: those of the network.
  ///   - besides: further bytes per parameter that the caller needs at the same time.
  /// - Throws: `TrainingError.memory`.
  package static func checkMemory(
    _ topology: Topology, _ kernels: Kernels, besides: Double = 0
  ) throws(TrainingError) {
    // In Float: the given parameters, the network's copy, a chunk's gradient and the result. In Double: the total.
    var bytes = Double(4 * MemoryLayout<Float>.stride + MemoryLayout<Double>.stride)
    // The weights in bfloat16, which its products read.
    if kernels.products.roundWeights != nil { bytes += Double(MemoryLayout<UInt16>.stride) }
    try RunMemory.check(Double(topology.parameters) * (bytes + besides), widths: topology.description)
  }

  /// Loss, accuracy and gradient of the network's current parameters.
  ///
  /// - Parameter regularization: the terms of the objective besides the loss; M is the number of samples.
  package func evaluate(_ regularization: Regularization = [:]) -> GradientEvaluation {
    passes.withLock { evaluate($0, regularization) }
  }

  private func evaluate(_ passes: any GradientRunning, _ regularization: Regularization) -> GradientEvaluation {
    passes.run(epoch: 0)
    let count = Double(samples.count)
    let gradient = AlignedBuffer<Float>(count: network.layout.count)
    let terms = regularization.divided(by: count)
    let squares = passes.writeGradient(network, samples: samples.count, terms, into: gradient.pointer)
    let hasAccuracy = network.topology.output.hasAccuracy(forClasses: samples.targets.areClasses)
    let weights = network.layout.regions.filter(\.isWeights).map {
      UnsafeBufferPointer(start: UnsafePointer(network.buffer.pointer + $0.offset), count: $0.count)
    }
    return GradientEvaluation(
      samples: samples.count, loss: passes.loss / count + terms.value(of: weights),
      accuracy: hasAccuracy ? passes.correct / count : nil, gradientNorm: squares.squareRoot(),
      gradient: network.layout.load(from: UnsafePointer(gradient.pointer)))
  }
}
