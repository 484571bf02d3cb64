import KernelInterface
import Kernels

/// A range of adjacent parameters that are treated equally: only weights, or only biases, which are never regularized.
package struct FlatRange: Sendable, BitwiseCopyable {
  /// The offset of the first parameter in the layout.
  package let offset: Int
  /// The number of parameters, padding included.
  package let count: Int
  /// True for weights, false for biases.
  package let isWeights: Bool

  package init(offset: Int, count: Int, isWeights: Bool) {
    self.offset = offset
    self.count = count
    self.isWeights = isWeights
  }

  /// All parameters in blocks of at most `size` numbers, each within one region. Sums of squares are computed per block
  /// and added in this order, so that they do not depend on the division among threads.
  package static func blocks(_ layout: ParameterLayout, size: Int) -> [FlatRange] {
    layout.regions.flatMap { region in
      stride(from: 0, to: region.count, by: size).map { start in
        FlatRange(offset: region.offset + start, count: min(size, region.count - start), isWeights: region.isWeights)
      }
    }
  }

  /// One of `count` slices of the parameters, of about the same size, in whole cache lines.
  package static func slice(_ index: Int, of count: Int, _ layout: ParameterLayout) -> [FlatRange] {
    // Sixteen floats are a cache line, and a multiple of every vector width.
    func cut(_ slice: Int) -> Int { (layout.count / 16 * slice / count) * 16 }
    let lower = cut(index)
    let upper = index == count - 1 ? layout.count : cut(index + 1)
    return layout.regions.compactMap { region in
      let start = max(region.offset, lower)
      let end = min(region.offset + region.count, upper)
      return start < end ? FlatRange(offset: start, count: end - start, isWeights: region.isWeights) : nil
    }
  }

  /// The ranges of a slice: those of its weights, then that of its biases.
  package static func ranges(of slice: GradientSlice, _ layout: ParameterLayout) -> [FlatRange] {
    weights(of: slice, layout) + biases(of: slice, layout)
  }

  /// The ranges of a slice's weights: the rows of its inputs, panel after panel.
  private static func weights(of slice: GradientSlice, _ layout: ParameterLayout) -> [FlatRange] {
    let layer = layout.layers[slice.layer]
    let width = min(slice.columns, layout.shape.panelWidth)
    return stride(from: slice.firstColumn, to: slice.firstColumn + slice.columns, by: layout.shape.panelWidth).map {
      FlatRange(
        offset: layer.weights + $0 * layer.inputs + slice.firstInput * width, count: slice.inputs * width,
        isWeights: true)
    }
  }

  /// The range of a slice's biases, if it has any.
  package static func biases(of slice: GradientSlice, _ layout: ParameterLayout) -> [FlatRange] {
    let layer = layout.layers[slice.layer]
    guard slice.firstInput == 0, layer.biasCount > 0 else { return [] }
    return [FlatRange(offset: layer.biases + slice.firstColumn, count: slice.columns, isWeights: false)]
  }

  /// The number of parameters that are reduced and applied at once: 8 KB, which fit into the L1 cache together with
  /// their weights and two optimizer states.
  package static let pieceSize = 2048

  /// Sums several gradients of this range, in a fixed tree of pairs (`AddSourcesKernel`), and applies the sum, piece by
  /// piece.
  ///
  /// - Parameters:
  ///   - sources: `count` gradients in the parameters' layout.
  ///   - piece: memory for `pieceSize` numbers.
  ///   - isFused: true for an update of weights with one rounding (`ParameterUpdate.applyFused`).
  ///   - measure: called with each piece of the sum before it is applied.
  @inline(__always)
  package func reduce(
    _ sources: UnsafePointer<Floats>, count sourceCount: Int, by update: ParameterUpdate, kernels: Kernels,
    piece: AlignedBuffer<Float>, isFused: Bool = false,
    measuring measure: (_ sum: Floats, _ count: Int) -> Void = { _, _ in }
  ) {
    forEachPiece { offset, count in
      var sum = sources[0] + offset
      if sourceCount > 1 {
        kernels.samples.addSources(sources, sourceCount, offset, count, piece.pointer)
        sum = UnsafePointer(piece.pointer)
      }
      measure(sum, count)
      if isFused {
        update.applyFused(sum, offset: offset, count: count, by: kernels.elementwise)
      } else {
        update.apply(sum, offset: offset, count: count, isWeights: isWeights)
      }
    }
  }

  /// Calls `body` with the offset and the length of each piece of the range, of at most `pieceSize` numbers.
  @inline(__always)
  private func forEachPiece(_ body: (_ offset: Int, _ count: Int) -> Void) {
    var offset = offset
    let end = self.offset + count
    while offset < end {
      let count = min(Self.pieceSize, end - offset)
      body(offset, count)
      offset += count
    }
  }
}
