import KernelInterface
import Kernels
import Random
import Testing

@Suite("Masked step of one sample")
struct MaskedSampleStepTests {
  @Test(
    "Updates the weights of the requested nonzero inputs only, with the bits of a batch of one row",
    arguments: InstructionSet.available)
  func oneSample(_ set: InstructionSet) {
    let kernels = Kernels(set)
    let shape = kernels.shape
    let widths = [5, 4, 3, 2, 1].map { $0 * shape.panelWidth } + [shape.vectorWidth]
    let sizes = [1, 2, 63, 64, 65, 130, 784].flatMap { inputs in
      widths.flatMap { width in [0.02, 0.3, 1].map { _ in ProductSize(rows: 2, inputs: inputs, outputs: width) } }
    }
    let failure = firstFailure(sizes, seed: 64) { size, source in
      let x = source.sparseRows(size.rows, inputs: size.inputs, density: [0.02, 0.3, 1][Int(source.below(3))])
      let masked = PlainMaskedRows(x, rows: size.rows, inputs: size.inputs)
      let delta = source.floats(size.outputs, bound: 1)
      let strided = GuardedFloats(delta)
      let panels = Panels(
        shape, rows: size.inputs, columns: size.outputs,
        stride: shape.panelWidth * size.inputs + shape.vectorWidth * Int(source.below(3)))
      var expected = source.floats(panels.count, bound: 3)
      let weights = GuardedFloats(expected)
      let from = Int(source.below(UInt64(size.inputs)))
      let range =
        source.below(2) == 0 ? 0..<size.inputs : from..<(from + Int(source.below(UInt64(size.inputs - from + 1))))
      let step: Float = 0.375
      // The second row, so that the first one's values are not to be read.
      kernels.masked.sampleStep(
        masked.masks.pointer + masked.words, masked.offsets.pointer + masked.words, masked.values.pointer[1],
        strided.pointer, size.outputs, weights.pointer, panels.stride, range.lowerBound, range.upperBound, step)
      for input in range where x[size.inputs + input] != 0 {
        for column in 0..<size.outputs {
          let offset = panels.offset(input, column)
          let sum = multiplyAdd(set, x[size.inputs + input], delta[column], 0)
          expected[offset] = multiplyAdd(set, -step, sum, expected[offset])
        }
      }
      if !weights.isIntact { return "something was written before or after the weights" }
      return bits(weights.values) == bits(expected) ? nil : "inputs \(range): other bits"
    }
    #expect(failure == nil)
  }
}
