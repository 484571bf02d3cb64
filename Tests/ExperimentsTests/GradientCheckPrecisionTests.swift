import Datasets
import KernelInterface
import Kernels
import KernelsAMXEmulated
import KernelsBFloat16Emulated
import Networks
import Testing
import Training

@testable import Experiments

/// On processors without products in bfloat16 these are emulated.
@Suite("Gradient check in bfloat16", .serialized)
struct GradientCheckPrecisionTests {
  private static let vectors = KernelsBFloat16Emulated.emulatedProducts
  private static let tiles = KernelsAMXEmulated.emulatedProducts

  private static func kernels(_ products: ProductKernels) -> Kernels {
    Kernels(Kernels(.portable), products: products, precision: .bfloat16)
  }

  private static let all =
    [vectors, tiles].map(kernels) + Precision.bfloat16Sets.map { Kernels($0, precision: .bfloat16) }

  private static func check(_ form: InputForm = .dense) -> GradientCheck {
    var check = GradientCheck()
    (check.regularization, check.workers, check.form) = (["l2": 0.3, "l1": 0.2], 2, form)
    return check
  }

  @Test(
    "agrees for every output, loss and hidden activation, with dropout or none, in turns on vectors and tiles",
    arguments: GradientSamples.outputs.indices)
  func agreement(index: Int) throws {
    let (output, loss) = GradientSamples.outputs[index]
    for (number, hidden) in Activation.hiddenChoices.enumerated() {
      let topology = try Topology(
        inputs: 40, hidden: [20, 18], outputs: 3, activations: [hidden], output: output, loss: loss,
        hasBiases: number % 2 == 0)
      let seed = UInt64(10 * index + number)
      let parameters = GradientSamples.parameters(topology, seed: seed, sigma: 0.2)
      let samples = GradientSamples.make(topology, count: 50, classes: number % 2 == 0 && index < 4, seed: seed)
      var check = Self.check()
      if number % 3 == 0 { check.dropout = [0.2, 0.4, 0.25] }
      let result = try check.run(
        topology, parameters, samples, kernels: Self.all[(index + number) % Self.all.count])
      #expect(result.agrees, "\(hidden) under \(output), \(loss), seed \(seed): \(result.tensors)")
      #expect(result.tensors.allSatisfy { $0.tolerance == 3 * 0x1p-6 })
    }
  }

  @Test("needs memory for the weights in bfloat16, too")
  func memory() throws {
    // More than any machine has.
    let topology = try Topology(inputs: 1 << 24, hidden: [1 << 24], outputs: 2)
    let needs = [Kernels(.portable)] + Self.all
    for (kernels, bytes) in zip(needs, [24.0] + Self.all.map { _ in 26 }) {
      let error = #expect(throws: TrainingError.self) { try GradientEvaluator.checkMemory(topology, kernels) }
      let needed: Double? = if case .memory(_, let needed, _, _)? = error { needed } else { nil }
      #expect(needed == bytes * Double(topology.parameters))
    }
  }

  @Test("agrees for a masked first layer, which stays float32", .enabled(if: !Precision.bfloat16Sets.isEmpty))
  func masked() throws {
    let topology = try Topology(inputs: 40, hidden: [20, 18], outputs: 3)
    for set in Precision.bfloat16Sets {
      let result = try Self.check(.masked).run(
        topology, GradientSamples.parameters(topology, seed: 3),
        GradientSamples.make(topology, count: 50, classes: true, seed: 3), kernels: Kernels(set, precision: .bfloat16))
      #expect(result.agrees, "\(set): \(result.tensors)")
    }
  }

  @Test("is far within its bounds for a network as wide as usual, and the gradient is not that of float32")
  func margin() throws {
    let topology = try Topology(inputs: 200, hidden: [128], outputs: 10)
    let parameters = GradientSamples.parameters(topology, seed: 4, sigma: 0.1)
    let samples = GradientSamples.make(topology, count: 200, classes: true, seed: 4)
    for kernels in Self.all {
      let result = try Self.check().run(topology, parameters, samples, kernels: kernels)
      #expect(result.tensors.allSatisfy { $0.worstRelativeError < $0.tolerance / 4 }, "\(result.tensors)")
      var exact = Self.check()
      exact.entries = 50
      let other = try exact.run(topology, parameters, samples) { (parameters, samples) throws(TrainingError) in
        try GradientEvaluator(FastNetwork(topology, parameters, kernels: kernels), samples, form: .dense, workers: 1)
          .evaluate(exact.regularization).gradient
      }
      #expect(other.tensors.contains { $0.worstRelativeError > 10 * GradientCheck.tolerance }, "\(other.tensors)")
    }
  }

  @Test(
    "agrees for several layers of relu, whose kinks rounded operands may cross", arguments: 1...8 as ClosedRange<UInt64>
  )
  func kinks(seed: UInt64) throws {
    let topology = try Topology(inputs: 100, hidden: [64, 48, 32], outputs: 10)
    let result = try Self.check().run(
      topology, GradientSamples.parameters(topology, seed: seed, sigma: 0.15),
      GradientSamples.make(topology, count: 200, classes: true, seed: seed),
      kernels: Self.all[Int(seed) % Self.all.count])
    #expect(result.agrees, "\(result.tensors)")
    #expect(result.tensors.allSatisfy { $0.entries >= 10 }, "\(result.tensors)")
  }

  /// Products that are broken in one way each.
  private static let broken: [(name: String, products: ProductKernels)] = [
    ("a product leaves out the last input", with { tiles.forward($0, $1, $2, $3, $4, $5, $6, $7 - 1, $8) }),
    ("a product leaves out the bias", with { tiles.forward($0, $1, $2, nil, $4, $5, $6, $7, $8) }),
    (
      "a gradient leaves out the last row",
      with(weightGradient: { tiles.weightGradient($0, $1, $2, $3, $4, $5, $6 - 1, $7, $8, $9) })
    ),
    (
      "a gradient's second tile of columns is the first",
      with(weightGradient: {
        tiles.weightGradient($0, $1, $2, $3, $4, $5, $6, $7, $8, $9)
        for number in 0..<($8 > 16 ? 32 * $7 : 0) where number % 32 >= 16 { $4[number] = $4[number - 16] }
      })
    ),
    (
      "the error signals of a unit are zero",
      with(errorSignal: {
        tiles.errorSignal($0, $1, $2, $3, $4, $5)
        for row in 0..<32 { $2[32 + row] = 0 }
      })
    ),
  ]

  private static func with(
    forward: ForwardKernel? = nil, weightGradient: WeightGradientKernel? = nil, errorSignal: ErrorSignalKernel? = nil
  ) -> ProductKernels {
    ProductKernels(
      shape: tiles.shape, forward: forward ?? tiles.forward, weightGradient: weightGradient ?? tiles.weightGradient,
      errorSignal: errorSignal ?? tiles.errorSignal, transposeWeights: tiles.transposeWeights,
      packColumns: tiles.packColumns, transposeToRows: tiles.transposeToRows,
      transposeToColumns: tiles.transposeToColumns, biasGradient: tiles.biasGradient, unpackedWidth: 0,
      packInputs: tiles.packInputs, roundWeights: tiles.roundWeights)
  }

  @Test("The gradient check finds broken products in bfloat16", arguments: broken.indices)
  func findsBrokenProducts(index: Int) throws {
    let topology = try Topology(inputs: 40, hidden: [20, 18], outputs: 3, activations: [.tanh])
    let (name, products) = Self.broken[index]
    var check = Self.check()
    // One of 32 samples is less than the bound.
    check.samples = 8
    func agrees(_ products: ProductKernels) throws -> Bool {
      try check.run(
        topology, GradientSamples.parameters(topology, seed: 5),
        GradientSamples.make(topology, count: 50, classes: true, seed: 5), kernels: Self.kernels(products)
      ).agrees
    }
    #expect(try agrees(Self.tiles) && !agrees(products), "\(name)")
  }
}
