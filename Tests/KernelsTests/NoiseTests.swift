import Foundation
import KernelInterface
import Kernels
import Random
import Testing

@Suite("Noise on inputs")
struct NoiseTests {
  @Test(
    "is added, with mean 0, the standard deviation asked for, and a normal distribution's tails",
    arguments: InstructionSet.available)
  func distribution(_ set: InstructionSet) {
    let count = 784, rounds = 256
    let values = AlignedBuffer<Float>(count: count)
    var (sum, squares, fourths, beyond) = (0.0, 0.0, 0.0, 0)
    var neighbors = 0.0
    for round in 0..<rounds {
      values.pointer.update(repeating: 3, count: count)
      Kernels(set).distortion.addNoise(values.pointer, count, 0.5, 1, 2, UInt32(round), 4)
      for index in 0..<count {
        let normal = (Double(values.pointer[index]) - 3) * 2
        sum += normal
        squares += normal * normal
        fourths += normal * normal * normal * normal
        beyond += abs(normal) > 1.959964 ? 1 : 0
        // Sine and cosine of one angle lie a quarter apart.
        if index + 208 < count { neighbors += normal * (Double(values.pointer[index + 208]) - 3) * 2 }
      }
    }
    let total = Double(count * rounds)
    #expect(abs(sum / total) < 0.012 && abs(squares / total - 1) < 0.015 && abs(fourths / total - 3) < 0.12)
    #expect(abs(Double(beyond) / total - 0.05) < 0.003 && abs(neighbors / total) < 0.012)
  }

  @Test("goes no further than the values, and depends on the counter alone", arguments: InstructionSet.available)
  func bounds(_ set: InstructionSet) {
    let kernel = Kernels(set).distortion.addNoise
    let whole = AlignedBuffer<Float>(count: 128)
    kernel(whole.pointer, 128, 1, 5, 6, 7, 8)
    for count in [1, 5, 16, 63, 64] {
      let values = AlignedBuffer<Float>(count: 128)
      kernel(values.pointer, count, 1, 5, 6, 7, 8)
      #expect((count..<128).allSatisfy { values.pointer[$0] == 0 })
      // Up to 64 numbers come from 16 blocks; more have another order.
      #expect((0..<min(count, 16)).allSatisfy { values.pointer[$0] != 0 && values.pointer[$0].isFinite })
      let again = AlignedBuffer<Float>(count: 128)
      kernel(again.pointer, count, 1, 5, 6, 7, 8)
      #expect((0..<count).allSatisfy { again.pointer[$0] == values.pointer[$0] })
      let other = AlignedBuffer<Float>(count: 128)
      kernel(other.pointer, count, 1, 5, 6, 7, 9)
      #expect((0..<count).contains { other.pointer[$0] != values.pointer[$0] })
    }
  }

  @Test("is nearly the same on every instruction set")
  func sets() {
    let results = InstructionSet.available.map { set in
      let values = AlignedBuffer<Float>(count: 100)
      Kernels(set).distortion.addNoise(values.pointer, 100, 1, 5, 6, 7, 8)
      return (0..<100).map { values.pointer[$0] }
    }
    for other in results { #expect(zip(results[0], other).allSatisfy { abs($0 - $1) < 1e-5 }) }
  }
}
