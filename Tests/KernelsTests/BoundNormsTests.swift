import KernelInterface
import Kernels
import Random
import Testing

@Suite("Bounded norms of columns")
struct BoundNormsTests {
  /// The same by a plain loop: the squares of a column are added in Double, in the order of the rows.
  private static func bounded(_ weights: [Float], width: Int, bound: Double) -> (weights: [Float], changes: Bool) {
    var (result, changes) = (weights, false)
    for column in 0..<width {
      let places = stride(from: column, to: weights.count, by: width)
      var square = 0.0
      for place in places { square += Double(weights[place]) * Double(weights[place]) }
      guard square > bound * bound else { continue }
      changes = true
      let factor = Float(bound / square.squareRoot())
      for place in places { result[place] *= factor }
    }
    return (result, changes)
  }

  @Test("have the bits of the plain loop, in panels of one and two vectors", arguments: InstructionSet.available)
  func bits(_ set: InstructionSet) {
    var random = RandomSource(seed: 91, purpose: .synthetic)
    for width in [set.vectorWidth, 2 * set.vectorWidth] {
      for inputs in [0, 1, 2, 7, 33, 784] {
        let start = random.floats(inputs * width, bound: 1)
        // The norms are about √(inputs / 3): no column exceeds the bound, some, or all.
        for bound in [100, (Double(inputs) / 3).squareRoot(), 0.01] {
          let (expected, changes) = Self.bounded(start, width: width, bound: bound)
          let buffer = GuardedFloats(start)
          let comment = "seed 91, \(inputs) × \(width), bound \(bound)"
          #expect(set.kernels.elementwise.boundNorms(buffer.pointer, inputs, width, bound) == changes, "\(comment)")
          #expect(buffer.values.map(\.bitPattern) == expected.map(\.bitPattern) && buffer.isIntact, "\(comment)")
        }
      }
    }
  }

  @Test("of one column scale no other, whatever its numbers", arguments: InstructionSet.available)
  func single(_ set: InstructionSet) {
    for width in [set.vectorWidth, 2 * set.vectorWidth] {
      for column in 0..<width {
        for number in [3, 0x1p-140, 3e38, -.infinity, .nan] as [Float] {
          var start = (0..<(5 * width)).map { $0 % 2 == 0 ? Float(0.125) : -0.0 }
          start[2 * width + column] = number
          let (expected, changes) = Self.bounded(start, width: width, bound: 1)
          let buffer = GuardedFloats(start)
          #expect(set.kernels.elementwise.boundNorms(buffer.pointer, 5, width, 1) == changes)
          // The sign of a NaN is not defined.
          let isEqual = zip(buffer.values, expected).allSatisfy {
            $0.bitPattern == $1.bitPattern || ($0.isNaN && $1.isNaN)
          }
          #expect(isEqual && buffer.isIntact, "\(number) in column \(column) of \(width)")
        }
      }
    }
  }
}
