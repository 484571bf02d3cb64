import Files
import Kernels
import Networks

/// What training takes of the memory, told before any of it is asked for: a system that grants more than it has ends the process
/// later, without a word.
enum RunMemory {
  /// Bytes for the network, its gradients, the optimizer's state and the rows in hand, those of evaluation included. In Double, since
  /// widths multiply beyond 64 bits.
  static func need(_ topology: Topology, choices: TrainingChoices, stateCount: Int, cores: Int) -> Double {
    let layout = ParameterLayout(topology, shape: Kernels(choices.instructionSet).shape)
    let isPartial = choices.gradients == .partial
    let parameterBytes = 4 * Double(layout.count)
    // Twice the parameters: the network's own, and the copy that they are drawn into or saved from. The gradient of a whole batch.
    let arrays = 3 + stateCount + (isPartial ? choices.workers : 0)
    let rowsInHand = StepEngine.rowsInHand(
      layout, strategy: choices.gradients, batchSize: choices.batchSize, workers: choices.workers)
    // A divided step has the next rows in hand already.
    let rows = rowsInHand * (isPartial ? choices.workers : 2) + Evaluator.tileRows * cores
    return Double(arrays) * parameterBytes + Double(rows) * Double(RowBuffers.bytesPerRow(layout))
      + replicated(parameterBytes, choices: choices, cores: cores)
  }

  /// Bytes of the workers' copies of the parameters, where a partial step may have them.
  private static func replicated(_ parameterBytes: Double, choices: TrainingChoices, cores: Int) -> Double {
    guard choices.gradients == .partial, choices.workers <= cores else { return 0 }
    let copies = parameterBytes * Double(choices.workers - 1)
    return copies <= Double(StepEngine.mostCopied) ? copies : 0
  }

  /// - Throws: `TrainingError.memory` where the need is beyond the limit.
  static func check(_ need: Double, widths: String) throws(TrainingError) {
    guard let limit = MemoryLimit.exceeded(by: need) else { return }
    throw .memory(widths: widths, needed: need, available: limit.bytes, limit: limit.name)
  }
}
