// The register tile of every product:
//
//   C[t][v] += Σ_k A[t · row + k · depth] ∘ B[k · bStride + v]
//
// where A and B are pairs of bfloat16 numbers and ∘ is the sum of the two products of a pair. `T` rows of broadcast
// pairs times one or two vectors of columns, as in the float32 kernels; the float32 sums stay in registers for the whole
// depth. Each element of C is one chain in the order of k, so that its bits do not depend on the tiling or the worker.
//
// | product         | t      | k              | A                    | row        | depth | B                     |
// |-----------------|--------|----------------|----------------------|------------|-------|-----------------------|
// | forward         | row    | two inputs     | activations          | blockPairs | 1     | weight panel          |
// | weight gradient | input  | two rows       | activations          | 1          | 16    | error signals, packed |
// | error signal    | input  | two outputs    | weights              | blockPairs | 1     | transposed errors     |

/// The number of rows of a register tile, of two vectors each: 24 sums in 32 registers.
@inline(__always) var tileRows: Int { 12 }
/// The number of pairs in a block of a sum. 128 pairs of a panel are 16 KB, half of the L1 cache.
@inline(__always) var blockPairs: Int { 128 }

/// The spacing of pairs in A: between a tile's rows, and between the terms of a sum.
protocol RowSpacing {
  static var row: Int { get }
  static var depth: Int { get }
}

/// Rows of `blockPairs` pairs.
enum RowPairs: RowSpacing {
  @inline(__always) static var row: Int { blockPairs }
  @inline(__always) static var depth: Int { 1 }
}

/// For each pair of rows, the tile's inputs in one vector.
enum ColumnPairs: RowSpacing {
  @inline(__always) static var row: Int { 1 }
  @inline(__always) static var depth: Int { vectorWidth }
}

/// The operands of one tile. A tuple, since the metadata of a struct includes functions that all modules share.
///
/// - `depth`: number of pairs of a sum.
/// - `accumulates`: true if sums start from the values of C; else they start from the bias, or from zero.
typealias TileOperands = (
  a: UnsafePointer<UInt32>, b: UnsafePointer<UInt32>, bStride: Int, depth: Int,
  c: UnsafeMutablePointer<Float>, cStride: Int, accumulates: Bool, bias: UnsafePointer<Float>?
)

/// A tile of `T` rows and two vectors of columns; `zeros` gives T and the initial sums.
@inline(__always)
func wideTile<let T: Int, Spacing: RowSpacing>(
  _ o: TileOperands, _ zeros: InlineArray<T, Vector>, _ spacing: Spacing.Type
) {
  var left = zeros
  var right = zeros
  start(o, &left, column: 0)
  start(o, &right, column: vectorWidth)
  var a = o.a
  var b = o.b
  var k = o.depth
  while k > 0 {
    let first = load(b)
    let second = load(b + vectorWidth)
    part(a, first, second, &left, &right, from: 0, to: T < 4 ? T : 4, spacing)
    if T > 4 { part(a, first, second, &left, &right, from: 4, to: T < 8 ? T : 8, spacing) }
    if T > 8 { part(a, first, second, &left, &right, from: 8, to: T, spacing) }
    a += Spacing.depth
    b += o.bStride
    k -= 1
  }
  finish(o, left, column: 0)
  finish(o, right, column: vectorWidth)
}

/// One pair of terms of the sums, for some of the tile's rows. Four rows at a time, since the compiler does not unroll
/// larger loops.
@inline(__always)
private func part<let T: Int, Spacing: RowSpacing>(
  _ a: UnsafePointer<UInt32>, _ first: Pairs, _ second: Pairs,
  _ left: inout InlineArray<T, Vector>, _ right: inout InlineArray<T, Vector>, from: Int, to: Int,
  _ spacing: Spacing.Type
) {
  var t = from
  while t < to {
    let x = Pairs(repeating: a[t * Spacing.row])
    left[unchecked: t] = addProducts(left[unchecked: t], x, first)
    right[unchecked: t] = addProducts(right[unchecked: t], x, second)
    t += 1
  }
}

/// A tile of `T` rows and one vector of columns.
@inline(__always)
func narrowTile<let T: Int, Spacing: RowSpacing>(
  _ o: TileOperands, _ zeros: InlineArray<T, Vector>, _ spacing: Spacing.Type
) {
  var sums = zeros
  start(o, &sums, column: 0)
  var a = o.a
  var b = o.b
  var k = o.depth
  while k > 0 {
    let column = load(b)
    var t = 0
    while t < T {
      sums[unchecked: t] = addProducts(sums[unchecked: t], Pairs(repeating: a[t * Spacing.row]), column)
      t += 1
    }
    a += Spacing.depth
    b += o.bStride
    k -= 1
  }
  finish(o, sums, column: 0)
}

/// The initial sums of a vector of columns.
@inline(__always)
private func start<let T: Int>(_ o: TileOperands, _ sums: inout InlineArray<T, Vector>, column: Int) {
  if o.accumulates {
    var t = 0
    while t < T {
      sums[unchecked: t] = load(o.c + t * o.cStride + column)
      t += 1
    }
  } else if let bias = o.bias {
    let first = load(bias + column)
    var t = 0
    while t < T {
      sums[unchecked: t] = first
      t += 1
    }
  }
}

/// Stores the sums of a vector of columns.
@inline(__always)
private func finish<let T: Int>(_ o: TileOperands, _ sums: InlineArray<T, Vector>, column: Int) {
  var t = 0
  while t < T {
    store(sums[unchecked: t], o.c + t * o.cStride + column)
    t += 1
  }
}
