import JSON
import Testing

@testable import Commands

/// The grid of options that `scale` and `compare` share.
@Suite("Grid of options") struct GridTests {
  static let groups = Grid.groups(own: OptionGroup(title: "Own", options: []), defaults: ["workers": "1,2"])

  static func grid(_ line: String, defaults: [(String, String)] = []) throws(UsageError) -> Grid {
    let arguments = try Arguments(
      line.split(separator: " ").map(String.init), command: "scale", groups: groups, mayRepeat: true)
    return try Grid(arguments, defaults: defaults.map { (name: $0.0, text: $0.1) })
  }

  /// Every cell's values, axes by name: `workers=1 batch-size=64`.
  static func cells(_ grid: Grid) -> [String] {
    grid.cells.map { cell in zip(grid.axes, cell.texts).map { "\($0.name)=\($1)" }.joined(separator: " ") }
  }

  @Test("Without an axis there is one cell, with the options as they are")
  func single() throws {
    let grid = try Self.grid("--hidden 32 --optimizer adam --batch-size full")
    #expect(grid.axes.isEmpty && grid.cells.count == 1)
    #expect(grid.cells[0].options.network.hidden == [32])
    #expect(grid.cells[0].options.budget.batchSize == .full)
    #expect(type(of: grid.cells[0].options.optimization.optimizer).name == "adam")
  }

  @Test(
    "Lists and repeated options make all combinations, defaults vary last",
    arguments: [
      ("--workers 1,2 --batch-size 4,full", [], ["workers=1 batch-size=4", "batch-size=full workers=1"], 4),
      (
        "--hidden 8 --hidden 4,2", [("gradients", "partial,owned"), ("workers", "1,2")],
        ["hidden=8 gradients=partial workers=1", "hidden=4,2 gradients=owned workers=2"], 8
      ),
      ("--l2 0 --l2 0.1 --bias --no-bias", [], ["bias=true l2=0", "bias=false l2=0.1"], 4),
      ("--workers 4", [("workers", "1,2")], ["workers=4"], 1),
      ("--validation-fraction 0 --validation-fraction 0.1 --input dense --input masked", [], [], 4),
      ("--schedule constant --schedule step:1,0.5", [], ["schedule=constant", "schedule=step:1,0.5"], 2),
      ("--optimizer sgd,adam --instruction-set auto,portable", [], [], 4),
      ("--quiet --quiet --no-shuffle --no-shuffle --no-bias --no-bias", [], [""], 1),
    ] as [(String, [(String, String)], [String], Int)])
  func combinations(line: String, defaults: [(String, String)], some: [String], count: Int) throws {
    let grid = try Self.grid(line, defaults: defaults)
    let cells = Self.cells(grid)
    #expect(cells.count == count && Set(cells).count == count)
    // The order of names within a cell is the help's, so only sets are compared.
    let sets = cells.map { Set($0.split(separator: " ")) }
    #expect(some.filter { !sets.contains(Set($0.split(separator: " "))) } == [], "of \(cells)")
  }

  @Test("Batch sizes of at least the number of samples are one cell for each combination of the other values")
  func distinct() throws {
    let grid = try Self.grid("--batch-size 4,64,100,full --workers 1,2")
    let sizes = grid.cells.map { $0.options.budget.batchSize.resolved(50) }
    let distinct = grid.distinct(sizes)
    #expect(
      Set(Self.cells(grid.keeping(distinct.cells)).map { Set($0.split(separator: " ")) })
        == [
          ["batch-size=4", "workers=1"], ["batch-size=4", "workers=2"], ["batch-size=64", "workers=1"],
          ["batch-size=64", "workers=2"],
        ])
    #expect(
      distinct.line(samples: 50) == "Batch sizes 64, 100, full are all one batch of the 50 training samples: run once.")
    let others = grid.distinct(grid.cells.map { $0.options.budget.batchSize.resolved(1000) })
    #expect(others.cells.count == 8 && others.line(samples: 1000) == nil)
    #expect(try Self.grid("--hidden 8").distinct([64]).cells == [0])
    let rates = [0.1, 0.2, 0.3, 0.3]
    let rated = try Self.grid("--batch-size 4,64,100,full").distinct([4, 50, 50, 50], rates: rates)
    #expect(rated.cells == [0, 1, 2] && rated.same == ["100", "full"])
  }

  @Test("The last default varies fastest, and every cell has its own options")
  func order() throws {
    let grid = try Self.grid("--hidden 8 --hidden 4,2", defaults: [("batch-size", "16,full"), ("workers", "1,2")])
    #expect(grid.axes.map(\.name) == ["hidden", "batch-size", "workers"])
    #expect(grid.cells.map(\.options.execution.workers) == [1, 2, 1, 2, 1, 2, 1, 2])
    #expect(
      grid.cells.map(\.options.network.hidden) == Array(repeating: [8], count: 4) + Array(repeating: [4, 2], count: 4))
    #expect(grid.cells[2].options.budget.batchSize == .full)
  }

  @Test("Values in files are numbers, Booleans or strings, with names in snake_case")
  func members() throws {
    let grid = try Self.grid(
      "--hidden 8 --hidden 4 --l2 0 --l2 1e-1 --bias --no-bias --workers auto,2 --optimizer sgd,adam",
      defaults: [("batch-size", "16,full")])
    let last = JSONValue.object(grid.members(of: grid.cells[grid.cells.count - 1], batchSize: 60))
    #expect(
      last.text
        == #"{"hidden":"4","bias":false,"optimizer":"adam","l2":0.1,"workers":2,"batch_size":60}"#)
    #expect(JSONValue.object(grid.members(of: grid.cells[0], batchSize: 60))["workers"] == .string("auto"))
    #expect(JSONValue.object(grid.members(of: grid.cells[0], batchSize: 60))["batch_size"] == .number(16))
  }

  @Test(
    "An invalid axis is a usage error that names the option and the fault",
    arguments: [
      ("--workers 1,,2", "--workers: empty item in 1,,2; expected a whole number from 1 to 128, or auto"),
      ("--workers 1,2,1", "--workers: 1 twice in 1,2,1; expected each value once."),
      ("--batch-size 64,064", "--batch-size: 064 twice in 64,064; expected each value once."),
      ("--workers 1,300", "--workers: invalid value 300; expected a whole number from 1 to 128, or auto."),
      ("--workers=", "--workers: empty value; expected a whole number from 1 to 128, or auto."),
      (
        "--gradients partial,ownd",
        "--gradients: invalid value ownd; expected one of auto, partial, owned; the nearest is owned."
      ),
      (
        "--workers 1 --workers 2",
        "--workers 1 with --workers 2: both list values; expected --workers 1,2 in place of them."
      ),
      (
        "--workers 2,1 --workers 2",
        "--workers 2,1 with --workers 2: both list values; expected --workers 2,1 in place of them."
      ),
      ("--hidden 8 --hidden 8", "--hidden: 8 twice; expected each value once."),
      ("--l2 0.1 --l2 1e-1", "--l2: 1e-1 twice; expected each value once."),
      ("--epochs 1 --epochs 2", "--epochs: given 2 times (1, 2); expected once."),
      ("--seed 1 --seed 2", "--seed: given 2 times (1, 2); expected once."),
      ("--limit 1 --limit 2", "--limit: given 2 times (1, 2); expected once."),
      ("--initial-weights a --initial-weights b", "--initial-weights: given 2 times (a, b); expected once."),
      ("--shuffle --no-shuffle", "--shuffle and --no-shuffle: both given; expected one of them."),
      ("--optimizer sgd,adam --momentum 0.9", "--momentum 0.9 with --optimizer sgd: sgd has no momentum"),
      ("--hidden 8 --hidden 8,4 --activation relu,tanh", "--activation relu,tanh with --hidden 8: 2 activations for 1"),
      ("--hidden 1,x", "--hidden: invalid value 1,x; expected widths from 1"),
    ])
  func bad(line: String, message: String) {
    let error = #expect(throws: UsageError.self) { _ = try Self.grid(line) }
    #expect(error?.description.hasPrefix(message) == true, "found \(error?.description ?? "no error")")
  }

  @Test("A grid with too many combinations is rejected")
  func tooLarge() {
    let many = (1...40).map(String.init).joined(separator: ",")
    let error = #expect(throws: UsageError.self) { _ = try Self.grid("--workers \(many) --batch-size \(many)") }
    #expect(error?.description.contains("at most 1000") == true)
  }

  @Test("Every option has its value: all values of an axis, else the given one or the default")
  func values() throws {
    let grid = try Self.grid("--hidden 8 --hidden 4,2 --seed 5 --no-bias", defaults: [("workers", "1,2")])
    let values = Dictionary(uniqueKeysWithValues: grid.values(of: Self.groups).map { ($0.name, $0.value) })
    let expected = [
      "--hidden": "8 | 4,2", "--workers": "1 | 2", "--seed": "5", "--bias": "no", "--transpose": "no", "--l2": "0",
      "--optimizer": "sgd", "--shuffle": "yes",
    ]
    #expect(expected.filter { values[$0.key] != $0.value }.isEmpty, "\(values)")
    #expect(values["--save"] == nil)
  }

  @Test(
    "An experiment's own options come first and replace those of train with the same name; lists have the same names")
  func groups() {
    let own = OptionGroup(title: "Own", options: [CompareOptions.seedsOption, CompareOptions.stepsOption])
    let groups = Grid.groups(own: own, defaults: ["workers": "1,2"])
    let names = groups.flatMap(\.options).map(\.name)
    #expect(names.prefix(2) == ["seeds", "steps"] && names.count { $0 == "steps" } == 1)
    let workers = groups.flatMap(\.options).first { $0.name == "workers" }
    #expect(workers?.defaultText == "1,2")
  }
}
