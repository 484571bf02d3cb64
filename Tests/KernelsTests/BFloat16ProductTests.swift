import KernelInterface
import Kernels
import Random
import Testing

@Suite("Products with operands in bfloat16")
struct BFloat16ProductTests {
  /// Beyond the rounding of sums: each operand is rounded to 8 bits, by at most 2⁻⁸ of itself.
  static let rounding = 2 * 0x1p-8 + 0x1p-16

  @Test(
    "Each product lies within bounds by rounding to bfloat16; of operands that are bfloat16 numbers, within those of float32",
    arguments: BFloat16Table.all, [true, false])
  func bounds(_ table: BFloat16Table, _ isRounded: Bool) {
    let failure = firstFailure(table.edgeSizes(seed: 61), seed: 62) { size, source in
      let layer = BFloat16Layer(table, size, &source, isRounded ? nearestBFloat16 : { $0 })
      let slack = isRounded ? 0 : Self.rounding
      return forwardMismatch(layer, slack) ?? signalMismatch(layer, slack)
        ?? gradientMismatch(layer, slack, adds: Bool.random(using: &source))
    }
    #expect(failure == nil)
  }

  private func forwardMismatch(_ layer: BFloat16Layer, _ slack: Double) -> String? {
    let (size, padded) = (layer.size, layer.padded)
    let plain = PlainProduct(
      size.rows, size.outputs, size.inputs, layer.x, aRow: size.inputs, aTerm: 1, layer.w, bTerm: size.outputs,
      bColumn: 1, start: (0..<size.rows).flatMap { _ in layer.bias }, operandRounding: slack)
    let got = layer.forward()
    if got.count != size.rows * padded { return "forward: something was written outside" }
    for row in 0..<size.rows {
      let padding = got[(row * padded + size.outputs)..<((row + 1) * padded)]
      if padding.contains(where: { $0 != 0 }) { return "forward: padding of row \(row) is not zero" }
    }
    let values = (0..<size.rows).flatMap { row in got[(row * padded)..<(row * padded + size.outputs)] }
    return firstMismatch(values, plain.sums) { plain.bounds[$0] }.map { "forward: \($0)" }
  }

  private func signalMismatch(_ layer: BFloat16Layer, _ slack: Double) -> String? {
    let size = layer.size
    let plain = PlainProduct(
      size.rows, size.inputs, size.outputs, layer.delta, aRow: size.outputs, aTerm: 1, layer.w, bTerm: 1,
      bColumn: size.outputs, start: Array(repeating: 0, count: size.rows * size.inputs), operandRounding: slack)
    return firstMismatch(layer.errorSignal(), plain.sums) { plain.bounds[$0] }.map { "error signal: \($0)" }
  }

  private func gradientMismatch(_ layer: BFloat16Layer, _ slack: Double, adds: Bool) -> String? {
    let size = layer.size
    if size.rows == 0 { return nil }
    let offsets = (0..<size.inputs).flatMap { input in (0..<size.outputs).map { layer.panels.offset(input, $0) } }
    let plain = PlainProduct(
      size.inputs, size.outputs, size.rows, layer.x, aRow: 1, aTerm: size.inputs, layer.delta, bTerm: size.outputs,
      bColumn: 1, start: offsets.map { adds ? layer.before[$0] : 0 }, operandRounding: slack)
    let got = layer.gradient(adds: adds)
    if got.isEmpty { return "gradient: something was written outside" }
    return firstMismatch(offsets.map { got[$0] }, plain.sums) { plain.bounds[$0] }.map { "gradient: \($0)" }
  }

  @Test("The bits of a row, an input or a sum that goes on do not depend on the call", arguments: BFloat16Table.all)
  func cuts(_ table: BFloat16Table) {
    let failure = firstFailure(
      [
        ProductSize(rows: 70, inputs: 29, outputs: 35), ProductSize(rows: 37, inputs: 259, outputs: 18),
        // More rows than a call rounds at once.
        ProductSize(rows: 1061, inputs: 50, outputs: 3),
      ], seed: 63
    ) { size, source in
      let layer = BFloat16Layer(table, size, &source)
      let (forward, signal) = (bits(layer.forward()), bits(layer.errorSignal()))
      for cut in stride(from: 0, through: size.rows, by: 7) {
        let (upper, lower) = (0..<cut, cut..<size.rows)
        if bits(layer.forward(rows: upper) + layer.forward(rows: lower)) != forward { return "forward cut at \(cut)" }
        if bits(layer.errorSignal(rows: upper) + layer.errorSignal(rows: lower)) != signal {
          return "error signal cut at \(cut)"
        }
      }
      let gradient = bits(layer.gradient(adds: false))
      if bits(layer.gradient(adds: false, packs: true)) != gradient { return "gradient of packed inputs" }
      for cut in stride(from: 0, to: size.inputs, by: 5)
      where bits(layer.gradient(adds: false, inputCut: cut)) != gradient
        || bits(layer.gradient(adds: false, inputCut: cut, packs: true)) != gradient
      {
        return "gradient cut at input \(cut)"
      }
      for cut in stride(from: table.rowsOfCut, to: size.rows, by: table.rowsOfCut > 2 ? 32 : 10)
      where bits(layer.gradient(adds: false, rowCut: cut)) != gradient {
        return "gradient cut at row \(cut)"
      }
      return nil
    }
    #expect(failure == nil)
  }

  @Test(
    "The processor's instructions and their emulation have the same bits, through whole blocks and for special numbers",
    .enabled(
      if: !BFloat16Table.pairs.isEmpty, "this processor has neither AVX512_BF16 nor AMX: the emulation alone is tested")
  )
  func emulation() throws {
    for (hardware, emulated) in BFloat16Table.pairs { compare(hardware, emulated) }
  }

  private func compare(_ hardware: BFloat16Table, _ emulated: BFloat16Table) {
    let large = [
      ProductSize(rows: 270, inputs: 530, outputs: 35), ProductSize(rows: 1030, inputs: 14, outputs: 18),
      ProductSize(rows: 33, inputs: 13, outputs: 560),
    ]
    for (name, change) in Self.numbers {
      let failure = firstFailure(large + hardware.edgeSizes(seed: 64).prefix(120), seed: 65) { size, source in
        let layer = BFloat16Layer(hardware, size, &source, change)
        let other = BFloat16Layer(layer, by: emulated)
        if canonical(layer.forward()) != canonical(other.forward()) { return "forward" }
        if canonical(layer.errorSignal()) != canonical(other.errorSignal()) { return "error signal" }
        if canonical(layer.gradient(adds: true)) != canonical(other.gradient(adds: true)) { return "gradient" }
        return nil
      }
      #expect(failure == nil, "\(hardware.testDescription), \(name) numbers")
    }
  }

  @Test(
    "A fused multiply-add becomes zero where it is below the least normal number before that has been rounded to",
    arguments: BFloat16Table.all)
  func least(_ table: BFloat16Table) {
    // What is subtracted from 2⁻¹²⁶, as a product. With 24 bits and any exponent, the numbers below 2⁻¹²⁶ are 2⁻¹⁵⁰ apart:
    // half of that is a tie, and goes to 2⁻¹²⁶.
    let cases: [(a: Float, b: Float, isZero: Bool)] = [
      (0x1p-75, 0x1p-75, true), (0x1p-75, 0x1.02p-76, true), (0x1.8p-75, 0x1p-76, true), (0x1p-75, 0x1p-76, false),
      (0x1p-76, 0x1p-76, false), (0x1.fep-76, 0x1p-76, false), (0x1p-74, 0x1p-75, true),
    ]
    for (a, b, isZero) in cases {
      for sign: Float in [1, -1] {
        // The third input's product is added to that of the first by the same chain in each order of the terms.
        let x = GuardedFloats([0x1p-63, 0, a] + Array(repeating: 0, count: 13))
        let rows: [Float] = [sign * 0x1p-63, 0, sign * -b]
        let w = table.rounded(rows.flatMap { [$0] + Array(repeating: 0, count: 15) })
        let z = GuardedFloats(count: 16)
        table.products.forward(x.pointer, 16, w.pointer, nil, z.pointer, 16, 1, 3, 16)
        #expect(z.pointer[0] == (isZero ? 0 : sign * 0x1p-126), "\(sign) · (2⁻¹²⁶ − \(a) · \(b))")
      }
    }
  }

  /// Changes of the numbers: products below the normal numbers, halfway cases, and overflow.
  static let numbers: [(name: String, change: @Sendable (Float) -> Float)] = [
    ("usual", { $0 }),
    ("tiny", { $0 * 0x1p-66 }),
    ("least", { [0x1p-63, 0x1p-75, 0x1.02p-76, 0x1p-88][Int($0.bitPattern & 3)] * ($0 < 0 ? -1 : 1) }),
    ("subnormal", { $0.bitPattern & 3 == 0 ? $0 * 0x1p-128 : $0 }),
    ("halfway", { Float(bitPattern: $0.bitPattern & 0xffff_0000 | ($0.bitPattern & 1 == 0 ? 0x8000 : 0x7fff)) }),
    ("huge", { $0 * 0x1p+67 }),
    ("infinite", { $0.bitPattern & 0x3f == 0 ? .infinity : $0.bitPattern & 0x3f == 1 ? .nan : $0 }),
  ]

  /// Bits, with one pattern for NaN.
  private func canonical(_ values: [Float]) -> [UInt32] { values.map { $0.isNaN ? 0x7fc0_0000 : $0.bitPattern } }

  @Test("Operands are rounded to nearest, ties to even, and pairs are of adjacent rows", arguments: BFloat16Table.all)
  func rounding(_ table: BFloat16Table) {
    // 1 + 2⁻⁸ lies between 1 and 1 + 2⁻⁷, 1 + 3 · 2⁻⁸ between that and 1 + 2⁻⁶.
    let cases: [(Float, UInt32)] = [
      (1, 0x3f80), (1 + 0x1p-8, 0x3f80), (1 + 3 * 0x1p-8, 0x3f82), (1 + 0x1p-8 + 0x1p-20, 0x3f81), (-2.5, 0xc020),
      (0x1p-130, 0), (-0x1p-130, 0x8000), (.greatestFiniteMagnitude, 0x7f80), (.infinity, 0x7f80), (255, 0x437f),
    ]
    let rows = GuardedFloats(cases.flatMap { [$0.0] + Array(repeating: 0, count: 15) } + Array(repeating: 0, count: 16))
    let packed = GuardedFloats(count: (cases.count + 1) * 16)
    table.products.packColumns(rows.pointer, 16, packed.pointer, cases.count + 1, 16)
    for index in cases.indices {
      let word = packed.pointer[index / 2 * 16].bitPattern
      #expect((index % 2 == 0 ? word & 0xffff : word >> 16) == cases[index].1, "\(cases[index].0)")
    }
    #expect(packed.pointer[cases.count / 2 * 16].bitPattern >> 16 == 0, "the partner of a last odd row")
  }

  @Test(
    "Weights are rounded as other operands are, in their order, and nothing beyond them", arguments: BFloat16Table.all)
  func roundedWeights(_ table: BFloat16Table) throws {
    let round = try #require(table.products.roundWeights)
    var source = RandomSource(seed: 66, purpose: .sampling)
    for count in [0, 16, 32, 48, 80] {
      // A slice may start at half a cache line of rounded numbers.
      for start in [0, 16] {
        let numbers = source.floats(start + count, bound: 1)
        let (weights, rounded) = (GuardedFloats(numbers), GuardedFloats(count: (start + count) / 2))
        rounded.pointer.withMemoryRebound(to: UInt16.self, capacity: start + count) {
          round(weights.pointer + start, $0 + start, count)
          for index in start..<(start + count) {
            #expect($0[index] == UInt16(nearestBFloat16(numbers[index]).bitPattern >> 16), "\(index) of \(count)")
          }
        }
        #expect(rounded.isIntact && rounded.values.prefix(start / 2).allSatisfy { $0 == GuardedFloats.sentinel })
      }
    }
  }
}
