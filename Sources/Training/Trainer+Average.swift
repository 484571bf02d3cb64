import KernelInterface
import Networks

// The mean of the weights at the ends of epochs (`WeightAveraging.epochEnds`). The exponential average is part of the step (`PostUpdate`).

extension Trainer {
  /// Copies the network's parameters to the evaluated network, until the end of the first epoch of the mean.
  func followWeights() {
    guard case .epochEnds(let start) = configuration.average, epochsDone < start else { return }
    evaluatedNetwork.buffer.pointer.update(from: network.buffer.pointer, count: network.buffer.count)
  }

  /// Adds the parameters at the end of epoch `epochsDone` to the mean, unless a limit of steps ended it before its last step; the run
  /// ends with such an epoch.
  ///
  /// - Parameter steps: the number of steps of the epoch.
  func averageEpochEnd(steps: Int) {
    guard case .epochEnds(let start) = configuration.average, epochsDone > start, steps == choices.stepsPerEpoch
    else { return }
    let earlier = Double(epochsDone - start)
    // a ← a n/(n + 1) + w/(n + 1).
    network.kernels.elementwise.scale(
      evaluatedNetwork.buffer.pointer, by: Float(earlier / (earlier + 1)),
      adding: UnsafePointer(network.buffer.pointer), times: Float(1 / (earlier + 1)), count: network.buffer.count)
  }
}
