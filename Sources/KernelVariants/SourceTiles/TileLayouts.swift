// Operands rounded to bfloat16, in the layouts of a block; terms beyond a sum's end are zero in both, up to a whole step.

/// The place of a row in A.
@inline(__always)
private func tileRow(_ index: Int) -> Int { index / tileSize * tileWords + index % tileSize * tileSize }

/// Rounds `count` adjacent numbers of row `index` (0...31) of a block of A.
@inline(__always)
func roundTileRow(
  _ source: UnsafePointer<Float>, _ count: Int, _ result: UnsafeMutablePointer<UInt32>, index: Int
) {
  var target = result + tileRow(index)
  var done = 0
  while count - done >= stepTerms {
    store(neighbors(load(source + done), load(source + done + vectorWidth)), target)
    target += stepWords
    done += stepTerms
  }
  let rest = count - done
  if rest > vectorWidth {
    store(neighbors(load(source + done), loadSome(source + done + vectorWidth, rest - vectorWidth)), target)
  } else if rest > 0 {
    store(neighbors(loadSome(source + done, rest), Vector()), target)
  }
}

/// A panel of B of rounded weights: `pairPanel`, then rows of zeros up to a whole step.
@inline(__always)
func pairTilePanel(
  _ source: UnsafePointer<UInt16>, _ rows: Int, isWide: Bool, _ result: UnsafeMutablePointer<UInt32>
) {
  pairPanel(source, rows, isWide: isWide, result)
  clearPairs(result, from: (rows + 1) / 2, width: isWide ? panelWidth : vectorWidth)
}

/// Rounds a panel of B: `roundPanel`, then rows of zeros up to a whole step.
@inline(__always)
func roundTilePanel(
  _ source: UnsafePointer<Float>, _ stride: Int, _ rows: Int, isWide: Bool, _ result: UnsafeMutablePointer<UInt32>
) {
  let width = isWide ? panelWidth : vectorWidth
  roundPanel(source, stride, rows, isWide: isWide, result, width: width)
  clearPairs(result, from: (rows + 1) / 2, width: width)
}

/// Copies the rest of a packed panel, fewer rows than a step, and completes it with zeros.
@inline(__always)
func copyTail(_ source: UnsafePointer<UInt32>, _ rows: Int, isWide: Bool, _ result: UnsafeMutablePointer<UInt32>) {
  let width = isWide ? panelWidth : vectorWidth
  let words = (rows + 1) / 2 * width
  var word = 0
  while word < words {
    store(load(source + word), result + word)
    word += vectorWidth
  }
  clearPairs(result, from: (rows + 1) / 2, width: width)
}

@inline(__always)
private func clearPairs(_ panel: UnsafeMutablePointer<UInt32>, from first: Int, width: Int) {
  var word = first * width
  let end = (first + tileSize - 1) / tileSize * tileSize * width
  while word < end {
    store(Pairs(), panel + word)
    word += vectorWidth
  }
}

/// Rounds `columns` columns (1...32, at any address) of `rows` rows to rows of A: pairs of rows, transposed.
@inline(__always)
func roundTransposed(
  _ source: UnsafePointer<Float>, _ stride: Int, _ rows: Int, _ columns: Int, _ result: UnsafeMutablePointer<UInt32>
) {
  var from = source
  var target = result
  var left = rows
  while left > 0 {
    roundTransposedTile(from, stride, min(left, stepTerms), min(columns, tileSize), target)
    if columns > tileSize {
      roundTransposedTile(from + tileSize, stride, min(left, stepTerms), columns - tileSize, target + tileWords)
    }
    from += stepTerms * stride
    target += stepWords
    left -= stepTerms
  }
}

/// One tile of `roundTransposed`: 1 to 32 rows, 1 to 16 columns.
@inline(never)
private func roundTransposedTile(
  _ source: UnsafePointer<Float>, _ stride: Int, _ rows: Int, _ columns: Int, _ result: UnsafeMutablePointer<UInt32>
) {
  var square = emptySquare()
  var pair = 0
  if rows == stepTerms {
    while pair < tileSize {
      let first = source + 2 * pair * stride
      square[unchecked: pair] = pairs(loadSome(first, columns), loadSome(first + stride, columns))
      pair += 1
    }
  } else {
    while 2 * pair < rows {
      let first = source + 2 * pair * stride
      square[pair] = pairs(
        loadSome(first, columns), 2 * pair + 1 < rows ? loadSome(first + stride, columns) : Vector())
      pair += 1
    }
  }
  transpose(&square)
  var row = 0
  while row < tileSize {
    store(square[unchecked: row], result + row * tileSize)
    row += 1
  }
}

/// A square of pairs in registers.
private typealias Square = InlineArray<16, Pairs>

@inline(__always)
private func emptySquare(_ z: Pairs = Pairs()) -> Square { [z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z] }

/// Transposes the square: each of four rounds interleaves the first half of the vectors with the second (a perfect
/// shuffle).
@inline(__always)
private func transpose(_ square: inout Square) {
  var round = 0
  while round < 4 {
    var next = emptySquare()
    var i = 0
    while i < tileSize / 2 {
      let (first, second) = (square[unchecked: i], square[unchecked: i + tileSize / 2])
      var (low, high) = (Pairs(), Pairs())
      low.evenHalf = first.lowHalf
      low.oddHalf = second.lowHalf
      high.evenHalf = first.highHalf
      high.oddHalf = second.highHalf
      next[unchecked: 2 * i] = low
      next[unchecked: 2 * i + 1] = high
      i += 1
    }
    square = next
    round += 1
  }
}
