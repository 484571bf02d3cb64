import Kernels
import Networks
import Testing

@testable import Training

@Suite("Automatic choices")
struct AutomaticChoicesTests {
  @Test(
    "Several workers reduce gradients where a batch's error signals are more to carry, within a bound of memory",
    arguments: [
      ([784, 128, 10], 64, 2, GradientStrategy.owned),
      // 101770 parameters and widths of 138: 737.5 samples.
      ([784, 128, 10], 737, 2, .owned),
      ([784, 128, 10], 738, 2, .partial),
      ([784, 128, 10], 60000, 8, .partial),
      ([784, 128, 10], 60000, 1, .owned),
      // Three to a sample, but the buffers hold all of a batch.
      ([2, 2, 1], 511, 2, .owned),
      ([2, 2, 1], 512, 2, .partial),
      // 48 MB of parameters.
      ([784, 2500, 2000, 1500, 1000, 500, 10], 60000, 2, .owned),
      ([784, 800, 10], 1024, 26, .partial),
      ([784, 800, 10], 1024, 27, .owned),
    ])
  func strategy(widths: [Int], batchSize: Int, workers: Int, expected: GradientStrategy) throws {
    let topology = try Topology(
      inputs: widths[0], hidden: Array(widths.dropFirst().dropLast()), outputs: widths[widths.count - 1],
      output: widths[widths.count - 1] == 1 ? .sigmoid : .softmax)
    #expect(AutomaticChoices.strategy(topology: topology, batchSize: batchSize, workers: workers) == expected)
  }

  @Test("A choice is the configuration's, else that of the run that is resumed, else automatic")
  func precedence() throws {
    let topology = try Topology(inputs: 5, hidden: [4], outputs: 3)
    let samples = SmallData(samples: 20, width: 5, outputs: 3, classes: 3, seed: 1).samples
    func choices(
      resuming earlier: TrainingChoices?, _ change: (inout TrainingConfiguration) -> Void = { _ in }
    ) -> TrainingChoices {
      var configuration = TrainingConfiguration()
      configuration.precision = nil
      change(&configuration)
      return TrainingChoices(
        configuration, earlier: earlier, topology: topology, samples: samples, density: 0.9, cores: 1)
    }
    let automatic = choices(resuming: nil)
    #expect(automatic.input == .dense && automatic.workers == 1 && automatic.precision == .float32)
    var earlier = automatic
    (earlier.input, earlier.workers, earlier.instructionSet) = (.masked, 3, .portable)
    (earlier.gradients, earlier.precision) = (automatic.gradients == .owned ? .partial : .owned, .bfloat16)
    #expect(choices(resuming: earlier) == earlier)
    let configured = choices(resuming: earlier) {
      ($0.input, $0.workers, $0.instructionSet) = (automatic.input, automatic.workers, automatic.instructionSet)
      ($0.gradients, $0.precision) = (automatic.gradients, automatic.precision)
    }
    #expect(configured == automatic)
  }

  @Test("The instruction set that is named is the one that runs: float32 has no products on the matrix unit")
  func tiles() throws {
    let topology = try Topology(inputs: 5, hidden: [4], outputs: 3)
    let samples = SmallData(samples: 20, width: 5, outputs: 3, classes: 3, seed: 1).samples
    let configuration = TrainingConfiguration {
      ($0.instructionSet, $0.precision) = (.amx, .float32)
      $0.batchSize = .samples(4)
    }
    let choices = TrainingChoices(configuration, topology: topology, training: samples)
    #expect(choices.instructionSet == InstructionSet.available[0] && choices.precision == .float32)
  }

  @Test(
    "A run that resumes on other ranks keeps its shards where a team can have that many workers",
    arguments: [
      (128, 2, 4, 64), (128, 2, 2, 128), (64, 2, 1, 128), (128, 2, 1, nil), (3, 2, 4, nil),
    ] as [(Int, Int, Int, Int?)])
  func workersOnRanks(workers: Int, ranks: Int, now: Int, expected: Int?) throws {
    let samples = SmallData(samples: 20, width: 5, outputs: 3, classes: 3, seed: 1).samples
    var choices = try TrainingChoices(
      TrainingConfiguration(), topology: Topology(inputs: 5, hidden: [4], outputs: 3), training: samples)
    (choices.workers, choices.ranks) = (workers, ranks)
    #expect(choices.workers(onRanks: now) == expected)
  }

  @Test("Workers of a resumed run that cannot be those before are chosen for its strategy")
  func workersOfStrategy() throws {
    // A step of about 13 µs, which is worth a second worker with `owned`, and not with `partial`.
    let topology = try Topology(inputs: 100, hidden: [50], outputs: 10)
    let samples = SmallData(samples: 20, width: 100, outputs: 10, classes: 10, seed: 1).samples
    let configuration = TrainingConfiguration { ($0.instructionSet, $0.input) = (.portable, .dense) }
    func workers(_ strategy: GradientStrategy) -> Int {
      var earlier = TrainingChoices(configuration, topology: topology, training: samples)
      // More shards than one team can have.
      (earlier.workers, earlier.ranks, earlier.gradients) = (WorkerTeam.largest, 2, strategy)
      return TrainingChoices(
        configuration, earlier: earlier, topology: topology, samples: samples, density: 1, cores: 8
      ).workers
    }
    #expect(workers(.partial) == 1 && workers(.owned) == 3)
  }

  @Test(
    "Workers are as many as a step can feed: one for short steps, all cores for large ones, a team's most beyond",
    arguments: InstructionSet.available)
  func workers(set: InstructionSet) throws {
    let topology = try Topology(inputs: 784, hidden: [56], outputs: 10)
    func workers(
      _ batchSize: Int, cores: Int, _ strategy: GradientStrategy? = nil, _ form: InputForm = .masked,
      _ other: Topology? = nil, isPacked: Bool = true
    ) -> Int {
      AutomaticChoices.workers(
        topology: other ?? topology, batchSize: batchSize, strategy: strategy, density: 0.3, form: form,
        isPacked: isPacked, kernels: Kernels(set), cores: cores)
    }
    #expect(workers(1, cores: 64) == 1 && workers(16, cores: 64) > 1 && workers(16, cores: 1) == 1)
    #expect(workers(1, cores: 2, .partial) == 1 && workers(1, cores: 2, nil, .dense) == 1)
    let small = try Topology(inputs: 4, hidden: [32, 16], outputs: 4)
    #expect(
      ![.avx512, .avx2].contains(set) || workers(200, cores: 2, nil, .dense, small) == 1,
      "its barriers cost more than its products")
    #expect(workers(1, cores: 2, nil, .dense, try Topology(inputs: 2, hidden: [2], outputs: 1)) == 1)
    #expect(workers(64, cores: 2) == 2)
    #expect(workers(64, cores: 1) == 1)
    #expect(workers(60000, cores: 64) == 64)
    #expect(workers(60000, cores: 4096) == WorkerTeam.largest)
    let growing = (0...16).map { workers(1 << $0, cores: 64) }
    #expect(growing == growing.sorted() && Set(growing).count > 3, "\(growing)")
  }

  @Test(
    "bfloat16 is chosen for large dense layers alone, where the processor is faster in it",
    arguments: [
      ([784, 2500, 2000, 10], 256, InputForm.masked, true), ([784, 2500, 2000, 10], 16, .masked, false),
      ([784, 800, 10], 128, .dense, true), ([784, 800, 10], 128, .masked, false), ([20, 30, 3], 256, .dense, false),
    ])
  func precision(widths: [Int], batchSize: Int, form: InputForm, isLarge: Bool) throws {
    let topology = try Topology(
      inputs: widths[0], hidden: Array(widths.dropFirst().dropLast()), outputs: widths[widths.count - 1])
    func choice(isFaster: Bool) -> Precision {
      AutomaticChoices.precision(topology: topology, batchSize: batchSize, form: form, isFaster: isFaster)
    }
    #expect(choice(isFaster: true) == (isLarge ? .bfloat16 : .float32))
    #expect(choice(isFaster: false) == .float32)
  }

  @Test("No precision is chosen that was not measured: on vectors it is that of AMD's Zen 4, on a matrix unit float32")
  func unmeasured() throws {
    for set in InstructionSet.allCases where set != .avx512 { #expect(!Precision.isFasterInBFloat16(with: set)) }
    let topology = try Topology(inputs: 784, hidden: [2500, 2000], outputs: 3)
    let samples = SmallData(samples: 300, width: 784, outputs: 3, classes: 3, seed: 1).samples
    for set in [nil] + InstructionSet.usable.map(Optional.some) {
      let configuration = TrainingConfiguration {
        ($0.instructionSet, $0.precision) = (set, nil)
        $0.batchSize = .samples(256)
      }
      let choices = TrainingChoices(configuration, topology: topology, training: samples)
      let isFaster = Precision.isFasterInBFloat16(with: set ?? InstructionSet.available[0])
      #expect(choices.precision == (isFaster ? .bfloat16 : .float32), "\(set.debugDescription)")
      #expect(choices.instructionSet != .amx, "\(set.debugDescription)")
    }
  }

  @Test(
    "A run in bfloat16 on a matrix unit has dense input where layer and batch are large, and few inputs are zero",
    arguments: [
      ([784, 2500, 2000, 10], 256, true), ([784, 800, 10], 128, true), ([784, 800, 10], 127, false),
      ([784, 128, 10], 64, false), ([783, 800, 10], 128, false),
    ])
  func inputOnTiles(widths: [Int], batchSize: Int, isDense: Bool) throws {
    let topology = try Topology(
      inputs: widths[0], hidden: Array(widths.dropFirst().dropLast()), outputs: widths[widths.count - 1])
    func form(_ density: Double, usesTiles: Bool) -> InputForm {
      AutomaticChoices.inputForm(density: density, topology: topology, batchSize: batchSize, usesTiles: usesTiles)
    }
    #expect(form(0.2, usesTiles: true) == (isDense ? .dense : .masked))
    #expect(form(0.2, usesTiles: false) == .masked && form(0.5, usesTiles: true) == .dense)
    #expect(form(0.01, usesTiles: true) == .masked)
  }
}
