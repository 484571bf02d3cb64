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

  /// Prices of 1000 x − 300 y and more, x from 0 to 99 and y from 0 to 4, as text: mean 5e4, standard deviation 2e4.
  private static let prices = (0..<500).map { row in
    let (x, y) = (row * 37 % 100, row % 5)
    return (x, y, 20_000 + 600 * x + 5_000 * (y % 3) - 3 * (x - 50) * (x - 50))
  }

  /// The rows with every ninth price 300,000 higher, or as they are.
  private func priceTable(_ name: String, hasOutliers: Bool = false) throws -> String {
    let rows = Self.prices.enumerated().map { index, row in
      ["\(row.0)", "\(row.1)", "\(hasOutliers && index % 9 == 3 ? row.2 + 300_000 : row.2)"]
    }
    return try scratch.table(name, ["x", "y", "price"], rows)
  }

  private static let words = ["--targets", "price", "--output", "identity", "--quiet"]

  @Test(
    "Prices of mean 5e4 and deviation 2e4 are learned with default options, whatever DELTA",
    arguments: ["huber:1", "huber:1e-6", "huber:5000", "huber:1e9", "squared-error"])
  func prices(loss: String) throws {
    let data = try priceTable("prices.csv")
    let model = scratch.file("model")
    let trained = try Executable.run(
      ["train", "--data", data, "--loss", loss, "--save", model, "--metrics", scratch.file("m.jsonl")] + Self.words)
    try #require(trained.status == 0, "\(trained.errors)")
    let events = try scratch.rows("m.jsonl")
    let epoch = try #require(events.last { $0["event"]?.string == "epoch" })
    #expect(epoch["test_r2"]?.double ?? 0 > 0.7, "\(epoch.text)")
    // The saved model has the loss of the run, in the same units.
    let delta = loss == "squared-error" ? .infinity : Double(loss.dropFirst(6)) ?? 0
    let errors = zip(Self.prices, try predict(model, data).lines.dropFirst()).map { row, line in
      abs(Double(row.2) - (Double(line.split(separator: ",")[1]) ?? 0))
    }
    let mean = errors.reduce(0) { $0 + ($1 > delta ? delta * ($1 - delta / 2) : $1 * $1 / 2) } / Double(errors.count)
    let evaluated = try JSONValue.parse(Executable.run(["evaluate", model, "--data", data, "--json"]).output.utf8)
    #expect(abs((evaluated["loss"]?.double ?? 0) - mean) < 1e-4 * mean, "\(evaluated.text), \(mean)")
    #expect((0.3..<3).contains((epoch["test_loss"]?.double ?? 0) / mean), "\(epoch.text), \(mean)")
    #expect(try Executable.run(["gradcheck", model, "--data", data]).status == 0)
  }

  @Test(
    "Huber's loss learns prices among outliers, squared error does not",
    arguments: ["huber:20000", "huber:1 --optimizer adam --learning-rate 0.01"])
  func outliers(loss: String) throws {
    let (data, clean) = (try priceTable("outliers.csv", hasOutliers: true), try priceTable("prices.csv"))
    func meanError(_ loss: String) throws -> Double {
      let model = scratch.file("model")
      let trained = try Executable.run(
        ["train", "--data", data, "--save", model, "--epochs", "200", "--test-fraction", "0", "--loss"]
          + loss.split(separator: " ").map(String.init) + Self.words)
      try #require(trained.status == 0, "\(trained.errors)")
      let outputs = try predict(model, clean).lines.dropFirst().map { Double($0.split(separator: ",")[1]) ?? 0 }
      return zip(Self.prices, outputs).reduce(0) { $0 + abs(Double($1.0.2) - $1.1) } / Double(outputs.count)
    }
    let huber = try meanError(loss)
    let squared = try meanError(loss.replacing(/huber:\d+/, with: "squared-error"))
    #expect(huber < 8000 && 3 * huber < squared, "\(huber), \(squared)")
  }

  @Test("Without biases, prices are learned and predicted in their units")
  func noBiases() throws {
    let data = try priceTable("prices.csv")
    let model = scratch.file("model")
    let trained = try Executable.run(
      ["train", "--data", data, "--no-bias", "--no-standardize", "--scale", "100", "--epochs", "200", "--save", model]
        + Self.words)
    try #require(trained.status == 0, "\(trained.errors)")
    let figures = try JSONValue.parse(Executable.run(["evaluate", model, "--data", data, "--json"]).output.utf8)
    // That of the mean is 18,111.
    #expect(figures["rmse"]?.double ?? 1e9 < 13_000, "\(figures.text)")
    #expect(try Executable.run(["gradcheck", model, "--data", data]).status == 0)
  }

  @Test("A comparison does not resume from rows whose targets were not standardized")
  func comparedRows() throws {
    let data = try scratch.write("plane.csv", SmallData.plane())
    let rows = scratch.file("rows.jsonl")
    let line =
      "compare --data \(data) --targets z --output identity --loss huber:1 --loss squared-error -e 1 --batch-size 10 -l 0.01"
    let first = try Executable.run("\(line) --metrics \(rows)")
    #expect(first.status == 0 && (first.errors + first.output).contains("targets standardized"), "\(first.errors)")
    #expect(try Executable.run("\(line) --resume \(rows)").status == 0)
    // Rows of an earlier release.
    let text = try scratch.text("rows.jsonl")
    let earlier = text.replacing("%20and%20standardized%20targets", with: "").replacing(
      " and standardized targets", with: "")
    try #require(earlier != text)
    try scratch.write("rows.jsonl", earlier)
    let refused = try Executable.run("\(line) --resume \(rows)")
    #expect(refused.status == 2 && refused.errors.contains("and standardized targets"), "\(refused.errors)")
  }
}
