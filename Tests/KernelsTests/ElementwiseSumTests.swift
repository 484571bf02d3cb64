import KernelInterface
import Kernels
import Random
import Testing

@Suite("Sums and regularisation")
struct ElementwiseSumTests {
  @Test("The L1 term adds factor · sign(w), 0 at 0, and sums magnitudes in Double", arguments: InstructionSet.available)
  func l1(_ set: InstructionSet) throws {
    let kernels = try #require(set.kernels.terms["l1"])
    var random = RandomSource(seed: 61, purpose: .synthetic)
    for vectors in 0...6 {
      let count = vectors * set.vectorWidth
      var weights = random.floats(count, bound: 2)
      for (index, value) in ([0, -0.0, 0x1p-149, -0x1p-140, .infinity] as [Float]).enumerated() where index < count {
        weights[index] = value
      }
      let gradient = random.floats(count, bound: 4)
      let (weightBuffer, buffer) = (GuardedFloats(weights), GuardedFloats(gradient))
      kernels.add(buffer.pointer, weightBuffer.pointer, 0.25, count)
      let expected = zip(gradient, weights).map { $0 + ($1 > 0 ? 0.25 : $1 < 0 ? -0.25 : 0) }
      #expect(buffer.values == expected && buffer.isIntact && weightBuffer.isIntact, "seed 61, \(count) weights")
      let finite = weights.map { $0.isFinite ? $0 : 3 }
      let finiteBuffer = GuardedFloats(finite)
      let sum = finite.reduce(0.0) { $0 + abs(Double($1)) }
      #expect(abs(kernels.sum(finiteBuffer.pointer, count) - sum) <= 1e-14 * sum, "seed 61, \(count) weights")
    }
    let broken = GuardedFloats(Array(repeating: .nan, count: set.vectorWidth))
    let gradient = GuardedFloats(Array(repeating: 1, count: set.vectorWidth))
    kernels.add(gradient.pointer, broken.pointer, 0.25, broken.count)
    #expect(gradient.values.allSatisfy(\.isNaN) && kernels.sum(broken.pointer, broken.count).isNaN)
  }

  @Test("The sum of squares is right for every count", arguments: InstructionSet.available)
  func everyCount(_ set: InstructionSet) {
    var random = RandomSource(seed: 21, purpose: .synthetic)
    let kernels = Kernels(set).elementwise
    for count in Array(0...(5 * set.vectorWidth + 1)) + [1000, 7850, 100_003] {
      let buffer = GuardedFloats(random.floats(count, bound: 2))
      let expected = buffer.values.reduce(0.0) { $0 + Double($1) * Double($1) }
      let got = kernels.sumOfSquares(buffer.pointer, count)
      #expect(abs(got - expected) <= expected * 1e-12, "seed 21, \(count) values")
    }
  }

  @Test("Squares neither overflow nor vanish; NaN comes through", arguments: InstructionSet.available)
  func extremes(_ set: InstructionSet) {
    let kernels = Kernels(set).elementwise
    for count in [1, set.vectorWidth, 2 * set.vectorWidth + 3] {
      for (value, expected) in [(Float(3e38), 9e76), (0x1p-140, 0x1p-280), (.infinity, Double.infinity)] {
        let buffer = GuardedFloats((0..<count).map { $0 == count - 1 ? value : 0 })
        let got = kernels.sumOfSquares(buffer.pointer, count)
        #expect(got == expected || abs(got - expected) <= expected * 1e-4, "\(value) at the end of \(count)")
      }
      let buffer = GuardedFloats((0..<count).map { $0 == 0 ? .nan : 1 })
      #expect(kernels.sumOfSquares(buffer.pointer, count).isNaN, "NaN before \(count - 1)")
    }
  }

  @Test("Numbers are scaled, and multiples of others added", arguments: InstructionSet.available)
  func scaleAndAdd(_ set: InstructionSet) {
    var random = RandomSource(seed: 22, purpose: .synthetic)
    for vectors in 0...9 {
      let gradient = random.floats(vectors * set.vectorWidth, bound: 5)
      let weights = random.floats(gradient.count, bound: 2)
      let buffer = GuardedFloats(gradient)
      let weightBuffer = GuardedFloats(weights)
      Kernels(set).elementwise.scaleAndAdd(buffer.pointer, weightBuffer.pointer, 0.25, 0.5, buffer.count)
      let expected = zip(gradient, weights).map { 0.25 * Double($0) + 0.5 * Double($1) }
      #expect(firstMismatch(buffer.values, expected) { _ in 4e-7 } == nil, "seed 22, \(vectors) vectors")
      #expect(buffer.isIntact && weightBuffer.values == weights, "\(vectors) vectors")
    }
  }

  @Test("A copy has all bits, and nothing beyond", arguments: InstructionSet.available)
  func copy(_ set: InstructionSet) {
    var random = RandomSource(seed: 23, purpose: .synthetic)
    for vectors in 0...9 {
      let values = random.floats(vectors * set.vectorWidth, bound: 5)
      let buffer = GuardedFloats(values)
      let result = GuardedFloats(count: values.count)
      Kernels(set).elementwise.copy(buffer.pointer, result.pointer, values.count)
      #expect(result.values == values && result.isIntact && buffer.isIntact, "seed 23, \(vectors) vectors")
    }
  }
}
