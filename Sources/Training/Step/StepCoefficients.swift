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
  private let writer: CoefficientWriter
  private let numbers: AlignedBuffer<Float>
  private var step = 0

  private enum Place {
    static let weights = 0
    static let biases = maximumCoefficients
    static let settled = 2 * maximumCoefficients
    static let plainStep = 3 * maximumCoefficients
    static let count = 4 * maximumCoefficients
  }

  init(_ engine: StepEngine, _ worker: StepWorker) {
    plan = engine.plan
    writer = Self.writer(plan.optimizer)
    numbers = AlignedBuffer(count: Place.count)
    let kernel = type(of: plan.optimizer).kernel(in: engine.network.kernels.elementwise)
    let parameters = worker.parameters.pointer
    let copies = UnsafePointer(worker.copies.pointer)
    let copyCount = worker.copies.count
    let state0 = engine.states.first?.pointer
    let state1 = engine.states.count > 1 ? engine.states[1].pointer : nil
    update = ParameterUpdate(
      kernel: kernel, parameters: parameters, state0: state0, state1: state1,
      weightCoefficients: UnsafePointer(numbers.pointer + Place.weights),
      biasCoefficients: UnsafePointer(numbers.pointer + Place.biases),
      plainStep: plan.isPlainDescent ? UnsafePointer(numbers.pointer + Place.plainStep) : nil, copies: copies,
      copyCount: copyCount, copier: engine.network.kernels.elementwise.copy)
    settledUpdate = ParameterUpdate(
      kernel: kernel, parameters: parameters, state0: state0, state1: state1,
      weightCoefficients: UnsafePointer(numbers.pointer + Place.settled),
      biasCoefficients: UnsafePointer(numbers.pointer + Place.settled), plainStep: nil, copies: copies,
      copyCount: copyCount, copier: engine.network.kernels.elementwise.copy)
  }

  /// - Parameter step: in the run, from 0.
  func prepare(step: Int, rows: Int) {
    self.step = step
    gradientScale = 1 / Double(rows)
    learningRate =
      plan.learningRate
      * plan.schedule.factor(step: step, stepsPerEpoch: plan.stepsPerEpoch, totalSteps: plan.totalSteps)
    write(Place.weights, scale: gradientScale, l2: plan.l2)
    write(Place.biases, scale: gradientScale, l2: 0)
    numbers.pointer[Place.plainStep] = Float(learningRate * gradientScale)
  }

  /// - Parameter clip: what the settled gradient is multiplied with.
  func prepareSettled(clip: Double) { write(Place.settled, scale: clip, l2: 0) }

  private func write(_ place: Int, scale: Double, l2: Double) {
    writer.write(
      step: step + 1, learningRate: learningRate, gradientScale: scale, l2: l2, into: numbers.pointer + place)
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
