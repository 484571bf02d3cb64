import Testing

@Suite("Models of tables in predict, info and export")
struct TableModelTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func train(_ header: [String], _ row: (Int) -> [String], _ options: String = "") throws -> String {
    let data = try scratch.table("t.csv", header, (0..<40).map(row))
    let model = scratch.file("model")
    let run = try Executable.run("train --data \(data) --epochs 1 --hidden 2 --quiet --save \(model) \(options)")
    try #require(run.status == 0, "\(run.errors)")
    return model
  }

  @Test(
    "An export to 32-bit inputs names the feature that they round; formats with 64-bit inputs, and small features, do not"
  )
  func rounding() throws {
    for (step, isRounded) in [(1, true), (1_000_000, false)] {
      let model = try train(["time", "z", "kind"]) {
        ["\(1_700_000_000 + step * $0)", "\($0 % 7)", $0 % 2 == 0 ? "x" : "y"]
      }
      for (format, takesFloats) in [("onnx", true), ("npz", false), ("torch", false)] {
        let run = try Executable.run("export \(model) --to \(format)")
        let note = "in which feature 'time', near 1.7e9, is rounded to multiples of 128, 11 of its standard deviation"
        #expect(run.status == 0)
        #expect(run.errors.contains(note) == (isRounded && takesFloats), "\(step), \(format): \(run.errors)")
        #expect(run.errors.contains("rounded") == (isRounded && takesFloats), "\(step), \(format): \(run.errors)")
      }
    }
  }
}
