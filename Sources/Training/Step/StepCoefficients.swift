import KernelInterface
import Kernels
import Networks
import Optimizers

/// The coefficients of a step for the update kernels. Each thread computes its own copy: sharing one would need a
/// barrier.
final class StepCoefficients {
  /// The update by a sum of gradients over the batch, to which it adds the regularization terms.
  let update: ParameterUpdate
  /// The update by a mean gradient that includes the regularization terms, multiplied by the clip factor.
  let clippedUpdate: ParameterUpdate
  private(set) var learningRate = 0.0
  /// 1/m for a batch of m samples.
  private(set) var gradientScale = 0.0
  /// The parameters that the thread's workers update.
  let parameters: MutableFloats

  private let plan: StepPlan
  /// Copied from the plan, whose `l2` looks the term up by its name.
  private let l2: Double
  private let optimizer: OptimizerStep
  private let numbers: AlignedBuffer<UpdateCoefficients>
  private let descentFactor: AlignedBuffer<Float>
  private var step = 0

  private enum Index {
    static let weights = 0
    static let biases = 1
    static let clipped = 2
    static let count = 3
  }

  /// - Parameters:
  ///   - states: the optimizer's state, `stateCount` arrays in the parameters' layout.
  ///   - terms: terms of the objective that updates add to the gradient.
  init(
    _ plan: StepPlan, _ network: FastNetwork, states: [AlignedBuffer<Float>], terms: ActiveTerms,
    _ worker: some StepWorker
  ) {
    (self.plan, l2) = (plan, plan.l2)
    optimizer = OptimizerStep(plan.optimizer, kernels: network.kernels.updates)
    numbers = AlignedBuffer(count: Index.count)
    descentFactor = AlignedBuffer(count: 1)
    parameters = worker.parameters.pointer
    let (kernel, parameters, numbers) = (optimizer.kernel, parameters, numbers.pointer)
    func update(weights: Int, biases: Int, descentFactor: Floats?, termCount: Int) -> ParameterUpdate {
      ParameterUpdate(
        kernel: kernel, parameters: parameters, state0: states.first?.pointer,
        state1: states.count > 1 ? states[1].pointer : nil,
        weightCoefficients: UnsafePointer(numbers + weights), biasCoefficients: UnsafePointer(numbers + biases),
        descentFactor: descentFactor, copies: UnsafePointer(worker.copies.pointer), copyCount: worker.copies.count,
        copier: network.kernels.elementwise.copy,
        rounded: network.roundedWeights(from: plan.firstRoundedLayer), terms: terms.pointer, termCount: termCount)
    }
    self.update = update(
      weights: Index.weights, biases: Index.biases,
      descentFactor: plan.isPlainDescent ? UnsafePointer(descentFactor.pointer) : nil, termCount: terms.count)
    clippedUpdate = update(weights: Index.clipped, biases: Index.clipped, descentFactor: nil, termCount: 0)
  }

  /// Computes the coefficients of a step.
  ///
  /// - Parameters:
  ///   - step: the index of the step in the run, from 0.
  ///   - rows: the number of samples of the batch.
  func prepare(step: Int, rows: Int) {
    self.step = step
    gradientScale = 1 / Double(rows)
    learningRate =
      plan.learningRate
      * plan.schedule.factor(step: step, stepsPerEpoch: plan.batches.steps, totalSteps: plan.totalSteps)
    var coefficients = coefficients(scale: gradientScale, l2: l2)
    numbers.pointer[Index.weights] = coefficients
    coefficients.l2 = 0
    numbers.pointer[Index.biases] = coefficients
    descentFactor.pointer.pointee = Float(learningRate * gradientScale)
  }

  /// Computes the coefficients of `clippedUpdate` for a clip factor.
  func prepareClipped(by clip: Double) { numbers.pointer[Index.clipped] = coefficients(scale: clip, l2: 0) }

  private func coefficients(scale: Double, l2: Double) -> UpdateCoefficients {
    var coefficients = optimizer.coefficients(
      step: step + 1, learningRate: learningRate, gradientScale: scale, l2: l2)
    if let momentum = plan.momentum {
      coefficients.momentum = Float(momentum.momentum(step: step, stepsPerEpoch: plan.batches.steps))
    }
    return coefficients
  }
}
