import KernelInterface
import Kernels
import Networks
import Random
import Testing

@Suite("Fast forward and backward pass")
struct FastGradientTests {
  static let reference = GradientReference.shared

  @Test(
    "Losses, outputs and gradients are those of the float64 reference, dense and masked, for every instruction set",
    arguments: reference.cases)
  func agreesWithReference(_ reference: GradientReference.Case) throws {
    let (plain, examples) = try Self.reference.setUp(
      arch: reference.arch, hidden: reference.hidden, output: reference.output, loss: reference.loss,
      target: reference.target)
    let expected = plain.gradient(examples)
    for set in InstructionSet.available {
      for form in InputForm.allCases {
        let run = FastRun(plain, examples, Kernels(set), form)
        var worst = worstRelativeError([run.loss], [expected.loss])
        for layer in expected.weights.indices {
          let numbers = run.gradient.layers[layer]
          worst = max(worst, worstRelativeError(numbers.weight.map(Double.init), expected.weights[layer], floor: 1e-3))
          worst = max(worst, worstRelativeError(numbers.bias.map(Double.init), expected.biases[layer], floor: 1e-3))
        }
        // A few dozen roundings of 6e-8 each, some after sums that cancel.
        #expect(worst < 2e-5, "\(reference.id), \(set), \(form)")
        #expect(run.paddingIsZero, "\(reference.id), \(set), \(form): the gradient's padding")
      }
    }
  }

  @Test(
    "A row's activations and error signals have the same bits in any shard, and gradients in any division of the network",
    arguments: InstructionSet.available)
  func cuts(_ set: InstructionSet) throws {
    for index in 0..<6 {
      var source = RandomSource(seed: 4, purpose: .sampling, index: UInt64(index))
      // More rows than a masked sum takes at once.
      let count = 270
      let topology = try source.topology(widest: 60)
      let plain = PlainNetwork(topology: topology, parameters: source.parameters(topology))
      let inputs = (0..<count).map { _ in
        (0..<topology.inputs).map { _ in source.below(2) == 0 ? 0 : Double(Float(source.uniform())) }
      }
      let targets = (0..<count).map { _ in (0..<topology.outputs).map { _ in Double(Float(source.uniform())) } }
      let examples = PlainExamples(inputs: inputs, targets: targets)
      for form in InputForm.allCases {
        let whole = FastRun(plain, examples, Kernels(set), form)
        for workers in [2, 3, 8] {
          for byColumns in [false, true] {
            let cut = FastRun(plain, examples, Kernels(set), form, workers: workers, byColumns: byColumns)
            #expect(
              cut.gradient == whole.gradient && cut.loss == whole.loss,
              "seed 4, case \(index), \(topology), \(form), \(workers) workers, by columns \(byColumns)")
          }
        }
      }
    }
  }
}

extension FastGradientTests {
  @Test(
    "Layers of more panels than a call takes have gradients of the same bits in any division",
    arguments: InstructionSet.available)
  func wideLayers(_ set: InstructionSet) throws {
    var source = RandomSource(seed: 5, purpose: .sampling)
    // Eight panels are 256 columns with AVX-512, 128 with AVX2; a share of eight has fewer.
    let topology = try Topology(inputs: 19, hidden: [37, 601], outputs: 5)
    let plain = PlainNetwork(topology: topology, parameters: source.parameters(topology))
    let examples = PlainExamples(
      inputs: (0..<45).map { _ in (0..<19).map { _ in Double(Float(source.uniform())) } },
      targets: (0..<45).map { _ in (0..<5).map { _ in Double(Float(source.uniform())) } })
    let whole = FastRun(plain, examples, Kernels(set), .dense)
    for workers in [2, 8] {
      let cut = FastRun(plain, examples, Kernels(set), .dense, workers: workers)
      #expect(cut.gradient == whole.gradient && cut.loss == whole.loss, "\(workers) workers")
    }
  }
}

extension FastGradientTests {
  @Test(
    "A gradient that is applied in parts has the bits of one that is computed at once: inputs as they are, packed, and prefetched weights",
    arguments: InstructionSet.available)
  func parts(_ set: InstructionSet) throws {
    // AVX2 packs inputs from 384 outputs on, and prefetches weights from 1 M on.
    for hidden in [70, 2000] { try BFloat16GradientTests.checkParts(Kernels(set), hidden: hidden) }
  }
}

/// Forward and backward over a few examples, as a team of `workers` would go, one after the other.
struct FastRun {
  var loss: Double
  var gradient: Parameters
  var paddingIsZero: Bool

  init(
    _ plain: PlainNetwork, _ examples: PlainExamples, _ kernels: Kernels, _ form: InputForm, workers: Int = 1,
    byColumns: Bool = false
  ) {
    let topology = plain.topology
    let network = FastNetwork(topology, Parameters(plain), kernels: kernels)
    switch form {
    case .dense:
      self.init(network, DenseRows(examples), examples, DenseInput.self, workers: workers, byColumns: byColumns)
    case .masked:
      self.init(network, MaskedRows(examples), examples, MaskedInput.self, workers: workers, byColumns: byColumns)
    }
  }

  private init<Input: InputLayer>(
    _ network: FastNetwork, _ inputs: Input.Rows, _ examples: PlainExamples, _ type: Input.Type, workers: Int,
    byColumns: Bool
  ) {
    let topology = network.topology
    let count = examples.count
    let rows = TrainingRows(network.layout, capacity: count, inputBlocks: 1, targetWidth: topology.outputs)
    for row in 0..<count {
      for (index, value) in examples.targets[row].enumerated() {
        rows.targets.values.pointer[row * rows.targets.stride + index] = Float(value)
      }
    }
    let input = Input(network)
    let (forward, backward) = (ForwardPass(network), BackwardPass(network, rows: count))
    for worker in 0..<workers {
      let first = count * worker / workers
      let size = count * (worker + 1) / workers - first
      input.forward(
        inputs, into: rows.activations.product, first: first, count: size,
        columns: 0..<network.layout.layers[0].paddedOutputs)
      forward.forward(rows.activations, first: first, count: size)
      forward.evaluateOutput(rows, first: first, count: size)
      backward.backward(rows, first: first, count: size)
    }
    let sum = AlignedBuffer<Float>(count: network.layout.count)
    sum.elements.update(repeating: .nan)
    let density = Input.workDensity(Array(repeating: 0.5, count: topology.inputs))
    let shares =
      byColumns
      ? GradientSlice.columnSlices(of: network.layout, count: workers)
      : GradientSlice.slices(of: network.layout, count: workers, inputDensity: density)
    for share in shares {
      let scratch = GradientScratch(network)
      let first = Input.Gradient(network, rows: count, scratch: scratch, sources: 0)
      let others = LayerGradients(network, rows: count, scratch: scratch)
      for slice in share {
        others.accumulateBiases(slice, rows.signals, count: count, into: sum.pointer, adds: false)
        if slice.layer == 0 {
          first.accumulate(
            slice, inputs, delta: UnsafePointer(rows.signals.layers[0] + slice.firstColumn), count: count,
            into: sum.pointer, adds: false)
        } else {
          others.accumulateWeights(slice, rows, count: count, into: sum.pointer, adds: false)
        }
      }
    }
    loss = (0..<count).reduce(0) { $0 + Double(rows.metrics.losses.pointer[$1]) } / Double(count)
    gradient = network.layout.load(from: sum.pointer)
    for layer in gradient.layers.indices {
      for index in gradient.layers[layer].weight.indices { gradient.layers[layer].weight[index] /= Float(count) }
      for index in gradient.layers[layer].bias.indices { gradient.layers[layer].bias[index] /= Float(count) }
    }
    network.layout.store(Parameters.zeros(topology), to: sum.pointer)
    paddingIsZero = network.layout.regions.allSatisfy { region in
      sum.elements[region.offset..<(region.offset + region.count)].allSatisfy { $0 == 0 }
    }
  }
}

extension DenseRows {
  convenience init(_ examples: PlainExamples) {
    self.init(inputs: examples.inputs[0].count, capacity: examples.count)
    for (row, input) in examples.inputs.enumerated() {
      for (index, value) in input.enumerated() { values.pointer[row * stride + index] = Float(value) }
    }
  }
}

extension MaskedRows {
  convenience init(_ examples: PlainExamples) {
    self.init(.plain(examples.inputs[0].count), capacity: examples.count)
    for (row, input) in examples.inputs.enumerated() {
      var count = 0
      for (index, value) in input.enumerated() {
        if index % 64 == 0 { offsets.pointer[row * words + index / 64] = UInt32(count) }
        guard value != 0 else { continue }
        masks.pointer[row * words + index / 64] |= 1 << UInt64(index % 64)
        values.pointer[row * stride + count] = Float(value)
        count += 1
      }
    }
  }
}

extension Parameters {
  /// Zeros in a topology's shapes.
  static func zeros(_ topology: Topology) -> Parameters {
    Parameters.initial(topology: topology, initializer: .init(.constant(0)), seed: 0)
  }
}
