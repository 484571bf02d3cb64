import Foundation
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

  @Test("the least of free memory and the container's limit holds")
  func limit() throws {
    let root = FileManager.default.temporaryDirectory.appendingPathComponent("descent-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: root) }
    func write(_ name: String, _ text: String) throws {
      let file = root.appendingPathComponent(name)
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try text.write(to: file, atomically: false, encoding: .utf8)
    }
    try write("proc/meminfo", "MemTotal:  2000 kB\nMemAvailable:    1000 kB\n")
    #expect(RunMemory.limit(root: root.path) == .init(bytes: 1_024_000, name: RunMemory.Limit.freeMemory))
    try write("proc/self/cgroup", "0::/a\n")
    try write("sys/fs/cgroup/a/memory.max", "500000\n")
    try write("sys/fs/cgroup/a/memory.current", "200000\n")
    try write("sys/fs/cgroup/a/memory.stat", "anon 5\ninactive_file 50000\n")
    #expect(RunMemory.limit(root: root.path) == .init(bytes: 350_000, name: RunMemory.Limit.controlGroup))
    try write("sys/fs/cgroup/a/memory.max", "max\n")
    #expect(RunMemory.limit(root: root.path)?.name == RunMemory.Limit.freeMemory)
    #expect(RunMemory.text(13_400_000_000) == "13.4 GB" && RunMemory.text(999) == "999.0 B")
  }
}
