import KernelInterface
import Kernels
import Random
import Testing

/// Σ terms: whole subtrees of a power of two of terms, the largest first, then these from the last to the first.
func pairwiseSum(_ terms: [Float]) -> Float {
  func tree(_ terms: ArraySlice<Float>) -> Float {
    guard terms.count > 1 else { return terms.first ?? 0 }
    let half = terms.startIndex + terms.count / 2
    return tree(terms[..<half]) + tree(terms[half...])
  }
  var rest = terms[...]
  var subtrees: [Float] = []
  while !rest.isEmpty {
    let size = 1 << (Int.bitWidth - 1 - rest.count.leadingZeroBitCount)
    subtrees.append(tree(rest.prefix(size)))
    rest = rest.dropFirst(size)
  }
  return subtrees.dropLast().reversed().reduce(subtrees.last ?? 0) { $1 + $0 }
}

@Suite("Reduction")
struct ReductionTests {
  @Test(
    "Sources are added in a tree of pairs, bit for bit, at the given offset; one source is copied",
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
      let sums = (0..<count).map { index in pairwiseSum(sources.map { $0.pointer[offset + index] }) }
      #expect(result.isIntact && bits(result.values) == bits(sums), "seed 81, \(sourceCount) sources of \(count)")
    }
  }

  @Test("The multiply-add peak loop returns a finite sum", arguments: InstructionSet.available)
  func multiplyAddPeak(_ set: InstructionSet) {
    #expect(MultiplyAddPeak(set).seconds(rounds: 1000) < .infinity)
  }
}
