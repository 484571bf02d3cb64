import KernelInterface

// Images are resampled bilinearly at coordinates in units of 1/256 pixel. For images of bytes, all computations after
// the coordinates are in integers.

/// The source positions of a distorted image's pixels.
struct SourceCoordinates {
  let side: Int
  let affine: UnsafePointer<Float>
  let field: DisplacementField

  /// Writes three rows of numbers, `stride` apart, for a row of pixels: the index in the padded source of the upper
  /// left one of four neighbors, and the distance from it along x and along y, in 1/256 pixel.
  ///
  /// - Parameter columns: the numbers 0, 1, … of the columns, from `writeColumns`.
  @inline(__always)
  func write(_ row: UnsafeMutablePointer<Int32>, _ columns: UnsafePointer<Float>, y: Int, stride: Int) {
    let number = Float(Int32(truncatingIfNeeded: y))
    // The source has a margin of one pixel.
    let startX = Vector(repeating: affine[1] * number + (affine[2] + 1))
    let startY = Vector(repeating: affine[4] * number + (affine[5] + 1))
    let (slopeX, slopeY) = (Vector(repeating: affine[0]), Vector(repeating: affine[3]))
    var x = 0
    if field.knots == 0 {
      while x < side {
        let pixels = load(columns + x)
        write(row + x, stride, pixels * slopeX + startX, pixels * slopeY + startY)
        x += vectorWidth
      }
      return
    }
    let displacements = field.row(y)
    while x < side {
      let (pixels, displacement) = (load(columns + x), displacements.displacements(x))
      write(
        row + x, stride, (pixels * slopeX + startX) + displacement.x, (pixels * slopeY + startY) + displacement.y)
      x += vectorWidth
    }
  }

  /// Writes the number of each column.
  @inline(__always)
  func writeColumns(_ result: UnsafeMutablePointer<Float>) {
    var x = 0
    while x < side {
      store(Vector(sum(laneNumbers, IntVector(repeating: Int32(truncatingIfNeeded: x)))), result + x)
      x += vectorWidth
    }
  }

  @inline(__always)
  private func write(_ row: UnsafeMutablePointer<Int32>, _ stride: Int, _ sourceX: Vector, _ sourceY: Vector) {
    let (fixedX, fixedY) = (fixed(sourceX), fixed(sourceY))
    let fraction = IntVector(repeating: 255)
    let above = product(shiftedRight(fixedY, 8), IntVector(repeating: Int32(truncatingIfNeeded: stride)))
    store(sum(above, shiftedRight(fixedX, 8)), row)
    store(fixedX & fraction, row + stride)
    store(fixedY & fraction, row + 2 * stride)
  }

  /// A coordinate, clamped to the padded source, in 1/256 pixel: the low bits of its rounded sum with 2¹⁵.
  @inline(__always)
  private func fixed(_ coordinate: Vector) -> IntVector {
    let last = Vector(repeating: Float(Int32(truncatingIfNeeded: side + 1)))
    let atLeast = greater(coordinate, Vector())
    let within = atLeast.replacing(with: last, where: last .< atLeast)
    return bits(within + Vector(repeating: 0x1p15)) & IntVector(repeating: 0x007F_FFFF)
  }
}

/// A distorted image of bytes; see `DistortBytesKernel`.
func distortBytes(
  _ image: UnsafePointer<UInt8>, _ side: Int, _ affine: UnsafePointer<Float>, _ knots: Int, _ inverseSpacing: Float,
  _ phases: UnsafePointer<Float>, _ field: UnsafePointer<Float>, _ fieldStride: Int,
  _ scratch: UnsafeMutableRawPointer, _ result: UnsafeMutablePointer<UInt8>
) {
  let layout = DistortionLayout(side: side, knots: knots)
  let memory = scratch.assumingMemoryBound(to: Float.self)
  let integers = scratch.assumingMemoryBound(to: Int32.self)
  let displacements = DisplacementField(
    knots: knots, inverseSpacing: inverseSpacing, phases: phases, layout: layout, memory: memory)
  if knots > 0 { displacements.prepare(field, fieldStride, side: side) }
  writeNeighbors(image, side, integers, layout.stride)
  let coordinates = SourceCoordinates(side: side, affine: affine, field: displacements)
  let row = integers + layout.rows
  let stride = layout.stride
  let columns = memory + layout.columns
  coordinates.writeColumns(columns)
  var y = 0
  while y < side {
    let current = row + (y & 1) * 3 * stride
    coordinates.write(current, columns, y: y, stride: stride)
    // A row is blended after the next row's coordinates are computed: a vector load right after the stores of its single
    // lanes would wait for them.
    if y > 0 { blend(row + (~y & 1) * 3 * stride, stride, side, into: result + (y - 1) * side) }
    // Replaces indices by the neighbors found there; four at a time, since most sides are no multiple of the vector width.
    var x = 0
    while x < side {
      var lane = 0
      while lane < 4 {
        current[x + lane] = integers[Int(current[x + lane])]
        lane += 1
      }
      x += 4
    }
    y += 1
  }
  blend(row + (~y & 1) * 3 * stride, stride, side, into: result + (y - 1) * side)
}

/// Blends the pixels of a row.
@inline(__always)
private func blend(_ row: UnsafePointer<Int32>, _ stride: Int, _ side: Int, into result: UnsafeMutablePointer<UInt8>) {
  var x = 0
  while x < side {
    storeBytes(blended(load(row + x), load(row + stride + x), load(row + 2 * stride + x)), result + x)
    x += vectorWidth
  }
}

/// Interpolates bilinearly between four neighbors, the bytes of a word from the lowest on: (0, 0), (1, 0), (0, 1), (1,
/// 1). Fractions are in 1/256.
@inline(__always)
private func blended(_ neighbors: IntVector, _ fractionX: IntVector, _ fractionY: IntVector) -> IntVector {
  // Both rows at once, as two numbers of 16 bits per lane, neither of which overflows.
  let bytes = IntVector(repeating: 0x00FF_00FF)
  let left = neighbors & bytes
  let right = shiftedRight(neighbors, 8) & bytes
  let rows = sum(left &<< IntVector(repeating: 8), product(difference(right, left), fractionX))
  let upper = rows & IntVector(repeating: 0xFFFF)
  let lower = shiftedRight(rows, 16)
  let sums = sum(upper &<< IntVector(repeating: 8), product(difference(lower, upper), fractionY))
  return shiftedRight(sum(sums, IntVector(repeating: 0x8000)), 16)
}

/// Writes the padded source: each pixel from (−1, −1) to (side, side) with its neighbors to the right and below.
@inline(__always)
private func writeNeighbors(
  _ image: UnsafePointer<UInt8>, _ side: Int, _ result: UnsafeMutablePointer<Int32>, _ stride: Int
) {
  let (sign, end) = (IntVector(repeating: 31), IntVector(repeating: Int32(truncatingIfNeeded: side)))
  var x = 0
  while x < stride {
    let columns = sum(laneNumbers, IntVector(repeating: Int32(truncatingIfNeeded: x)))
    // Masks with all bits set for columns that have a pixel, from the sign bit of a difference.
    let isRight = difference(columns, end) &>> sign
    let isLeft =
      (difference(IntVector(), columns) &>> sign)
      & (difference(columns, sum(end, IntVector(repeating: 1))) &>> sign)
    var above = IntVector()
    var y = 0
    while y <= side + 1 {
      var pair = IntVector()
      if y < side {
        let pixels = image + y * side + x
        let left = loadBytes(pixels - 1) & isLeft
        let right = loadBytes(pixels) & isRight
        pair = left | (right &<< IntVector(repeating: 8))
      }
      store(above | (pair &<< IntVector(repeating: 16)), result + y * stride + x)
      above = pair
      y += 1
    }
    x += vectorWidth
  }
}

/// A distorted image of floats; see `DistortFloatsKernel`.
func distortFloats(
  _ image: UnsafePointer<Float>, _ side: Int, _ affine: UnsafePointer<Float>, _ knots: Int, _ inverseSpacing: Float,
  _ phases: UnsafePointer<Float>, _ field: UnsafePointer<Float>, _ fieldStride: Int,
  _ scratch: UnsafeMutableRawPointer, _ result: UnsafeMutablePointer<Float>
) {
  let layout = DistortionLayout(side: side, knots: knots)
  let memory = scratch.assumingMemoryBound(to: Float.self)
  let displacements = DisplacementField(
    knots: knots, inverseSpacing: inverseSpacing, phases: phases, layout: layout, memory: memory)
  if knots > 0 { displacements.prepare(field, fieldStride, side: side) }
  writePadded(image, side, memory, layout.stride)
  let coordinates = SourceCoordinates(side: side, affine: affine, field: displacements)
  let row = scratch.assumingMemoryBound(to: Int32.self) + layout.rows
  let stride = layout.stride
  let columns = memory + layout.columns
  coordinates.writeColumns(columns)
  var y = 0
  while y < side {
    coordinates.write(row, columns, y: y, stride: stride)
    var x = 0
    while x < side {
      let source = memory + Int(row[x])
      let (right, below) = (Float(row[stride + x]), Float(row[2 * stride + x]))
      let upper = source[0] * (256 - right) + source[1] * right
      let lower = source[stride] * (256 - right) + source[stride + 1] * right
      result[y * side + x] = (upper * (256 - below) + lower * below) * 0x1p-16
      x += 1
    }
    y += 1
  }
}

/// Writes the image with a margin of zeros: one row and column before it, two after it.
private func writePadded(
  _ image: UnsafePointer<Float>, _ side: Int, _ result: UnsafeMutablePointer<Float>, _ stride: Int
) {
  result.update(repeating: 0, count: (side + 3) * stride)
  var y = 0
  while y < side {
    (result + (y + 1) * stride + 1).update(from: image + y * side, count: side)
    y += 1
  }
}
