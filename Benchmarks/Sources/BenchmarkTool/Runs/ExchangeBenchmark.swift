import Files
import JSON
import Kernels
import Ranks
import Reports

/// The time of a step's two exchanges between ranks, by their bytes: every rank sends each other rank that rank's slice of the
/// gradient, and then its own slice of the parameters. Nothing is computed in between.
///
/// The launcher's options determine the transport: shared memory, TCP, another network.
struct ExchangeBenchmark {
  let options: BenchmarkOptions
  let ranks: RankGroup

  /// - Throws: `BenchmarkError` for a process that no launcher started.
  init(_ options: BenchmarkOptions) throws {
    guard let ranks = try RankGroup.launched() else {
      throw BenchmarkError(
        "exchange: found one process, expected several: mpirun -n 2 --bind-to none benchmarks exchange")
    }
    (self.options, self.ranks) = (options, ranks)
  }

  /// Numbers of parameters; among them those of 784-128-10 and 784-800-10.
  private static let sizes = [1 << 10, 1 << 14, 101_770, 1 << 18, 636_010, 1 << 22, 12_000_000]

  /// The time limit of a size, in seconds.
  private var budget: Double { options.isQuick ? 0.05 : 1 }

  /// - Returns: the figures on rank 0; nil on the others.
  func run() throws -> JSONValue? {
    var table = TextTable([
      .init("parameters"), .init("bytes per step"), .init("µs"), .init("quartiles"), .init("GB/s"),
    ])
    var rows: [JSONValue] = []
    for size in options.isQuick ? Array(Self.sizes.prefix(3)) : Self.sizes {
      let (timings, bytes) = try measure(size)
      table.add([
        size.grouped, bytes.grouped, NumberText.fixed(timings.median * 1e6, 1),
        "\(NumberText.fixed(timings.lowerQuartile * 1e6, 1))–\(NumberText.fixed(timings.upperQuartile * 1e6, 1))",
        NumberText.fixed(Double(bytes) / timings.median * 1e-9, 3),
      ])
      rows.append([
        "parameters": .number(size), "bytes_per_step": .number(bytes), "seconds_median": .number(timings.median),
        "seconds_quartiles": .array([.number(timings.lowerQuartile), .number(timings.upperQuartile)]),
        "repetitions": .number(timings.seconds.count),
      ])
    }
    guard ranks.isRoot else { return nil }
    print("\(ranks.size) ranks, hosts: \(ranks.hosts), \(ranks.library); the two exchanges of a step:\n\n\(table.text)")
    return [
      "ranks": .number(ranks.size), "hosts": .number(ranks.hosts), "library": .string(ranks.library),
      "rows": .array(rows),
    ]
  }

  /// Seconds of the exchanges for this number of parameters, and the bytes that this rank sends in them.
  private func measure(_ size: Int) throws -> (Timings, bytes: Int) {
    let slices = (0..<ranks.size).map { (size * $0 / ranks.size)..<(size * ($0 + 1) / ranks.size) }
    let own = slices[ranks.rank]
    let (gradient, parameters) = (AlignedBuffer<Float>(count: size), AlignedBuffer<Float>(count: size))
    let received = (0..<ranks.size).map { AlignedBuffer<Float>(count: $0 == ranks.rank ? 0 : own.count) }
    let sums = RankMessages(
      ranks,
      ranks.others.flatMap { peer in
        [
          RankMessages.Message.send(
            gradient.pointer + slices[peer].lowerBound, count: slices[peer].count, of: gradient, to: peer),
          .receive(received[peer].pointer, count: own.count, of: received[peer], from: peer),
        ]
      })
    let gathering = RankMessages(gathering: parameters.pointer, ranges: slices, of: parameters, ranks)
    return (try time(sums, gathering), sums.bytesSent + gathering.bytesSent)
  }

  /// Seconds of both exchanges, repetition by repetition.
  private func time(_ first: RankMessages, _ second: RankMessages) throws -> Timings {
    func seconds() throws -> Double {
      let start = now()
      try first.run()
      try second.run()
      return now() - start
    }
    let least = try (0..<3).map { _ in try seconds() }.min() ?? 0
    // All ranks take as many repetitions as rank 0 has time for.
    let count = try min(max(ranks.gather(Int(budget / max(least, 1e-7)))[0], 5), 20_000)
    return Timings(try (0..<count).map { _ in try seconds() })
  }
}
