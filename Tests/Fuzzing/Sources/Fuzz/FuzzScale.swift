import Experiments
import Files

/// The JSON of `scale`, as `--merge` reads it.
func tryScale(_ bytes: [UInt8]) {
  do throws(FileError) {
    let runs = try MergedRun.all(bytes, file: "scale.json")
    let merged = MergedScale(runs)
    precondition(merged.runs.count == runs.count && merged.speedups.count == runs.count, "joining loses no run")
    precondition(merged.predictions.allSatisfy { $0.ranks <= 64 }, "predictions are of 64 ranks at most")
  } catch {
    checkLength(error.found)
  }
}
