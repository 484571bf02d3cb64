import KernelInterface
import Kernels
import KernelsAMXEmulated
import KernelsBFloat16Emulated
import Random
import Testing

/// A table of bfloat16 products: those of the processor's instructions, where it has them, or the emulation of these.
struct BFloat16Table: CustomTestStringConvertible, Sendable {
  let testDescription: String
  let products: ProductKernels
  /// The number of rows after which a sum over rows can go on in another call: a pair, or the pairs of a tile.
  let rowsOfCut: Int
  var shape: KernelShape { products.shape }

  /// The same kernels' text with the instruction's arithmetic in plain Swift.
  static let emulatedVectors = BFloat16Table(
    testDescription: "emulated vectors", products: KernelsBFloat16Emulated.emulatedProducts, rowsOfCut: 2)
  /// The same for tiles.
  static let emulatedTiles = BFloat16Table(
    testDescription: "emulated tiles", products: KernelsAMXEmulated.emulatedProducts, rowsOfCut: 32)

  /// The tables of the processor, each with its emulation; none where it lacks the instructions. Then the emulations
  /// alone are tested.
  static let pairs: [(hardware: BFloat16Table, emulated: BFloat16Table)] = [
    (InstructionSet.avx512, emulatedVectors), (.amx, emulatedTiles),
  ].compactMap { set, emulated in
    guard Precision.bfloat16Sets.contains(set) else { return nil }
    let hardware = BFloat16Table(
      testDescription: set.rawValue, products: Kernels(set, precision: .bfloat16).products,
      rowsOfCut: emulated.rowsOfCut)
    return (hardware, emulated)
  }
  static let all = [emulatedVectors, emulatedTiles] + pairs.map(\.hardware)

  /// Weights as the products read them: two rounded numbers in the place of a float.
  func rounded(_ weights: [Float]) -> GuardedFloats {
    let (source, result) = (GuardedFloats(weights), GuardedFloats(count: weights.count / 2))
    result.pointer.withMemoryRebound(to: UInt16.self, capacity: weights.count) {
      products.roundWeights?(source.pointer, $0, weights.count)
    }
    return result
  }

  /// Sizes around every edge, those of tiles of 16 and 32 rows included.
  func edgeSizes(seed: UInt64) -> [ProductSize] {
    KernelShape(vectorWidth: 16, tileRows: rowsOfCut > 2 ? 16 : 12).edgeSizes(seed: seed)
  }
}

/// One layer's operands, and its three products by a table of kernels.
struct BFloat16Layer {
  let size: ProductSize
  let table: BFloat16Table
  let x: [Float]
  let w: [Float]
  let delta: [Float]
  let bias: [Float]
  let before: [Float]

  var shape: KernelShape { table.shape }
  var padded: Int { shape.padded(size.outputs) }
  var panels: Panels { Panels(shape, rows: size.inputs, columns: size.outputs) }

  /// - Parameter change: changes the drawn numbers: rounds them, or replaces some by special ones.
  init(
    _ table: BFloat16Table, _ size: ProductSize, _ source: inout RandomSource, _ change: (Float) -> Float = { $0 }
  ) {
    (self.size, self.table) = (size, table)
    x = source.floats(size.rows * size.inputs, bound: 1).map(change)
    w = source.floats(size.inputs * size.outputs, bound: 1).map(change)
    delta = source.floats(size.rows * size.outputs, bound: 1).map(change)
    bias = source.floats(size.outputs, bound: 2)
    let panels = Panels(table.shape, rows: size.inputs, columns: size.outputs)
    before = source.floats(panels.count, bound: 3)
  }

  /// The same operands for another table.
  init(_ other: BFloat16Layer, by table: BFloat16Table) {
    (size, self.table, x, w, delta) = (other.size, table, other.x, other.w, other.delta)
    (bias, before) = (other.bias, other.before)
  }

  private var weights: GuardedFloats { table.rounded(panels.arranged(w, columns: size.outputs)) }

  /// x · W + b, `[rows × padded]`; empty if something else was written.
  func forward(rows: Range<Int>? = nil) -> [Float] {
    let rows = rows ?? 0..<size.rows
    let stride = shape.padded(size.inputs) + 16
    let operand = GuardedFloats(
      strided(
        Array(x[(rows.lowerBound * size.inputs)..<(rows.upperBound * size.inputs)]), rows: rows.count,
        columns: size.inputs, padded: size.inputs, stride: stride))
    let (weights, bias) = (
      weights, GuardedFloats(bias + Array(repeating: 0, count: padded - size.outputs))
    )
    let z = GuardedFloats(count: rows.count * padded)
    table.products.forward(
      operand.pointer, stride, weights.pointer, bias.pointer, z.pointer, padded, rows.count, size.inputs, padded)
    return z.isIntact ? z.values : []
  }

  /// W · δᵀ, as rows `[rows × inputs]`; empty if something else was written.
  func errorSignal(rows: Range<Int>? = nil) -> [Float] {
    let rows = rows ?? 0..<size.rows
    let panel = shape.panelWidth
    let panels = (rows.count + panel - 1) / panel
    var columns = [Float](repeating: 0, count: panels * padded * panel)
    for row in 0..<rows.count {
      for column in 0..<size.outputs {
        columns[row / panel * panel * padded + column * panel + row % panel] =
          delta[(rows.lowerBound + row) * size.outputs + column]
      }
    }
    let (weights, transposed, result) = (
      weights, GuardedFloats(columns), GuardedFloats(count: panels * size.inputs * panel)
    )
    table.products.errorSignal(
      weights.pointer, transposed.pointer, result.pointer, rows.count, size.inputs, padded)
    guard result.isIntact else { return [] }
    return (0..<rows.count).flatMap { row in
      (0..<size.inputs).map { result.pointer[row / panel * panel * size.inputs + $0 * panel + row % panel] }
    }
  }

  /// xᵀ · δ, added to `before` if `adds`, in panels; empty if something else was written. Inputs and rows are computed in two
  /// parts at the cuts; that of the rows must be a multiple of `rowsOfCut`.
  ///
  /// - Parameter packs: true to pack the inputs of each part first, and to compute them block by block.
  func gradient(adds: Bool, inputCut: Int = 0, rowCut: Int = 0, packs: Bool = false) -> [Float] {
    // Rows close together, so that a tile's vector reaches beyond its inputs.
    let operand = GuardedFloats(x)
    let gradient = GuardedFloats(before)
    for rows in [0..<rowCut, rowCut..<size.rows] where !rows.isEmpty {
      let delta = GuardedFloats(
        strided(
          Array(delta[(rows.lowerBound * size.outputs)..<(rows.upperBound * size.outputs)]), rows: rows.count,
          columns: size.outputs, padded: padded, stride: padded))
      let packed = GuardedFloats(count: rows.count * padded)
      table.products.packColumns(delta.pointer, padded, packed.pointer, rows.count, padded)
      guard packed.isIntact else { return [] }
      for inputs in [0..<inputCut, inputCut..<size.inputs] where !inputs.isEmpty {
        // From an input other than the first on, a narrow panel needs a call of its own.
        let wide = padded / shape.panelWidth * shape.panelWidth
        if packs {
          addPacked(operand, packed, gradient, rows, inputs, adds: adds || rows.lowerBound > 0)
          continue
        }
        for columns in [0..<wide, wide..<padded] where !columns.isEmpty {
          table.products.weightGradient(
            operand.pointer + rows.lowerBound * size.inputs + inputs.lowerBound, size.inputs,
            packed.pointer + columns.lowerBound * rows.count, rows.count,
            gradient.pointer + panels.offset(inputs.lowerBound, columns.lowerBound), panels.stride, rows.count,
            inputs.count, columns.count, adds || rows.lowerBound > 0)
        }
      }
    }
    return gradient.isIntact ? gradient.values : []
  }
}

extension BFloat16Layer {
  /// The part of `gradient` with packed inputs.
  private func addPacked(
    _ x: GuardedFloats, _ delta: GuardedFloats, _ gradient: GuardedFloats, _ rows: Range<Int>, _ inputs: Range<Int>,
    adds: Bool
  ) {
    let products = table.products
    guard let packInputs = products.packInputs else { return }
    let (tile, block) = (products.shape.tileRows, products.packedBlock(rows: rows.count))
    let packed = GuardedFloats(count: (inputs.count + tile - 1) / tile * block)
    packInputs(
      x.pointer + rows.lowerBound * size.inputs + inputs.lowerBound, size.inputs, packed.pointer, rows.count,
      inputs.count)
    let wide = padded / shape.panelWidth * shape.panelWidth
    for input in stride(from: 0, to: inputs.count, by: tile) where packed.isIntact {
      for columns in [0..<wide, wide..<padded] where !columns.isEmpty {
        products.weightGradient(
          packed.pointer + input / tile * block, 0, delta.pointer + columns.lowerBound * rows.count, rows.count,
          gradient.pointer + panels.offset(inputs.lowerBound + input, columns.lowerBound), panels.stride, rows.count,
          min(tile, inputs.count - input), columns.count, adds)
      }
    }
  }
}

/// The nearest bfloat16 number, the even one of two; for numbers that are normal and finite.
func nearestBFloat16(_ x: Float) -> Float {
  let low = Float(bitPattern: x.bitPattern & 0xffff_0000)
  let high = Float(bitPattern: low.bitPattern + 0x1_0000)
  let (below, above) = (abs(Double(x) - Double(low)), abs(Double(high) - Double(x)))
  if below != above { return below < above ? low : high }
  return low.bitPattern & 0x1_0000 == 0 ? low : high
}
