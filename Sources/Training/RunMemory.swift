import Files
import Networks

/// What training takes of the memory, told before any of it is asked for: a system that grants more than it has ends the process
/// later, without a word.
enum RunMemory {
  /// Bytes for the network, its gradients, the optimizer's state and the rows in hand, those of evaluation included. In Double, since
  /// widths multiply beyond 64 bits.
  static func need(_ layout: ParameterLayout, plan: StepPlan) -> Double {
    let isPartial = plan.strategy == .partial
    let rowsInHand = StepEngine.rowsInHand(layout, plan: plan)
    let copies = StepEngine.replicates(layout, plan: plan, rows: rowsInHand) ? plan.workers - 1 : 0
    // Twice the parameters: the network's own, and the copy that they are drawn into or saved from. The gradient of a whole batch.
    let arrays = 3 + type(of: plan.optimizer).stateCount + (isPartial ? plan.workers : 0) + copies
    // A divided step has the next rows in hand already.
    let rows = rowsInHand * (isPartial ? plan.workers : 2) + Evaluator.tileRows * plan.cores
    return 4 * Double(layout.count) * Double(arrays) + Double(rows) * Double(RowBuffers.bytesPerRow(layout))
  }

  /// - Throws: `TrainingError.memory` where the need is beyond the limit.
  static func check(_ need: Double, widths: String) throws(TrainingError) {
    guard let limit = MemoryLimit.exceeded(by: need) else { return }
    throw .memory(widths: widths, needed: need, available: limit.bytes, limit: limit.name)
  }
}
