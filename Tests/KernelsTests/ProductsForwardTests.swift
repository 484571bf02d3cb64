import KernelInterface
import Kernels
import Random
import Testing

@Suite("Dense forward product")
struct ProductsForwardTests {
  @Test(
    "z = x · W + b for every size around the edges, with and without a bias, and nothing else is touched",
    arguments: InstructionSet.available)
  func forward(_ set: InstructionSet) {
    let kernels = Kernels(set)
    let failure = firstFailure(kernels.shape.edgeSizes(seed: 11), seed: 12) { size, source in
      let call = ForwardCall(kernels.shape, size, &source)
      call.run(kernels.products.forward)
      return call.mismatch()
    }
    #expect(failure == nil)
  }

  @Test(
    "A row's bits don't depend on the rows beside it, nor on the panels beside its columns",
    arguments: InstructionSet.available)
  func cuts(_ set: InstructionSet) {
    let kernels = Kernels(set)
    let shape = kernels.shape
    let sizes = [
      ProductSize(rows: 2 * shape.tileRows + 1, inputs: 257, outputs: shape.panelWidth + 1),
      ProductSize(rows: 65, inputs: 17, outputs: 3 * shape.panelWidth),
    ]
    let failure = firstFailure(sizes, seed: 13) { size, source in
      let call = ForwardCall(shape, size, &source)
      call.run(kernels.products.forward)
      let whole = bits(call.z.values)
      for cut in 0...size.rows {
        call.clear()
        call.run(kernels.products.forward, rows: 0..<cut)
        call.run(kernels.products.forward, rows: cut..<size.rows)
        if bits(call.z.values) != whole { return "rows cut at \(cut) have other bits" }
      }
      return nil
    }
    #expect(failure == nil)
  }

  @Test(
    "A layer beyond the caches has the bits that few of its rows have, in whole blocks of inputs and rows and in their rests",
    arguments: InstructionSet.available)
  func beyondCaches(_ set: InstructionSet) {
    let kernels = Kernels(set)
    // With AVX2: a block of 22 tiles of rows and one of 13 rows, one of 256 inputs and one of 101, and a narrow last panel.
    let size = ProductSize(rows: 22 * 6 + 13, inputs: 357, outputs: 387)
    let failure = firstFailure([size], seed: 15) { size, source in
      let call = ForwardCall(kernels.shape, size, &source)
      call.run(kernels.products.forward)
      let whole = bits(call.z.values)
      call.clear()
      for row in stride(from: 0, to: size.rows, by: 29) {
        call.run(kernels.products.forward, rows: row..<min(row + 29, size.rows))
      }
      return bits(call.z.values) == whole ? nil : "29 rows at a time have other bits"
    }
    #expect(failure == nil)
  }

  @Test(
    "Outputs that fit into half a vector have the same bits in half a vector, with zeros behind them",
    arguments: InstructionSet.available)
  func halfVector(_ set: InstructionSet) {
    let kernels = Kernels(set)
    let half = kernels.shape.vectorWidth / 2
    let sizes = (1...half).flatMap { outputs in
      [1, kernels.shape.tileRows + 1, 2 * kernels.shape.tileRows + 5].map {
        ProductSize(rows: $0, inputs: 250 + $0, outputs: outputs)
      }
    }
    let failure = firstFailure(sizes, seed: 14) { size, source in
      let call = ForwardCall(kernels.shape, size, &source)
      call.run(kernels.products.forward)
      let whole = bits(call.z.values)
      call.clear()
      call.run(kernels.products.forward, columns: half)
      return bits(call.z.values) == whole ? nil : "half a vector has other bits"
    }
    #expect(failure == nil)
  }
}

/// The operands of one forward product, in random strides.
struct ForwardCall {
  let shape: KernelShape
  let size: ProductSize
  let padded: Int
  let x: [Float]
  let w: [Float]
  let b: [Float]?
  let xStride: Int
  let zStride: Int
  let strided: GuardedFloats
  let weights: GuardedFloats
  let bias: GuardedFloats?
  let z: GuardedFloats

  /// - Parameter x: the inputs, `[rows × inputs]`; drawn when nil.
  init(_ shape: KernelShape, _ size: ProductSize, x: [Float]? = nil, _ source: inout RandomSource) {
    self.shape = shape
    self.size = size
    padded = shape.padded(size.outputs)
    self.x = x ?? source.floats(size.rows * size.inputs, bound: 1)
    w = source.floats(size.inputs * size.outputs, bound: 1)
    b = Bool.random(using: &source) ? source.floats(size.outputs, bound: 2) : nil
    xStride = shape.padded(size.inputs) + shape.vectorWidth * Int(source.below(3))
    zStride = padded + shape.vectorWidth * Int(source.below(3))
    strided = GuardedFloats(
      KernelsTests.strided(self.x, rows: size.rows, columns: size.inputs, padded: size.inputs, stride: xStride))
    weights = GuardedFloats(Panels(shape, rows: size.inputs, columns: size.outputs).arranged(w, columns: size.outputs))
    bias = b.map { GuardedFloats($0 + Array(repeating: 0, count: shape.padded(size.outputs) - size.outputs)) }
    z = GuardedFloats(count: size.rows * zStride)
  }

  func clear() { for index in 0..<z.count { z.pointer[index] = GuardedFloats.sentinel } }

  func run(_ kernel: ForwardKernel, rows: Range<Int>? = nil, columns: Int? = nil) {
    let rows = rows ?? 0..<size.rows
    kernel(
      strided.pointer + rows.lowerBound * xStride, xStride, weights.pointer, bias.map { UnsafePointer($0.pointer) },
      z.pointer + rows.lowerBound * zStride, zStride, rows.count, size.inputs, columns ?? padded)
  }

  func mismatch() -> String? {
    var start: [Float] = []
    for _ in 0..<size.rows { start += b ?? Array(repeating: 0, count: size.outputs) }
    let plain = PlainProduct(
      size.rows, size.outputs, size.inputs, x, aRow: size.inputs, aTerm: 1, w, bTerm: size.outputs, bColumn: 1,
      start: start)
    var expected = ExpectedOutput(before: Array(repeating: GuardedFloats.sentinel, count: z.count))
    for row in 0..<size.rows {
      for column in 0..<padded {
        let index = row * size.outputs + column
        let isPadding = column >= size.outputs
        expected.set(
          row * zStride + column, isPadding ? 0 : plain.sums[index], within: isPadding ? 0 : plain.bounds[index])
      }
    }
    return expected.mismatch(z)
  }
}
