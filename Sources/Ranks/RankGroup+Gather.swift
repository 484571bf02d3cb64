// Exchanges outside of steps; they allocate memory. Every rank must call them, in the same order.

extension RankGroup {
  /// The value of every rank, by rank.
  package func gather(_ value: Int) throws(RankError) -> [Int] {
    var values = [Int](repeating: 0, count: size)
    values[rank] = value
    try exchange(&values, ranges: (0..<size).map { $0..<($0 + 1) })
    return values
  }

  /// The text of every rank, by rank.
  package func gather(text: String) throws(RankError) -> [String] {
    try gather(bytes: Array(text.utf8)).map { String(decoding: $0, as: UTF8.self) }
  }

  /// The bytes of every rank, by rank.
  package func gather(bytes: [UInt8]) throws(RankError) -> [[UInt8]] {
    let counts = try gather(bytes.count)
    // Whole integers of eight bytes for each rank.
    let integers = counts.map { ($0 + 7) / 8 }
    var ranges: [Range<Int>] = []
    for count in integers { ranges.append((ranges.last?.upperBound ?? 0)..<((ranges.last?.upperBound ?? 0) + count)) }
    var all = [Int](repeating: 0, count: ranges.last?.upperBound ?? 0)
    all.withUnsafeMutableBytes { memory in
      guard let base = memory.baseAddress else { return }
      bytes.withUnsafeBytes { bytes in
        guard let start = bytes.baseAddress else { return }
        (base + 8 * ranges[rank].lowerBound).copyMemory(from: start, byteCount: bytes.count)
      }
    }
    try exchange(&all, ranges: ranges)
    return all.withUnsafeBytes { memory in
      zip(ranges, counts).map { range, count in Array(memory[(8 * range.lowerBound)..<(8 * range.lowerBound + count)]) }
    }
  }

  /// The bytes of rank 0.
  ///
  /// - Parameter bytes: used on rank 0 alone.
  package func broadcast(_ bytes: [UInt8]) throws(RankError) -> [UInt8] {
    try gather(bytes: isRoot ? bytes : [])[0]
  }

  /// The flag of rank 0; `flag` is used on rank 0 alone.
  package func broadcast(_ flag: Bool) throws(RankError) -> Bool { try gather(flag ? 1 : 0)[0] == 1 }

  /// Compares facts, such as `60,000 training samples`, with those of rank 0.
  ///
  /// - Parameter facts: as many on every rank, each a line.
  /// - Throws: on every rank, `AgreedFailure` with the first fact of the lowest rank that differs.
  package func compare(_ facts: [String]) throws {
    let texts = try gather(text: facts.joined(separator: "\n"))
    try together {
      let expected = texts[0].split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      guard let index = facts.indices.first(where: { !expected.indices.contains($0) || facts[$0] != expected[$0] })
      else { return }
      throw RankError.otherData(
        rank: name(rank), found: facts[index], expected: expected.indices.contains(index) ? expected[index] : "none")
    }
  }

  /// Runs `body` on every rank; throws on all ranks if it failed on one.
  ///
  /// - Parameters:
  ///   - code: a positive number for an error, which is sent to all ranks.
  ///   - body: may call other methods of the group, in the same order on all ranks.
  /// - Throws: `AgreedFailure` on every rank if one failed; `RankError` if the ranks could not communicate.
  package func together<Result>(
    code: (any Error) -> Int = { _ in 1 }, _ body: () throws -> Result
  ) throws -> Result {
    var result: Swift.Result<Result, any Error>
    do {
      result = .success(try body())
    } catch let error as AgreedFailure {
      throw error
    } catch {
      // If the ranks cannot communicate, they cannot agree on the failure.
      if failure != nil { throw error }
      result = .failure(error)
    }
    let error: (any Error)? = if case .failure(let error) = result { error } else { nil }
    let codes = try gather(error.map { max(1, code($0)) } ?? 0)
    guard let first = codes.firstIndex(where: { $0 > 0 }) else { return try result.get() }
    throw AgreedFailure(error: error, reports: first == rank, code: codes[first], rank: name(first))
  }

  private func exchange(_ numbers: inout [Int], ranges: [Range<Int>]) throws(RankError) {
    let memory = Integers(numbers)
    try RankMessages(gathering: memory.pointer, ranges: ranges, of: memory, self).run()
    numbers = memory.array
  }
}

/// Memory of integers.
private final class Integers {
  let pointer: UnsafeMutablePointer<Int>
  private let count: Int

  init(_ numbers: [Int]) {
    count = numbers.count
    pointer = .allocate(capacity: max(count, 1))
    _ = UnsafeMutableBufferPointer(start: pointer, count: count).initialize(from: numbers)
  }

  deinit { pointer.deallocate() }

  var array: [Int] { Array(UnsafeBufferPointer(start: pointer, count: count)) }
}
