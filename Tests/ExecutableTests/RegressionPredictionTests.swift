import JSON
import Testing

@Suite("Predictions of regressions")
struct RegressionPredictionTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func predict(_ model: String, _ data: String, _ words: [String] = []) throws -> Executable.Outcome {
    try Executable.run(["predict", model, "--data", data] + words)
  }

  @Test("A regression's table has the targets' names; CSV and JSON have output_0")
  func targetNames() throws {
    let data = try scratch.write("plane.csv", SmallData.plane())
    let model = scratch.file("plane")
    let trained = try Executable.run(
      "train --data \(data) --targets z --output identity --hidden none --epochs 2 --save \(model)")
    try #require(trained.status == 0, "\(trained.errors)")
    func columns(_ words: [String]) throws -> [Substring] {
      try predict(model, data, ["--format", "table"] + words).lines[0].split(separator: " ")
    }
    #expect(try columns([]) == ["index", "z"])
    // A kept column has the values of the table.
    #expect(try columns(["--keep", "z"]) == ["z", "index", "predicted", "z"])
    #expect(try predict(model, data, ["--format", "csv"]).lines[0] == "index,output_0")
    #expect(try predict(model, data, ["--format", "json"]).lines[0].hasPrefix("{\"index\":0,\"output_0\":"))
  }

  @Test("A regression's figures and outputs are in the targets' units, and its model works on the table as it is")
  func regression() throws {
    let rows = (0..<200).map { row in ["\(row % 17)", "\(row % 5)", "\(50_000 + 1000 * (row % 17) - 300 * (row % 5))"] }
    let data = try scratch.table("rent.csv", ["area", "floor", "rent"], rows)
    let model = scratch.file("rent")
    let words = [
      "--targets", "rent", "--output", "identity", "--hidden", "none", "--learning-rate", "0.05", "--epochs", "60",
    ]
    let trained = try Executable.run(["train", "--data", data, "--save", model] + words)
    #expect(trained.status == 0, "\(trained.errors)")
    let outputs = try predict(model, data).lines.dropFirst().map { Double($0.split(separator: ",")[1]) ?? 0 }
    for (row, output) in zip(rows, outputs) { #expect(abs(output - (Double(row[2]) ?? 0)) < 100, "\(row): \(output)") }
    let raw = try Executable.run(
      ["train", "--data", data, "--no-standardize-targets", "--learning-rate", "1e-6"] + words.dropLast(4) + [
        "--epochs", "1",
      ])
    #expect(raw.status == 0, "\(raw.errors)")
  }

  @Test("Targets of 1.7e9 ± 10 are learned and predicted with their differences")
  func largeTargets() throws {
    let rows = (0..<100).map { row in ["\(row % 17)", "\(1_700_000_000 + row % 17)"] }
    let data = try scratch.table("times.csv", ["delay", "time"], rows)
    let model = scratch.file("times")
    let trained = try Executable.run([
      "train", "--data", data, "--save", model, "--targets", "time", "--output", "identity", "--hidden", "none",
      "--learning-rate", "0.05", "--epochs", "60",
    ])
    #expect(trained.status == 0 && trained.errors.isEmpty, "\(trained.errors)")
    let outputs = try predict(model, data).lines.dropFirst().map { Double($0.split(separator: ",")[1]) ?? 0 }
    for (row, output) in zip(rows, outputs) { #expect(abs(output - (Double(row[1]) ?? 0)) < 0.1, "\(row): \(output)") }
    let json = try Executable.run(["evaluate", model, "--data", data, "--json"])
    let figures = try JSONValue.parse(json.output.utf8)
    #expect(figures["rmse"]?.double ?? 1 < 0.1 && figures["r2"]?.double ?? 0 > 0.99, "\(json.output)")
    let exported = try Executable.run(["export", model, "--to", "npz", "--output", scratch.file("times.npz")])
    #expect(exported.status == 0 && exported.errors.contains("rounded to multiples of 128"), "\(exported.errors)")
  }
}
