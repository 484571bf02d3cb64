// Operands rounded to bfloat16, in the layouts of the tile.

/// Rounds `count` adjacent numbers to pairs; reads whole vectors. The second number of an incomplete last pair is zero;
/// `roundPanel` does the same for the other operand, so that this product is zero.
@inline(__always)
func roundRow(_ source: UnsafePointer<Float>, _ count: Int, _ result: UnsafeMutablePointer<UInt32>) {
  var done = 0
  while count - done >= panelWidth {
    store(neighbors(load(source + done), load(source + done + vectorWidth)), result + done / 2)
    done += panelWidth
  }
  if count - done > vectorWidth {
    store(neighbors(load(source + done), load(source + done + vectorWidth)), result + done / 2)
  } else if count > done {
    store(neighbors(load(source + done), Vector()), result + done / 2)
  }
  if count % 2 != 0 { result[count / 2] &= 0xffff }
}

/// Rounds two rows at a time of a panel of two vectors (`isWide`) or one, the second row of an incomplete last pair
/// zero: `[pairs][width]`.
///
/// - Parameters:
///   - stride: the floats between the panel's rows.
///   - width: the pairs from one pair of rows to the next in the result.
@inline(__always)
func roundPanel(
  _ source: UnsafePointer<Float>, _ stride: Int, _ rows: Int, isWide: Bool, _ result: UnsafeMutablePointer<UInt32>,
  width: Int
) {
  var from = source
  var target = result
  var left = rows
  while left > 0 {
    let second = from + stride
    if left > 1 {
      store(pairs(load(from), load(second)), target)
      if isWide { store(pairs(load(from + vectorWidth), load(second + vectorWidth)), target + vectorWidth) }
    } else {
      store(pairs(load(from), Vector()), target)
      if isWide { store(pairs(load(from + vectorWidth), Vector()), target + vectorWidth) }
    }
    from += 2 * stride
    target += width
    left -= 2
  }
}

/// Pairs two rows at a time of a panel of rounded weights, the second row of an incomplete last pair zero: what `roundPanel`
/// makes of the weights.
@inline(__always)
func pairPanel(_ source: UnsafePointer<UInt16>, _ rows: Int, isWide: Bool, _ result: UnsafeMutablePointer<UInt32>) {
  var from = source
  var target = result
  var left = rows
  // Each width has a loop of its own, since the compiler does not divide one.
  if isWide {
    while left > 0 {
      let pairs = columnPairs(wideRow(from), left > 1 ? wideRow(from + panelWidth) : WideRow())
      store(pairs.low, target)
      store(pairs.high, target + vectorWidth)
      from += 2 * panelWidth
      target += panelWidth
      left -= 2
    }
  } else {
    while left > 0 {
      store(columnPairs(narrowRow(from), left > 1 ? narrowRow(from + vectorWidth) : NarrowRow()), target)
      from += 2 * vectorWidth
      target += vectorWidth
      left -= 2
    }
  }
}

/// Copies rows of a panel of rounded weights: pairs of adjacent columns, zero beyond a narrow panel.
///
/// - Parameter stride: the pairs from one row to the next in the result.
@inline(__always)
func copyPanel(
  _ source: UnsafePointer<UInt16>, _ rows: Int, isWide: Bool, _ result: UnsafeMutablePointer<UInt32>, stride: Int
) {
  var row = 0
  // As in `pairPanel`.
  if isWide {
    while row < rows {
      store(neighbors(wideRow(source + row * panelWidth)), result + row * stride)
      row += 1
    }
  } else {
    while row < rows {
      store(neighbors(narrowRow(source + row * vectorWidth)), result + row * stride)
      row += 1
    }
  }
}

/// Rounds two rows at a time of `count` columns, 1 to 16 at any address: a vector for each pair of rows.
@inline(__always)
func roundColumns(
  _ source: UnsafePointer<Float>, _ stride: Int, _ rows: Int, _ count: Int, _ result: UnsafeMutablePointer<UInt32>
) {
  var from = source
  var target = result
  var left = rows
  while left > 0 {
    let first = loadSome(from, count)
    store(pairs(first, left > 1 ? loadSome(from + stride, count) : Vector()), target)
    from += 2 * stride
    target += vectorWidth
    left -= 2
  }
}
