import KernelInterface
import Kernels
import Networks

/// Automatic values of options, which depend on the other options, data, instruction set and number of cores, never on
/// measured time. The constants come from the measurements in `Benchmarks/Records/2026-11-22-choices`; times in
/// comments are milliseconds per epoch of MNIST.
enum AutomaticChoices {
  /// Returns masked input if few inputs are nonzero. The threshold is below ½, since masked kernels run at about half
  /// the rate of dense ones.
  static func inputForm(density: Double) -> InputForm {
    density < 0.4 ? .masked : .dense
  }

  /// The input form of a run. A run in bfloat16 on tiles has dense input, which the matrix unit needs, if its first layer and
  /// batch are at least as large, and its samples about as dense, as those of the smallest step that was measured to be faster
  /// that way: 784-800-10 at batch 128, 510 µs and 950 µs in the fast and the slow mode of the host, masked in float32 1220 to
  /// 1300 µs (a sketch in C, Intel Xeon of model 207).
  static func inputForm(density: Double, topology: Topology, batchSize: Int, usesTiles: Bool) -> InputForm {
    usesTiles && density >= minimumDensityOnTiles && batchSize >= 128 && weights(topology.layers.prefix(1)) >= 784 * 800
      ? .dense : inputForm(density: density)
  }

  /// MNIST, which was measured, has a density of 0.19. A masked layer needs less time the fewer inputs are nonzero.
  private static let minimumDensityOnTiles = 0.15

  /// The precision of `--precision auto`: bfloat16 if its products run at twice the rate of float32, and batch and layers
  /// with dense input are large enough for these products to take most of a step.
  ///
  /// - Parameter isFaster: `Precision.isFasterInBFloat16`.
  static func precision(topology: Topology, batchSize: Int, form: InputForm, isFaster: Bool) -> Precision {
    let dense = topology.layers.dropFirst(form == .masked ? 1 : 0)
    return isFaster && batchSize >= minimumBFloat16BatchSize && weights(dense) >= minimumBFloat16Weights
      ? .bfloat16 : .float32
  }

  /// In Double, since products of widths can exceed 64 bits.
  private static func weights(_ layers: ArraySlice<Layer>) -> Double {
    layers.reduce(0) { $0 + Double($1.inputs) * Double($1.outputs) }
  }

  // The smallest batch, and the smallest number of weights in layers with dense input, for which `auto` chooses
  // bfloat16 (`Benchmarks/Records/2026-11-29-bfloat16`).
  private static let minimumBFloat16BatchSize = 64
  private static let minimumBFloat16Weights = 64.0 * 1024

  /// The layout of a masked first layer's inputs: one block, or two blocks that are summed separately, so that each of
  /// two workers can have one. Wide layers have one block: two workers divide them by columns, which is at least as
  /// fast. The layout does not depend on the number of workers, since the rounding of a sum depends on its blocks.
  /// Two workers, 784-128-10 at batch 16: 40 ms with two blocks, 55 ms with a division by rows.
  static func maskLayout(
    topology: Topology, strategy: GradientStrategy, inputDensity: [Float], shape: KernelShape
  ) -> MaskLayout {
    guard topology.inputs >= minimumDividedInputs else { return .plain(topology.inputs) }
    let halves = MaskLayout.halves(density: inputDensity)
    return strategy == .owned && isDivisible(topology, shape: shape) ? halves : halves.whole
  }

  /// True if `owned` sums a masked first layer in two blocks.
  private static func isDivisible(_ topology: Topology, shape: KernelShape) -> Bool {
    topology.inputs >= minimumDividedInputs && topology.layers.count > 1
      && StepDecision.panels(shape.padded(topology.layers[0].outputs), shape) < 2
        * StepDecision.minimumMaskedColumnPanels
  }

  /// Two mask words: narrower inputs are not worth dividing.
  private static let minimumDividedInputs = 128

  /// The number of workers W that minimizes the time of a step, T/W + 2b·log₂ W, where T is the time of a step with one
  /// worker and b that of a barrier, including the wait for the last worker. The minimum is at W = T·ln 2/2b. One
  /// worker per 4 µs corresponds to b = 1.4 µs (1.8 µs with busy cores, `Benchmarks/Growth.md`).
  ///
  /// Steps must be longer than the barriers of a second worker: 4-32-16-4 with 200 samples takes 2.6 times as long with
  /// two on an idle machine, and ten times beside other programs (`Benchmarks/Records/2026-11-29-short-steps`). A masked
  /// first layer in two blocks needs less; `partial`, which reduces gradients, more.
  ///
  /// - Parameters:
  ///   - strategy: the strategy, if it is fixed; nil if it is chosen automatically.
  ///   - isPacked: true if rows are packed before training, so that a block of the inputs can be read separately.
  static func workers(
    topology: Topology, batchSize: Int, strategy: GradientStrategy?, density: Double, form: InputForm, isPacked: Bool,
    kernels: Kernels, cores: Int
  ) -> Int {
    let seconds = stepSeconds(
      topology: topology, batchSize: batchSize, density: form == .masked ? density : nil,
      instructionSet: kernels.instructionSet)
    let isOwned = strategy != .partial
    let isDivided = isOwned && form == .masked && isPacked && isDivisible(topology, shape: kernels.shape)
    let leastForTwo = isDivided ? 7e-6 : isOwned ? 10e-6 : 20e-6
    let worthwhile = seconds < leastForTwo ? 1 : max(2, Int(min(seconds / 4e-6, Double(WorkerTeam.largest))))
    return min(cores, worthwhile, isDivided ? max(2, batchSize) : batchSize)
  }

  /// The estimated time of a step with one worker: its multiply-adds at the rate of the instruction set, plus 2 µs.
  static func stepSeconds(topology: Topology, batchSize: Int, density: Double?, instructionSet: InstructionSet)
    -> Double
  {
    let rate: Double =
      switch instructionSet {
      case .avx512, .amx: 200e9
      case .avx2: 100e9
      case .neon: 50e9
      case .portable: 40e9
      }
    var operations = 0.0
    for (index, layer) in topology.layers.enumerated() {
      // Masked products run at about half the rate of dense ones, on nonzero inputs alone. Finding a nonzero input
      // costs as much as about 80 columns.
      let isMasked = index == 0 && density != nil
      let share = isMasked ? 2 * (density ?? 1) : 1
      let columns = isMasked ? max(layer.outputs, 80) : layer.outputs
      let passes = index == 0 ? 4.0 : 6.0
      // In Double, since products of widths can exceed 64 bits.
      operations += Double(layer.inputs) * Double(columns) * Double(batchSize) * passes * share
    }
    return 2e-6 + operations / rate
  }

  /// The strategy with which workers exchange fewer bytes: error signals of the batch with `owned`, gradients with
  /// `partial`. Gradients are fewer for batches larger than parameters / (sum of layer widths): 737 samples for
  /// 784-128-10 (`Benchmarks/Growth.md`). One worker exchanges nothing and uses `owned`.
  static func strategy(topology: Topology, batchSize: Int, workers: Int) -> GradientStrategy {
    let widths = topology.layers.reduce(0) { $0 + $1.outputs }
    let isLarge =
      batchSize >= minimumPartialBatchSize && Double(batchSize) * Double(widths) > Double(topology.parameters)
    let bytes = Double(workers) * Double(topology.parameters) * Double(MemoryLayout<Float>.stride)
    return workers > 1 && isLarge && bytes <= partialBudget ? .partial : .owned
  }

  /// The smallest batch for `partial`. `owned` processes smaller batches in one chunk.
  private static let minimumPartialBatchSize = 512
  /// The largest size in bytes of all workers' gradients together.
  private static let partialBudget = Double(64 << 20)
}
