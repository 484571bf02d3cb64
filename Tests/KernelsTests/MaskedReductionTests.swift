import KernelInterface
import Kernels
import Random
import Testing

@Suite("Reduction of the masked layer's gradients")
struct MaskedReductionTests {
  @Test(
    "The rows that sources have are added in their order, to the bit, stored or stepped; other rows are neither read nor written",
    arguments: InstructionSet.available)
  func litRows(_ set: InstructionSet) {
    let kernels = Kernels(set)
    let shape = kernels.shape
    let widths = [5, 4, 3, 2, 1].map { $0 * shape.panelWidth } + [shape.vectorWidth]
    let sizes = [0, 1, 2, 3, 8, 128].flatMap { sources in
      [1, 17, 64].flatMap { inputs in widths.map { ProductSize(rows: sources, inputs: inputs, outputs: $0) } }
    }
    let failure = firstFailure(sizes, seed: 66) { size, source in
      let stride = shape.panelWidth * size.inputs + shape.vectorWidth * Int(source.below(3))
      let panels = Panels(shape, rows: size.inputs, columns: size.outputs, stride: stride)
      let target = Panels(shape, rows: size.inputs, columns: size.outputs)
      let offset = shape.vectorWidth * Int(source.below(4))
      let density = [0.1, 0.5, 1][Int(source.below(3))]
      let nonzero = (0..<size.rows).map { _ in
        (0..<size.inputs).reduce(UInt64(0)) { $0 | (source.uniform() < density ? 1 << UInt64($1) : 0) }
      }
      // A row that a source does not have is not a number.
      let gradients = nonzero.map { word in
        var values = [Float](repeating: .nan, count: offset + panels.count)
        for input in 0..<size.inputs where word >> UInt64(input) & 1 == 1 {
          for column in 0..<size.outputs {
            values[offset + panels.offset(input, column)] = Float.random(in: -1...1, using: &source)
          }
        }
        return GuardedFloats(values)
      }
      let from = Int(source.below(UInt64(size.inputs)))
      let inputs = source.below(2) == 0 ? 0..<size.inputs : from..<size.inputs
      let all = inputs.reduce(UInt64(0)) { $0 | 1 << UInt64($1) }
      let any = nonzero.reduce(0, |)
      let before = source.floats(target.count, bound: 3)
      for (step, copyCount) in [(nil, 0), (Float(0.375), 0), (nil, 2), (0.375, size.rows)] {
        let result = GuardedFloats(before)
        // The sources themselves, or as many others.
        let others = (0..<copyCount).map { _ in GuardedFloats([Float](repeating: 5, count: offset + panels.count)) }
        let copies = copyCount == size.rows ? gradients.map { GuardedFloats($0.values) } : others
        let sources = copyCount == size.rows ? copies : gradients
        withUnsafePointer(to: step ?? 0) { pointer in
          kernels.masked.reduction(
            sources.map { UnsafePointer($0.pointer) }, nonzero, size.rows, offset, stride, size.outputs, result.pointer,
            target.stride, step == nil ? all : all & any, step == nil ? nil : pointer,
            copies.map(\.pointer), copyCount)
        }
        var expected = before
        for input in inputs {
          let having = nonzero.indices.filter { nonzero[$0] >> UInt64(input) & 1 == 1 }
          if having.isEmpty, step != nil { continue }
          for column in 0..<size.outputs {
            let sum = pairwiseSum(
              nonzero.indices.map {
                having.contains($0) ? gradients[$0].pointer[offset + panels.offset(input, column)] : 0
              })
            let entry = target.offset(input, column)
            expected[entry] = step.map { multiplyAdd(set, -$0, sum, before[entry]) } ?? sum
          }
        }
        if !result.isIntact { return "something was written before or after the result" }
        let moved = inputs.filter { input in step == nil || any >> UInt64(input) & 1 == 1 }
        for copy in copies.indices.prefix(copyCount) {
          var expectedCopy = copyCount == size.rows ? gradients[copy].values : others[copy].values.map { _ in 5 }
          for input in moved {
            for column in 0..<size.outputs {
              expectedCopy[offset + panels.offset(input, column)] = expected[target.offset(input, column)]
            }
          }
          if !copies[copy].isIntact { return "something was written before or after a copy" }
          if bits(copies[copy].values) != bits(expectedCopy) { return "copy \(copy): other bits" }
        }
        if bits(result.values) != bits(expected) { return "inputs \(inputs), step \(step ?? 0): other bits" }
      }
      return nil
    }
    #expect(failure == nil)
  }
}
