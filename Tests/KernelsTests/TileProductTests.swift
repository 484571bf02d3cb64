import KernelInterface
import Kernels
import Random
import Testing

@Suite("Products on tiles")
struct TileProductTests {
  /// The tables of tiles.
  static let tables = BFloat16Table.all.filter { $0.rowsOfCut == 32 }

  @Test(
    "Each sum is the instruction's: of 32 terms, even and odd ones apart, then both, then that of the terms before",
    arguments: tables)
  func order(_ table: BFloat16Table) {
    let sizes = [
      ProductSize(rows: 33, inputs: 70, outputs: 18), ProductSize(rows: 70, inputs: 300, outputs: 3),
      ProductSize(rows: 16, inputs: 31, outputs: 290), ProductSize(rows: 1, inputs: 1, outputs: 1),
      ProductSize(rows: 17, inputs: 32, outputs: 32), ProductSize(rows: 1070, inputs: 5, outputs: 4),
    ]
    let failure = firstFailure(sizes, seed: 66) { size, source in
      let layer = BFloat16Layer(table, size, &source)
      let (x, w, delta) = (
        layer.x.map(nearestBFloat16), layer.w.map(nearestBFloat16), layer.delta.map(nearestBFloat16)
      )
      let (forward, signal, gradient) = (layer.forward(), layer.errorSignal(), layer.gradient(adds: true))
      for row in 0..<size.rows {
        for output in 0..<size.outputs {
          let expected = Self.sum(from: layer.bias[output], terms: size.inputs) { input in
            (x[row * size.inputs + input], w[input * size.outputs + output])
          }
          if forward[row * layer.padded + output] != expected { return "forward: row \(row), output \(output)" }
        }
        for input in 0..<size.inputs {
          let expected = Self.sum(from: 0, terms: size.outputs) { output in
            (w[input * size.outputs + output], delta[row * size.outputs + output])
          }
          if signal[row * size.inputs + input] != expected { return "error signal: row \(row), input \(input)" }
        }
      }
      for input in 0..<size.inputs {
        for output in 0..<size.outputs {
          let offset = layer.panels.offset(input, output)
          let expected = Self.sum(from: layer.before[offset], terms: size.rows) { row in
            (x[row * size.inputs + input], delta[row * size.outputs + output])
          }
          if gradient[offset] != expected { return "gradient: input \(input), output \(output)" }
        }
      }
      return nil
    }
    #expect(failure == nil)
  }

  /// The sum of products in the order of TDPBF16PS, for numbers whose products and sums are normal.
  static func sum(from start: Float, terms: Int, _ term: (Int) -> (Float, Float)) -> Float {
    var sum = start
    for first in stride(from: 0, to: terms, by: 32) {
      var parts: [Float] = [0, 0]
      for index in first..<min(first + 32, terms) {
        let (a, b) = term(index)
        parts[index % 2].addProduct(a, b)
      }
      sum += parts[0] + parts[1]
    }
    return sum
  }

  @Test(
    "Numbers beside the operands are not used, and subnormal ones are zero", arguments: tables)
  func neighbors(_ table: BFloat16Table) {
    // Padding columns of x hold NaN.
    let (rows, inputs, outputs) = (3, 5, 2)
    let x = GuardedFloats(
      (0..<rows).flatMap { row in (0..<16).map { $0 < inputs ? Float(row + $0) : .nan } })
    let w = table.rounded((0..<inputs).flatMap { input in (0..<16).map { $0 < outputs ? Float(input - $0) : 0 } })
    let z = GuardedFloats(count: rows * 16)
    table.products.forward(x.pointer, 16, w.pointer, nil, z.pointer, 16, rows, inputs, 16)
    for row in 0..<rows {
      for output in 0..<16 {
        let expected = output < outputs ? (0..<inputs).reduce(0) { $0 + (row + $1) * ($1 - output) } : 0
        #expect(z.pointer[row * 16 + output] == Float(expected), "row \(row), output \(output)")
      }
    }
    let tiny = GuardedFloats(Array(repeating: 0x1p-130, count: 16))
    let large = table.rounded(Array(repeating: 0x1p+20, count: 16))
    let sum = GuardedFloats(count: 16)
    table.products.forward(tiny.pointer, 16, large.pointer, nil, sum.pointer, 16, 1, 1, 16)
    #expect(bits(sum.values) == Array(repeating: 0, count: 16), "a subnormal operand")
    let small = GuardedFloats(Array(repeating: 0x1p-70, count: 16))
    let smallWeights = table.rounded(small.values)
    table.products.forward(small.pointer, 16, smallWeights.pointer, tiny.pointer, sum.pointer, 16, 1, 1, 16)
    #expect(bits(sum.values) == Array(repeating: 0, count: 16), "subnormal products and a subnormal bias")
  }
}
