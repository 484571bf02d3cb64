import Files
import Ranks

extension Evaluator {
  /// Compares samples, parameters and instruction set with those of rank 0; nothing without ranks.
  /// - Throws: on every rank, if one has others.
  package func compareRanks() throws {
    guard let ranks else { return }
    let data = DataFingerprint(training: samples, validation: nil, test: nil)
    var sum = XXH64()
    network.buffer.elements.withMemoryRebound(to: UInt8.self) { sum.update(UnsafeRawBufferPointer($0)) }
    try ranks.compare([
      "\(data.training.grouped) samples", "samples with the checksum \(String(data.checksum, radix: 16))",
      "the instruction set \(network.kernels.instructionSet.rawValue)",
      "parameters with the checksum \(String(sum.value, radix: 16))",
    ])
  }
}
