// Forward pass of the masked input layer. A block is one mask word (64 inputs) times the panels of
// `maskedPanelsAtOnce`: with AVX-512, four panels are 32 KB of weights, which stay in the L1 cache for all rows, and
// five are 40 KB; with AVX2, five are 20 KB. Sums are stored to z between blocks. Only the set bits of a row are
// visited, so that no multiply-add has a zero input.

import KernelInterface
import ProcessorBuiltins

/// z = x · W + b; see `MaskedForwardKernel`.
func maskedForward(
  _ masks: UnsafePointer<UInt64>, _ offsets: UnsafePointer<UInt32>, _ values: UnsafePointer<UnsafePointer<Float>>,
  _ words: Int, _ maskStride: Int, _ firstInput: Int, _ weights: UnsafePointer<Float>,
  _ bias: UnsafePointer<Float>?, _ z: UnsafeMutablePointer<Float>, _ zStride: Int, _ rows: Int, _ inputs: Int,
  _ paddedOutputs: Int, _ areShared: Bool
) {
  startRows(bias, z, zStride, rows, paddedOutputs)
  // With few rows, a block is too short to prefetch the next one. Weights that exceed the L2 cache saturate the memory
  // bandwidth in any case.
  let prefetches = areShared && rows >= 32 && inputs * paddedOutputs <= largeWeights
  let z0 = Vector()
  var column = 0
  while column < paddedOutputs {
    let rest = paddedOutputs - column
    let panels = weights + column * inputs
    let source = MaskedRows(
      masks: masks, offsets: offsets, values: values, words: words, maskStride: maskStride, rows: rows, inputs: inputs,
      z: z + column, zStride: zStride, linesAhead: prefetches ? (blockLines + rows - 1) / rows : 0)
    if rest <= vectorWidth {
      maskedNarrowPanel(source, panels + firstInput * vectorWidth)
      column += vectorWidth
      continue
    }
    let count = maskedPanelsAtOnce(rest / panelWidth, vectorWidth: vectorWidth)
    let first = panels + firstInput * panelWidth
    switch count {
    case 5: maskedPanels(source, first, [z0, z0, z0, z0, z0])
    case 4: maskedPanels(source, first, [z0, z0, z0, z0])
    case 3: maskedPanels(source, first, [z0, z0, z0])
    case 2: maskedPanels(source, first, [z0, z0])
    default: maskedPanels(source, first, [z0])
    }
    column += count * panelWidth
  }
}

/// The samples of a masked product, and the target z of its sums.
private struct MaskedRows {
  var masks: UnsafePointer<UInt64>
  var offsets: UnsafePointer<UInt32>
  var values: UnsafePointer<UnsafePointer<Float>>
  var words: Int
  var maskStride: Int
  var rows: Int
  var inputs: Int
  var z: UnsafeMutablePointer<Float>
  var zStride: Int
  /// The number of cache lines of a panel's next block that each row prefetches.
  var linesAhead: Int
}

/// The number of cache lines of a block in one panel.
@inline(__always) private var blockLines: Int { 64 * panelWidth / 16 }

/// Stores the initial values of the sums: the bias, or zero.
@inline(__always)
func startRows(
  _ bias: UnsafePointer<Float>?, _ z: UnsafeMutablePointer<Float>, _ zStride: Int, _ rows: Int, _ paddedOutputs: Int
) {
  var column = 0
  while column < paddedOutputs {
    let start = bias.map { load($0 + column) } ?? Vector()
    var row = 0
    while row < rows {
      store(start, z + row * zStride + column)
      row += 1
    }
    column += vectorWidth
  }
}

/// All rows times `P` full panels, word by word.
@inline(__always)
private func maskedPanels<let P: Int>(_ s: MaskedRows, _ weights: UnsafePointer<Float>, _ zeros: InlineArray<P, Vector>)
{
  let panelStride = panelWidth * s.inputs
  var word = 0
  while word < s.words {
    let block = weights + word * 64 * panelWidth
    var line = 0
    var row = 0
    while row < s.rows {
      var bits = s.masks[row * s.maskStride + word]
      if bits != 0 {
        let lineEnd = min(line + s.linesAhead, blockLines)
        while line < lineEnd {
          var p = 0
          while p < P {
            processor_prefetch(block + p * panelStride + 64 * panelWidth + line * 16)
            p += 1
          }
          line += 1
        }
        var value = s.values[row] + Int(s.offsets[row * s.maskStride + word])
        let z = s.z + row * s.zStride
        var left = zeros
        var right = zeros
        var p = 0
        while p < P {
          left[unchecked: p] = load(z + p * panelWidth)
          right[unchecked: p] = load(z + p * panelWidth + vectorWidth)
          p += 1
        }
        while bits != 0 {
          let w = block + bits.trailingZeroBitCount * panelWidth
          bits &= bits &- 1
          let x = Vector(repeating: value.pointee)
          value += 1
          p = 0
          while p < P {
            left[unchecked: p] = multiplyAdd(x, load(w + p * panelStride), left[unchecked: p])
            right[unchecked: p] = multiplyAdd(x, load(w + p * panelStride + vectorWidth), right[unchecked: p])
            p += 1
          }
        }
        p = 0
        while p < P {
          store(left[unchecked: p], z + p * panelWidth)
          store(right[unchecked: p], z + p * panelWidth + vectorWidth)
          p += 1
        }
      }
      row += 1
    }
    word += 1
  }
}

/// All rows times a last panel of one vector.
@inline(__always)
private func maskedNarrowPanel(_ s: MaskedRows, _ weights: UnsafePointer<Float>) {
  var row = 0
  while row < s.rows {
    let z = s.z + row * s.zStride
    var sum = load(z)
    var value = s.values[row] + Int(s.offsets[row * s.maskStride])
    var word = 0
    while word < s.words {
      var bits = s.masks[row * s.maskStride + word]
      let block = weights + word * 64 * vectorWidth
      while bits != 0 {
        sum = multiplyAdd(
          Vector(repeating: value.pointee), load(block + bits.trailingZeroBitCount * vectorWidth), sum)
        bits &= bits &- 1
        value += 1
      }
      word += 1
    }
    store(sum, z)
    row += 1
  }
}
