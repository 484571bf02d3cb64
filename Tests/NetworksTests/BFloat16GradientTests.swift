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
              "seed 5, case \(index), \(topology.widths), \(kernels.instructionSet), \(form), \(workers) workers, by columns \(byColumns)"
            )
          }
        }
      }
    }
  }
}
