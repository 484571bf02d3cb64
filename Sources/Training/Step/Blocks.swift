import Networks

/// A run of adjacent parameters with the same treatment.
struct FlatRange: Sendable {
  let offset: Int
  let count: Int
  let isWeights: Bool

  /// The parameters cut into pieces of at most `size`, none across two regions: sums of squares are made piece by piece and added in
  /// this order, so that they don't depend on who made which.
  static func blocks(_ layout: ParameterLayout, size: Int) -> [FlatRange] {
    layout.regions.flatMap { region in
      stride(from: 0, to: region.count, by: size).map { start in
        FlatRange(offset: region.offset + start, count: min(size, region.count - start), isWeights: region.isWeights)
      }
    }
  }

  /// One worker's share of the parameters; cut where vectors end.
  static func share(_ layout: ParameterLayout, worker: Int, of workers: Int) -> [FlatRange] {
    // Sixteen floats are a cache line, and whole vectors of every instruction set.
    func cut(_ share: Int) -> Int { (layout.count / 16 * share / workers) * 16 }
    let lower = cut(worker)
    let upper = worker == workers - 1 ? layout.count : cut(worker + 1)
    return layout.regions.compactMap { region in
      let start = max(region.offset, lower)
      let end = min(region.offset + region.count, upper)
      return start < end ? FlatRange(offset: start, count: end - start, isWeights: region.isWeights) : nil
    }
  }

  /// Where the weights of a slice lie: some inputs' rows, panel after panel.
  static func weights(of slice: GradientSlice, _ layout: ParameterLayout) -> [FlatRange] {
    let layer = layout.layers[slice.layer]
    let width = min(slice.columns, layout.shape.panelWidth)
    return stride(from: slice.firstColumn, to: slice.firstColumn + slice.columns, by: layout.shape.panelWidth).map {
      FlatRange(
        offset: layer.weights + $0 * layer.inputs + slice.firstInput * width, count: slice.inputs * width,
        isWeights: true)
    }
  }

  /// Where the biases of a slice lie, if it has any.
  static func biases(of slice: GradientSlice, _ layout: ParameterLayout) -> [FlatRange] {
    let layer = layout.layers[slice.layer]
    guard slice.firstInput == 0, layer.biasCount > 0 else { return [] }
    return [FlatRange(offset: layer.biases + slice.firstColumn, count: slice.columns, isWeights: false)]
  }
}
