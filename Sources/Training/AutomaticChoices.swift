import Kernels
import Networks

/// What a run decides for itself where it is not told: functions of options, data, instruction set and cores, never of the clock.
enum AutomaticChoices {
  /// Masked where so few inputs are lit that leaving out the others pays: the masked kernels run at half the dense ones' rate.
  static func inputForm(_ density: InputDensity, topology: Topology) -> InputForm {
    density.mean < 0.4 ? .masked : .dense
  }

  /// As many workers as the step can feed: until another one costs as much at its barriers as it saves elsewhere. Of T/W + 2b·log2 W,
  /// with T a step of one worker and b a barrier, waiting for the latest included, the least is at W = T·ln 2/2b. One worker for 4 µs is b =
  /// 1.4 µs; Benchmarks/Growth.md has 1.8 where the cores are busy elsewhere too, and where they are not, two workers were 1.2 times as
  /// fast as one from steps of 3 µs on.
  static func workers(
    topology: Topology, batchSize: Int, density: Double, form: InputForm, instructionSet: InstructionSet, cores: Int
  ) -> Int {
    let seconds = stepSeconds(
      topology: topology, batchSize: batchSize, density: form == .masked ? density : nil, instructionSet: instructionSet
    )
    let worthwhile = Int(seconds / 4e-6)
    return max(1, min(cores, worthwhile, batchSize, WorkerTeam.largest))
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
      operations += Double(layer.inputs * columns * batchSize) * passes * share
    }
    return 2e-6 + operations / rate
  }

  /// `owned`. Milliseconds an epoch of MNIST, two workers, `owned` and `partial` in turns: 784-128-10 at batch 64 30 and 36, 256 28.6 and
  /// 26.9, 128 with Adam 40 and 40; 784-800-10 at 128 198 and 215. From batches of 256 on `partial` wins up to 6 %, less than runs differ here from
  /// one minute to the next, and `owned` has the same bits for any number of workers.
  static func strategy(topology: Topology, batchSize: Int, workers: Int) -> GradientStrategy { .owned }
}
