import KernelInterface
import Kernels
import Random
import Testing

@Suite("Error signal product")
struct ProductsErrorSignalTests {
  @Test(
    "W · δᵀ, transposed throughout, for every size around the edges; nothing outside is touched",
    arguments: InstructionSet.available)
  func errorSignal(_ set: InstructionSet) {
    let kernels = Kernels(set)
    let failure = firstFailure(kernels.shape.edgeSizes(seed: 31), seed: 32) { size, source in
      let call = ErrorSignalCall(kernels.shape, size, &source)
      let result = call.run(kernels.products.errorSignal, rows: 0..<size.rows)
      return call.mismatch(result)
    }
    #expect(failure == nil)
  }

  @Test("A row's bits don't depend on the rows beside it", arguments: InstructionSet.available)
  func cuts(_ set: InstructionSet) {
    let kernels = Kernels(set)
    let shape = kernels.shape
    let sizes = [
      ProductSize(rows: 2 * shape.panelWidth + 1, inputs: shape.tileRows + 1, outputs: shape.panelWidth + 1),
      ProductSize(rows: 7, inputs: 5, outputs: 256 + shape.panelWidth + 1),
    ]
    let failure = firstFailure(sizes, seed: 33) { size, source in
      let call = ErrorSignalCall(shape, size, &source)
      let whole = bits(call.rows(of: call.run(kernels.products.errorSignal, rows: 0..<size.rows), size.rows))
      for cut in 0...size.rows {
        let upper = call.rows(of: call.run(kernels.products.errorSignal, rows: 0..<cut), cut)
        let rest = cut..<size.rows
        let lower = call.rows(of: call.run(kernels.products.errorSignal, rows: rest), rest.count)
        if bits(upper + lower) != whole { return "rows cut at \(cut) have other bits" }
      }
      return nil
    }
    #expect(failure == nil)
  }
}

/// The operands of one error signal.
struct ErrorSignalCall {
  let shape: KernelShape
  let size: ProductSize
  let padded: Int
  let delta: [Float]
  let w: [Float]
  let weights: GuardedFloats

  init(_ shape: KernelShape, _ size: ProductSize, _ source: inout RandomSource) {
    self.shape = shape
    self.size = size
    padded = shape.padded(size.outputs)
    delta = source.floats(size.rows * size.outputs, bound: 1)
    w = source.floats(size.inputs * size.outputs, bound: 1)
    weights = GuardedFloats(Panels(shape, rows: size.inputs, columns: size.outputs).arranged(w, columns: size.outputs))
  }

  /// The result for some of the rows, in its own layout.
  func run(_ kernel: ErrorSignalKernel, rows: Range<Int>) -> GuardedFloats {
    let panel = shape.panelWidth
    let panels = (rows.count + panel - 1) / panel
    var columns = [Float](repeating: 0, count: panels * padded * panel)
    for row in 0..<rows.count {
      for column in 0..<size.outputs {
        columns[row / panel * panel * padded + column * panel + row % panel] =
          delta[(rows.lowerBound + row) * size.outputs + column]
      }
    }
    let transposed = GuardedFloats(columns)
    let result = GuardedFloats(count: panels * size.inputs * panel)
    kernel(weights.pointer, transposed.pointer, result.pointer, rows.count, size.inputs, padded)
    return result
  }

  /// `[rows × inputs]`, row-major; empty where something outside the result was written.
  func rows(of result: GuardedFloats, _ rows: Int) -> [Float] {
    guard result.isIntact else { return [] }
    let panel = shape.panelWidth
    return (0..<rows).flatMap { row in
      (0..<size.inputs).map { result.pointer[row / panel * panel * size.inputs + $0 * panel + row % panel] }
    }
  }

  func mismatch(_ result: GuardedFloats) -> String? {
    let plain = PlainProduct(
      size.rows, size.inputs, size.outputs, delta, aRow: size.outputs, aTerm: 1, w, bTerm: 1, bColumn: size.outputs,
      start: Array(repeating: 0, count: size.rows * size.inputs))
    return firstMismatch(rows(of: result, size.rows), plain.sums) { plain.bounds[$0] }
  }
}
