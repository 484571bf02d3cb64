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
              "seed 4, case \(index), \(topology.widths), \(form), \(workers) workers, by columns \(byColumns)")
          }
        }
      }
    }
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
    let parameters = Parameters(
      layers: zip(plain.weights, plain.biases).map { .init(weight: $0.map { Float($0) }, bias: $1.map { Float($0) }) })
    let network = FastNetwork(topology, parameters, kernels: kernels)
    let count = examples.count
    let rows = RowBuffers(network.layout, capacity: count, form: form, targetWidth: topology.outputs, trains: true)
    for row in 0..<count { Self.fill(rows, row, examples.inputs[row], examples.targets[row]) }
    let pass = ShardPass(network, rows: count, trains: true)
    for worker in 0..<workers {
      let first = count * worker / workers
      let size = count * (worker + 1) / workers - first
      pass.forward(rows, first: first, count: size)
      pass.settle(rows, first: first, count: size, hasTargets: true)
      pass.backward(rows, first: first, count: size)
    }
    let sum = AlignedBuffer<Float>(count: network.layout.count)
    sum.elements.update(repeating: .nan)
    let density: [Float]? = form == .masked ? Array(repeating: 0.5, count: topology.inputs) : nil
    let shares =
      byColumns
      ? GradientSlice.columnShares(of: network.layout, workers: workers)
      : GradientSlice.shares(of: network.layout, workers: workers, inputDensity: density)
    for share in shares {
      let gradients = GradientPass(network, rows: count, form: form)
      for slice in share { gradients.accumulate(slice, rows, first: 0, count: count, into: sum.pointer, adds: false) }
    }
    loss = (0..<count).reduce(0) { $0 + Double(rows.losses.pointer[$1]) } / Double(count)
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

  private static func fill(_ rows: RowBuffers, _ row: Int, _ input: [Double], _ target: [Double]) {
    let place = rows.input.pointer + row * rows.inputStride
    var count = 0
    for (index, value) in input.enumerated() {
      switch rows.form {
      case .dense: place[index] = Float(value)
      case .masked:
        if index % 64 == 0 { rows.offsets.pointer[row * rows.words + index / 64] = UInt32(count) }
        guard value != 0 else { continue }
        rows.masks.pointer[row * rows.words + index / 64] |= 1 << UInt64(index % 64)
        place[count] = Float(value)
        count += 1
      }
    }
    for (index, value) in target.enumerated() { rows.targets.pointer[row * rows.targetStride + index] = Float(value) }
  }
}

extension Parameters {
  /// Zeros in a topology's shapes.
  static func zeros(_ topology: Topology) -> Parameters {
    Parameters.initial(topology: topology, initializer: .init(.constant(0)), seed: 0)
  }
}
