@_exported import TestSupport

@testable import Datasets
@testable import Readers

extension ScratchFolder {
  /// A folder with the small IDX set, and `t.csv`: 20 samples, sample i of class i mod 4 with the feature i.
  static func rules() throws -> ScratchFolder {
    let folder = try ScratchFolder()
    try folder.writeSet()
    try folder.write("t.csv", Array((0..<20).map { "\($0 % 4),\($0)\n" }.joined().utf8))
    try folder.write("more.csv", Array("2,100\n5,101\n".utf8))
    return folder
  }
}

/// The data for a command that uses one split of a source.
func part(
  _ source: String, _ use: SampleUse = .inspection, _ change: (inout DataOptions) -> Void = { _ in }
) throws -> LoadedPart {
  var options = DataOptions()
  change(&options)
  return try DataLoader(source: DataSource(source), options: options).load(use)
}

/// The label of each row; none if the split has target values.
func labels(_ split: RawSplit) -> [String] {
  guard case .labels(let codes, let names) = split.targets else { return [] }
  return codes.map { names[Int($0)] }
}
