import KernelInterface
import Kernels
import Networks
import Random
import Testing

@Suite("Reduction of the first layer's gradients")
struct GradientReductionTests {
  @Test(
    "Gradients of several shards, defined for active inputs only, are applied as their sum in a tree of pairs",
    arguments: InstructionSet.available)
  func update(_ set: InstructionSet) throws {
    for sources in [1, 2, 3, 6] {
      for shares in [1, 3] {
        let dense = try Reduction(Kernels(set), sources: sources, shares: shares, DenseInput.self) { DenseRows($0) }
        let masked = try Reduction(Kernels(set), sources: sources, shares: shares, MaskedInput.self) { MaskedRows($0) }
        for (form, reduction) in [(InputForm.dense, dense), (.masked, masked)] {
          let name = "\(set), \(form), \(sources) sources, \(shares) shares"
          #expect(reduction.parameters == reduction.expected, "\(name)")
          #expect(reduction.copy == reduction.expected, "\(name): the copy of the parameters")
          #expect(reduction.expected != reduction.before, "\(name): an update without effect would pass")
        }
      }
    }
  }
}

/// A plain step of one layer's weights by the gradients of several shards of a batch.
private struct Reduction {
  /// The weights before the step, with padding, in the layout of the kernels.
  var before: [Float]
  /// The weights after the step, and their copy.
  var parameters: [Float]
  var copy: [Float]
  /// The weights after a step by the sum of whole gradients.
  var expected: [Float]

  private static let rowsPerShard = 3

  init<Input: InputLayer>(
    _ kernels: Kernels, sources: Int, shares: Int, _ type: Input.Type, _ makeRows: (PlainExamples) -> Input.Rows
  ) throws {
    var random = RandomSource(seed: 21, purpose: .sampling)
    // Two mask words; a full panel and a narrow one with every instruction set.
    let topology = try Topology(inputs: 70, hidden: [], outputs: 35, output: .identity)
    let network = FastNetwork(topology, random.parameters(topology), kernels: kernels)
    let layout = network.layout
    let slices = GradientSlice.slices(of: layout, count: shares, inputDensity: nil).flatMap(\.self)
    var shards: [Shard<Input>] = []
    for _ in 0..<sources { shards.append(Shard(network, slices, &random, sources: sources, makeRows)) }

    let weights = layout.layers[0].weights..<(layout.layers[0].weights + layout.layers[0].weightCount)
    let before = Array(network.buffer.elements[weights])
    let copyBuffer = AlignedBuffer(Array(network.buffer.elements))
    let step = PlainStep(network, copyBuffer)
    let gradients = AlignedBuffer(shards.map { UnsafePointer($0.active.pointer) })
    let active = AlignedBuffer(shards.map { UnsafePointer($0.bits.pointer) })
    withExtendedLifetime((step, gradients, active, shards)) {
      for slice in slices {
        shards[0].gradient.reduce(
          slice, shards[0].inputs, sources: UnsafePointer(gradients.pointer), active: UnsafePointer(active.pointer),
          count: sources, by: step.update)
      }
    }
    self.before = before
    parameters = Array(network.buffer.elements[weights])
    copy = Array(copyBuffer.elements[weights])
    expected = weights.map { index in
      let sum = Self.pairwiseSum(shards.map { $0.whole.pointer[index] })
      return before[index - weights.lowerBound] - PlainStep.learningRate * (PlainStep.scale * sum)
    }
  }

  /// Up to three terms in their order; of more, those of each half of the next smaller power of two first.
  private static func pairwiseSum(_ terms: [Float]) -> Float {
    guard terms.count > 1 else { return terms[0] }
    var half = 1
    while 2 * half < terms.count { half *= 2 }
    return pairwiseSum(Array(terms[..<half])) + pairwiseSum(Array(terms[half...]))
  }

  /// One shard's gradient: as a whole, and with only the active inputs defined.
  private struct Shard<Input: InputLayer> {
    let inputs: Input.Rows
    let gradient: Input.Gradient
    let whole: AlignedBuffer<Float>
    let active: AlignedBuffer<Float>
    let bits: AlignedBuffer<UInt64>

    init(
      _ network: FastNetwork, _ slices: [GradientSlice], _ random: inout RandomSource, sources: Int,
      _ makeRows: (PlainExamples) -> Input.Rows
    ) {
      let (rows, layer) = (Reduction.rowsPerShard, network.layout.layers[0])
      let values = (0..<rows).map { _ in
        (0..<layer.inputs).map { _ in random.below(3) == 0 ? Double(Float(random.uniform())) : 0 }
      }
      inputs = makeRows(PlainExamples(inputs: values, targets: values))
      let signals = ErrorSignals(network.layout, capacity: rows)
      for row in 0..<rows {
        for unit in 0..<layer.outputs {
          signals.layers[0][row * layer.paddedOutputs + unit] = Float(random.uniform()) - 0.5
        }
      }
      gradient = Input.Gradient(network, rows: rows, scratch: GradientScratch(network), sources: sources)
      whole = AlignedBuffer(count: network.layout.count)
      active = AlignedBuffer(count: network.layout.count)
      active.elements.update(repeating: .nan)
      bits = AlignedBuffer(count: Input.Gradient.activeWords(inputs))
      for slice in slices {
        let delta = UnsafePointer(signals.layers[0] + slice.firstColumn)
        gradient.accumulate(slice, inputs, delta: delta, count: rows, into: whole.pointer, adds: false)
        gradient.accumulateActive(
          slice, inputs, delta: delta, count: rows, into: active.pointer, active: bits.pointer)
      }
    }
  }
}
