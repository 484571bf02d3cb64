import Experiments
import Files

/// Rows of an experiment, as JSON Lines and as CSV.
func tryRows(_ bytes: [UInt8]) {
  for file in ["rows.jsonl", "rows.csv"] {
    do throws(FileError) {
      guard let rows = try RowsReader.rows(bytes, file: file) else { continue }
      precondition(
        rows.allSatisfy { row in row.cells.values.allSatisfy { !$0.isEmpty } || file == "rows.jsonl" },
        "empty cells have no value")
    } catch {
      checkLength(error.found)
    }
  }
}
