import KernelInterface
import Kernels
import Random
import Testing

@Suite("Reduction")
struct ReductionTests {
  @Test(
    "Sources are added in order, bit for bit, at the given offset; one source is copied",
    arguments: InstructionSet.available)
  func addSources(_ set: InstructionSet) {
    let kernels = Kernels(set)
    let width = kernels.shape.vectorWidth
    for (index, sourceCount) in [1, 2, 3, 5, 8, 128].enumerated() {
      var random = RandomSource(seed: 81, purpose: .sampling, index: UInt64(index))
      let (offset, count) = (3 * width, (1 + Int(random.below(9))) * width)
      let sources = (0..<sourceCount).map { _ in GuardedFloats(random.floats(offset + count, bound: 1)) }
      let pointers = sources.map { UnsafePointer($0.pointer) }
      let result = GuardedFloats(count: count)
      kernels.samples.addSources(pointers, sourceCount, offset, count, result.pointer)
      var sums = Array(sources[0].values.dropFirst(offset))
      for source in sources.dropFirst() {
        for place in 0..<count { sums[place] += source.pointer[offset + place] }
      }
      #expect(result.isIntact && bits(result.values) == bits(sums), "seed 81, \(sourceCount) sources of \(count)")
    }
  }

  @Test("The multiply-add peak loop returns a finite sum", arguments: InstructionSet.available)
  func multiplyAddPeak(_ set: InstructionSet) {
    #expect(MultiplyAddPeak(set).seconds(rounds: 1000) < .infinity)
  }
}
