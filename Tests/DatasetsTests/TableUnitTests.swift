import Files
import Testing

@testable import Datasets
@testable import Readers

@Suite("Columns whose later numbers are far larger than the first hundred")
struct TableUnitTests {
  /// A column in ascending order: the first 110 numbers are in the lines by which its unit is chosen.
  struct Column: Sendable, CustomTestStringConvertible {
    var name: String
    var values: [Double]
    var testDescription: String { name }
  }

  /// 110 numbers of the first closure, then 90 of the second, each of the row.
  private static func column(
    _ name: String, _ first: (Double) -> Double, _ second: (Double) -> Double
  ) -> Column {
    let rows = (0..<200).map { Double($0) }
    return Column(name: name, values: rows.prefix(110).map(first) + rows.dropFirst(110).map(second))
  }

  static let columns: [Column] = [
    column("tiny constants for zeros", { _ in 1e-16 }, { 2.7e8 * ($0 - 100) / 9 }),
    column("sorted probabilities", { 1e-300 * ($0 + 1) }, { $0 / 200 }),
    column("a tiny constant", { _ in 1e-250 }, { 1e-150 * $0 }),
    column("growth beyond a float's range", { 3 * ($0 + 1) }, { 3e60 * $0 }),
    column("growth from the smallest to the largest doubles", { _ in 1e-300 }, { $0 < 150 ? $0 / 7 : $0 * 1e300 }),
  ]

  /// The numbers that a table with the column stores, in the units of the source.
  private static func read(_ values: [Double], _ request: TableRequest = TableRequest()) throws -> [Double] {
    let lines = values.enumerated().map { "\($0 % 2 == 0 ? "u" : "v"),\($0),\($1)\n" }
    let (split, rows) = try readTable("y,n,x\n" + lines.joined(), request)
    // The column beside it keeps its own numbers.
    #expect(rows.map { $0[0] } == values.indices.map { Float($0) })
    let unit = split.units?[1] ?? ColumnUnit()
    return rows.map { unit.value(Double($0[1])) }
  }

  @Test("Either order of lines gives the same numbers", arguments: columns)
  func orders(column: Column) throws {
    let greatest = try #require(column.values.max())
    let ascending = try Self.read(column.values)
    let descending = try Self.read(column.values.reversed())
    // Large numbers take the digits of small ones in both.
    for (row, value) in column.values.enumerated() {
      let tolerance = max(value * 1e-6, greatest * 1e-30)
      #expect(abs(ascending[row] - value) <= tolerance, "line \(row): \(ascending[row]), expected \(value)")
      let other = descending[column.values.count - 1 - row]
      #expect(abs(other - value) <= tolerance, "line \(row) from below: \(other), expected \(value)")
    }
  }

  @Test("Either order gives the same inputs, means and deviations", arguments: columns)
  func inputs(column: Column) throws {
    let folder = try ScratchFolder()
    let loaded = try [column.values, column.values.reversed()].map { values in
      let lines = values.enumerated().map { "\($0 % 2 == 0 ? "u" : "v"),\($1)\n" }
      return try load(folder.write("t.csv", Array(lines.joined().utf8))) { $0.testFraction = 0 }
    }
    let count = column.values.count
    let one = try #require(loaded[0].preprocessing.standardization)
    let other = try #require(loaded[1].preprocessing.standardization)
    let (mean, deviation) = (one.mean[0], one.deviation[0])
    let expected = column.values.reduce(0) { $0 + $1 / Double(count) }
    #expect(abs(mean - expected) <= 1e-6 * expected)
    #expect(abs(other.mean[0] - mean) <= 1e-6 * mean)
    #expect(abs(other.deviation[0] - deviation) <= 1e-6 * deviation)
    for row in 0..<count {
      let inputs = (
        loaded[0].training.storage.numbers(ofRow: row)[0],
        loaded[1].training.storage.numbers(ofRow: count - 1 - row)[0]
      )
      #expect(abs(inputs.0 - inputs.1) < 1e-5, "line \(row): \(inputs)")
    }
  }

  @Test("Missing features stay missing, and a unit may change between texts in quotes")
  func missing() throws {
    let lines = (0..<200).map { row in
      "\(row % 2 == 0 ? "u" : "v"),\(row),\(row % 3 == 0 ? "" : row < 110 ? "1e-300" : "\"\(row)\"")\n"
    }
    let (split, rows) = try readTable("y,n,x\n" + lines.joined(), TableRequest(missing: .mean))
    let unit = split.units?[1] ?? ColumnUnit()
    for (row, values) in rows.enumerated() {
      #expect(row % 3 == 0 ? values[1].isNaN : unit.value(Double(values[1])) == (row < 110 ? 0 : Double(row)), "\(row)")
    }
  }

  @Test("A test file has room for larger numbers than training")
  func testFile() throws {
    let folder = try ScratchFolder()
    let training = (0..<50).map { "\($0 % 2),\(1e-300 * Double($0 + 1))\n" }.joined()
    try folder.write("train.csv", Array(training.utf8))
    try folder.write("test.csv", Array("0,0.25\n1,0.5\n".utf8))
    let test = try load(folder.file("train.csv")) {
      $0.testFile = folder.file("test.csv"); $0.standardize = false
    }.test
    #expect(try #require(test).storage.numbers(ofRow: 0) == [0.25] && test?.storage.numbers(ofRow: 1) == [0.5])
    // In the units of a model's training, an input beyond all floats is an error with its place.
    let model = try load(folder.file("train.csv")) { $0.testFraction = 0 }.preprocessing
    var input = ModelInput(labels: ["0", "1"], width: 2)
    input.inputs = 1
    input.preprocessing.standardization = model.standardization
    input.preprocessing.columns = model.columns
    let error = #expect(throws: FileError.self) { try part(folder.file("test.csv"), .evaluation(input)) }
    #expect(error?.found.hasPrefix("an input beyond") == true)
    #expect(error?.found.contains("in feature 0 of sample 0") == true, "\(error?.description ?? "")")
    #expect(error?.hint?.description.contains("standard deviations") == true)
    // The place in the file, where samples are left out; and only samples that are used.
    try folder.write("gaps.csv", Array("0,\n0,1e-300\n0,\n1,0.5\n".utf8))
    let late = #expect(throws: FileError.self) {
      try part(folder.file("gaps.csv"), .evaluation(input)) { $0.missing = .drop }
    }
    #expect(late?.found.contains("in feature 0 of sample 3") == true, "\(late?.description ?? "")")
    let used = try part(folder.file("gaps.csv"), .evaluation(input)) {
      $0.missing = .drop; $0.limit = 1
    }
    #expect(used.samples.count == 1 && used.rows == [1])
  }

  @Test("Two parts of one table: the error is that of the part that has the number")
  func unselected() throws {
    let folder = try ScratchFolder()
    let lines = (0..<40).map { "\($0 % 2),\($0 == 38 ? 1e60 : 1e-300 * Double($0 + 1))\n" }
    try folder.write("t.csv", Array(lines.joined().utf8))
    for limit in [nil, 8] {
      let loading = {
        try load(folder.file("t.csv")) {
          $0.standardize = false; $0.limit = limit; $0.testLimit = limit.map { _ in 1 }; $0.seed = 3
        }
      }
      guard limit == nil else {
        #expect(try loading().training.count == 8)
        continue
      }
      let error = #expect(throws: FileError.self) { try loading() }
      #expect(error?.found.hasPrefix("a number beyond") == true && error?.found.contains("of sample 38") == true)
    }
  }

  @Test("Columns side by side change their units in one line, and each again later")
  func neighbors() throws {
    let values = (0..<160).map { $0 < 110 ? 1e-300 : $0 < 130 ? 0.5 : 1e60 }
    let lines = values.enumerated().map { row, value in
      "\(row % 2 == 0 ? "u" : "v"),\(row),\(value),\(value),\(value)\n"
    }
    let (split, rows) = try readTable("y,n,a,b,c\n" + lines.joined())
    let units = try #require(split.units)
    #expect(units[0] == ColumnUnit() && units[1] == units[2] && units[2] == units[3])
    for (row, numbers) in rows.enumerated() {
      #expect(numbers[0] == Float(row) && numbers[1] == numbers[2] && numbers[2] == numbers[3])
      #expect(abs(units[3].value(Double(numbers[3])) - values[row]) <= max(values[row] * 1e-6, 1e60 * 1e-30))
    }
  }

  @Test("Sparse text has room for its numbers in the units of a training table")
  func sparse() throws {
    let folder = try ScratchFolder()
    try folder.write("train.csv", Array((0..<50).map { "\($0 % 2),\(1e-300 * Double($0 + 1))\n" }.joined().utf8))
    try folder.write("test.svm", Array("0 1:0.25\n1\n".utf8))
    let test = try load(folder.file("train.csv")) {
      $0.testFile = folder.file("test.svm"); $0.standardize = false
    }.test
    #expect(try #require(test).storage.numbers(ofRow: 0) == [0.25] && test?.storage.numbers(ofRow: 1) == [0])
    // A zero has no room, where no number is given for a sample.
    var parser = LibSVMParser(path: "t", hasLabels: true, firstIndex: 1)
    try Array("0 1:1e38\n1\n".utf8).withUnsafeBytes { try parser.parse($0) }
    let large = ColumnUnit(for: [1e45])
    let (rows, units) = try parser.rows([large])
    #expect((0..<2).allSatisfy { rows.pointer[$0].isFinite } && units != [large])
    // With room, they are kept.
    let near = ColumnUnit(for: [1e38, 1.5e38])
    #expect(try parser.rows([near]).units == [near])
  }

  @Test("Two splits of arrays have room for each other's numbers when they are pooled")
  func arrays() throws {
    let folder = try ScratchFolder()
    func doubles(_ values: [Double]) -> [UInt8] {
      NumPyFiles.npy("<f8", "(\(values.count), 1)", values.flatMap { little($0.bitPattern) })
    }
    func labels(_ count: Int) -> [UInt8] {
      NumPyFiles.npy("<i8", "(\(count),)", NumPyFiles.longs((0..<count).map { Int64($0 % 2) }))
    }
    let path = try folder.write(
      "t.npz",
      NumPyFiles.npz([
        ("x_train", doubles([1e-300, 2e-300, 3e-300, 4e-300])), ("y_train", labels(4)),
        ("x_test", doubles([0.25, 0.5])), ("y_test", labels(2)),
      ]))
    let pooled = try load(path) {
      $0.split = .all; $0.testFraction = 0
    }.training
    #expect((0..<6).map { pooled.storage.numbers(ofRow: $0)[0] } == [0, 0, 0, 0, 0.25, 0.5])
  }
}
