#if KERNELS_AVX512
  // Products of a layer whose outputs fit into half a vector. Where an operation on 512 bits takes two cycles, as on AMD
  // Zen 4, they cost half as much as those of a whole vector; elsewhere the same. The layouts are those of a whole vector.

  /// z = x · W + b for up to half a vector of outputs; see `denseForward`. The rest of each row of z becomes zero.
  @inline(never)
  func halfForward(
    _ x: UnsafePointer<Float>, _ xStride: Int, _ weights: UnsafePointer<Float>, _ bias: UnsafePointer<Float>?,
    _ z: UnsafeMutablePointer<Float>, _ zStride: Int, _ rows: Int, _ inputs: Int
  ) {
    var first = 0
    while first < inputs {
      let depth = min(depthBlock, inputs - first)
      var row = 0
      while row < rows {
        let count = min(tileRows, rows - row)
        let operands: HalfTileOperands = (
          a: x + row * xStride + first, rowStride: xStride, depthStride: 1, b: weights + first * vectorWidth,
          depth: depth, c: z + row * zStride, cStride: zStride, accumulates: first > 0, bias: bias
        )
        halfTile(operands, rows: count, AnySpacing.self)
        row += count
      }
      first += depth
    }
  }

  /// gradient (+)= xᵀ · δ for up to half a vector of outputs; see `denseWeightGradient`.
  @inline(never)
  func halfWeightGradient(
    _ x: UnsafePointer<Float>, _ xStride: Int, _ delta: UnsafePointer<Float>, _ gradient: UnsafeMutablePointer<Float>,
    _ rows: Int, _ inputs: Int, _ accumulates: Bool
  ) {
    var input = 0
    while input < inputs {
      let count = min(tileRows, inputs - input)
      let operands: HalfTileOperands = (
        a: x + input, rowStride: 1, depthStride: xStride, b: delta, depth: rows, c: gradient + input * vectorWidth,
        cStride: vectorWidth, accumulates: accumulates, bias: nil
      )
      halfTile(operands, rows: count, AdjacentSpacing.self)
      input += count
    }
  }

  /// The operands of `TileOperands`, for one run, with rows of B one vector apart.
  private typealias HalfTileOperands = (
    a: UnsafePointer<Float>, rowStride: Int, depthStride: Int, b: UnsafePointer<Float>, depth: Int,
    c: UnsafeMutablePointer<Float>, cStride: Int, accumulates: Bool, bias: UnsafePointer<Float>?
  )

  /// Runs the tile of exactly `rows` rows (1...tileRows) and half a vector of columns.
  @inline(__always)
  private func halfTile<Spacing: RowSpacing>(_ o: HalfTileOperands, rows: Int, _ spacing: Spacing.Type) {
    let z = HalfVector()
    switch rows {
    case 1: halfTile(o, [z], spacing)
    case 2: halfTile(o, [z, z], spacing)
    case 3: halfTile(o, [z, z, z], spacing)
    case 4: halfTile(o, [z, z, z, z], spacing)
    case 5: halfTile(o, [z, z, z, z, z], spacing)
    case 6: halfTile(o, [z, z, z, z, z, z], spacing)
    case 7: halfTile(o, [z, z, z, z, z, z, z], spacing)
    case 8: halfTile(o, [z, z, z, z, z, z, z, z], spacing)
    case 9: halfTile(o, [z, z, z, z, z, z, z, z, z], spacing)
    case 10: halfTile(o, [z, z, z, z, z, z, z, z, z, z], spacing)
    case 11: halfTile(o, [z, z, z, z, z, z, z, z, z, z, z], spacing)
    default: halfTile(o, [z, z, z, z, z, z, z, z, z, z, z, z], spacing)
    }
  }

  /// A tile of `T` rows; see `narrowTile`.
  @inline(__always)
  private func halfTile<let T: Int, Spacing: RowSpacing>(
    _ o: HalfTileOperands, _ zeros: InlineArray<T, HalfVector>, _ spacing: Spacing.Type
  ) {
    var sums = zeros
    var t = 0
    if o.accumulates {
      while t < T {
        sums[unchecked: t] = loadHalf(o.c + t * o.cStride)
        t += 1
      }
    } else if let bias = o.bias {
      let first = loadHalf(bias)
      while t < T {
        sums[unchecked: t] = first
        t += 1
      }
    }
    var a = o.a
    var b = o.b
    var k = o.depth
    while k > 0 {
      let column = loadHalf(b)
      t = 0
      while t < T {
        let x = HalfVector(repeating: a[t * Spacing.stride(o.rowStride)])
        sums[unchecked: t] = sums[unchecked: t].addingProduct(x, column)
        t += 1
      }
      a += o.depthStride
      b += vectorWidth
      k -= 1
    }
    t = 0
    while t < T {
      store(Vector(lowHalf: sums[unchecked: t], highHalf: HalfVector()), o.c + t * o.cStride)
      t += 1
    }
  }

  @inline(__always)
  private func loadHalf(_ pointer: UnsafePointer<Float>) -> HalfVector {
    UnsafeRawPointer(pointer).load(as: HalfVector.self)
  }
#endif
