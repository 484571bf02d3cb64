import KernelInterface
import Kernels
import Networks
import Random

extension RandomSource {
  /// A network of one to four layers, narrow, wide and at the kernels' edges.
  mutating func topology(widest: Int = 140) throws -> Topology {
    func width(_ source: inout RandomSource) -> Int {
      let edges = [1, 2, 3, 4, 5, 7, 8, 9, 12, 15, 16, 17, 31, 32, 33, 63, 64, 65, 96, 127, 128, 129]
      return source.below(2) == 0
        ? edges[Int(source.below(UInt64(edges.count)))] : 1 + Int(source.below(UInt64(widest)))
    }
    let hidden = (0..<Int(below(4))).map { _ in width(&self) }
    return try Topology(
      inputs: width(&self), hidden: hidden, outputs: width(&self), activations: [.tanh], output: .identity,
      hasBiases: below(4) != 0)
  }

  /// Numbers that are all different, so that exchanging two is noticed.
  mutating func parameters(_ topology: Topology) -> Parameters {
    Parameters.initial(topology: topology, initializer: .init(.uniform(epsilon: 1), drawsBiases: true), seed: next())
  }
}

extension InstructionSet {
  var shape: KernelShape { Kernels(self).shape }
}

/// The update by plain descent, and its memory.
struct PlainStep {
  let update: ParameterUpdate
  private let coefficients = AlignedBuffer<UpdateCoefficients>(count: 1)
  private let copies: AlignedBuffer<MutableFloats>
  private let terms: ActiveTerms

  /// Powers of two, so that a step has one rounding, with and without a fused multiply-add.
  static let learningRate: Float = 0.5
  static let scale: Float = 0.25

  init(_ network: FastNetwork, _ copy: AlignedBuffer<Float>? = nil) {
    let kernels = network.kernels
    coefficients.pointer[0].learningRate = Self.learningRate
    coefficients.pointer[0].gradientScale = Self.scale
    copies = AlignedBuffer(copy.map { [$0.pointer] } ?? [])
    terms = ActiveTerms([:], kernels)
    guard let kernel = kernels.updates["sgd"] else { preconditionFailure("no kernel of plain descent") }
    update = ParameterUpdate(
      kernel: kernel, parameters: network.buffer.pointer, state0: nil, state1: nil,
      weightCoefficients: UnsafePointer(coefficients.pointer), biasCoefficients: UnsafePointer(coefficients.pointer),
      descentFactor: nil, copies: UnsafePointer(copies.pointer), copyCount: copies.count,
      copier: kernels.elementwise.copy, rounded: network.roundedWeights(from: 0),
      terms: terms.pointer, termCount: 0)
  }
}
