import KernelInterface
import Kernels
import Optimizers

/// A few weights that an optimizer's kernel moves, with the coefficients that the optimizer sets; or its rule, where it has no kernel.
final class KernelRun {
  private let optimizer: OptimizerStep
  private let stateCount: Int
  private let numbers: AlignedBuffer<Float>
  private let count: Int
  /// Floats that hold the weights in whole vectors of any instruction set; the gradient and the states follow at this stride.
  private let stride = 16

  init(_ optimizer: any Optimizer, weights: [Double], instructionSet: InstructionSet) {
    precondition(weights.count <= stride)
    self.optimizer = OptimizerStep(optimizer, kernels: Kernels(instructionSet).updates)
    stateCount = type(of: optimizer).stateCount
    numbers = AlignedBuffer(count: 4 * stride)
    count = weights.count
    for (index, weight) in weights.enumerated() { numbers.pointer[index] = Float(weight) }
  }

  var weights: [Double] { (0..<count).map { Double(numbers.pointer[$0]) } }

  func step(_ step: Int, gradient: [Double], learningRate: Double, gradientScale: Double = 1, l2: Double = 0) {
    for (index, value) in gradient.enumerated() { numbers.pointer[stride + index] = Float(value) }
    var coefficients = optimizer.coefficients(
      step: step, learningRate: learningRate, gradientScale: gradientScale, l2: l2)
    optimizer.kernel(
      numbers.pointer, numbers.pointer + stride, stateCount > 0 ? numbers.pointer + 2 * stride : nil,
      stateCount > 1 ? numbers.pointer + 3 * stride : nil, stride, &coefficients)
  }
}
