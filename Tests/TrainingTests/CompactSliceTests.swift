import KernelInterface
import Kernels
import Networks
import Optimizers
import Random
import Ranks
import Testing

@testable import Training

@Suite("Compact slices")
struct CompactSliceTests {
  /// A slice with memory of its own.
  private struct OwnedSlice: Sendable {
    let slice: CompactSlice
    let memory: AlignedBuffer<UInt64>

    init(_ range: Range<Int>) {
      memory = AlignedBuffer(count: CompactSlice.memoryCount(range))
      slice = CompactSlice(range, in: memory)
    }
  }

  /// Numbers of which whole groups of sixteen are zero. Other groups have one number that is not, −0 among them.
  private func array(_ count: Int, zeroGroups: Int, seed: UInt64) -> AlignedBuffer<Float> {
    var source = RandomSource(seed: seed, purpose: .sampling)
    let array = AlignedBuffer<Float>(count: count)
    for group in 0..<(count / 16) where source.below(100) >= UInt64(zeroGroups) {
      array.pointer[16 * group + Int(source.below(16))] = source.below(3) == 0 ? -0.0 : Float(group) + 0.5
    }
    return array
  }

  private func bits(_ numbers: some Sequence<Float>) -> [UInt32] { numbers.map(\.bitPattern) }

  /// Sends a slice from rank 1 to rank 0.
  ///
  /// - Returns: the bytes sent.
  private func send(_ source: OwnedSlice, to target: OwnedSlice) throws -> Int {
    let bytes = try onRanks(2) { group in
      let message =
        group.rank == 1 ? source.slice.message(to: 0, source.memory) : target.slice.message(from: 1, target.memory)
      let messages = RankMessages(group, [message])
      try messages.run()
      return messages.bytesSent
    }
    return bytes[1]
  }

  @Test(
    "The receiver restores every bit of a gradient, and a message has only groups that are not zero",
    arguments: [0, 16, 63 * 16, 64 * 16, 65 * 16, 700 * 16], [0, 50, 97, 100])
  func gradients(count: Int, zeroGroups: Int) throws {
    let range = 32..<(32 + count)
    let numbers = array(range.upperBound + 16, zeroGroups: zeroGroups, seed: UInt64(count + zeroGroups))
    let (source, target) = (OwnedSlice(range), OwnedSlice(range))
    source.slice.mark(UnsafePointer(numbers.pointer))
    source.slice.pack(UnsafePointer(numbers.pointer))
    target.slice.numbers.update(repeating: .nan, count: count)
    let bytes = try send(source, to: target)
    target.slice.expand()
    let expected = bits(numbers.elements[range])
    #expect(bits(UnsafeBufferPointer(start: target.slice.numbers, count: count)) == expected)
    let groups = stride(from: 0, to: count, by: 16).count { expected[$0..<($0 + 16)].contains { $0 != 0 } }
    // A bit for each group, in whole cache lines.
    #expect(bytes == 64 * ((count / 16 + 511) / 512) + 64 * groups)
    withExtendedLifetime((source, target)) {}
  }

  @Test("Parameters are sent where one of the gradients is not zero; the receiver's others stay")
  func parameters() throws {
    let range = 16..<(16 + 300 * 16)
    let gradients = (0..<3).map { array(range.upperBound, zeroGroups: 80, seed: $0 + 5) }
    let own = OwnedSlice(range)
    let others = [OwnedSlice(range), OwnedSlice(range)]
    own.slice.mark(UnsafePointer(gradients[0].pointer))
    for (other, gradient) in zip(others, gradients.dropFirst()) {
      other.slice.mark(UnsafePointer(gradient.pointer))
      own.slice.mark(other.slice)
    }
    let (new, old) = (AlignedBuffer<Float>(count: range.upperBound), AlignedBuffer<Float>(count: range.upperBound))
    for index in 0..<range.upperBound { (new.pointer[index], old.pointer[index]) = (Float(index), -Float(index)) }
    own.slice.pack(UnsafePointer(new.pointer))
    let target = OwnedSlice(range)
    _ = try send(own, to: target)
    target.slice.unpack(to: old.pointer)
    for index in 0..<range.upperBound {
      let group = index / 16 * 16
      let isSent =
        range.contains(index)
        && gradients.contains { $0.elements[group..<(group + 16)].contains { $0.bitPattern != 0 } }
      #expect(old.pointer[index] == (isSent ? Float(index) : -Float(index)), "\(index)")
    }
    withExtendedLifetime((own, others, target)) {}
  }

  @Test("Exchanges are compact between hosts only, where enough inputs are zero in a whole batch")
  func choice() throws {
    let topology = try Topology(inputs: 100, hidden: [64], outputs: 10)
    let layout = ParameterLayout(topology, shape: Kernels(.portable).shape)
    func choice(
      _ density: Float, batch: Int = 64, ranks: Int = 2, hosts: Int = 2, _ change: (inout StepPlan) -> Void = { _ in }
    ) -> [Bool] {
      var plan = StepPlan(
        workers: 1, cores: 2, strategy: .partial, batchSize: batch,
        batches: BatchDivision(samples: batch, batchSize: batch, lastBatch: .keep), optimizer: SGD(),
        learningRate: 0.1, schedule: .constant, clipNorm: nil, totalSteps: 1)
      plan.ranks = RankGroup.inMemory(ranks, hosts: hosts)[0]
      change(&plan)
      let compact = CompactExchange(layout, plan, inputDensity: Array(repeating: density, count: 100))
      return [compact.ofGradients, compact.ofParameters]
    }
    #expect(choice(0.01) == [true, true])
    #expect(choice(0.01, hosts: 1) == [false, false])
    // (1 − 0.05)^32 = 0.19 of the inputs are zero in a rank's samples, (1 − 0.05)^64 = 0.04 in all.
    #expect(choice(0.05) == [true, false])
    #expect(choice(0.05, ranks: 4, hosts: 4) == [true, false])
    #expect(choice(0.05, batch: 128) == [false, false])
    #expect(choice(0.05, batch: 128, ranks: 4, hosts: 4) == [true, false])
    #expect(choice(1) == [false, false])
    #expect(choice(0) == [true, true])
    #expect(choice(0.01) { $0.optimizer = Adam() } == [true, false])
    #expect(choice(0.01) { $0.regularization = ["l2": 0.1] } == [true, false])
    #expect(choice(0.01) { $0.strategy = .owned } == [false, false])
  }
}
