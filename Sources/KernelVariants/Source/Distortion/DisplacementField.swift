import KernelInterface

// A displacement field from random knots: cubic B-splines, first along x, then along y. A cubic B-spline with knots at
// distance h is nearly a Gaussian of standard deviation h/√3, so that the field is nearly white noise smoothed by this
// Gaussian. Multiplications and additions are rounded separately on every instruction set, so that the results are
// bit-identical.

/// One image's displacements.
struct DisplacementField {
  let knots: Int
  let inverseSpacing: Float
  let phases: UnsafePointer<Float>
  let layout: DistortionLayout
  let memory: UnsafeMutablePointer<Float>

  /// Computes the weights of the knots, and the displacements at each row of knots.
  ///
  /// - Parameters:
  ///   - field: the knots of the displacements along x; those along y start `fieldStride` floats later.
  @inline(__always)
  func prepare(_ field: UnsafePointer<Float>, _ fieldStride: Int, side: Int) {
    writeWeights(memory + layout.columnWeights, phase: phases[0], side: side)
    writeWeights(memory + layout.rowWeights, phase: phases[1], side: side)
    var x = 0
    while x < side {
      // For all other knots the weights of all lanes are 0.
      let low = interval(x, phases[0])
      let high = min(interval(x + vectorWidth - 1, phases[0]) + 3, knots - 1)
      let weights = memory + layout.columnWeights + x
      var row = 0
      while row < knots {
        var (dx, dy) = (Vector(), Vector())
        var knot = low
        while knot <= high {
          let weight = load(weights + knot * layout.stride)
          dx = dx + weight * Vector(repeating: field[row * knots + knot])
          dy = dy + weight * Vector(repeating: field[fieldStride + row * knots + knot])
          knot += 1
        }
        store(dx, memory + layout.knotRows + row * layout.stride + x)
        store(dy, memory + layout.knotRows + (knots + row) * layout.stride + x)
        row += 1
      }
      x += vectorWidth
    }
  }

  /// The displacements of a row of pixels.
  struct Row {
    let weights: (Vector, Vector, Vector, Vector)
    let forX: UnsafePointer<Float>
    let forY: UnsafePointer<Float>
    let stride: Int

    /// The displacements of a vector of pixels from x on.
    @inline(__always)
    func displacements(_ x: Int) -> (x: Vector, y: Vector) { (sum(forX + x), sum(forY + x)) }

    @inline(__always)
    private func sum(_ knots: UnsafePointer<Float>) -> Vector {
      let lower = weights.0 * load(knots) + weights.1 * load(knots + stride)
      return (lower + weights.2 * load(knots + 2 * stride)) + weights.3 * load(knots + 3 * stride)
    }
  }

  /// The displacements of the row of pixels at y.
  @inline(__always)
  func row(_ y: Int) -> Row {
    let first = interval(y, phases[1])
    let weights = memory + layout.rowWeights + first * layout.stride + y
    let forX = memory + layout.knotRows + first * layout.stride
    return Row(
      weights: (
        Vector(repeating: weights[0]), Vector(repeating: weights[layout.stride]),
        Vector(repeating: weights[2 * layout.stride]), Vector(repeating: weights[3 * layout.stride])
      ), forX: UnsafePointer(forX), forY: UnsafePointer(forX + knots * layout.stride), stride: layout.stride)
  }

  /// The first of the four knots that a pixel's displacement depends on.
  @inline(__always)
  private func interval(_ pixel: Int, _ phase: Float) -> Int {
    Int(truncatingIfNeeded: Int32(unsafelyTruncating: Float(Int32(truncatingIfNeeded: pixel)) * inverseSpacing + phase))
  }

  /// Each knot's weight at each pixel: B(t − k + 1) with t = pixel · inverseSpacing + phase; B(s) = ((2 − |s|)₊³ − 4 (1 − |s|)₊³) / 6.
  @inline(__always)
  private func writeWeights(_ result: UnsafeMutablePointer<Float>, phase: Float, side: Int) {
    let (one, two, zero) = (Vector(repeating: 1), Vector(repeating: 2), Vector())
    var x = 0
    while x < side {
      let pixels = Vector(sum(laneNumbers, IntVector(repeating: Int32(truncatingIfNeeded: x))))
      let t = pixels * Vector(repeating: inverseSpacing) + Vector(repeating: phase)
      var knot = 0
      while knot < knots {
        let s = floats(
          bits(t - Vector(repeating: Float(Int32(truncatingIfNeeded: knot - 1)))) & IntVector(repeating: .max))
        let outer = greater(two - s, zero)
        let inner = greater(one - s, zero)
        let cubes = outer * outer * outer - inner * inner * inner * Vector(repeating: 4)
        store(cubes * Vector(repeating: 1 / 6), result + knot * layout.stride + x)
        knot += 1
      }
      x += vectorWidth
    }
  }
}

extension Int32 {
  /// The integer part of a number in the range of `Int32`.
  @inline(__always)
  fileprivate init(unsafelyTruncating value: Float) { self = Int32(value) }
}
