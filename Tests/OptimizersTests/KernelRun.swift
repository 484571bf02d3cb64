import KernelInterface
import Kernels
import Optimizers

/// A few weights that an optimizer's kernel moves, with the coefficients that the optimizer writes.
final class KernelRun {
  private let optimizer: any Optimizer
  private let kernel: UpdateKernel
  private let numbers: AlignedBuffer<Float>
  private let count: Int
  /// Floats that hold the weights in whole vectors of any instruction set; the gradient and the states follow at this stride.
  private let stride = 16

  init(_ optimizer: any Optimizer, weights: [Double], instructionSet: InstructionSet) {
    precondition(weights.count <= stride)
    self.optimizer = optimizer
    kernel = type(of: optimizer).kernel(in: elementwiseKernels(for: instructionSet))
    numbers = AlignedBuffer(count: 4 * stride)
    count = weights.count
    for (index, weight) in weights.enumerated() { numbers.pointer[index] = Float(weight) }
  }

  var weights: [Double] { (0..<count).map { Double(numbers.pointer[$0]) } }

  func step(_ step: Int, gradient: [Double], learningRate: Double, gradientScale: Double = 1, l2: Double = 0) {
    let states = type(of: optimizer).stateCount
    for (index, value) in gradient.enumerated() { numbers.pointer[stride + index] = Float(value) }
    withUnsafeTemporaryAllocation(of: Float.self, capacity: maximumCoefficients) { coefficients in
      coefficients.initialize(repeating: .nan)
      optimizer.writeCoefficients(
        step: step, learningRate: learningRate, gradientScale: gradientScale, l2: l2, into: coefficients.baseAddress!)
      kernel(
        numbers.pointer, numbers.pointer + stride, states > 0 ? numbers.pointer + 2 * stride : nil,
        states > 1 ? numbers.pointer + 3 * stride : nil, stride, coefficients.baseAddress!)
    }
  }
}
