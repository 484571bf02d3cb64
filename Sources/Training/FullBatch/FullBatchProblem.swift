import KernelInterface
import Kernels
import Networks
import Optimizers

/// The objective over all training samples and the vectors of an L-BFGS run. Vectors are Float, sums are Double.
///
/// The samples keep the order of their source, whatever the order of the epoch: the objective is the same function at
/// every evaluation of a step, and its bits do not depend on the number of workers.
final class FullBatchProblem: LBFGSProblem, @unchecked Sendable {
  // Unchecked: used by the thread that runs the steps.
  private let network: FastNetwork
  private let passes: any GradientRunning
  private let samples: Int
  /// With λ divided by M.
  private let terms: Regularization
  private let weightDecay: Double
  /// The current gradient, the steps and the changes of the gradient: the optimizer's state.
  private let states: [AlignedBuffer<Float>]
  private let start: AlignedBuffer<Float>
  private let direction: AlignedBuffer<Float>
  /// The gradients of the line search, besides the current one.
  private let gradients: [AlignedBuffer<Float>]
  private let count: Int
  /// The epoch whose random numbers the evaluations use; it stays the same within a step.
  var epoch = 0

  /// - Parameter states: `LBFGS.stateCount` vectors in the parameters' layout.
  init(
    _ network: FastNetwork, _ passes: any GradientRunning, samples: Int, _ plan: StepPlan,
    states: [AlignedBuffer<Float>]
  ) {
    self.network = network
    self.passes = passes
    self.samples = samples
    terms = plan.regularization
    weightDecay = plan.optimizer.weightDecay
    self.states = states
    let count = network.layout.count
    self.count = count
    start = AlignedBuffer(count: count)
    direction = AlignedBuffer(count: count)
    gradients = (1..<LBFGSVector.gradientCount).map { _ in AlignedBuffer(count: count) }
  }

  /// The figures are the objective without the weight decay, the number of correct answers, the sums of squared errors of
  /// each output, and the surplus, if the loss has one.
  func evaluate(gradient index: Int) -> LBFGSEvaluation {
    passes.run(epoch: epoch)
    passes.writeGradient(
      network, samples: samples, terms, weightDecay: weightDecay, into: pointer(.gradient(index)))
    let loss = passes.loss / Double(samples) + penalty
    return LBFGSEvaluation(
      objective: loss + (weightDecay == 0 ? 0 : weightDecay / 2 * sumOfSquares { _ in true }),
      figures: [loss, passes.correct] + passes.squaredErrors + (passes.surplus.map { [$0] } ?? []))
  }

  /// The L2 norm of the current gradient, without the weight decay, as that of other optimizers. Its rounding error is
  /// about 6 · 10⁻⁸ of the norm of the decay, which the gradient includes.
  var gradientNorm: Double {
    let (gradient, parameters) = (states[0].pointer, network.buffer.pointer)
    guard weightDecay > 0 else { return dot(.gradient(0), .gradient(0)).squareRoot() }
    let squares = sum {
      let derivative = Double(gradient[$0]) - weightDecay * Double(parameters[$0])
      return derivative * derivative
    }
    return squares.squareRoot()
  }

  /// The objective's terms besides the loss.
  private var penalty: Double {
    guard !terms.isEmpty else { return 0 }
    let weights = network.layout.regions.filter(\.isWeights).map {
      UnsafeBufferPointer(start: UnsafePointer(network.buffer.pointer + $0.offset), count: $0.count)
    }
    return terms[L2Term.name] / 2 * sumOfSquares { $0.isWeights } + terms.withoutL2.value(of: weights)
  }

  private func sumOfSquares(_ isIncluded: (FlatRange) -> Bool) -> Double {
    network.layout.regions.filter(isIncluded).reduce(0) {
      $0 + network.kernels.elementwise.sumOfSquares(UnsafePointer(network.buffer.pointer + $1.offset), $1.count)
    }
  }

  // MARK: Vectors

  /// The number of outputs with squared errors; 0 for classes.
  var targetWidth: Int { passes.squaredErrors.count }

  /// The parameters of the network.
  var parameters: MutableFloats { network.buffer.pointer }

  private func pointer(_ vector: LBFGSVector) -> MutableFloats {
    switch vector {
    case .parameters: network.buffer.pointer
    case .start: start.pointer
    case .direction: direction.pointer
    case .gradient(0): states[0].pointer
    case .gradient(let index): gradients[index - 1].pointer
    case .step(let slot): states[1 + slot].pointer
    case .change(let slot): states[1 + LBFGS.memory + slot].pointer
    }
  }

  func dot(_ a: LBFGSVector, _ b: LBFGSVector) -> Double {
    let (a, b) = (pointer(a), pointer(b))
    return sum { Double(a[$0]) * Double(b[$0]) }
  }

  func sumOfMagnitudes(_ a: LBFGSVector) -> Double {
    let a = pointer(a)
    return sum { Double(abs(a[$0])) }
  }

  /// The sum of a term for each element, in four partial sums.
  @inline(__always)
  private func sum(_ term: (Int) -> Double) -> Double {
    // Layouts have whole cache lines.
    var (sum0, sum1, sum2, sum3) = (0.0, 0.0, 0.0, 0.0)
    var index = 0
    while index < count {
      sum0 += term(index)
      sum1 += term(index + 1)
      sum2 += term(index + 2)
      sum3 += term(index + 3)
      index += 4
    }
    return (sum0 + sum1) + (sum2 + sum3)
  }

  func largestMagnitude(_ a: LBFGSVector) -> Double {
    let a = pointer(a)
    var largest: Float = 0
    for index in 0..<count { largest = max(largest, abs(a[index])) }
    return Double(largest)
  }

  func combine(_ alpha: Double, _ a: LBFGSVector, _ b: LBFGSVector, into result: LBFGSVector) {
    let (a, b, result) = (pointer(a), pointer(b), pointer(result))
    for index in 0..<count { result[index] = Float(alpha * Double(a[index]) + Double(b[index])) }
  }

  func scale(_ alpha: Double, _ a: LBFGSVector, into result: LBFGSVector) {
    let (a, result) = (pointer(a), pointer(result))
    for index in 0..<count { result[index] = Float(alpha * Double(a[index])) }
  }
}
