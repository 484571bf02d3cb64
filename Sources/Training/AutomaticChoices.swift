import KernelInterface
import Kernels
import Networks

/// What a run decides for itself where it is not told: functions of options, data, instruction set and cores, never of the clock.
enum AutomaticChoices {
  /// Masked where so few inputs are lit that leaving out the others pays: the masked kernels run at half the dense ones' rate.
  static func inputForm(density: Double) -> InputForm {
    density < 0.4 ? .masked : .dense
  }

  /// Where a masked first layer's inputs lie, and whether they are summed up in two parts, for two workers to have one each: not for layers so
  /// wide that two workers divide them by columns, which is as fast, or faster. Never a function of the workers: the bits of a sum
  /// depend on its parts.
  ///
  /// Milliseconds an epoch of MNIST, two workers, by parts and by rows: 784-128-10 at batch 1 113 and 234 (one worker 152), at 4 66 and 108, at
  /// 16 40 and 55, at 64 25.4 and 27.1, with Adam at 128 29.9 and 33.5; while the host had the processors far apart, 45 and 141 at 16.
  /// By parts and by columns, 784-256-10 equal, 784-800-10 148 and 153, or 222 and 205; 784-128-10 on AVX2 51 and 45.
  static func maskLayout(
    topology: Topology, strategy: GradientStrategy, inputDensity: [Float], shape: KernelShape
  ) -> MaskLayout {
    guard topology.inputs >= leastDividedInputs else { return .plain(topology.inputs) }
    let halves = MaskLayout.halves(density: inputDensity)
    return strategy == .owned && isDivisible(topology, shape: shape) ? halves : halves.whole
  }

  /// Whether a masked first layer is summed up in two parts where weights have owners.
  private static func isDivisible(_ topology: Topology, shape: KernelShape) -> Bool {
    topology.inputs >= leastDividedInputs && topology.layers.count > 1
      && StepDecision.panels(shape.padded(topology.layers[0].outputs), shape) < 2 * StepDecision.leastMaskedColumnPanels
  }

  /// Two words of a mask: below, a part is hardly worth a look.
  private static let leastDividedInputs = 128

  /// As many workers as the step can feed: until another one costs as much at its barriers as it saves elsewhere. Of T/W + 2b·log2 W,
  /// with T a step of one worker and b a barrier, waiting for the latest included, the least is at W = T·ln 2/2b. One worker for 4 µs is b =
  /// 1.4 µs; Benchmarks/Growth.md has 1.8 where the cores are busy elsewhere too.
  ///
  /// Two workers are worth it earlier where weights have owners, earliest where each has a part of the input, even of a single sample's.
  /// Milliseconds an epoch of MNIST, one worker and two: 784-128-10 at batch 1 152 and 113, at 2 149 and 103, at 4 105 and 66; 784-32-10 at
  /// 2 80 and 62, at 4 62 and 40; 784-10, by rows, at 4 53 and 35, at 8 50 and 31.
  /// With `partial`, whose gradients must be reduced, 784-128-10 at 16 took 70 at best and 56, but 107 where the cores were far apart.
  ///
  /// - Parameters:
  ///   - strategy: as asked for; nil where it is chosen.
  ///   - isPacked: whether rows are packed ahead, so that parts of them can be read.
  static func workers(
    topology: Topology, batchSize: Int, strategy: GradientStrategy?, density: Double, form: InputForm, isPacked: Bool,
    kernels: Kernels, cores: Int
  ) -> Int {
    let seconds = stepSeconds(
      topology: topology, batchSize: batchSize, density: form == .masked ? density : nil,
      instructionSet: kernels.instructionSet)
    let isOwned = strategy != .partial
    let isDivided = isOwned && form == .masked && isPacked && isDivisible(topology, shape: kernels.shape)
    let leastForTwo = isDivided ? 2.6e-6 : isOwned ? 3.8e-6 : 20e-6
    let worthwhile = seconds < leastForTwo ? 1 : max(2, Int(min(seconds / 4e-6, Double(WorkerTeam.largest))))
    return min(cores, worthwhile, isDivided ? max(2, batchSize) : batchSize)
  }

  /// About what a step takes one worker: its multiply-adds at the rate of the instruction set, and 2 µs whatever its size.
  static func stepSeconds(topology: Topology, batchSize: Int, density: Double?, instructionSet: InstructionSet)
    -> Double
  {
    let rate: Double =
      switch instructionSet {
      case .avx512: 200e9
      case .avx2: 100e9
      case .neon: 50e9
      case .portable: 40e9
      }
    var operations = 0.0
    for (index, layer) in topology.layers.enumerated() {
      // The masked products run at about half the dense ones' rate, on the lit inputs alone; finding an input lit costs as much as eighty
      // columns (784-10 took 0.46 µs a sample, 784-32-10 0.5, 784-128-10 0.75).
      let isMasked = index == 0 && density != nil
      let share = isMasked ? 2 * (density ?? 1) : 1
      let columns = isMasked ? max(layer.outputs, 80) : layer.outputs
      let passes = index == 0 ? 4.0 : 6.0
      // In Double, since widths multiply beyond 64 bits.
      operations += Double(layer.inputs) * Double(columns) * Double(batchSize) * passes * share
    }
    return 2e-6 + operations / rate
  }

  /// Whichever has fewer bytes to carry between the workers: `owned` passes a batch's error signals around, `partial` the gradient, which is
  /// less from batches of P / (sum of widths) on, 737 samples for 784-128-10 (Benchmarks/Growth.md). One worker carries nothing, and takes
  /// `owned`: 43.5 ms against 46.6 at batch 64, 46.0 against 44.6 at 1024.
  ///
  /// Milliseconds an epoch of MNIST, two workers, `owned` and `partial` in turns, the best of twenty. 784-128-10: batch 64 25.4 and 33.6, 256
  /// 25.5 and 24.9, 512 25.2 and 24.0, 4096 25.8 and 23.3. At 1024: 784-16-10 15.3 and 14.7, 784-300-100-10 97 and 90; earlier, medians:
  /// 784-10 12.6 and 11.8, 784-800-10 194 and 170, 784-256-128-10 78.6 and 76.7, 784-1000-500-10 equal.
  static func strategy(topology: Topology, batchSize: Int, workers: Int) -> GradientStrategy {
    let widths = topology.layers.reduce(0) { $0 + $1.outputs }
    let isLarge = batchSize >= leastPartialBatch && Double(batchSize) * Double(widths) > Double(topology.parameters)
    let bytes = Double(workers) * Double(topology.parameters) * Double(MemoryLayout<Float>.stride)
    return workers > 1 && isLarge && bytes <= partialBudget ? .partial : .owned
  }

  /// Up to here `owned` has all of a batch in hand.
  private static let leastPartialBatch = 512
  /// What all workers' gradients may take.
  private static let partialBudget = Double(64 << 20)
}
