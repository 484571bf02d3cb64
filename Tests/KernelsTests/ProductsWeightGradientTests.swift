import KernelInterface
import Kernels
import Random
import Testing

@Suite("Dense weight gradient")
struct ProductsWeightGradientTests {
  @Test(
    "xᵀ · δ, stored or added, for every size around the edges, and nothing else is touched",
    arguments: InstructionSet.available)
  func weightGradient(_ set: InstructionSet) {
    let kernels = Kernels(set)
    let failure = firstFailure(kernels.shape.edgeSizes(seed: 21), seed: 22) { size, source in
      let accumulates = Bool.random(using: &source)
      let call = WeightGradientCall(kernels.shape, size, &source)
      call.run(kernels.products.weightGradient, accumulates: accumulates)
      return call.mismatch(accumulates: accumulates).map { (accumulates ? "added: " : "stored: ") + $0 }
    }
    #expect(failure == nil)
  }

  @Test(
    "The bits don't depend on how inputs, panels or, where sums go on, rows are cut",
    arguments: InstructionSet.available)
  func cuts(_ set: InstructionSet) {
    let kernels = Kernels(set)
    let shape = kernels.shape
    let sizes = [
      ProductSize(rows: 33, inputs: 2 * shape.tileRows + 1, outputs: 2 * shape.panelWidth + 1),
      ProductSize(rows: 65, inputs: 29, outputs: 3),
    ]
    let kernel = kernels.products.weightGradient
    let failure = firstFailure(sizes, seed: 23) { size, source in
      let call = WeightGradientCall(shape, size, &source)
      call.run(kernel, accumulates: false)
      let whole = bits(call.gradient.values)
      for cut in 0...size.inputs {
        call.clear()
        call.run(kernel, inputs: 0..<cut, accumulates: false)
        call.run(kernel, inputs: cut..<size.inputs, accumulates: false)
        if bits(call.gradient.values) != whole { return "inputs cut at \(cut) have other bits" }
      }
      for cut in 1..<size.rows {
        call.clear()
        call.run(kernel, rows: 0..<cut, accumulates: false)
        call.run(kernel, rows: cut..<size.rows, accumulates: true)
        if bits(call.gradient.values) != whole { return "rows cut at \(cut) have other bits" }
      }
      for panel in stride(from: 0, to: call.panels.padded, by: shape.panelWidth) {
        let other = WeightGradientCall(call, firstColumn: panel)
        other.run(kernel, accumulates: false)
        for column in panel..<min(panel + shape.panelWidth, size.outputs) {
          for input in 0..<size.inputs {
            let alone = other.gradient.pointer[other.panels.offset(input, column - panel)]
            if alone.bitPattern != whole[call.panels.offset(input, column)] {
              return "the panel of column \(panel) alone has other bits"
            }
          }
        }
      }
      return nil
    }
    #expect(failure == nil)
  }

  @Test(
    "Packed inputs give the same bits, and nothing else is touched",
    arguments: InstructionSet.available.filter { Kernels($0).products.packInputs != nil })
  func packedInputs(_ set: InstructionSet) {
    let kernels = Kernels(set)
    let shape = kernels.shape
    let sizes = [
      ProductSize(rows: 33, inputs: 2 * shape.tileRows + 1, outputs: 2 * shape.panelWidth + 1),
      ProductSize(rows: 64, inputs: shape.tileRows, outputs: shape.panelWidth),
      ProductSize(rows: 1, inputs: 3, outputs: 5 * shape.panelWidth),
    ]
    let failure = firstFailure(sizes, seed: 24) { size, source in
      let call = WeightGradientCall(shape, size, &source)
      for accumulates in [false, true] {
        call.clear()
        call.run(kernels.products.weightGradient, accumulates: accumulates)
        let whole = bits(call.gradient.values)
        call.clear()
        call.runPacked(kernels.products, accumulates: accumulates)
        if bits(call.gradient.values) != whole { return accumulates ? "added: other bits" : "stored: other bits" }
      }
      return nil
    }
    #expect(failure == nil)
  }
}

/// The operands of one weight gradient, in random strides.
struct WeightGradientCall {
  let size: ProductSize
  let panels: Panels
  let x: [Float]
  let delta: [Float]
  let before: [Float]
  let xStride: Int
  let packed: Panels
  let strided: GuardedFloats
  let packedDelta: GuardedFloats
  let gradient: GuardedFloats

  init(_ shape: KernelShape, _ size: ProductSize, x: [Float]? = nil, _ source: inout RandomSource) {
    let x = x ?? source.floats(size.rows * size.inputs, bound: 1)
    let delta = source.floats(size.rows * size.outputs, bound: 1)
    self.init(
      shape, size, x: x, delta: delta, xStride: size.inputs + Int(source.below(20)),
      packedRows: size.rows + Int(source.below(4)),
      panelStride: shape.panelWidth * size.inputs + shape.vectorWidth * Int(source.below(3)),
      before: source.floats(
        Panels(
          shape, rows: size.inputs, columns: size.outputs,
          stride: shape.panelWidth * size.inputs + 2 * shape.vectorWidth
        ).count, bound: 3))
  }

  /// The columns of another call's product from the start of a panel on, as a product of their own.
  init(_ other: WeightGradientCall, firstColumn: Int) {
    let outputs = min(other.size.outputs - firstColumn, other.panels.shape.panelWidth)
    // The last panel alone is as wide as it is among others.
    var delta: [Float] = []
    for row in 0..<other.size.rows {
      let start = row * other.size.outputs + firstColumn
      delta += other.delta[start..<start + outputs]
    }
    self.init(
      other.panels.shape, ProductSize(rows: other.size.rows, inputs: other.size.inputs, outputs: outputs), x: other.x,
      delta: delta, xStride: other.xStride, packedRows: other.size.rows, panelStride: other.panels.stride,
      before: other.before)
  }

  private init(
    _ shape: KernelShape, _ size: ProductSize, x: [Float], delta: [Float], xStride: Int, packedRows: Int,
    panelStride: Int, before: [Float]
  ) {
    self.size = size
    self.x = x
    self.delta = delta
    self.xStride = xStride
    panels = Panels(shape, rows: size.inputs, columns: size.outputs, stride: panelStride)
    packed = Panels(shape, rows: packedRows, columns: size.outputs)
    strided = GuardedFloats(
      KernelsTests.strided(x, rows: size.rows, columns: size.inputs, padded: size.inputs, stride: xStride))
    packedDelta = GuardedFloats(
      packed.arranged(
        delta + Array(repeating: .nan, count: (packedRows - size.rows) * size.outputs), columns: size.outputs))
    self.before = Array(before.prefix(panels.count))
    gradient = GuardedFloats(self.before)
  }

  func clear() { for index in 0..<gradient.count { gradient.pointer[index] = before[index] } }

  /// Some of the inputs, over some of the rows; all by default.
  func run(_ kernel: WeightGradientKernel, inputs: Range<Int>? = nil, rows: Range<Int>? = nil, accumulates: Bool) {
    let inputs = inputs ?? 0..<size.inputs
    let rows = rows ?? 0..<size.rows
    if rows.lowerBound == 0 {
      run(kernel, packedDelta, packed, inputs, rows, accumulates)
    } else {
      // Rows from the middle on are packed anew, as a step's next chunk is.
      let part = Panels(panels.shape, rows: rows.count, columns: size.outputs)
      let rest = GuardedFloats(part.arranged(Array(delta[(rows.lowerBound * size.outputs)...]), columns: size.outputs))
      run(kernel, rest, part, inputs, rows, accumulates)
    }
  }

  /// All inputs over all rows, packed, tile by tile.
  func runPacked(_ products: ProductKernels, accumulates: Bool) {
    guard let packInputs = products.packInputs else { return }
    let (tile, block) = (products.shape.tileRows, products.packedBlock(rows: size.rows))
    let inputs = GuardedFloats(count: (size.inputs + tile - 1) / tile * block)
    packInputs(strided.pointer, xStride, inputs.pointer, size.rows, size.inputs)
    guard inputs.isIntact else { return }
    let wide = panels.padded / panels.shape.panelWidth * panels.shape.panelWidth
    for input in stride(from: 0, to: size.inputs, by: tile) {
      for columns in [0..<wide, wide..<panels.padded] where !columns.isEmpty {
        products.weightGradient(
          inputs.pointer + input / tile * block, 0, packedDelta.pointer + packed.offset(0, columns.lowerBound),
          packed.rows, gradient.pointer + panels.offset(input, columns.lowerBound), panels.stride, size.rows,
          min(tile, size.inputs - input), columns.count, accumulates)
      }
    }
  }

  private func run(
    _ kernel: WeightGradientKernel, _ packedDelta: GuardedFloats, _ packed: Panels, _ inputs: Range<Int>,
    _ rows: Range<Int>, _ accumulates: Bool
  ) {
    let shape = panels.shape
    let narrow = panels.padded % shape.panelWidth
    // A call has one pointer for all panels: from an input other than the first on, a narrow panel needs a call of its own.
    let parts =
      inputs.lowerBound == 0 || narrow == 0
      ? [0..<panels.padded] : [0..<(panels.padded - narrow), (panels.padded - narrow)..<panels.padded]
    for columns in parts where !columns.isEmpty {
      kernel(
        strided.pointer + rows.lowerBound * xStride + inputs.lowerBound, xStride,
        packedDelta.pointer + packed.offset(0, columns.lowerBound), packed.rows,
        gradient.pointer + panels.offset(inputs.lowerBound, columns.lowerBound), panels.stride, rows.count,
        inputs.count,
        columns.count, accumulates)
    }
  }

  func mismatch(accumulates: Bool) -> String? {
    var start = [Float](repeating: 0, count: size.inputs * size.outputs)
    if accumulates {
      for input in 0..<size.inputs {
        for column in 0..<size.outputs { start[input * size.outputs + column] = before[panels.offset(input, column)] }
      }
    }
    let plain = PlainProduct(
      size.inputs, size.outputs, size.rows, x, aRow: 1, aTerm: size.inputs, delta, bTerm: size.outputs, bColumn: 1,
      start: start)
    var expected = ExpectedOutput(before: before)
    for input in 0..<size.inputs {
      for column in 0..<panels.padded {
        let offset = panels.offset(input, column)
        let index = input * size.outputs + column
        if column < size.outputs {
          expected.set(offset, plain.sums[index], within: plain.bounds[index])
        } else {
          // The padding's error signals are 0.
          expected.set(offset, accumulates ? Double(before[offset]) : 0)
        }
      }
    }
    return expected.mismatch(gradient)
  }
}
