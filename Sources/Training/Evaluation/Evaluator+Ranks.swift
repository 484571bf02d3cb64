import Files
import Networks
import Ranks

extension Evaluator {
  /// Compares samples, parameters and instruction set with those of rank 0; nothing without ranks.
  /// - Throws: on every rank, if one has others.
  package func compareRanks() throws {
    guard let ranks else { return }
    let data = DataFingerprint(training: samples, validation: nil, test: nil)
    try ranks.compare([
      "\(data.training.grouped) samples", "samples with the checksum \(String(data.checksum, radix: 16))",
      "the instruction set \(network.kernels.instructionSet.rawValue)",
      network.parameterFact,
    ])
  }
}

extension FastNetwork {
  /// The checksum of the parameters, for a comparison of ranks.
  var parameterFact: String {
    "parameters with the checksum \(String(XXH64.sum(UnsafeRawBufferPointer(buffer.elements)), radix: 16))"
  }
}
