import Foundation
import Networks

/// What one worker of a partial step reduces, and moves.
struct ReductionShare: Sendable {
  /// All of it, as rectangles of layers.
  let slices: [GradientSlice]
  /// Of these the masked first layer's, where only its lit inputs are reduced.
  let lit: [GradientSlice]
  /// All other parameters.
  let ranges: [FlatRange]

  /// Every worker's share, together all parameters; nothing where weights have owners, and nobody reduces.
  ///
  /// - Parameter inputDensity: where only lit inputs are reduced, for each input the share of samples that light it, or nothing where that
  ///   isn't known: a masked layer is divided evenly by how likely a batch is to light its inputs. Nil where all are.
  static func shares(_ layout: ParameterLayout, plan: StepPlan, inputDensity: [Float]?) -> [ReductionShare] {
    guard plan.strategy == .partial else {
      return Array(repeating: ReductionShare(slices: [], lit: [], ranges: []), count: plan.workers)
    }
    let inputs = layout.layers[0].inputs
    let density = inputDensity.map { $0.isEmpty ? Array(repeating: 1, count: inputs) : $0 }
    let shares =
      if let density {
        GradientSlice.layerShares(
          of: layout, workers: plan.workers, inputDensity: density.map { 1 - pow(1 - $0, Float(plan.batchSize)) })
      } else {
        GradientSlice.shares(of: layout, workers: plan.workers, inputDensity: nil)
      }
    return shares.map { slices in
      let lit = density == nil ? [] : slices.filter { $0.layer == 0 }
      let whole = slices.filter { density == nil || $0.layer > 0 }
      return ReductionShare(
        slices: slices, lit: lit,
        ranges: lit.flatMap { FlatRange.biases(of: $0, layout) }
          + whole.flatMap { FlatRange.weights(of: $0, layout) + FlatRange.biases(of: $0, layout) })
    }
  }
}
