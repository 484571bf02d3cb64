import Kernels
import Networks
import Synchronization

/// The reason why a step range ended early.
enum StepInterruption: Int, Sendable {
  case none = 0
  /// A loss, or a measured gradient norm, that is not finite.
  case diverged = 1
  /// A requested stop.
  case stopped = 2
  /// Ranks can no longer communicate; the step is not finished.
  case disconnected = 3
}

/// The losses, correct answers, surpluses and squared errors of a step, accumulated by the workers and reduced by worker 0, and
/// the status of the step range.
final class StepMetrics: @unchecked Sendable {
  // Unchecked: before a barrier each worker accumulates into its own sums, 64 bytes apart; after it, worker 0 reduces
  // them. Worker 0 writes the status before a barrier and all read it after the barrier.
  /// The number of accumulators: with `partial` one for each worker of each rank, else one.
  private let accumulators: Int
  private let targetWidth: Int
  private let standardizedLoss: StandardizedLoss?
  private let hasSurplus: Bool
  /// Each accumulator's sum of losses, of correct answers and of surpluses.
  private let sums: AlignedBuffer<Double>
  /// Each accumulator's sums of squared errors, one per output.
  private let errors: AlignedBuffer<Double>
  /// The stride between accumulators' squared errors, in Doubles: whole cache lines.
  private let errorStride: Int
  /// Sums of squared errors of the epoch so far, one per output.
  private let errorTotals: AlignedBuffer<Double>
  private let outputStride: Int
  private let lastLayer: Int
  private let state = Atomic<Int>(StepInterruption.none.rawValue)

  init(_ layout: ParameterLayout, accumulators: Int, _ targets: TargetReader) {
    self.accumulators = accumulators
    targetWidth = targets.width
    standardizedLoss = targets.standardizedLoss
    hasSurplus = standardizedLoss?.hasSurplus == true
    sums = AlignedBuffer(count: 8 * accumulators)
    errorStride = (targetWidth + 7) / 8 * 8
    errors = AlignedBuffer(count: accumulators * errorStride)
    errorTotals = AlignedBuffer(count: targetWidth)
    lastLayer = layout.layers.count - 1
    outputStride = layout.layers[lastLayer].paddedOutputs
  }

  var status: StepInterruption {
    // Inlined, since these are called in every step, and a call that is not inlined counts references to this object.
    @inline(__always) get { StepInterruption(rawValue: state.load(ordering: .relaxed)) ?? .none }
    @inline(__always) set { state.store(newValue.rawValue, ordering: .relaxed) }
  }

  /// Prepares a step range: clears the status, and sets squared errors to those of the epoch's earlier steps.
  func begin(_ earlier: EpochSums) {
    status = .none
    for output in 0..<targetWidth {
      errorTotals.pointer[output] = earlier.squaredErrors.isEmpty ? 0 : earlier.squaredErrors[output]
    }
  }

  var squaredErrors: [Double] { Array(errorTotals.elements) }

  /// The memory of the accumulators' sums, and of their squared errors: for each array its address and the number of
  /// Doubles of each accumulator.
  var arrays: [(numbers: UnsafeMutablePointer<Double>, stride: Int)] {
    [(sums.pointer, 8), (errors.pointer, errorStride)].filter { $0.stride > 0 }
  }

  @inline(__always)
  func clear(_ accumulator: Int) {
    (sums.pointer + 8 * accumulator).update(repeating: 0, count: 3)
    (errors.pointer + accumulator * errorStride).update(repeating: 0, count: errorStride)
  }

  /// Adds the losses, correct answers and squared errors of the first `count` rows to an accumulator, in the order of
  /// the rows.
  @inline(__always)
  func accumulate(_ rows: TrainingRows, _ count: Int, _ accumulator: Int) {
    let sums = sums.pointer + 8 * accumulator
    var row = 0
    while row < count {
      sums[0] += Double(rows.metrics.losses.pointer[row])
      sums[1] += Double(rows.metrics.correct.pointer[row])
      row += 1
    }
    if targetWidth > 0 { accumulateErrors(rows, count, accumulator) }
    if hasSurplus { accumulateSurplus(rows, count, accumulator) }
  }

  private func accumulateSurplus(_ rows: TrainingRows, _ count: Int, _ accumulator: Int) {
    guard let standardizedLoss else { return }
    sums.pointer[8 * accumulator + 2] += standardizedLoss.surplus(
      rows.activations.layers[lastLayer], stride: outputStride, rows.targets, count: count)
  }

  private func accumulateErrors(_ rows: TrainingRows, _ count: Int, _ accumulator: Int) {
    let outputs = rows.activations.layers[lastLayer]
    let errors = errors.pointer + accumulator * errorStride
    let targets = rows.targets.values.pointer
    // Four outputs at a time, so that sums stay in registers; strides are whole vectors, with zeros in padding.
    var output = 0
    while output < targetWidth {
      var sums = UnsafeRawPointer(errors + output).load(as: SIMD4<Double>.self)
      var row = 0
      while row < count {
        let a = UnsafeRawPointer(outputs + (row * outputStride + output)).load(as: SIMD4<Float>.self)
        let t = UnsafeRawPointer(targets + (row * rows.targets.stride + output)).load(as: SIMD4<Float>.self)
        let error = SIMD4<Double>(a) - SIMD4<Double>(t)
        sums += error * error
        row += 1
      }
      UnsafeMutableRawPointer(errors + output).storeBytes(of: sums, as: SIMD4<Double>.self)
      output += 4
    }
  }

  /// Adds the batch to the epoch's sums, and sets the status if the range must end. Called by worker 0 after a barrier.
  ///
  /// - Parameter penalty: the objective's terms besides the samples' losses, times the batch's samples.
  func reduce(_ batch: Batch, penalty: Double, into total: inout EpochSums, _ range: StepRange) {
    var loss = 0.0
    for accumulator in 0..<accumulators {
      loss += sums.pointer[8 * accumulator]
      total.correct += sums.pointer[8 * accumulator + 1]
      total.surplus += sums.pointer[8 * accumulator + 2]
      for output in 0..<targetWidth {
        errorTotals.pointer[output] += errors.pointer[accumulator * errorStride + output]
      }
    }
    loss += penalty
    total.loss += loss
    total.samples += batch.rows
    range.observer.progress?.note(total)
    if !loss.isFinite {
      status = .diverged
    } else if range.observer.endsEarly {
      status = .stopped
    }
  }
}
