// Conversion between row-major matrices of samples and the two packed layouts of the products.

/// Packs columns into panels; see `PackColumnsKernel`.
func packColumns(
  _ source: UnsafePointer<Float>, _ stride: Int, _ packed: UnsafeMutablePointer<Float>, _ rows: Int, _ columns: Int
) {
  var column = 0
  var target = packed
  while column < columns {
    var from = source + column
    var row = 0
    if columns - column > vectorWidth {
      while row < rows {
        store(load(from), target)
        store(load(from + vectorWidth), target + vectorWidth)
        from += stride
        target += panelWidth
        row += 1
      }
      column += panelWidth
    } else {
      while row < rows {
        store(load(from), target)
        from += stride
        target += vectorWidth
        row += 1
      }
      column += vectorWidth
    }
  }
}

/// A square block in registers, as many vectors as a vector has lanes.
#if KERNELS_AVX512
  typealias Square = InlineArray<16, Vector>
  @inline(__always) func emptySquare(_ z: Vector = Vector()) -> Square {
    [z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z]
  }
#elseif KERNELS_AVX2
  typealias Square = InlineArray<8, Vector>
  @inline(__always) func emptySquare(_ z: Vector = Vector()) -> Square { [z, z, z, z, z, z, z, z] }
#else
  typealias Square = InlineArray<4, Vector>
  @inline(__always) func emptySquare(_ z: Vector = Vector()) -> Square { [z, z, z, z] }
#endif

/// a₀ b₀ a₁ b₁ …
@inline(__always)
func interleave(_ a: HalfVector, _ b: HalfVector) -> Vector {
  var result = Vector()
  result.evenHalf = a
  result.oddHalf = b
  return result
}

/// Transposes the first `vectorWidth` vectors of `square`: each round interleaves the first half of the vectors with
/// the second (a perfect shuffle); after log₂(width) rounds the block is transposed.
@inline(__always)
func transpose(_ square: inout Square) {
  var round = 1
  while round < vectorWidth {
    var next = emptySquare()
    var i = 0
    while i < vectorWidth / 2 {
      let first = square[unchecked: i]
      let second = square[unchecked: i + vectorWidth / 2]
      next[unchecked: 2 * i] = interleave(first.lowHalf, second.lowHalf)
      next[unchecked: 2 * i + 1] = interleave(first.highHalf, second.highHalf)
      i += 1
    }
    square = next
    round *= 2
  }
}

/// Transposes rows to `[row panels][columns][panelWidth rows]`; see `TransposeToColumnsKernel`.
func transposeToColumns(
  _ source: UnsafePointer<Float>, _ stride: Int, _ result: UnsafeMutablePointer<Float>, _ rows: Int, _ columns: Int
) {
  var row = 0
  while row < rows {
    let panel = result + (row / panelWidth) * panelWidth * columns + row % panelWidth
    let count = min(vectorWidth, rows - row)
    var column = 0
    while column < columns {
      var square = emptySquare()
      var i = 0
      if count == vectorWidth {
        while i < vectorWidth {
          square[unchecked: i] = load(source + (row + i) * stride + column)
          i += 1
        }
      } else {
        while i < count {
          square[i] = load(source + (row + i) * stride + column)
          i += 1
        }
      }
      transpose(&square)
      i = 0
      while i < vectorWidth {
        store(square[unchecked: i], panel + (column + i) * panelWidth)
        i += 1
      }
      column += vectorWidth
    }
    row += vectorWidth
  }
}

/// Transposes `[row panels][columns][panelWidth rows]` to rows; see `TransposeToRowsKernel`.
func transposeToRows(
  _ source: UnsafePointer<Float>, _ result: UnsafeMutablePointer<Float>, _ stride: Int, _ rows: Int, _ columns: Int,
  _ paddedColumns: Int
) {
  var row = 0
  while row < rows {
    let panel = source + (row / panelWidth) * panelWidth * columns + row % panelWidth
    let count = min(vectorWidth, rows - row)
    var column = 0
    while column < paddedColumns {
      let present = min(vectorWidth, columns - column)
      var square = emptySquare()
      var i = 0
      if present == vectorWidth {
        while i < vectorWidth {
          square[unchecked: i] = load(panel + (column + i) * panelWidth)
          i += 1
        }
      } else {
        while i < present {
          square[i] = load(panel + (column + i) * panelWidth)
          i += 1
        }
      }
      transpose(&square)
      i = 0
      if count == vectorWidth {
        while i < vectorWidth {
          store(square[unchecked: i], result + (row + i) * stride + column)
          i += 1
        }
      } else {
        while i < count {
          store(square[i], result + (row + i) * stride + column)
          i += 1
        }
      }
      column += vectorWidth
    }
    row += vectorWidth
  }
}

/// Weights' panels of outputs into panels of inputs; see `TransposeWeightsKernel`.
func transposeWeights(
  _ weights: UnsafePointer<Float>, _ inputs: Int, _ outputs: Int, _ result: UnsafeMutablePointer<Float>
) {
  var input = 0
  while input < inputs {
    let lane = input % panelWidth
    let isWide = inputs - (input - lane) > vectorWidth
    let target = result + (input - lane) * outputs + lane
    let count = min(vectorWidth, inputs - input)
    var output = 0
    while output < outputs {
      let column = output % panelWidth
      let width = outputs - (output - column) > vectorWidth ? panelWidth : vectorWidth
      let source = weights + (output - column) * inputs + column + input * width
      var square = emptySquare()
      var i = 0
      if count == vectorWidth {
        while i < vectorWidth {
          square[unchecked: i] = load(source + i * width)
          i += 1
        }
      } else {
        while i < count {
          square[i] = load(source + i * width)
          i += 1
        }
      }
      transpose(&square)
      i = 0
      let present = min(vectorWidth, outputs - output)
      while i < present {
        store(square[i], target + (output + i) * (isWide ? panelWidth : vectorWidth))
        i += 1
      }
      output += vectorWidth
    }
    input += vectorWidth
  }
}
