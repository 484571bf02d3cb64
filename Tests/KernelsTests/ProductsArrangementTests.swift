import KernelInterface
import Kernels
import Random
import Testing

@Suite("Arrangements of matrices, and the bias gradient")
struct ProductsArrangementTests {
  /// Rows and columns around the edges of vector and panel.
  static func sizes(_ shape: KernelShape, wholeVectors: Bool) -> [ProductSize] {
    let rows = [0] + Array(1...(2 * shape.panelWidth + 1)) + [65]
    let columns =
      wholeVectors
      ? (1...9).map { $0 * shape.vectorWidth } : Array(1...(2 * shape.panelWidth + 1)) + [5 * shape.panelWidth + 3]
    return rows.map { ProductSize(rows: $0, inputs: 1, outputs: columns[$0 % columns.count]) }
      + columns.map { ProductSize(rows: 1 + $0 % rows.count, inputs: 1, outputs: $0) }
  }

  @Test("Columns are copied into panels, the last one narrow where that is enough", arguments: InstructionSet.available)
  func packColumns(_ set: InstructionSet) {
    let kernels = Kernels(set)
    let shape = kernels.shape
    let failure = firstFailure(Self.sizes(shape, wholeVectors: true), seed: 41) { size, source in
      let stride = size.outputs + shape.vectorWidth * Int(source.below(3))
      let matrix = source.floats(size.rows * size.outputs, bound: 1)
      let from = GuardedFloats(
        strided(matrix, rows: size.rows, columns: size.outputs, padded: size.outputs, stride: stride))
      let panels = Panels(shape, rows: size.rows, columns: size.outputs)
      let packed = GuardedFloats(count: panels.count)
      kernels.products.packColumns(from.pointer, stride, packed.pointer, size.rows, size.outputs)
      var expected = ExpectedOutput(before: packed.values)
      for (position, value) in panels.arranged(matrix, columns: size.outputs).enumerated() {
        expected.set(position, Double(value))
      }
      return expected.mismatch(packed)
    }
    #expect(failure == nil)
  }

  @Test("Weights' panels of outputs become panels of inputs, filled up with zeros", arguments: InstructionSet.available)
  func transposeWeights(_ set: InstructionSet) {
    let kernels = Kernels(set)
    let shape = kernels.shape
    let widths = Array(1...(2 * shape.panelWidth + 1))
    let sizes =
      widths.map { ProductSize(rows: 1, inputs: $0, outputs: 1 + $0 * 7 % 33) }
      + widths.map { ProductSize(rows: 1, inputs: 1 + $0 * 5 % 70, outputs: $0) }
    let failure = firstFailure(sizes, seed: 45) { size, source in
      let w = source.floats(size.inputs * size.outputs, bound: 1)
      let transposed = (0..<(size.outputs * size.inputs)).map { w[$0 % size.inputs * size.outputs + $0 / size.inputs] }
      let weights = GuardedFloats(
        Panels(shape, rows: size.inputs, columns: size.outputs).arranged(w, columns: size.outputs))
      let panels = Panels(shape, rows: size.outputs, columns: size.inputs)
      let result = GuardedFloats(count: panels.count)
      kernels.products.transposeWeights(weights.pointer, size.inputs, size.outputs, result.pointer)
      var expected = ExpectedOutput(before: result.values)
      for (position, value) in panels.arranged(transposed, columns: size.inputs).enumerated() {
        expected.set(position, Double(value))
      }
      return expected.mismatch(result)
    }
    #expect(failure == nil)
  }

  @Test("Rows become columns, rows up to the next whole vector are zero", arguments: InstructionSet.available)
  func transposeToColumns(_ set: InstructionSet) {
    let kernels = Kernels(set)
    let shape = kernels.shape
    let panel = shape.panelWidth
    let failure = firstFailure(Self.sizes(shape, wholeVectors: true), seed: 42) { size, source in
      let stride = size.outputs + shape.vectorWidth * Int(source.below(3))
      let matrix = source.floats(size.rows * size.outputs, bound: 1)
      let from = GuardedFloats(
        strided(matrix, rows: size.rows, columns: size.outputs, padded: size.outputs, stride: stride))
      let result = GuardedFloats(count: (size.rows + panel - 1) / panel * panel * size.outputs)
      kernels.products.transposeToColumns(from.pointer, stride, result.pointer, size.rows, size.outputs)
      var expected = ExpectedOutput(before: Array(repeating: GuardedFloats.sentinel, count: result.count))
      for row in 0..<shape.padded(size.rows) {
        for column in 0..<size.outputs {
          expected.set(
            row / panel * panel * size.outputs + column * panel + row % panel,
            row < size.rows ? Double(matrix[row * size.outputs + column]) : 0)
        }
      }
      return expected.mismatch(result)
    }
    #expect(failure == nil)
  }

  @Test(
    "Columns become rows, with zeros up to the padded width and nothing beyond", arguments: InstructionSet.available)
  func transposeToRows(_ set: InstructionSet) {
    let kernels = Kernels(set)
    let shape = kernels.shape
    let panel = shape.panelWidth
    let failure = firstFailure(Self.sizes(shape, wholeVectors: false), seed: 43) { size, source in
      let padded = shape.padded(size.outputs)
      let stride = padded + shape.vectorWidth * Int(source.below(3))
      let matrix = source.floats(size.rows * size.outputs, bound: 1)
      let columns = GuardedFloats(
        Array(repeating: .nan, count: (size.rows + panel - 1) / panel * panel * size.outputs))
      let result = GuardedFloats(count: size.rows * stride)
      var expected = ExpectedOutput(before: result.values)
      for row in 0..<size.rows {
        for column in 0..<padded {
          let value = column < size.outputs ? matrix[row * size.outputs + column] : 0
          expected.set(row * stride + column, Double(value))
          if column < size.outputs {
            columns.pointer[row / panel * panel * size.outputs + column * panel + row % panel] = value
          }
        }
      }
      kernels.products.transposeToRows(columns.pointer, result.pointer, stride, size.rows, size.outputs, padded)
      return expected.mismatch(result)
    }
    #expect(failure == nil)
  }

  @Test("Bias gradients are sums over the rows in their order, to the bit", arguments: InstructionSet.available)
  func biasGradient(_ set: InstructionSet) {
    let kernels = Kernels(set)
    let shape = kernels.shape
    let failure = firstFailure(Self.sizes(shape, wholeVectors: true), seed: 44) { size, source in
      let stride = size.outputs + shape.vectorWidth * Int(source.below(3))
      let delta = source.floats(size.rows * size.outputs, bound: 1)
      let from = GuardedFloats(
        strided(delta, rows: size.rows, columns: size.outputs, padded: size.outputs, stride: stride))
      let before = source.floats(size.outputs, bound: 3)
      for accumulates in [false, true] {
        let result = GuardedFloats(before)
        kernels.products.biasGradient(from.pointer, stride, size.rows, size.outputs, result.pointer, accumulates)
        var sums = accumulates ? before : Array(repeating: 0, count: size.outputs)
        for row in 0..<size.rows {
          for column in 0..<size.outputs { sums[column] += delta[row * size.outputs + column] }
        }
        if !result.isIntact { return "something was written before or after the result" }
        if bits(result.values) != bits(sums) { return accumulates ? "added: other bits" : "stored: other bits" }
      }
      return nil
    }
    #expect(failure == nil)
  }
}
