// The register tile of every dense product:
//
//   C[t][v] += Σ_k A[t · rowStride + k · depthStride] · B[k · bStride + v]
//
// `T` rows of broadcast scalars times one or two vectors of columns; the accumulators stay in registers for the whole
// depth. Each element of C is one chain of multiply-adds in the order of k, so that its bits do not depend on the
// tiling, the number of rows or the worker.
//
// | product         | t      | k       | A           | rowStride  | depthStride | B                     |
// |-----------------|--------|---------|-------------|------------|-------------|-----------------------|
// | forward         | row    | input   | activations | x stride   | 1           | weight panel          |
// | weight gradient | input  | row     | activations | 1          | x stride    | error signals, packed |
// | error signal    | input  | output  | weights     | panelWidth | 1           | transposed errors     |

/// The distance between a tile's rows in A. If it is a compile-time constant, it becomes part of the address.
protocol RowSpacing {
  static func stride(_ runtime: Int) -> Int
}

enum AnySpacing: RowSpacing {
  @inline(__always) static func stride(_ runtime: Int) -> Int { runtime }
}

enum AdjacentSpacing: RowSpacing {
  @inline(__always) static func stride(_ runtime: Int) -> Int { 1 }
}

enum PanelSpacing: RowSpacing {
  @inline(__always) static func stride(_ runtime: Int) -> Int { panelWidth }
}

enum NarrowPanelSpacing: RowSpacing {
  @inline(__always) static func stride(_ runtime: Int) -> Int { vectorWidth }
}

/// The operands of one tile product. A tuple: the metadata of a struct, which debug builds keep, includes functions
/// that all modules share, and here they would be compiled for this module's instruction set.
///
/// - `accumulates`: true if sums start from the values of C; else they start from the bias, one vector pair for all
///   rows, or from zero.
/// - `depth`: number of terms of a sum. A sum may have several `runs` of `depth` terms (the panels of a layer),
///   `aRunStride` and `bRunStride` floats apart.
typealias TileOperands = (
  a: UnsafePointer<Float>, rowStride: Int, depthStride: Int,
  b: UnsafePointer<Float>, bStride: Int, depth: Int,
  runs: Int, aRunStride: Int, bRunStride: Int,
  c: UnsafeMutablePointer<Float>, cStride: Int, accumulates: Bool, bias: UnsafePointer<Float>?
)

/// A tile of `T` rows and two vectors of columns. `zeros` gives T and the initial sums: `InlineArray(repeating:)` is a
/// generic function of the standard library, whose specialization would be a shared symbol and a call.
@inline(__always)
func wideTile<let T: Int, Spacing: RowSpacing>(
  _ o: TileOperands, _ zeros: InlineArray<T, Vector>, _ spacing: Spacing.Type
) {
  var left = zeros
  var right = zeros
  if o.accumulates {
    var t = 0
    while t < T {
      left[unchecked: t] = load(o.c + t * o.cStride)
      right[unchecked: t] = load(o.c + t * o.cStride + vectorWidth)
      t += 1
    }
  } else if let bias = o.bias {
    let first = load(bias)
    let second = load(bias + vectorWidth)
    var t = 0
    while t < T {
      left[unchecked: t] = first
      right[unchecked: t] = second
      t += 1
    }
  }
  var run = 0
  while run < o.runs {
    var a = o.a + run * o.aRunStride
    var b = o.b + run * o.bRunStride
    var k = o.depth
    while k > 0 {
      let first = load(b)
      let second = load(b + vectorWidth)
      widePart(a, Spacing.stride(o.rowStride), first, second, &left, &right, from: 0, to: T < 4 ? T : 4)
      if T > 4 { widePart(a, Spacing.stride(o.rowStride), first, second, &left, &right, from: 4, to: T < 8 ? T : 8) }
      if T > 8 { widePart(a, Spacing.stride(o.rowStride), first, second, &left, &right, from: 8, to: T) }
      a += o.depthStride
      b += o.bStride
      k -= 1
    }
    run += 1
  }
  var t = 0
  while t < T {
    store(left[unchecked: t], o.c + t * o.cStride)
    store(right[unchecked: t], o.c + t * o.cStride + vectorWidth)
    t += 1
  }
}

/// One term of the sums for some of the tile's rows. Four rows at a time: the compiler does not unroll larger loops,
/// and sums indexed in a loop do not stay in registers.
@inline(__always)
func widePart<let T: Int>(
  _ a: UnsafePointer<Float>, _ rowStride: Int, _ first: Vector, _ second: Vector,
  _ left: inout InlineArray<T, Vector>, _ right: inout InlineArray<T, Vector>, from: Int, to: Int
) {
  var t = from
  while t < to {
    let x = Vector(repeating: a[t * rowStride])
    left[unchecked: t] = multiplyAdd(x, first, left[unchecked: t])
    right[unchecked: t] = multiplyAdd(x, second, right[unchecked: t])
    t += 1
  }
}

/// A tile of `T` rows and one vector of columns.
@inline(__always)
func narrowTile<let T: Int, Spacing: RowSpacing>(
  _ o: TileOperands, _ zeros: InlineArray<T, Vector>, _ spacing: Spacing.Type
) {
  var sums = zeros
  if o.accumulates {
    var t = 0
    while t < T {
      sums[unchecked: t] = load(o.c + t * o.cStride)
      t += 1
    }
  } else if let bias = o.bias {
    let first = load(bias)
    var t = 0
    while t < T {
      sums[unchecked: t] = first
      t += 1
    }
  }
  var run = 0
  while run < o.runs {
    var a = o.a + run * o.aRunStride
    var b = o.b + run * o.bRunStride
    var k = o.depth
    while k > 0 {
      let column = load(b)
      var t = 0
      while t < T {
        let x = Vector(repeating: a[t * Spacing.stride(o.rowStride)])
        sums[unchecked: t] = multiplyAdd(x, column, sums[unchecked: t])
        t += 1
      }
      a += o.depthStride
      b += o.bStride
      k -= 1
    }
    run += 1
  }
  var t = 0
  while t < T {
    store(sums[unchecked: t], o.c + t * o.cStride)
    t += 1
  }
}
