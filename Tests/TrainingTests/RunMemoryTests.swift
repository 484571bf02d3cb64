import Kernels
import Networks
import Testing

@testable import Training

@Suite("Memory of a run")
struct RunMemoryTests {
  private static func choices(_ gradients: GradientStrategy, workers: Int) -> TrainingChoices {
    TrainingChoices(
      workers: workers, gradients: gradients, input: .dense, instructionSet: .portable, batchSize: 64,
      stepsPerEpoch: 1, inputDensity: 1)
  }

  @Test("what a network takes is told without overflow, and grows with workers only where each has a gradient")
  func need() throws {
    let widest = Topology.largestWidth
    let topology = try Topology(inputs: widest, hidden: [widest, widest], outputs: 2)
    let need = RunMemory.need(topology, choices: Self.choices(.owned, workers: 1), stateCount: 2, cores: 2)
    #expect(need.isFinite && need > 1e15)
    #expect(throws: TrainingError.self) { try RunMemory.check(need, widths: topology.widths) }
    let small = try Topology(inputs: 784, hidden: [128], outputs: 10)
    func bytes(_ gradients: GradientStrategy, _ workers: Int) -> Double {
      RunMemory.need(small, choices: Self.choices(gradients, workers: workers), stateCount: 0, cores: 2)
    }
    #expect(bytes(.owned, 1) == bytes(.owned, 8))
    #expect(bytes(.partial, 8) > bytes(.partial, 1) + 7 * 4 * 101_770)
    // Within the cores each other worker also has a copy of the parameters.
    #expect(bytes(.partial, 2) > bytes(.partial, 1) + 2 * 4 * 101_770)
    #expect(bytes(.owned, 2) > 3 * 4 * 101_770 && bytes(.owned, 2) < 4e6)
    // Rows that are in hand at once are as many as the batch has, up to 512.
    var choices = Self.choices(.owned, workers: 1)
    choices.batchSize = 100_000
    let large = RunMemory.need(small, choices: choices, stateCount: 0, cores: 2)
    #expect(large - bytes(.owned, 1) > Double(512 - 64) * 4 * (784 + 2 * 138))
  }
}
