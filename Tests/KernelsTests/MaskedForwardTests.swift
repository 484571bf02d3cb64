import KernelInterface
import Kernels
import Random
import Testing

@Suite("Masked forward product")
struct MaskedForwardTests {
  @Test(
    "z = x · W + b over the nonzero inputs alone, for every size around the edges; nothing else is touched",
    arguments: InstructionSet.available)
  func forward(_ set: InstructionSet) {
    let kernels = Kernels(set)
    let failure = firstFailure(kernels.shape.edgeSizes(seed: 51), seed: 52) { size, source in
      let density = [0, 0.05, 0.2, 0.5, 1][Int(source.below(5))]
      let x = source.sparseRows(size.rows, inputs: size.inputs, density: density)
      let call = ForwardCall(kernels.shape, size, x: x, &source)
      call.run(kernels.masked.forward, PlainMaskedRows(x, rows: size.rows, inputs: size.inputs))
      return call.mismatch().map { "density \(density): \($0)" }
    }
    #expect(failure == nil)
  }

  @Test(
    "It has the dense product's bits, whatever is nonzero and however rows are cut", arguments: InstructionSet.available
  )
  func denseBits(_ set: InstructionSet) {
    let kernels = Kernels(set)
    let shape = kernels.shape
    let sizes =
      (1...(shape.panelWidth + 1)).map { ProductSize(rows: 9, inputs: 3 * $0, outputs: $0) }
      + [3, 4, 5, 7].map { ProductSize(rows: 13, inputs: 300, outputs: $0 * shape.panelWidth + 1) }
      + [
        ProductSize(rows: 5, inputs: 784, outputs: 10),
        ProductSize(rows: 70, inputs: 300, outputs: 4 * shape.panelWidth),
      ]
    let failure = firstFailure(sizes, seed: 53) { size, source in
      for density in [0.1, 0.5, 1] {
        let x = source.sparseRows(size.rows, inputs: size.inputs, density: density)
        let call = ForwardCall(shape, size, x: x, &source)
        call.run(kernels.products.forward)
        let dense = bits(call.z.values)
        let masked = PlainMaskedRows(x, rows: size.rows, inputs: size.inputs)
        for cut in [0, 1, size.rows / 2] {
          call.clear()
          call.run(kernels.masked.forward, masked, rows: 0..<cut)
          call.run(kernels.masked.forward, masked, rows: cut..<size.rows, areShared: true)
          if bits(call.z.values) != dense { return "density \(density), rows cut at \(cut): other bits" }
        }
      }
      return nil
    }
    #expect(failure == nil)
  }
}

extension MaskedForwardTests {
  @Test(
    "The product of some words is bitwise the dense product of their inputs, also with padding bits at the start of a mask",
    arguments: InstructionSet.available)
  func someWords(_ set: InstructionSet) {
    let kernels = Kernels(set)
    let shape = kernels.shape
    let outputs = [1, shape.vectorWidth, shape.panelWidth, 4 * shape.panelWidth, 5 * shape.panelWidth + 1]
    let sizes = outputs.map { ProductSize(rows: 9, inputs: 200, outputs: $0) }
    let failure = firstFailure(sizes, seed: 54) { size, source in
      let x = source.sparseRows(size.rows, inputs: size.inputs, density: 0.3)
      for (padding, words) in [(0, 1..<3), (0, 0..<2), (40, 0..<2), (40, 1..<4), (63, 0..<1), (63, 1..<5)] {
        let inputs = (words.lowerBound * 64 - padding)..<(words.upperBound * 64 - padding)
        let part = x.enumerated().map { inputs.contains($0.offset % size.inputs) ? $0.element : 0 }
        var other = source
        let dense = ForwardCall(shape, size, x: part, &source)
        dense.run(kernels.products.forward)
        let call = ForwardCall(shape, size, x: x, &other)
        call.run(
          kernels.masked.forward, PlainMaskedRows(x, rows: size.rows, inputs: size.inputs, padding: padding),
          words: words)
        if bits(call.z.values) != bits(dense.z.values) { return "padding \(padding), words \(words): other bits" }
      }
      return nil
    }
    #expect(failure == nil)
  }
}

extension ForwardCall {
  func run(
    _ kernel: MaskedForwardKernel, _ masked: PlainMaskedRows, rows: Range<Int>? = nil, words: Range<Int>? = nil,
    areShared: Bool = false
  ) {
    let rows = rows ?? 0..<size.rows
    let first = rows.lowerBound
    let words = words ?? 0..<masked.words
    let index = first * masked.words + words.lowerBound
    kernel(
      masked.masks.pointer + index, masked.offsets.pointer + index, masked.values.pointer + first, words.count,
      masked.words, words.lowerBound * 64 - masked.padding, weights.pointer, bias.map { UnsafePointer($0.pointer) },
      z.pointer + first * zStride, zStride, rows.count, size.inputs, padded, areShared)
  }
}
