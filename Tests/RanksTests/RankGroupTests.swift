import Files
import Foundation
import Testing

@testable import Ranks

/// Ranks that are threads of this process; on machines with few cores the tests run one after the other.
@Suite("Groups of ranks", .serialized)
struct RankGroupTests {
  /// Runs `body` on every rank at once.
  /// - Returns: the results by rank.
  static func run<Result: Sendable>(_ size: Int, _ body: @escaping @Sendable (RankGroup) throws -> Result) throws
    -> [Result]
  {
    let groups = RankGroup.inMemory(size)
    let results = Guarded([Swift.Result<Result, any Error>?](repeating: nil, count: size))
    let done = DispatchGroup()
    for group in groups {
      let queue = DispatchQueue(label: "rank \(group.rank)")
      queue.async(group: done) {
        let result = Swift.Result { try body(group) }
        results.withLock { $0[group.rank] = result }
      }
    }
    done.wait()
    return try results.withLock { try $0.map { try #require($0).get() } }
  }

  @Test("Every rank learns the values and texts of all", arguments: [2, 3, 5])
  func gathering(_ size: Int) throws {
    let all = try Self.run(size) { group in
      (
        try group.gather(10 * group.rank), try group.gather(text: String(repeating: "é", count: group.rank)),
        try group.broadcast(group.isRoot ? [1, 2, 3] : [9]), try group.broadcast(group.rank > 0)
      )
    }
    for (values, texts, bytes, flag) in all {
      #expect(values == (0..<size).map { 10 * $0 })
      #expect(texts == (0..<size).map { String(repeating: "é", count: $0) })
      #expect(bytes == [1, 2, 3] && !flag)
    }
  }

  /// Memory of numbers, and of a length.
  private final class Numbers {
    let pointer: UnsafeMutablePointer<Int32>
    let length: UnsafeMutablePointer<Int>

    init(_ count: Int) {
      pointer = .allocate(capacity: count)
      pointer.initialize(repeating: 0, count: count)
      length = .allocate(capacity: 1)
      length.initialize(to: 0)
    }

    deinit {
      pointer.deallocate()
      length.deallocate()
    }
  }

  @Test("Messages that are run again and again arrive in their order")
  func repeated() throws {
    let rounds = 100
    let sums = try Self.run(3) { group in
      var sum = 0
      let (memory, ranges) = (Numbers(6), [0..<1, 1..<1, 1..<6])
      let messages = RankMessages(gathering: memory.pointer, ranges: ranges, of: memory, group)
      for round in 0..<rounds {
        for index in ranges[group.rank] { memory.pointer[index] = Int32(round * (index + 1)) }
        try messages.run()
        for index in 0..<6 where memory.pointer[index] == Int32(round * (index + 1)) { sum += 1 }
      }
      return sum
    }
    #expect(sums == [600, 600, 600])
  }

  @Test("The length of a message can vary from exchange to exchange; the bytes sent are the mean of all")
  func lengths() throws {
    let lengths = [3, 0, 5, 8]
    let results = try Self.run(2) { group -> (received: [[Int32]], bytes: [Int]) in
      let memory = Numbers(8)
      let (numbers, length) = (memory.pointer, memory.length)
      let messages = RankMessages(
        group,
        [
          group.isRoot
            ? .receive(numbers, count: 8, of: memory, from: 1)
            : .send(numbers, upTo: 8, length: length, of: memory, to: 0)
        ])
      var bytes = [messages.bytesSent]
      let received = try lengths.map { count in
        for index in 0..<8 { numbers[index] = group.isRoot ? -1 : Int32(10 * count + index) }
        length.pointee = count
        try messages.run()
        bytes.append(messages.bytesSent)
        return (0..<8).map { numbers[$0] }
      }
      return (received, bytes)
    }
    #expect(results[0].received == lengths.map { count in (0..<8).map { $0 < count ? Int32(10 * count + $0) : -1 } })
    #expect(results[0].bytes == [0, 0, 0, 0, 0])
    #expect(results[1].bytes == [32, 12, 6, 10, 16])
  }

  @Test("Messages have the unit of their numbers")
  func units() throws {
    func bytes<Number: BitwiseCopyable & Sendable>(_: Number.Type) throws -> [Int] {
      try Self.run(2) { group in
        let memory = Numbers(16)
        let numbers = UnsafeMutableRawPointer(memory.pointer).bindMemory(to: Number.self, capacity: 4)
        let messages = RankMessages(gathering: numbers, ranges: [0..<3, 3..<4], of: memory, group)
        try messages.run()
        return messages.bytesSent
      }
    }
    #expect(try bytes(Float.self) == [12, 4] && bytes(Double.self) == [24, 8])
  }

  @Test(
    "The memory of messages is freed with them, but never after a failure, since a message may still arrive",
    arguments: [([2, 2], false), ([2], true), ([], true), ([3, 2], true)] as [([Int], Bool)])
  func memory(sent: [Int], isKept: Bool) throws {
    // The messages that are sent wait for their receiver.
    let groups = RankGroup.inMemory(2)
    groups[0].timeout = 0
    /// The memory of an exchange, if it is not freed.
    func memory(of group: RankGroup, _ messages: (Numbers) -> [RankMessages.Message]) -> Numbers? {
      weak var result: Numbers?
      do {
        let memory = Numbers(4)
        result = memory
        try? RankMessages(group, messages(memory)).run()
      }
      return result
    }
    let sender = memory(of: groups[1]) { memory in
      sent.map { .send(memory.pointer, count: $0, of: memory, to: 0) }
    }
    let receiver = memory(of: groups[0]) { memory in
      [0, 2].map { .receive(memory.pointer + $0, count: 2, of: memory, from: 1) }
    }
    #expect(sender == nil && (receiver != nil) == isKept && (groups[0].failure != nil) == isKept)
  }

  /// The result of a rank if the work fails on some ranks.
  private struct Report: Equatable {
    var own: Int?
    var reports: Bool
    var code: Int
    var rank: String
  }

  @Test("Work that fails on some ranks fails on all, and the lowest of those reports it")
  func agreed() throws {
    struct Broken: Error { var rank: Int }
    let reports = try Self.run(4) { group -> Report? in
      do {
        try group.together(code: { ($0 as? Broken).map { $0.rank + 5 } ?? 0 }) {
          if group.rank == 1 || group.rank == 3 { throw Broken(rank: group.rank) }
        }
        return nil
      } catch let failure as AgreedFailure {
        return Report(
          own: (failure.error as? Broken)?.rank, reports: failure.reports, code: failure.code, rank: failure.rank)
      }
    }
    let own: [Int?] = [nil, 1, nil, 3]
    let expected = own.map { Report(own: $0, reports: $0 == 1, code: 6, rank: "rank 1 (host1)") }
    #expect(reports == expected)
    #expect(try Self.run(2) { group in try group.together { group.rank } } == [0, 1])
  }

  @Test(
    "A time limit may be any number, also in messages",
    arguments: [(600.9, "600"), (1e30, "1000000000000000"), (.infinity, "1000000000000000"), (-1, "0"), (.nan, "0")]
      as [(Double, String)])
  func limits(limit: Double, text: String) {
    let group = RankGroup.inMemory(2)[0]
    let lines = Guarded<[String]>([])
    group.onSilence = { line in lines.withLock { $0.append("\(line)") } }
    group.timeout = limit
    group.warn(about: [1], seconds: 60.5)
    let expected = "rank 1 (host1) has not answered for 60 s; after \(text) s (rankTimeout) the run ends."
    #expect(lines.withLock { $0 } == [expected])
  }

  @Test("A rank that does not answer is named when the time is over, and nothing is exchanged afterwards")
  func silent() throws {
    let errors = try Self.run(3) { group in
      if group.rank == 1 { return "" }
      group.timeout = 0.05
      var texts: [String] = []
      for _ in 0..<2 {
        do { _ = try group.gather(1) } catch { texts.append("\(error)") }
      }
      return texts[0] == texts[1] ? texts[0] : "two different errors"
    }
    #expect(errors[0] == "rank 1 (host1) did not answer for 0 s (rankTimeout): the run ends.")
    #expect(errors[2] == errors[0])
  }
}
