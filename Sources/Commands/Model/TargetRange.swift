import Datasets
import Files
import Networks

/// The valid range of target values for a loss.
enum TargetRange {
  /// - Parameter names: the names of the target columns; nil if they have none.
  /// - Throws: `FileError` if a target for cross-entropy is outside [0, 1], so not a probability.
  static func check(
    _ samples: Samples, topology: Topology, names: [String]? = nil, source: String
  ) throws(FileError) {
    guard topology.loss == .crossEntropy, case .values(let values, let width) = samples.targets,
      let position = values.firstIndex(where: { !(0...1).contains($0) })
    else { return }
    throw FileError(
      file: source,
      found: "the target \(values[position])" + (names.map { " of column \($0[position % width].excerpt())" } ?? "")
        + " in sample \(position / width)",
      expected: "0 to 1 for --loss cross-entropy",
      hint: "For a regression give --output identity, whose loss is the squared error.")
  }
}
