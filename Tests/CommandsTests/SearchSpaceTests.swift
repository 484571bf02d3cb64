import Foundation
import Random
import Testing

@testable import Commands

@Suite("Values to search")
struct SearchSpaceTests {
  private static let rate = OptimizationOptions.learningRateOption
  private static let batch = BudgetOptions.batchSizeOption
  private static let hidden = NetworkOptions.hiddenOption

  @Test(
    "are ranges and lists; one value is none",
    arguments: [
      ("log:1e-4..1", .range(low: 1e-4, high: 1, isLogarithmic: true, isWhole: false)),
      ("LOG: 0.01 .. .5", .range(low: 0.01, high: 0.5, isLogarithmic: true, isWhole: false)),
      ("0.1..2", .range(low: 0.1, high: 2, isLogarithmic: false, isWhole: false)),
      ("0.1|1|1e-2", .list(["0.1", "1", "1e-2"])), ("0.1", nil), ("1e-3", nil),
    ] as [(String, SearchValues.Form?)])
  func forms(text: String, form: SearchValues.Form?) throws {
    #expect(try SearchValues(text, of: Self.rate)?.form == form)
  }

  @Test("of an option with whole numbers are whole")
  func whole() throws {
    let values = try #require(try SearchValues("log:16..512", of: Self.batch))
    #expect(values.form == .range(low: 16, high: 512, isLogarithmic: true, isWhole: true))
    var random = RandomSource(seed: 3, purpose: .sampling)
    let drawn = (0..<200).map { _ in values.draw(&random) }
    #expect(drawn.allSatisfy { (16...512).contains(Int($0) ?? 0) })
    // Half of them below the geometric mean.
    #expect((70...130).contains(drawn.count { (Int($0) ?? 0) < 91 }))
  }

  @Test("of whole numbers are as probable at the ends as between them", arguments: ["1..4", "log:4..7"])
  func ends(range: String) throws {
    let values = try #require(try SearchValues(range, of: Self.batch))
    let numbers = range.hasPrefix("log") ? [4, 5, 6, 7] : [1, 2, 3, 4]
    // A number stands for the interval that rounds to it, of its length or, for logarithms, the ratio of its ends.
    let weights = numbers.map { range.hasPrefix("log") ? log((Double($0) + 0.5) / (Double($0) - 0.5)) : 1 }
    var random = RandomSource(seed: 5, purpose: .sampling)
    let count = 4000
    let drawn = (0..<count).map { _ in Int(values.draw(&random)) }
    for (number, weight) in zip(numbers, weights) {
      let expected = Double(count) * weight / weights.reduce(0, +)
      // Four standard deviations.
      #expect(abs(Double(drawn.count { $0 == number }) - expected) < 4 * expected.squareRoot(), "\(number)")
    }
  }

  @Test("may have commas and words in a list, in their canonical form")
  func lists() throws {
    #expect(try SearchValues("64 | 256, 128|None", of: Self.hidden)?.form == .list(["64", "256,128", "none"]))
    #expect(try SearchValues("16|full", of: Self.batch)?.form == .list(["16", "full"]))
  }

  @Test(
    "Invalid values to search are refused with the option's name",
    arguments: [
      "log:0..1", "log:-1..1", "1..1", "2..1", "1..", "..1", "log:1", "0.1|", "0.1|0.10", "a..b", "0..1", "1|x",
    ])
  func refused(text: String) {
    let error = #expect(throws: UsageError.self) { try SearchValues(text, of: Self.rate) }
    #expect(error?.description.hasPrefix("--learning-rate: ") == true, "\(text)")
  }

  private static func space(_ texts: [(any OptionDeclaration, String)], trials: Int?, seed: UInt64) throws
    -> SearchSpace
  {
    SearchSpace(
      try texts.map { .init(option: $0.0, values: try #require(try SearchValues($0.1, of: $0.0))) }, trials: trials,
      seed: seed)
  }

  @Test("of lists alone make every combination once; fewer trials are some of them")
  func grid() throws {
    let lists: [(any OptionDeclaration, String)] = [(Self.batch, "8|16"), (Self.hidden, "4|8|none")]
    let all = try Self.space(lists, trials: nil, seed: 1)
    #expect(
      (0..<6).map { all.texts($0).joined(separator: " ") } == ["8 4", "8 8", "8 none", "16 4", "16 8", "16 none"])
    let some = try Self.space(lists, trials: 4, seed: 1)
    #expect(Set((0..<4).map { some.texts($0) }).count == 4)
    let other = try Self.space(lists, trials: 4, seed: 2)
    #expect((0..<4).map { some.texts($0) } != (0..<4).map { other.texts($0) })
  }

  @Test(
    "of whole numbers and lists are tried once each if there are fewer than trials", arguments: ["4..6", "log:4..6"])
  func whole(range: String) throws {
    let options: [(any OptionDeclaration, String)] = [(Self.hidden, "8|none"), (Self.batch, range)]
    let words = ["sweep", "--hidden", "8|none", "--batch-size", range, "--data", "synthetic"]
    for (more, count) in [([], 6), (["--trials", "9"], 6), (["--trials", "4"], 4), (["--budget", "5m"], 6)] {
      let sweep: SweepCommand = try Invocation.command(words + more)
      #expect(sweep.options.trials == count && sweep.options.bracket == count, "\(more)")
      let texts = Set((0..<count).map { sweep.options.space.texts($0) })
      #expect(texts.count == count || range.hasPrefix("log"), "\(more)")
    }
    let space = try Self.space(options, trials: 6, seed: 1)
    let texts = (0..<6).map { space.texts($0).joined(separator: " ") }
    #expect(Set(texts) == ["8 4", "8 5", "8 6", "none 4", "none 5", "none 6"])
  }

  @Test(
    "of a budget begin anywhere in a range, since the budget may end after a few", arguments: ["1..500", "log:1..500"])
  func budget(range: String) throws {
    let words = ["sweep", "--batch-size", range, "--data", "synthetic", "--budget", "5m"]
    let sweep: SweepCommand = try Invocation.command(words)
    let sizes = (0..<sweep.options.bracket).compactMap { Int(sweep.options.space.texts($0)[0]) }
    #expect(sizes.count == 20 && sizes.contains { $0 > 20 }, "\(sizes)")
  }

  private static func sweep(_ words: String...) throws -> SweepOptions {
    let sweep: SweepCommand = try Invocation.command(["sweep", "--data", "synthetic"] + words)
    return sweep.options
  }

  private static func texts(_ options: SweepOptions) -> [String] {
    (0..<options.trials).map { options.space.texts($0).joined(separator: " ") }
  }

  @Test("of optimizers that need the full batch have it, each of their settings once")
  func fullBatch() throws {
    let lists = try Self.sweep("-o", "adam|lbfgs|rprop", "-b", "8|16|full", "--gradients", "owned|partial")
    #expect(
      Self.texts(lists) == [
        "adam 8 owned", "adam 8 partial", "adam 16 owned", "adam 16 partial", "adam full owned", "adam full partial",
        "lbfgs full owned", "rprop full owned", "rprop full partial",
      ])
    for trial in 0..<lists.trials { _ = try lists.options(trial) }
    let drawn = try Self.sweep("-o", "adam|lbfgs", "-b", "16..64", "-l", "log:1e-3..1", "--trials", "40")
    for trial in 0..<40 {
      let texts = drawn.space.texts(trial)
      #expect((texts[2] == "full") == (texts[0] == "lbfgs"), "\(texts)")
      #expect((try drawn.options(trial).budget.batchSize == .full) == (texts[0] == "lbfgs"), "\(texts)")
    }
  }

  @Test("name the batch size of optimizers that differ in it also where it is not searched")
  func namedBatch() throws {
    #expect(Self.texts(try Self.sweep("-o", "adam|lbfgs")) == ["adam 64", "lbfgs full"])
    #expect(Self.texts(try Self.sweep("-o", "adam|lbfgs", "-b", "32")) == ["adam 32", "lbfgs full"])
    #expect(Self.texts(try Self.sweep("-o", "adam|lbfgs", "-b", "full")) == ["adam", "lbfgs"])
    #expect(Self.texts(try Self.sweep("-o", "adam|sgd", "-b", "32")) == ["adam", "sgd"])
    #expect(Self.texts(try Self.sweep("-o", "rprop|lbfgs")) == ["rprop", "lbfgs"])
    let error = #expect(throws: UsageError.self) { try Self.sweep("-o", "rprop|lbfgs", "-b", "32") }
    #expect(error?.description.contains("--batch-size full") == true)
  }

  @Test("with a range depend on the seed and the trial's number alone, and stay in the range")
  func draws() throws {
    let options: [(any OptionDeclaration, String)] = [(Self.rate, "log:0.001..1"), (Self.hidden, "4|8")]
    let (one, more) = (try Self.space(options, trials: 5, seed: 1), try Self.space(options, trials: 500, seed: 1))
    #expect((0..<5).map { one.texts($0) } == (0..<5).map { more.texts($0) })
    let rates = (0..<500).compactMap { Double(more.texts($0)[0]) }
    #expect(rates.count == 500 && rates.allSatisfy { (0.001...1).contains($0) })
    // A third of the logarithms in each decade.
    #expect((130...205).contains(rates.count { $0 < 0.01 }) && (130...205).contains(rates.count { $0 > 0.1 }))
  }
}
