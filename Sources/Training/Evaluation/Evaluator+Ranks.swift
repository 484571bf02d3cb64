import Files
import Kernels
import Networks
import Ranks

extension Evaluator {
  /// Compares samples, parameters and instruction set with those of rank 0; nothing without ranks.
  /// - Throws: on every rank, if one has others.
  package func compareRanks() throws {
    guard let ranks else { return }
    try Self.compare(network.kernels.instructionSet, ranks)
    let data = DataFingerprint(training: samples, validation: nil, test: nil)
    try ranks.compare([
      "\(data.training.grouped) samples", "samples with the checksum \(String(data.checksum, radix: 16))",
      network.parameterFact,
    ])
  }

  private static func compare(_ set: InstructionSet, _ ranks: RankGroup) throws {
    let root = try ranks.gather(text: set.rawValue)[0]
    try ranks.together {
      guard set.rawValue != root else { return }
      throw RankError.cannotFollow(
        rank: ranks.name(ranks.rank), found: "the instruction set \(set.rawValue)",
        expected: "\(root); name one that all have with \(option: "instructionSet")")
    }
  }
}

extension FastNetwork {
  /// The checksum of the parameters, for a comparison of ranks.
  var parameterFact: String {
    "parameters with the checksum \(String(XXH64.sum(UnsafeRawBufferPointer(buffer.elements)), radix: 16))"
  }
}
