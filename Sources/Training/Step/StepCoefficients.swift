import KernelInterface
import Kernels
import Networks
import Optimizers

/// A step's numbers for the update kernels: one worker's copy, so that nobody waits for them.
final class StepCoefficients {
  /// The update of a step that takes its gradient as it is summed.
  let update: ParameterUpdate
  /// The update of a step whose gradient is already regularised and, maybe, clipped: `clip` scales it.
  let settledUpdate: ParameterUpdate
  private(set) var learningRate = 0.0
  /// 1/m.
  private(set) var gradientScale = 0.0

  private let plan: StepPlan
  private let optimizer: OptimizerStep
  private let numbers: AlignedBuffer<UpdateCoefficients>
  private let plainStep: AlignedBuffer<Float>
  private var step = 0

  private enum Index {
    static let weights = 0
    static let biases = 1
    static let settled = 2
    static let count = 3
  }

  init(_ engine: StepEngine, _ worker: StepWorker) {
    plan = engine.plan
    optimizer = .make(plan.optimizer, kernels: engine.network.kernels.updates)
    numbers = AlignedBuffer(count: Index.count)
    plainStep = AlignedBuffer(count: 1)
    let kernel = optimizer.kernel
    let parameters = worker.parameters.pointer
    let copies = UnsafePointer(worker.copies.pointer)
    let copyCount = worker.copies.count
    let state0 = engine.states.first?.pointer
    let state1 = engine.states.count > 1 ? engine.states[1].pointer : nil
    update = ParameterUpdate(
      kernel: kernel, parameters: parameters, state0: state0, state1: state1,
      weightCoefficients: UnsafePointer(numbers.pointer + Index.weights),
      biasCoefficients: UnsafePointer(numbers.pointer + Index.biases),
      plainStep: plan.isPlainDescent ? UnsafePointer(plainStep.pointer) : nil, copies: copies,
      copyCount: copyCount, copier: engine.network.kernels.elementwise.copy, terms: engine.terms.pointer,
      termCount: engine.terms.count)
    settledUpdate = ParameterUpdate(
      kernel: kernel, parameters: parameters, state0: state0, state1: state1,
      weightCoefficients: UnsafePointer(numbers.pointer + Index.settled),
      biasCoefficients: UnsafePointer(numbers.pointer + Index.settled), plainStep: nil, copies: copies,
      copyCount: copyCount, copier: engine.network.kernels.elementwise.copy, terms: engine.terms.pointer, termCount: 0)
  }

  /// - Parameter step: in the run, from 0.
  func prepare(step: Int, rows: Int) {
    self.step = step
    gradientScale = 1 / Double(rows)
    learningRate =
      plan.learningRate
      * plan.schedule.factor(step: step, stepsPerEpoch: plan.stepsPerEpoch, totalSteps: plan.totalSteps)
    var coefficients = coefficients(scale: gradientScale, l2: plan.l2)
    numbers.pointer[Index.weights] = coefficients
    coefficients.l2 = 0
    numbers.pointer[Index.biases] = coefficients
    plainStep.pointer.pointee = Float(learningRate * gradientScale)
  }

  /// - Parameter clip: the factor of the regularised gradient.
  func prepareSettled(clip: Double) { numbers.pointer[Index.settled] = coefficients(scale: clip, l2: 0) }

  private func coefficients(scale: Double, l2: Double) -> UpdateCoefficients {
    optimizer.coefficients(step: step + 1, learningRate: learningRate, gradientScale: scale, l2: l2)
  }
}
