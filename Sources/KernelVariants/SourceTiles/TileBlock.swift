// The block of every product: 32 rows and two tiles of columns of C, or fewer,
//
//   C[row][column] += Σ_k A[row][k] · B[k][column]
//
// with A and B in bfloat16. Each element of C is one chain, in the order of k, of the sums of 32 terms that a
// multiplication of tiles makes, so that its bits depend neither on its place in a block nor on the worker.
//
// | product         | row   | k       | column | A                       | B                             |
// |-----------------|-------|---------|--------|-------------------------|-------------------------------|
// | forward         | row   | input   | output | activations             | weight panel                  |
// | weight gradient | input | row     | output | activations, transposed | error signals, packed         |
// | error signal    | input | output  | row    | weights                 | error signals, transposed     |
//
// A: `[steps][2 tiles][16 rows][16 pairs]`, for steps of 32 terms. B: `[pairs][16 or 32 columns]`.

/// The number of rows of a block.
@inline(__always) var blockSize: Int { 2 * tileSize }
/// The number of words of a step of A.
@inline(__always) var stepWords: Int { 2 * tileWords }
/// The number of terms in a block of a sum: 16 KB each of A and of B, two thirds of the L1 cache.
@inline(__always) var blockTerms: Int { 256 }

/// The operands of a block. A tuple, since the metadata of a struct includes functions that all modules share.
///
/// - `steps`: the number of whole steps, of 32 terms.
/// - `tail`: B's rows of one more step, with zeros for those that are missing; or nil.
/// - `accumulates`: true if sums start from the values of C; else they start from the bias, or from zero.
/// - `spare`: memory for 16 rows of C.
typealias BlockOperands = (
  a: UnsafePointer<UInt32>, b: UnsafePointer<UInt32>, steps: Int, tail: UnsafePointer<UInt32>?,
  c: UnsafeMutablePointer<Float>, cStride: Int, accumulates: Bool, bias: UnsafePointer<Float>?,
  spare: UnsafeMutablePointer<Float>
)

/// Computes a block of `rows` rows (1...32), with two tiles of columns if `isWide`, else one. Rows of C beyond these are
/// neither read nor written: the rows of an incomplete tile go through `spare`.
@inline(__always)
func multiply(_ unit: TileUnit, _ o: BlockOperands, rows: Int, isWide: Bool) {
  let isTall = rows > tileSize
  let rest = rows % tileSize
  let last = o.c + (rows - rest) * o.cStride
  if rest > 0, o.accumulates { copyRows(last, o.cStride, o.spare, panelWidth, rest, isWide) }
  let isUpperWhole = isTall || rest == 0
  let upper: TileRows =
    isUpperWhole ? (rows: o.c, stride: o.cStride * 4) : (rows: o.spare, stride: panelWidth * 4)
  let lower: TileRows =
    rest == 0 ? (rows: o.c + tileSize * o.cStride, stride: o.cStride * 4) : (rows: o.spare, stride: panelWidth * 4)
  if isTall {
    if isWide {
      sum(unit, o, upper, lower, isTall: true, isWide: true)
    } else {
      sum(unit, o, upper, lower, isTall: true, isWide: false)
    }
  } else {
    if isWide {
      sum(unit, o, upper, lower, isTall: false, isWide: true)
    } else {
      sum(unit, o, upper, lower, isTall: false, isWide: false)
    }
  }
  if rest > 0 { copyRows(o.spare, panelWidth, last, o.cStride, rest, isWide) }
}

/// The rows of a tile of sums, and the bytes between them.
private typealias TileRows = (rows: UnsafeMutablePointer<Float>, stride: Int)

@inline(__always)
private func sum(
  _ unit: TileUnit, _ o: BlockOperands, _ upper: TileRows, _ lower: TileRows, isTall: Bool, isWide: Bool
) {
  start(unit, o, upper, 0, column: 0)
  if isWide { start(unit, o, upper, 1, column: tileSize) }
  if isTall {
    start(unit, o, lower, 2, column: 0)
    if isWide { start(unit, o, lower, 3, column: tileSize) }
  }
  var a = o.a
  var b = o.b
  var step = o.steps
  while step > 0 {
    addStep(unit, a, b, isTall: isTall, isWide: isWide)
    a += stepWords
    b += isWide ? stepWords : tileWords
    step -= 1
  }
  if let tail = o.tail { addStep(unit, a, tail, isTall: isTall, isWide: isWide) }
  storeTile(unit, 0, upper.rows, stride: upper.stride)
  if isWide { storeTile(unit, 1, upper.rows + tileSize, stride: upper.stride) }
  if isTall {
    storeTile(unit, 2, lower.rows, stride: lower.stride)
    if isWide { storeTile(unit, 3, lower.rows + tileSize, stride: lower.stride) }
  }
}

/// The initial sums of a tile. A stride of zero repeats the bias in every row.
@inline(__always)
private func start(_ unit: TileUnit, _ o: BlockOperands, _ c: TileRows, _ tile: Int, column: Int) {
  if o.accumulates {
    loadTile(unit, tile, c.rows + column, stride: c.stride)
  } else if let bias = o.bias {
    loadTile(unit, tile, bias + column, stride: 0)
  } else {
    clearTile(unit, tile)
  }
}

/// Adds 32 terms to each sum.
@inline(__always)
private func addStep(
  _ unit: TileUnit, _ a: UnsafePointer<UInt32>, _ b: UnsafePointer<UInt32>, isTall: Bool, isWide: Bool
) {
  let stride = isWide ? 8 * tileSize : 4 * tileSize
  loadTile(unit, 4, a, stride: 4 * tileSize)
  loadTile(unit, 6, b, stride: stride)
  multiplyTiles(unit, into: 0)
  if isWide {
    loadTile(unit, 7, b + tileSize, stride: stride)
    multiplyTiles(unit, into: 1)
  }
  if isTall {
    loadTile(unit, 5, a + tileWords, stride: 4 * tileSize)
    multiplyTiles(unit, into: 2)
    if isWide { multiplyTiles(unit, into: 3) }
  }
}

/// Copies `count` rows of one tile of columns, or of two.
@inline(__always)
private func copyRows(
  _ source: UnsafePointer<Float>, _ sourceStride: Int, _ result: UnsafeMutablePointer<Float>, _ stride: Int,
  _ count: Int, _ isWide: Bool
) {
  var row = 0
  while row < count {
    store(load(source + row * sourceStride), result + row * stride)
    if isWide { store(load(source + row * sourceStride + tileSize), result + row * stride + tileSize) }
    row += 1
  }
}
