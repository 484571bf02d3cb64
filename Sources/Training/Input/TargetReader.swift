import KernelInterface
import Kernels
import Networks
import SampleData

/// A reader of a split's targets into rows. After the output layer it also applies the split's class weights and decision
/// threshold, and a loss that depends on the units of standardized targets.
///
/// Immutable and shared by all workers, each of which fills its own rows.
final class TargetReader: @unchecked Sendable {
  // Unchecked: immutable after `init`. Pointers, since a step must not count references.
  /// The number of target columns; 0 for classes.
  let width: Int
  /// The number of values per target row: `width`, or for smoothed classes the network's outputs.
  let rowWidth: Int
  /// For smoothed classes: the target value of a sample's own class, and that of all others.
  private let smoothed: (own: Float, other: Float)
  private let classes: AlignedBuffer<Int32>
  private let values: AlignedBuffer<Float>
  /// One factor per class; empty without class weights.
  private let factors: AlignedBuffer<Float>
  /// The decision threshold; NaN for the rule of the output layer.
  private let threshold: Float
  /// The loss on standardized targets, if it depends on their units; else nil.
  let standardizedLoss: StandardizedLoss?
  /// True if rows are adjusted after the output layer.
  let adjusts: Bool

  /// - Parameters:
  ///   - labelSmoothing: E, in [0, 1); class targets become (1 − E) · one-hot + E/K.
  ///   - topology: that of the network; a single output has the target of the second of two classes.
  init(_ samples: Samples, labelSmoothing: Double = 0, _ topology: Topology) {
    let lossFactors = samples.lossFactors ?? []
    factors = AlignedBuffer(lossFactors.map { Float($0) })
    threshold = samples.threshold ?? .nan
    standardizedLoss = samples.targetUnits.flatMap { StandardizedLoss(topology.loss, $0) }
    adjusts = !lossFactors.isEmpty || samples.threshold != nil || standardizedLoss != nil
    if labelSmoothing > 0, case .classes(_, let labels) = samples.targets {
      rowWidth = topology.outputs
      let other = labelSmoothing / Double(labels.count)
      smoothed = (Float(1 - labelSmoothing + other), Float(other))
    } else {
      rowWidth = if case .values(_, let width) = samples.targets { width } else { 0 }
      smoothed = (1, 0)
    }
    switch samples.targets {
    case .classes(let numbers, _):
      width = 0
      classes = AlignedBuffer(numbers)
      values = AlignedBuffer(count: 0)
    case .values(let numbers, let width):
      self.width = width
      classes = AlignedBuffer(count: 0)
      values = AlignedBuffer(numbers)
      guard let units = samples.targetUnits else { return }
      for index in 0..<numbers.count {
        values.pointer[index] = units.standardized(numbers[index], target: index % width)
      }
    }
  }

  /// True if a network with this output activation has an accuracy on these targets.
  func countsCorrect(_ output: Activation) -> Bool { output.hasAccuracy(forClasses: width == 0) }

  /// Reads the targets of the first `count` samples of `order` into the rows from `first` on.
  // Inlined: a call would count references to the reader and the rows in every step.
  @inline(__always)
  func read(_ order: UnsafePointer<Int32>, count: Int, into rows: TargetRows, first: Int) {
    var row = 0
    if width == 0 {
      while row < count {
        rows.classes.pointer[first + row] = classes.pointer[Int(order[row])]
        row += 1
      }
      if rowWidth > 0 { smooth(rows, first: first, count: count) }
    } else {
      guard rows.held.replace(with: order, count: count, first: first) else { return }
      while row < count {
        let source = values.pointer + Int(order[row]) * width
        let target = rows.values.pointer + (first + row) * rows.stride
        var index = 0
        while index < width {
          target[index] = source[index]
          index += 1
        }
        row += 1
      }
    }
  }

  /// Multiplies the losses and error signals of `count` rows from `first` on by the weights of their classes, and
  /// recomputes the correctness of their answers from the threshold; or recomputes losses and error signals in the units of
  /// standardized targets.
  ///
  /// - Parameters:
  ///   - outputs: the output layer's activations, `[rows × stride]`.
  ///   - signals: its error signals, in the same layout; nil if there are none.
  /// - Precondition: `adjusts`; the rows have been evaluated.
  func adjust(
    _ targets: TargetRows, _ metrics: RowMetrics, outputs: MutableFloats, signals: MutableFloats?, stride: Int,
    first: Int,
    count: Int
  ) {
    if let standardizedLoss {
      standardizedLoss.apply(
        targets, metrics, activations: outputs, signals: signals, stride: stride, first: first, count: count)
    }
    if factors.count > 0 { weigh(targets, metrics, signals, stride: stride, first: first, count: count) }
    guard !threshold.isNaN else { return }
    var row = first
    while row < first + count {
      let a = outputs[row * stride]
      let isSecond = targets.classes.pointer[row] == 1
      metrics.correct.pointer[row] = (isSecond && a >= threshold) || (!isSecond && a < threshold) ? 1 : 0
      row += 1
    }
  }

  private func weigh(
    _ targets: TargetRows, _ metrics: RowMetrics, _ signals: MutableFloats?, stride: Int, first: Int, count: Int
  ) {
    var row = first
    while row < first + count {
      let factor = factors.pointer[Int(targets.classes.pointer[row])]
      metrics.losses.pointer[row] *= factor
      if let signals {
        let signal = signals + row * stride
        var output = 0
        while output < stride {
          signal[output] *= factor
          output += 1
        }
      }
      row += 1
    }
  }

  /// Writes the smoothed targets of rows.
  private func smooth(_ rows: TargetRows, first: Int, count: Int) {
    var row = first
    while row < first + count {
      let values = rows.values.pointer + row * rows.stride
      values.update(repeating: smoothed.other, count: rowWidth)
      // A single output has the target of the second of two classes.
      let column = Int(rows.classes.pointer[row]) - (rowWidth == 1 ? 1 : 0)
      if column >= 0 { values[column] = smoothed.own }
      row += 1
    }
  }
}
