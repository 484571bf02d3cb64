import KernelInterface
import Kernels
import Random
import Testing

@Suite("Masked weight gradient")
struct MaskedGradientTests {
  /// Rows within and beyond one word of rows, and every count of inputs in a last mask word near its ends.
  static let rows = [0, 1, 2, 7, 31, 33, 63, 64, 65, 127, 128, 129]

  @Test(
    "Masks are transposed: for each input of a word the rows with a nonzero bit, zero beyond the last row; and which are nonzero",
    arguments: InstructionSet.available)
  func transposeMasks(_ set: InstructionSet) {
    let kernels = Kernels(set)
    let sizes = Self.rows.flatMap { rows in
      [1, 63, 64, 65, 130].map { ProductSize(rows: rows, inputs: $0, outputs: 1) }
    }
    let failure = firstFailure(sizes, seed: 61) { size, source in
      let x = source.sparseRows(size.rows, inputs: size.inputs, density: 0.3)
      let masked = PlainMaskedRows(x, rows: size.rows, inputs: size.inputs)
      let rowWords = (size.rows + 63) / 64
      for word in 0..<masked.words {
        let result = AlignedBuffer<UInt64>(count: 64 * rowWords + 2)
        for index in 0..<result.count { result.pointer[index] = 0xDEAD_BEEF }
        let nonzero = kernels.masked.transposeMasks(
          masked.masks.pointer + word, masked.words, size.rows, result.pointer + 1, rowWords)
        if nonzero != masked.nonzero(word: word) { return "word \(word): nonzero \(nonzero)" }
        let expected = masked.rowMasks(word: word)
        let isSame = withExtendedLifetime((result, expected)) {
          Array(result.elements) == [0xDEAD_BEEF] + Array(expected.elements) + [0xDEAD_BEEF]
        }
        if !isSame { return "word \(word)" }
      }
      return nil
    }
    #expect(failure == nil)
  }

  @Test(
    "xᵀ · δ of a mask word, stored, added, stepped or from a sum elsewhere on, on one panel to five and a narrow one, from any input to any other",
    arguments: InstructionSet.available)
  func gradient(_ set: InstructionSet) {
    let kernels = Kernels(set)
    let shape = kernels.shape
    let widths = [5, 4, 3, 2, 1].map { $0 * shape.panelWidth } + [shape.vectorWidth]
    let sizes = Self.rows.flatMap { rows in widths.map { ProductSize(rows: rows, inputs: 130, outputs: $0) } }
    let failure = firstFailure(sizes, seed: 62) { size, source in
      let density = [0.02, 0.3, 1][Int(source.below(3))]
      let call = MaskedGradientCall(shape, size, word: Int(source.below(3)), density: density, &source)
      let plain = call.plain
      for mode in MaskedGradientMode.allCases {
        call.clear()
        if !call.run(kernels.masked.gradient, mode) { return "\(mode): a cursor is not past its inputs" }
        if let failure = call.mismatch(mode, plain) { return "\(mode), density \(density), \(call.range): \(failure)" }
      }
      return nil
    }
    #expect(failure == nil)
  }

  @Test(
    "A stored sum has the dense product's bits, however inputs and panels are cut", arguments: InstructionSet.available)
  func denseBits(_ set: InstructionSet) {
    let kernels = Kernels(set)
    let shape = kernels.shape
    let widths = [5, 4, 3, 2, 1].map { $0 * shape.panelWidth } + [shape.vectorWidth]
    let sizes = [3, 64, 129].flatMap { rows in widths.map { ProductSize(rows: rows, inputs: 64, outputs: $0) } }
    let failure = firstFailure(sizes, seed: 63) { size, source in
      let x = source.sparseRows(size.rows, inputs: size.inputs, density: 0.25)
      let dense = WeightGradientCall(shape, size, x: x, &source)
      dense.run(kernels.products.weightGradient, accumulates: false)
      let masked = PlainMaskedRows(x, rows: size.rows, inputs: size.inputs)
      for cut in [0, 1, 17, 63] {
        let call = MaskedGradientCall(dense, masked)
        let isAdvanced = [0..<cut, cut..<64].map { call.run(kernels.masked.gradient, .stored, inputs: $0) }
        if isAdvanced.contains(false) { return "cut at \(cut): a cursor is not past its inputs" }
        for input in 0..<64 {
          for column in 0..<size.outputs {
            let got = call.result.pointer[call.panels.offset(input, column)]
            let expected = dense.gradient.pointer[dense.panels.offset(input, column)]
            if got.bitPattern != expected.bitPattern {
              return "cut at \(cut), input \(input), column \(column): \(got), expected \(expected) to the bit"
            }
          }
        }
      }
      return nil
    }
    #expect(failure == nil)
  }
}

/// The list of values that AVX2's kernels write for the first columns and read for the others.
@Suite("Masked weight gradient with a list of the values")
struct MaskedListedGradientTests {
  @Test(
    "The call that writes the list, and those that read it, give the bits of the one without, and the list is the word's values by input and row",
    arguments: InstructionSet.available)
  func listed(_ set: InstructionSet) {
    let kernels = Kernels(set)
    guard let kernel = kernels.masked.listedGradient else {
      #expect(set != .avx2)
      return
    }
    let shape = kernels.shape
    let widths = [5, 4, 3, 2, 1].map { $0 * shape.panelWidth } + [shape.vectorWidth]
    let sizes = MaskedGradientTests.rows.flatMap { rows in
      widths.map { ProductSize(rows: rows, inputs: 130, outputs: $0) }
    }
    let failure = firstFailure(sizes, seed: 64) { size, source in
      let density = [0.02, 0.3, 1][Int(source.below(3))]
      let call = MaskedGradientCall(shape, size, word: Int(source.below(3)), density: density, &source)
      let values = call.listedValues
      for mode in MaskedGradientMode.allCases {
        call.clear()
        _ = call.run(kernels.masked.gradient, mode)
        let expected = (0..<call.result.count).map { call.result.pointer[$0].bitPattern }
        let list = GuardedFloats(values.map { _ in GuardedFloats.sentinel })
        for isListed in [false, true] {
          call.clear()
          if !call.run(kernel, mode, list, isListed: isListed) { return "\(mode), \(isListed): a cursor is elsewhere" }
          if (0..<call.result.count).map({ call.result.pointer[$0].bitPattern }) != expected {
            return "\(mode), listed \(isListed), density \(density), \(call.range): other sums"
          }
          if (0..<values.count).map({ list.pointer[$0] }) != values || !list.isIntact {
            return "\(mode), listed \(isListed): another list"
          }
        }
      }
      return nil
    }
    #expect(failure == nil)
  }
}

enum MaskedGradientMode: CaseIterable {
  case stored
  case added
  case stepped
  /// Going on from sums that lie elsewhere,
  case continued
  /// or stepping against the whole of them.
  case steppedOn

  /// The start of sums: the values of the result, or other sums.
  var startsElsewhere: Bool { self == .continued || self == .steppedOn }
  var isStep: Bool { self == .stepped || self == .steppedOn }
}

/// The operands of the gradient of one mask word.
struct MaskedGradientCall {
  static let step: Float = 0.375

  let masked: PlainMaskedRows
  let x: [Float]
  let delta: [Float]
  let deltaStride: Int
  let word: Int
  let columns: Int
  /// The inputs of the word that are asked for.
  let range: Range<Int>
  let panels: Panels
  let before: [Float]
  /// Sums of the rows before these, and panels apart by another stride.
  let earlier: [Float]
  let earlierPanels: Panels
  let start: GuardedFloats
  let strided: GuardedFloats
  let result: GuardedFloats

  init(_ shape: KernelShape, _ size: ProductSize, word: Int, density: Double, _ source: inout RandomSource) {
    x = source.sparseRows(size.rows, inputs: size.inputs, density: density)
    masked = PlainMaskedRows(x, rows: size.rows, inputs: size.inputs)
    delta = source.floats(size.rows * size.outputs, bound: 1)
    deltaStride = size.outputs + shape.vectorWidth * Int(source.below(3))
    self.word = word
    columns = size.outputs
    let inputs = min(64, size.inputs - word * 64)
    let from = Int(source.below(UInt64(inputs)))
    range = source.below(2) == 0 ? 0..<inputs : from..<(from + 1 + Int(source.below(UInt64(inputs - from))))
    panels = Panels(
      shape, rows: inputs, columns: columns,
      stride: shape.panelWidth * inputs + shape.vectorWidth * Int(source.below(3)))
    before = source.floats(panels.count, bound: 3)
    earlierPanels = Panels(
      shape, rows: inputs, columns: columns,
      stride: shape.panelWidth * inputs + shape.vectorWidth * Int(source.below(3)))
    earlier = source.floats(earlierPanels.count, bound: 3)
    start = GuardedFloats(earlier)
    strided = GuardedFloats(
      KernelsTests.strided(delta, rows: size.rows, columns: columns, padded: columns, stride: deltaStride))
    result = GuardedFloats(before)
  }

  /// The first word of a dense product's operands.
  init(_ dense: WeightGradientCall, _ masked: PlainMaskedRows) {
    self.masked = masked
    x = dense.x
    delta = dense.delta
    deltaStride = dense.size.outputs
    word = 0
    columns = dense.size.outputs
    range = 0..<dense.size.inputs
    panels = Panels(dense.panels.shape, rows: dense.size.inputs, columns: columns)
    before = [Float](repeating: GuardedFloats.sentinel, count: panels.count)
    (earlier, earlierPanels) = (before, panels)
    start = GuardedFloats(earlier)
    strided = GuardedFloats(delta)
    result = GuardedFloats(before)
  }

  /// Runs the kernel; false where it leaves a cursor elsewhere than at the first value after the inputs.
  func run(_ kernel: MaskedGradientKernel, _ mode: MaskedGradientMode, inputs: Range<Int>? = nil) -> Bool {
    let inputs = inputs ?? range
    return run(mode, inputs, cursorsAt: inputs.upperBound) { masks, bits, cursors, start, startStride, step in
      kernel(
        masks, (masked.rows + 63) / 64, bits, cursors, strided.pointer, deltaStride, columns, result.pointer,
        panels.stride, start, startStride, step)
    }
  }

  /// Runs the kernel with a list of values; false where it leaves a cursor elsewhere than at the first value after the
  /// inputs, or than before if the list is read.
  func run(
    _ kernel: ListedGradientKernel, _ mode: MaskedGradientMode, _ list: GuardedFloats, isListed: Bool
  ) -> Bool {
    run(mode, range, cursorsAt: isListed ? range.lowerBound : range.upperBound) {
      masks, bits, cursors, start, startStride, step in
      kernel(
        masks, (masked.rows + 63) / 64, bits, cursors, strided.pointer, deltaStride, columns, result.pointer,
        panels.stride, start, startStride, step, list.pointer, isListed)
    }
  }

  private func run(
    _ mode: MaskedGradientMode, _ inputs: Range<Int>, cursorsAt end: Int,
    _ kernel: (
      _ masks: UnsafePointer<UInt64>, _ bits: UInt64, _ cursors: UnsafeMutablePointer<UnsafePointer<Float>>,
      _ start: UnsafePointer<Float>?, _ startStride: Int, _ step: UnsafePointer<Float>?
    ) -> Void
  ) -> Bool {
    let bits = inputs.reduce(UInt64(0)) { $0 | 1 << UInt64($1) }
    let rowMasks = masked.rowMasks(word: word)
    let cursors = masked.cursors(from: 64 * word + inputs.lowerBound)
    withUnsafePointer(to: Self.step) { step in
      kernel(
        UnsafePointer(rowMasks.pointer), mode == .stored ? bits : masked.nonzero(word: word) & bits, cursors.pointer,
        mode == .added ? UnsafePointer(result.pointer) : mode.startsElsewhere ? UnsafePointer(start.pointer) : nil,
        mode.startsElsewhere ? earlierPanels.stride : panels.stride, mode.isStep ? step : nil)
    }
    let expected = masked.cursors(from: 64 * word + end)
    return (0..<masked.rows).allSatisfy { cursors.pointer[$0] == expected.pointer[$0] }
  }

  /// The nonzero values of the inputs that are asked for, by input, then by row.
  var listedValues: [Float] {
    range.flatMap { input in
      (0..<masked.rows).map { x[$0 * masked.inputs + 64 * word + input] }.filter { $0 != 0 }
    }
  }

  func clear() { for index in 0..<result.count { result.pointer[index] = before[index] } }

  /// The sums of the inputs that are asked for.
  var plain: PlainProduct {
    PlainProduct(
      range.count, columns, masked.rows, Array(x.dropFirst(64 * word + range.lowerBound)), aRow: 1,
      aTerm: masked.inputs, delta, bTerm: columns, bColumn: 1, start: Array(repeating: 0, count: range.count * columns))
  }

  func mismatch(_ mode: MaskedGradientMode, _ plain: PlainProduct) -> String? {
    var expected = ExpectedOutput(before: before)
    for input in range {
      let isNonzero = (0..<masked.rows).contains { x[$0 * masked.inputs + 64 * word + input] != 0 }
      if !isNonzero, mode != .stored { continue }
      for column in 0..<columns {
        let offset = panels.offset(input, column)
        let index = (input - range.lowerBound) * columns + column
        let (sum, bound) = (plain.sums[index], plain.bounds[index])
        let old = Double(before[offset])
        let begun = Double(earlier[earlierPanels.offset(input, column)])
        // Each of the terms' roundings is of a number so much larger.
        let wider = bound + Double(masked.rows + 2) * 0x1p-24 * abs(begun)
        let step = Double(Self.step)
        switch mode {
        case .stored: expected.set(offset, sum, within: bound)
        // The sum continues from the existing value, so that each rounding is relative to a larger number.
        case .added:
          expected.set(offset, old + sum, within: bound + Double(masked.rows + 2) * 0x1p-24 * abs(old))
        case .continued: expected.set(offset, begun + sum, within: wider)
        case .steppedOn:
          let whole = begun + sum
          expected.set(
            offset, old - step * whole, within: step * wider + 0x1p-23 * (abs(old) + step * abs(whole)))
        case .stepped:
          expected.set(offset, old - step * sum, within: step * bound + 0x1p-23 * (abs(old) + step * abs(sum)))
        }
      }
    }
    return expected.mismatch(result)
  }
}
