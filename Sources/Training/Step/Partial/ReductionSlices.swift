import Networks
import Platform

/// The parameters that one worker of a data-parallel step reduces and updates.
struct ReductionSlices: Sendable {
  /// All of them, as rectangular slices of layers.
  let slices: [GradientSlice]
  /// Those of the first layer, if only active inputs are reduced.
  let active: [GradientSlice]
  /// All other parameters.
  let ranges: [FlatRange]

  /// The slices of all workers, together all parameters.
  ///
  /// - Parameters:
  ///   - reducesActive: true if the first layer's reduction omits weights of inactive inputs.
  ///   - inputDensity: for each input the fraction of samples in which it is nonzero, by which the first layer is
  ///     divided evenly; nil if unknown.
  static func all(
    _ layout: ParameterLayout, workers: Int, batchSize: Int, reducesActive: Bool, inputDensity: [Float]?
  ) -> [ReductionSlices] {
    guard reducesActive else {
      return GradientSlice.slices(of: layout, count: workers, inputDensity: nil).map { slices in
        ReductionSlices(slices: slices, active: [], ranges: slices.flatMap { FlatRange.ranges(of: $0, layout) })
      }
    }
    let density = inputDensity ?? Array(repeating: 1, count: layout.layers[0].inputs)
    // 1 − (1 − p)^B: the probability that an input is active in a batch.
    let slices = GradientSlice.layerSlices(
      of: layout, count: workers, inputDensity: density.map { 1 - pow(1 - $0, Float(batchSize)) })
    return slices.map { slices in
      let active = slices.filter { $0.layer == 0 }
      return ReductionSlices(
        slices: slices, active: active,
        ranges: active.flatMap { FlatRange.biases(of: $0, layout) }
          + slices.filter { $0.layer > 0 }.flatMap { FlatRange.ranges(of: $0, layout) })
    }
  }
}
