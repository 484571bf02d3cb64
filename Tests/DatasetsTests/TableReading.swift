import Files
import Testing

@testable import Datasets
@testable import Readers

/// The result of reading a table as text: features row by row, then labels or targets.
func readTable(_ text: String, _ request: TableRequest = TableRequest()) throws -> (split: RawSplit, rows: [[Float]]) {
  let folder = try ScratchFolder()
  let split = try TableSource(path: folder.write("t.csv", Array(text.utf8)), request: request).load()
  let rows = (0..<split.count).map { split.storage?.numbers(ofRow: $0) ?? [] }
  return (split, rows)
}
