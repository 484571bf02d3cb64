import KernelInterface
import Kernels
import Networks
import SampleData

/// A loss with a limited slope on standardized targets, such as Huber's: the objective of training, and the loss in the targets' own units.
///
/// For a target of standard deviation s, and r in units of s, the loss ℓ with limit δ is s² ℓ′(r), where ℓ′ has the limit d = δ/s. The slope
/// of ℓ′ is at most d: for a δ far below s the gradients, and the steps of an optimizer, would be as much smaller than those of squared
/// error. The objective of an output is therefore ℓ′(r)/c with c = min(1, d), whose slope is at most max(1, d). It is the loss in the targets'
/// units divided by c s² = s min(s, δ). Outputs have equal weights in the objective, as with squared error, of which it has the bits for a
/// δ beyond all errors.
final class StandardizedLoss: @unchecked Sendable {
  // Unchecked: immutable after `init`. Pointers, since a step must not count references.
  /// The factor of the objective's terms in the targets' units: c s², for several targets its mean.
  let factor: Double
  /// True if outputs have factors of their own, so that the loss in the targets' units is no multiple of the objective.
  let hasSurplus: Bool
  private let outputs: AlignedBuffer<Output>

  private struct Output {
    /// d.
    var limit: Float
    /// 1/c.
    var weight: Float
    /// c s² divided by `factor`, minus 1.
    var surplus: Double
  }

  /// - Returns: nil for a loss without a limit, and for one that is not defined by differences.
  init?(_ loss: Loss, _ units: TargetUnits) {
    guard let delta = loss.slopeLimit, delta.isFinite else { return nil }
    let factors = units.deviation.map { $0 * min($0, delta) }
    let factor = factors.reduce(0, +) / Double(factors.count)
    self.factor = factor
    hasSurplus = factors.contains { $0 != factors[0] }
    outputs = AlignedBuffer(
      zip(units.deviation, factors).map { deviation, own in
        // At the bounds of Float's range one of the two forms of the loss holds for all errors of practice.
        let limit = min(
          max(delta / deviation, Double(Float.leastNormalMagnitude)), Double(Float.greatestFiniteMagnitude))
        return Output(limit: Float(limit), weight: Float(1 / min(1, limit)), surplus: own / factor - 1)
      })
  }

  /// Sets the losses of `count` rows from `first` on to the objective's, and their error signals to its derivatives by identity outputs.
  ///
  /// - Parameters:
  ///   - activations: the output layer's activations, `[rows × stride]`.
  ///   - signals: its error signals, in the same layout, of which padding is left as it is; nil if there are none.
  func apply(
    _ targets: TargetRows, _ metrics: RowMetrics, activations: MutableFloats, signals: MutableFloats?, stride: Int,
    first: Int, count: Int
  ) {
    var row = first
    while row < first + count {
      let target = targets.values.pointer + row * targets.stride
      var loss: Float = 0
      var index = 0
      while index < outputs.count {
        let output = outputs.pointer[index]
        let r = activations[row * stride + index] - target[index]
        // Written so that NaN gives NaN.
        let limited = r > output.limit ? output.limit : r < -output.limit ? -output.limit : r
        // The product is at most max(1, d), where the limit alone may be close to 0.
        let slope = output.weight * limited
        loss += slope * (r - 0.5 * limited)
        if let signals { signals[row * stride + index] = slope }
        index += 1
      }
      metrics.losses.pointer[row] = loss
      row += 1
    }
  }

  /// The sum over rows, from the first on, of the loss in the targets' units divided by `factor`, minus the objective.
  ///
  /// - Parameters:
  ///   - activations: the output layer's activations, `[rows × stride]`.
  ///   - targets: the standardized targets of the same rows.
  func surplus(_ activations: MutableFloats, stride: Int, _ targets: TargetRows, count: Int) -> Double {
    var sum = 0.0
    var row = 0
    while row < count {
      let target = targets.values.pointer + row * targets.stride
      var index = 0
      while index < outputs.count {
        let output = outputs.pointer[index]
        let r = abs(Double(activations[row * stride + index]) - Double(target[index]))
        let limited = min(r, Double(output.limit))
        sum += output.surplus * Double(output.weight) * limited * (r - 0.5 * limited)
        index += 1
      }
      row += 1
    }
    return sum
  }
}
