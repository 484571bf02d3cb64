import KernelInterface
import Kernels
import Networks
import Optimizers

/// A step's numbers for the update kernels: one worker's copy, so that no worker waits for them.
final class StepCoefficients {
  /// The update of a step that takes its gradient as it is summed.
  let update: ParameterUpdate
  /// The update of a step whose gradient is already regularized: the clip factor scales it.
  let clippedUpdate: ParameterUpdate
  private(set) var learningRate = 0.0
  /// 1/m.
  private(set) var gradientScale = 0.0
  /// The parameters that this worker updates.
  let parameters: MutableFloats

  private let plan: StepPlan
  private let writer: CoefficientWriter
  private let numbers: AlignedBuffer<Float>
  private var step = 0

  private enum Offset {
    static let weights = 0
    static let biases = maximumCoefficients
    static let clipped = 2 * maximumCoefficients
    static let plainStep = 3 * maximumCoefficients
    static let count = 4 * maximumCoefficients
  }

  init(_ context: StepContext, _ worker: some StepWorker) {
    plan = context.plan
    writer = Self.writer(plan.optimizer)
    numbers = AlignedBuffer(count: Offset.count)
    parameters = worker.parameters.pointer
    let elementwise = context.network.kernels.elementwise
    let (parameters, plan, numbers) = (parameters, plan, numbers.pointer)
    func update(weights: Int, biases: Int, plainStep: Int?) -> ParameterUpdate {
      ParameterUpdate(
        kernel: type(of: plan.optimizer).kernel(in: elementwise), parameters: parameters,
        state0: context.states.first?.pointer, state1: context.states.count > 1 ? context.states[1].pointer : nil,
        weightCoefficients: UnsafePointer(numbers + weights), biasCoefficients: UnsafePointer(numbers + biases),
        plainStep: plainStep.map { UnsafePointer(numbers + $0) }, copies: UnsafePointer(worker.copies.pointer),
        copyCount: worker.copies.count, copier: elementwise.copy)
    }
    self.update = update(
      weights: Offset.weights, biases: Offset.biases, plainStep: plan.isPlainDescent ? Offset.plainStep : nil)
    clippedUpdate = update(weights: Offset.clipped, biases: Offset.clipped, plainStep: nil)
  }

  /// - Parameter step: in the run, from 0.
  func prepare(step: Int, rows: Int) {
    self.step = step
    gradientScale = 1 / Double(rows)
    learningRate =
      plan.learningRate
      * plan.schedule.factor(step: step, stepsPerEpoch: plan.stepsPerEpoch, totalSteps: plan.totalSteps)
    write(Offset.weights, scale: gradientScale, l2: plan.l2)
    write(Offset.biases, scale: gradientScale, l2: 0)
    numbers.pointer[Offset.plainStep] = Float(learningRate * gradientScale)
  }

  /// - Parameter clip: the factor of a regularized gradient.
  func prepareClipped(by clip: Double) { write(Offset.clipped, scale: clip, l2: 0) }

  private func write(_ offset: Int, scale: Double, l2: Double) {
    writer.write(
      step: step + 1, learningRate: learningRate, gradientScale: scale, l2: l2, into: numbers.pointer + offset)
  }
  private static func writer<Rule: Optimizer>(_ optimizer: Rule) -> CoefficientWriter { RuleWriter(optimizer) }
}

/// Writes an optimizer's numbers. Behind a class, since every use of an `any Optimizer` that does not fit in place counts references.
private class CoefficientWriter {
  func write(
    step: Int, learningRate: Double, gradientScale: Double, l2: Double, into coefficients: UnsafeMutablePointer<Float>
  ) {
    preconditionFailure("every writer has a rule")
  }
}

private final class RuleWriter<Rule: Optimizer>: CoefficientWriter {
  private let rule: Rule

  init(_ rule: Rule) { self.rule = rule }

  override func write(
    step: Int, learningRate: Double, gradientScale: Double, l2: Double, into coefficients: UnsafeMutablePointer<Float>
  ) {
    rule.writeCoefficients(
      step: step, learningRate: learningRate, gradientScale: gradientScale, l2: l2, into: coefficients)
  }
}
