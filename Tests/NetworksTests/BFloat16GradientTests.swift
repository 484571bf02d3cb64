import KernelInterface
import Kernels
import KernelsAMXEmulated
import KernelsBFloat16Emulated
import Networks
import Random
import Testing

@Suite("Forward and backward pass with operands in bfloat16")
struct BFloat16GradientTests {
  /// The tables of the processor, if it has products in bfloat16, and the emulated ones, which have no masked products.
  static let tables =
    Precision.bfloat16Sets.flatMap { set in InputForm.allCases.map { (Kernels(set, precision: .bfloat16), $0) } }
    + emulated.map { ($0, InputForm.dense) }

  static let emulated = [KernelsBFloat16Emulated.emulatedProducts, KernelsAMXEmulated.emulatedProducts].map {
    Kernels(Kernels(.portable), products: $0, precision: .bfloat16)
  }

  @Test(
    "Losses and gradients lie near those of the float64 reference: some roundings of 2⁻⁸ each",
    arguments: FastGradientTests.reference.cases)
  func agreesWithReference(_ reference: GradientReference.Case) throws {
    let (plain, examples) = try FastGradientTests.reference.setUp(
      arch: reference.arch, hidden: reference.hidden, output: reference.output, loss: reference.loss,
      target: reference.target)
    let expected = plain.gradient(examples)
    for (kernels, form) in Self.tables {
      let run = FastRun(plain, examples, kernels, form)
      var worst = worstRelativeError([run.loss], [expected.loss])
      for layer in expected.weights.indices {
        let numbers = run.gradient.layers[layer]
        worst = max(worst, worstRelativeError(numbers.weight.map(Double.init), expected.weights[layer], floor: 1e-3))
        worst = max(worst, worstRelativeError(numbers.bias.map(Double.init), expected.biases[layer], floor: 1e-3))
      }
      // Two operands of a product for each layer forward, and again backward, whose errors add up; twice that, since
      // terms cancel in sums.
      let bound = 2 * Double(4 * plain.topology.layers.count + 2) * 0x1p-8
      #expect(worst < bound, "\(reference.id), \(kernels.instructionSet), \(form)")
      #expect(run.paddingIsZero, "\(reference.id), \(kernels.instructionSet), \(form): the gradient's padding")
    }
  }

  @Test("Activations, error signals and gradients have the same bits in any shard and division of the network")
  func cuts() throws {
    for index in 0..<4 {
      var source = RandomSource(seed: 5, purpose: .sampling, index: UInt64(index))
      let count = 70
      let topology = try source.topology(widest: 60)
      let plain = PlainNetwork(topology: topology, parameters: source.parameters(topology))
      let inputs = (0..<count).map { _ in (0..<topology.inputs).map { _ in Double(Float(source.uniform())) } }
      let targets = (0..<count).map { _ in (0..<topology.outputs).map { _ in Double(Float(source.uniform())) } }
      let examples = PlainExamples(inputs: inputs, targets: targets)
      for (kernels, form) in Self.tables {
        let whole = FastRun(plain, examples, kernels, form)
        for workers in [2, 3, 8] {
          for byColumns in [false, true] {
            let cut = FastRun(plain, examples, kernels, form, workers: workers, byColumns: byColumns)
            #expect(
              cut.gradient == whole.gradient && cut.loss == whole.loss,
              "seed 5, case \(index), \(topology), \(kernels.instructionSet), \(form), \(workers) workers, by columns \(byColumns)"
            )
          }
        }
      }
    }
  }

  @Test(
    "A gradient that is applied in parts has the bits of one that is computed at once, for outputs of many panels",
    arguments: emulated.indices)
  func parts(index: Int) throws { try Self.checkParts(Self.emulated[index], hidden: 70) }

  /// Compares weights after an update with those of a gradient that is computed at once, for a layer of 530 outputs.
  static func checkParts(_ kernels: Kernels, hidden: Int) throws {
    let topology = try Topology(inputs: 2, hidden: [hidden], outputs: 530, output: .identity)
    let network = FastNetwork(topology, .zeros(topology), kernels: kernels)
    let layout = network.layout
    let count = 45
    let rows = TrainingRows(layout, capacity: count, inputBlocks: 1, targetWidth: topology.outputs)
    var source = RandomSource(seed: 6, purpose: .sampling)
    for index in 0..<(count * layout.layers[0].paddedOutputs) {
      rows.activations.layers[0][index] = Float(source.normal())
    }
    for index in 0..<(count * layout.layers[1].paddedOutputs) { rows.signals.layers[1][index] = Float(source.normal()) }
    let gradients = LayerGradients(network, rows: count, scratch: GradientScratch(network))
    let whole = AlignedBuffer<Float>(count: layout.count)
    let step = PlainStep(network)
    for slice in GradientSlice.all(of: layout) where slice.layer == 1 {
      gradients.accumulateWeights(slice, rows, count: count, into: whole.pointer, adds: false)
      withExtendedLifetime(step) { gradients.updateWeights(slice, rows, count: count, by: step.update) }
    }
    let weights = layout.layers[1].weights..<layout.layers[1].biases
    #expect(whole.elements[weights].contains { $0 != 0 })
    let factor = PlainStep.learningRate * PlainStep.scale
    let wrong = weights.filter { network.buffer.pointer[$0] != -factor * whole.pointer[$0] }
    #expect(wrong.isEmpty, "\(wrong.count) weights, the first at \(wrong[0] - weights.lowerBound)")
  }

  @Test("Slices for tiles begin at whole blocks of inputs, whatever the number of workers", arguments: [1, 2, 3, 8])
  func slices(workers: Int) throws {
    let topology = try Topology(inputs: 784, hidden: [128, 100], outputs: 10)
    for kernels in Self.emulated {
      let layout = ParameterLayout(topology, shape: kernels.shape)
      let slices = GradientSlice.slices(of: layout, count: workers, inputDensity: nil).flatMap(\.self)
      #expect(FastSliceTests.isCoveredOnce(slices, layout))
      // Twelve rows of a register tile, or two tiles of a matrix unit.
      let block = kernels.products.shape.tileRows == 12 ? 12 : 32
      #expect(slices.allSatisfy { $0.firstInput % block == 0 })
    }
    #expect(Self.emulated.map(\.shape.tileRows) == [12, 32])
  }
}
