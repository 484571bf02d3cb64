import KernelInterface
import Kernels
import KernelsAMXEmulated
import KernelsBFloat16Emulated
import Networks
import Optimizers
import Ranks
import Testing

@testable import Training

extension ParallelTraining {
  /// The copy of the weights in bfloat16 that updates keep for the products.
  @Suite("Parallel updates of rounded weights")
  struct ParallelRoundedWeightsTests {
    /// Steps of an engine with emulated products, which a trainer cannot have.
    struct Case: CustomTestStringConvertible, Sendable {
      var optimizer: String = "sgd"
      var strategy = GradientStrategy.owned
      var workers = 1
      /// Fewer than the workers, and these share one set of parameters and the threads.
      var cores = 3
      var ranks = 1
      var batch = 27
      var l2 = 0.0
      var clip: Double?
      var maxNorm: Double?
      var averageEvery: Int?
      var noiseInterval: Int?
      /// 1 as with a masked first layer; the emulated products have no masked kernels of their shape.
      var firstRoundedLayer = 0

      var testDescription: String {
        "\(optimizer), \(strategy), \(workers) workers, \(cores) cores, \(ranks) ranks, batch \(batch), l2 \(l2), clip \(clip ?? 0), maxNorm \(maxNorm ?? 0), averageEvery \(averageEvery ?? 0), noise \(noiseInterval ?? 0)"
      }

      func configuration() throws -> TrainingConfiguration {
        let optimizer = try OptimizerCatalog.type(named: optimizer).make()
        return TrainingConfiguration {
          $0.optimizer = optimizer
          $0.l2 = l2
          $0.clipNorm = clip
          $0.maxNorm = maxNorm
          $0.averageEvery = averageEvery
          $0.gradientNoiseInterval = noiseInterval
          $0.batchSize = .samples(batch, for: optimizer)
          $0.workers = workers
          $0.gradients = strategy
          $0.input = .dense
        }
      }
    }

    static let cases: [Case] =
      OptimizerCatalog.standardNames.flatMap { name in
        [Case(optimizer: name), Case(optimizer: name, strategy: .partial, workers: 3)]
      } + [
        Case(workers: 2), Case(workers: 3, l2: 0.3), Case(optimizer: "adam", workers: 3, clip: 0.05),
        Case(workers: 2, maxNorm: 0.4), Case(strategy: .partial, workers: 3, cores: 1, maxNorm: 0.4),
        Case(strategy: .partial, workers: 2, clip: 0.05, maxNorm: 0.4),
        Case(strategy: .partial, workers: 2, noiseInterval: 2), Case(workers: 2, batch: 1),
        // More rows than a chunk.
        Case(workers: 2, batch: 600), Case(strategy: .partial, workers: 2, batch: 600),
        Case(ranks: 2), Case(workers: 2, ranks: 3, clip: 0.05, maxNorm: 0.4),
        Case(optimizer: "adam", strategy: .partial, workers: 2, ranks: 2, maxNorm: 0.4),
        Case(strategy: .partial, ranks: 2, averageEvery: 2),
      ]

    private static let vectors = KernelsBFloat16Emulated.emulatedProducts
    private static let tiles = KernelsAMXEmulated.emulatedProducts

    /// Each emulation, and the same products with all weights rounded in every call, which need no copy.
    private static let products: [(copies: ProductKernels, rounding: ProductKernels)] = [
      (
        vectors,
        rounding(
          vectors,
          forward: { x, xStride, w, b, z, zStride, rows, inputs, outputs in
            withRounded(w, inputs * outputs, vectors) {
              vectors.forward(x, xStride, $0, b, z, zStride, rows, inputs, outputs)
            }
          },
          errorSignal: { w, delta, result, rows, inputs, outputs in
            withRounded(w, inputs * outputs, vectors) { vectors.errorSignal($0, delta, result, rows, inputs, outputs) }
          })
      ),
      (
        tiles,
        rounding(
          tiles,
          forward: { x, xStride, w, b, z, zStride, rows, inputs, outputs in
            withRounded(w, inputs * outputs, tiles) {
              tiles.forward(x, xStride, $0, b, z, zStride, rows, inputs, outputs)
            }
          },
          errorSignal: { w, delta, result, rows, inputs, outputs in
            withRounded(w, inputs * outputs, tiles) { tiles.errorSignal($0, delta, result, rows, inputs, outputs) }
          })
      ),
    ]

    private static func withRounded(
      _ weights: WeightNumbers, _ count: Int, _ products: ProductKernels, _ body: (WeightNumbers) -> Void
    ) {
      let rounded = AlignedBuffer<UInt16>(count: count)
      products.roundWeights?(weights.assumingMemoryBound(to: Float.self), rounded.pointer, count)
      body(rounded.pointer)
    }

    private static func rounding(
      _ products: ProductKernels, forward: @escaping ForwardKernel, errorSignal: @escaping ErrorSignalKernel
    ) -> ProductKernels {
      ProductKernels(
        shape: products.shape, forward: forward, weightGradient: products.weightGradient, errorSignal: errorSignal,
        transposeWeights: products.transposeWeights, packColumns: products.packColumns,
        transposeToRows: products.transposeToRows, transposeToColumns: products.transposeToColumns,
        biasGradient: products.biasGradient, unpackedWidth: 0, packInputs: products.packInputs)
    }

    /// A network after two epochs of a case, which begin at parameters that are set after its initial ones.
    private static func trained(
      _ one: Case, _ topology: Topology, _ products: ProductKernels, _ ranks: RankGroup?
    ) throws -> FastNetwork {
      let kernels = Kernels(Kernels(.portable), products: products, precision: .bfloat16)
      let network = FastNetwork(topology, .small(topology, seed: 3), kernels: kernels)
      network.set(.small(topology, seed: 2))
      let configuration = try one.configuration()
      let samples = SmallData(
        samples: one.batch > 100 ? 700 : 61, width: topology.inputs, outputs: topology.outputs,
        classes: topology.outputs, seed: 9
      ).samples
      var choices = TrainingChoices(configuration, topology: topology, training: samples)
      choices.precision = .bfloat16
      var plan = StepPlan(configuration, choices, samples: samples.count, cores: one.cores, ranks: ranks)
      if one.averageEvery != nil { plan.divideBatches(among: one.ranks) }
      plan.firstRoundedLayer = one.firstRoundedLayer
      let engine = StepEngine(
        network, InputReader(samples, form: .dense, kernels: kernels, packsAhead: false),
        TargetReader(samples, topology), plan, density: InputDensity(samples))
      let averaging = RankAveraging(engine, ranks, interval: one.averageEvery, average: nil)
      let steps = plan.batches.steps
      let order = AlignedBuffer((0..<Int32(samples.count)).map { $0 })
      for epoch in 0..<2 {
        let range = StepRange(
          order: order.pointer, batches: plan.batches, epoch: epoch, firstStep: epoch * steps, steps: 0..<steps,
          measures: StepMeasures(
            normStep: steps - 1, allNorms: one.clip != nil, noiseInterval: plan.noiseInterval))
        #expect((averaging?.run(range) ?? engine.run(range)).interruption == .none)
      }
      return network
    }

    /// The networks of all ranks.
    private static func trained(_ one: Case, _ topology: Topology, _ products: ProductKernels) throws -> [FastNetwork] {
      if one.ranks == 1 { return [try trained(one, topology, products, nil)] }
      return try onRanks(one.ranks) { try trained(one, topology, products, $0) }
    }

    @Test(
      "Rounded weights are those of the parameters after any step, and training has the bits of products that round all weights",
      arguments: cases.thinned(4))
    func copies(one: Case) throws {
      // Odd inputs, which have no partner in a pair, and narrow last panels; outputs of one panel and of several.
      for sizes in one.batch > 100 ? [[31, 35, 3]] : [[33, 70, 9, 4], [5, 49, 130, 17]] {
        let topology = try Topology(
          inputs: sizes[0], hidden: Array(sizes.dropFirst().dropLast()), outputs: sizes[sizes.count - 1])
        for (copies, rounding) in Self.products {
          let expected = try Self.trained(one, topology, rounding)[0].parameters()
          #expect(expected != .small(topology, seed: 2))
          for network in try Self.trained(one, topology, copies) {
            #expect(network.parameters().bits == expected.bits, "\(sizes), tiles of \(copies.shape.tileRows)")
            let wrong = Self.wrong(network)
            #expect(wrong.isEmpty, "\(sizes): \(wrong.count) rounded weights are others, the first at \(wrong[0])")
          }
        }
      }
    }

    @Test(
      "Steps with a masked first layer do not write its rounded weights, which nothing reads",
      arguments: [
        Case(optimizer: "adam", firstRoundedLayer: 1), Case(strategy: .partial, workers: 3, firstRoundedLayer: 1),
        Case(optimizer: "momentum", workers: 3, clip: 0.05, maxNorm: 0.4, firstRoundedLayer: 1),
        Case(optimizer: "adam", workers: 2, ranks: 2, firstRoundedLayer: 1),
        Case(strategy: .partial, ranks: 2, averageEvery: 2, firstRoundedLayer: 1),
      ])
    func maskedFirstLayer(one: Case) throws {
      let topology = try Topology(inputs: 33, hidden: [70, 9], outputs: 4)
      for (copies, _) in Self.products {
        for network in try Self.trained(one, topology, copies) {
          let initial = FastNetwork(topology, .small(topology, seed: 2), kernels: network.kernels)
          let first = 0..<network.layout.layers[1].weights
          #expect(first.contains { network.buffer.pointer[$0] != initial.buffer.pointer[$0] })
          #expect(first.allSatisfy { network.rounded.pointer[$0] == initial.rounded.pointer[$0] })
          #expect(Self.wrong(network).allSatisfy(first.contains))
        }
      }
    }

    @Test("Rounded weights follow a network that shares the parameters, and those of a masked first layer its range")
    func shared() throws {
      let topology = try Topology(inputs: 33, hidden: [70, 9], outputs: 4)
      for (copies, rounding) in Self.products {
        let kernels = Kernels(Kernels(.portable), products: copies, precision: .bfloat16)
        let network = FastNetwork(topology, .small(topology, seed: 3), kernels: kernels)
        // In float32 as far as the parameters are concerned.
        let plain = Kernels(Kernels(.portable), products: rounding, precision: .float32)
        network.sharingParameters(with: plain).set(.small(topology, seed: 2))
        #expect(network.parameters() == .small(topology, seed: 2))
        #expect(Self.wrong(network).isEmpty)
        let first = network.layout.layers[0]
        for index in 0..<first.weightCount { network.buffer.pointer[first.weights + index] += 1 }
        #expect(!Self.wrong(network).isEmpty)
        network.roundFirstLayer()
        #expect(Self.wrong(network).isEmpty)
      }
    }

    /// The indices of rounded weights that are not those of the parameters.
    private static func wrong(_ network: FastNetwork) -> [Int] {
      network.layout.regions.filter(\.isWeights).flatMap { region in
        (region.offset..<(region.offset + region.count)).filter {
          network.rounded.pointer[$0] != nearest(network.buffer.pointer[$0])
        }
      }
    }

    /// The bits of the nearest bfloat16 number, the even one of two, for normal and finite numbers and zero.
    private static func nearest(_ x: Float) -> UInt16 {
      let below = Float(bitPattern: x.bitPattern & 0xffff_0000)
      let above = Float(bitPattern: (x.bitPattern & 0xffff_0000) &+ 0x1_0000)
      let (down, up) = ((x - below).magnitude, (above - x).magnitude)
      let isUp = up < down || up == down && below.bitPattern >> 16 & 1 == 1
      return UInt16((isUp ? above : below).bitPattern >> 16)
    }
  }
}
