import Files
import Networks
import Platform
import SampleData

/// The memory that training needs, checked before allocation: a system that overcommits memory kills the process later
/// without a message.
enum RunMemory {
  /// Bytes of addresses that are not counted one by one, such as the stacks of threads that start later, 8 MB each.
  private static let uncounted = 64e6

  /// Checks a need for memory in bytes against the limits of the process.
  ///
  /// - Parameter widths: the network's widths, for the message.
  /// - Throws: `TrainingError.memory` if it exceeds a limit.
  static func check(_ need: Double, widths: String) throws(TrainingError) {
    guard let limit = MemoryLimit.exceeded(by: need) else { return }
    throw .memory(widths: widths, needed: need, available: limit.bytes, limit: limit.memory)
  }

  /// True if memory that a run can do without fits, with room for what is not counted.
  ///
  /// - Parameters:
  ///   - need: the bytes that will be written.
  ///   - addresses: the bytes that will be allocated.
  static func fits(_ need: Double, addresses: Double) -> Bool {
    MemoryLimit.exceeded(by: need, addresses: addresses + uncounted) == nil
  }

  /// The bytes of a run: its steps, its evaluations and the parameters that it keeps, without packed rows.
  ///
  /// - Parameter samples: the splits.
  static func bytes(
    _ layout: ParameterLayout, _ plan: StepPlan, _ configuration: TrainingConfiguration, stepsPerEpoch: Int,
    _ samples: [Samples?]
  ) -> Double {
    // The parameters of the best epoch and of snapshots, which are kept beside those of the steps.
    let epochs = configuration.plannedEpochs(stepsPerEpoch: stepsPerEpoch)
    let kept = (configuration.keepsBest ? 1 : 0) + Double(min(configuration.snapshots, epochs))
    let numbers = samples.reduce(0) { $0 + ($1.map(numbersOfSamples) ?? 0) }
    return StepDecision.bytes(layout, plan) + 4 * (Double(layout.count) * kept + numbers)
  }

  /// The numbers that a run keeps of a split, beside its inputs: the order, the rows in the storage and in an input
  /// stage, and the targets.
  private static func numbersOfSamples(_ samples: Samples) -> Double {
    let targets = if case .values(_, let width) = samples.targets { width } else { 2 }
    return Double(samples.count) * Double(3 + targets)
  }
}
