#if KERNELS_AVX2
  import ProcessorBuiltins

  // The forward product of a layer that the caches do not hold. Rows of x are several kilobytes apart there: a tile reads
  // short pieces of six of them, too short for the hardware prefetcher, from lines that displace each other. So blocks of x
  // are copied into the order in which tiles read them, once for all panels, and weights and sums are prefetched one step
  // ahead. On Zen 3, 256 × 2500 × 2000 takes .91 of the time and two workers' halves of it .92; packing or prefetching
  // alone gain less than half of it (`Benchmarks/Records/2026-11-30-products-beyond-caches`).

  /// The rows of a packed block: 22 tiles, in 132 KB of the stack, about a fourth of the L2 cache. 256 rows at once were not
  /// faster, 66 rows 2 % slower.
  @inline(__always) private var packedRows: Int { 22 * tileRows }

  /// True if `packedForward` is faster than the product on x as it is. Packing takes about one cycle for each input of a
  /// row, the product one for every 16 outputs: with 256 outputs, or with 32 rows, nothing is gained.
  @inline(__always)
  func packsForward(rows: Int, inputs: Int, paddedOutputs: Int) -> Bool {
    rows >= 48 && paddedOutputs >= 384 && inputs * paddedOutputs > largeWeights
  }

  private typealias ForwardOperands = (
    x: UnsafePointer<Float>, xStride: Int, weights: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
    z: UnsafeMutablePointer<Float>, zStride: Int, rows: Int, inputs: Int, paddedOutputs: Int
  )

  /// z = x · W + b, with the bits of `denseForward`.
  @inline(never)
  func packedForward(
    _ x: UnsafePointer<Float>, _ xStride: Int, _ weights: UnsafePointer<Float>, _ bias: UnsafePointer<Float>?,
    _ z: UnsafeMutablePointer<Float>, _ zStride: Int, _ rows: Int, _ inputs: Int, _ paddedOutputs: Int
  ) {
    var operands: ForwardOperands = (x, xStride, weights, bias, z, zStride, rows, inputs, paddedOutputs)
    processor_with_scratch(&operands) { scratch, operands in
      let o = operands.unsafelyUnwrapped.assumingMemoryBound(to: ForwardOperands.self).pointee
      let packed = scratch.unsafelyUnwrapped.assumingMemoryBound(to: Float.self)
      var first = 0
      while first < o.inputs {
        let depth = min(depthBlock, o.inputs - first)
        var row = 0
        while row < o.rows {
          let count = min(packedRows, o.rows - row)
          packRows(o.x + row * o.xStride + first, o.xStride, packed, count, depth)
          packedForwardBlock(o, row, count, first, depth, packed)
          row += count
        }
        first += depth
      }
    }
  }

  /// One block of rows and inputs times every panel.
  @inline(__always)
  private func packedForwardBlock(
    _ o: ForwardOperands, _ row: Int, _ rows: Int, _ first: Int, _ depth: Int, _ packed: UnsafePointer<Float>
  ) {
    var column = 0
    while column < o.paddedOutputs {
      let isWide = o.paddedOutputs - column > vectorWidth
      let width = isWide ? panelWidth : vectorWidth
      var operands: TileOperands = (
        a: packed, rowStride: 1, depthStride: tileRows,
        b: o.weights + column * o.inputs + first * width, bStride: width, depth: depth,
        runs: 1, aRunStride: 0, bRunStride: 0,
        c: o.z + row * o.zStride + column, cStride: o.zStride,
        accumulates: first > 0, bias: o.bias.map { $0 + column }
      )
      // The next panel, or the first one of the next block of inputs.
      let isLast = column + width >= o.paddedOutputs
      let next = isLast ? (first + depth) * panelWidth : (column + width) * o.inputs + first * width
      var index = 0
      while index < rows {
        let count = min(tileRows, rows - index)
        prefetch(o.weights + next, index, count, of: rows, floats: depth * width)
        prefetchSums(
          index + count < rows ? operands.c + count * o.zStride : o.z + row * o.zStride + column + width, o.zStride)
        tile(operands, rows: count, isWide: isWide, AdjacentSpacing.self)
        operands.a += tileRows * depth
        operands.c += count * o.zStride
        index += count
      }
      column += width
    }
  }

  /// Prefetches a tile's sums. A row's may lie in two cache lines; the first one held the sums of the panel before.
  @inline(__always)
  private func prefetchSums(_ sums: UnsafePointer<Float>, _ stride: Int) {
    var row = 0
    while row < tileRows {
      processor_prefetch(sums + row * stride + vectorWidth)
      row += 1
    }
  }

  /// Copies columns of x tile after tile: `[tiles][depth][tileRows]`. The last tile's missing rows are not written.
  @inline(__always)
  private func packRows(
    _ x: UnsafePointer<Float>, _ stride: Int, _ packed: UnsafeMutablePointer<Float>, _ rows: Int, _ depth: Int
  ) {
    var row = 0
    var target = packed
    while row < rows {
      let count = min(tileRows, rows - row)
      let source = x + row * stride
      if count == tileRows {
        packTile(source, stride, target, depth)
      } else {
        var t = 0
        while t < count {
          var k = 0
          while k < depth {
            target[k * tileRows + t] = source[t * stride + k]
            k += 1
          }
          t += 1
        }
      }
      target += depth * tileRows
      row += count
    }
  }

  /// Copies a full tile's columns of x; the compiler does not unroll a loop over its six rows.
  @inline(__always)
  private func packTile(
    _ x: UnsafePointer<Float>, _ stride: Int, _ packed: UnsafeMutablePointer<Float>, _ depth: Int
  ) {
    let (second, third, fourth) = (x + stride, x + 2 * stride, x + 3 * stride)
    let (fifth, sixth) = (x + 4 * stride, x + 5 * stride)
    var target = packed
    var k = 0
    while k < depth {
      target[0] = x[k]
      target[1] = second[k]
      target[2] = third[k]
      target[3] = fourth[k]
      target[4] = fifth[k]
      target[5] = sixth[k]
      target += tileRows
      k += 1
    }
  }

  /// Packs inputs for `denseWeightGradient`, `[tiles][rows][tileRows]`; see `PackInputsKernel`. A tile's columns of x are
  /// otherwise read anew for every eight panels, each row from another page and cache line.
  func packInputs(
    _ x: UnsafePointer<Float>, _ xStride: Int, _ packed: UnsafeMutablePointer<Float>, _ rows: Int, _ inputs: Int
  ) {
    var input = 0
    while input < inputs {
      let count = min(tileRows, inputs - input)
      var target = packed + input * packedRowCount(rows)
      var source = x + input
      var row = 0
      while row < rows {
        if count == tileRows {
          let (first, second, third) = (source[0], source[1], source[2])
          let (fourth, fifth, sixth) = (source[3], source[4], source[5])
          target[0] = first
          target[1] = second
          target[2] = third
          target[3] = fourth
          target[4] = fifth
          target[5] = sixth
        } else {
          var t = 0
          while t < count {
            target[t] = source[t]
            t += 1
          }
        }
        source += xStride
        target += tileRows
        row += 1
      }
      input += count
    }
  }

  /// The rows of a packed block of inputs, those of `ProductKernels.packedBlock`.
  @inline(__always) private func packedRowCount(_ rows: Int) -> Int { (rows + 31) / 32 * 32 }
#endif
