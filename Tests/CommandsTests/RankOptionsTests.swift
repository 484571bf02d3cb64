import Dispatch
import Files
import Ranks
import Testing

@testable import Commands

@Suite("Options of several ranks")
struct RankOptionsTests {
  private static func arguments(_ words: String) throws -> Arguments {
    let declaration = TrainCommand.declaration
    return try Arguments(
      words.split(separator: " ").map(String.init), command: declaration.name, groups: declaration.groups)
  }

  private static func refusal(_ body: () throws -> Void) -> String? {
    do {
      try body()
      return nil
    } catch {
      return "\(error)"
    }
  }

  /// The error of each rank, nil for none. Ranks are threads of this process.
  private static func refusals(_ words: [String], _ body: @escaping @Sendable (Arguments, RankGroup) throws -> Void)
    throws -> [String?]
  {
    let arguments = try words.map { try Self.arguments($0) }
    let found = Guarded([String?](repeating: nil, count: words.count))
    let done = DispatchGroup()
    for group in RankGroup.inMemory(words.count) {
      let own = arguments[group.rank]
      DispatchQueue(label: "rank \(group.rank)").async(group: done) {
        let text = refusal { try body(own, group) }
        found.withLock { $0[group.rank] = text }
      }
    }
    // Ranks that wait for each other forever must not hang the tests.
    try #require(done.wait(timeout: .now() + 600) == .success)
    return found.withLock { $0 }
  }

  @Test(
    "Options that need one process, or a whole gradient, are refused",
    arguments: [
      ("--average-every 10 --clip-norm 1", "no rank has the whole gradient"),
      ("--average-every 10 --gradients owned", "no gradient of the whole batch"),
      ("--average-every 10 --optimizer rprop", "compares gradients of all samples"),
    ])
  func averaging(words: String, part: String) {
    let error = Self.refusal { _ = try TrainOptions(Self.arguments(words)) }
    #expect(error?.contains(part) == true && error?.contains("--average-every") == true, "\(error ?? "none")")
  }

  @Test(
    "Options are checked against the number of ranks",
    arguments: [
      ("--average-every 10", 1, "nothing to average"), ("--average-every 10 --batch-size 2", 3, "at least 3 samples"),
      ("--optimizer lbfgs", 2, "its line search runs in one process"), ("--data -", 2, "reaches rank 0 alone"),
      ("--average-every 10 --batch-size 3", 3, nil), ("--optimizer adam", 2, nil), ("--optimizer lbfgs", 1, nil),
    ] as [(String, Int, String?)])
  func checks(words: String, ranks: Int, part: String?) throws {
    let options = try TrainOptions(Self.arguments(words))
    let error = Self.refusal { try RankOptions.check(options, ranks == 1 ? nil : RankGroup.inMemory(ranks)[0]) }
    if let part {
      #expect(error?.contains(part) == true, "\(error ?? "none")")
    } else {
      #expect(error == nil)
    }
  }

  @Test("--seeds is refused on ranks")
  func seeds() throws {
    let error = RankOptions.seedsError(try Self.arguments("--seeds 3"))
    #expect("\(error)".contains("--seeds 3") && "\(error)".contains("ranks train one network together"), "\(error)")
  }

  @Test("A rank with other options than rank 0 names both values, and ends the others; paths and outputs may differ")
  func comparison() throws {
    let different = try Self.refusals(["--epochs 3 --seed 4", "--epochs 3 --seed 5"], RankOptions.compare)
    #expect(different[0] == "rank 1 (host1) failed")
    let parts = ["rank 1 (host1)", "has --seed 5, rank 0 has --seed 4", "same options"]
    #expect(parts.filter { different[1]?.contains($0) != true } == [], "\(different)")
    let absent = try Self.refusals(
      ["--epochs 3 --momentum 0.5 --optimizer momentum", "--epochs 3"], RankOptions.compare)
    #expect(absent.allSatisfy { $0?.contains("rank 1 (host1)") == true }, "\(absent)")
    let same = try Self.refusals(
      ["--epochs 3 --save a --metrics b.csv", "--epochs 3 --save c"], RankOptions.compare)
    #expect(same == [nil, nil])
  }

  @Test("Ranks on fewer cores than their share are named with both numbers, or counted; others have no line")
  func binding() throws {
    func line(_ bindings: [Int]) -> String? {
      RankOptions.bindingLine(bindings: bindings, shares: [4, 4, 8], name: { "rank \($0) (host)" })
    }
    #expect(line([0, 0, 0]) == nil)
    let remedy = "; start with --bind-to none to use all."
    #expect(line([0, 0, 2]) == "rank 2 (host) is bound to 2 of the 8 cores of its share" + remedy)
    #expect(
      line([0, 1, 2]) == "rank 1 (host) is bound to 1 of the 4 cores of its share, and 1 more rank likewise" + remedy)
    // All ranks have the same line, whatever the processors that the machine gives to this process.
    let lines = Guarded<[String?]>([])
    let errors = try Self.refusals(["", ""]) { _, group in
      let line = try RankOptions.bindingLine(group)
      lines.withLock { $0.append(line) }
    }
    #expect(errors == [nil, nil] && Set(lines.withLock { $0 }).count == 1)
  }
}
