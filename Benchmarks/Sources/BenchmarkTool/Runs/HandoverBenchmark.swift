import JSON
import KernelInterface
import Kernels
import Reports
import Training

/// The cost of exchanging numbers between two workers, by the location of the answers: a cache line that
/// another worker has read last must first be transferred back.
struct HandoverBenchmark {
  let options: BenchmarkOptions

  init(_ options: BenchmarkOptions) { self.options = options }

  /// The location to which a worker writes its answer.
  private enum AnswerLocation: String, CaseIterable {
    case own = "a separate cache line"
    case found = "where the question was"
    case alone = "(each for itself)"
  }

  /// 64 KB: a step of 128 rows and 128 units for each of two workers.
  private static let count = 16384

  func run() -> JSONValue {
    let exchange = Exchange(count: Self.count)
    var table = TextTable([.init("answers are written to", .left), .init("µs"), .init("quartiles")])
    var rows: [JSONValue] = []
    for position in AnswerLocation.allCases {
      let rounds = options.isQuick ? 200 : 2000
      let timings = Timings((0..<9).map { _ in seconds(exchange, position, rounds: rounds) })
      table.add([
        position.rawValue, NumberText.fixed(timings.median * 1e6, 2),
        "\(NumberText.fixed(timings.lowerQuartile * 1e6, 2))–\(NumberText.fixed(timings.upperQuartile * 1e6, 2))",
      ])
      rows.append([
        "answers": .string(position.rawValue), "seconds_median": .number(timings.median),
        "seconds_quartiles": .array([.number(timings.lowerQuartile), .number(timings.upperQuartile)]),
      ])
    }
    print("Two workers exchange 64 KB and then answers of 64 KB, two barriers included:\n\n\(table.text)")
    return .array(rows)
  }

  /// Seconds a round.
  private func seconds(_ exchange: Exchange, _ position: AnswerLocation, rounds: Int) -> Double {
    let start = now()
    exchange.team.run { worker in
      let partner = position == .alone ? worker : 1 - worker
      for _ in 0..<rounds {
        exchange.copy(exchange.own[worker], to: exchange.questions[worker])
        exchange.team.barrier.wait(worker)
        exchange.copy(exchange.questions[partner], to: exchange.read[worker])
        exchange.copy(
          exchange.own[worker], to: position == .found ? exchange.questions[partner] : exchange.answers[worker])
        exchange.team.barrier.wait(worker)
        exchange.copy(
          position == .found ? exchange.questions[worker] : exchange.answers[partner], to: exchange.read[worker])
      }
    }
    return (now() - start) / Double(rounds)
  }
}

/// The shared and the private cache lines of two workers.
private final class Exchange: Sendable {
  let team = WorkerTeam(count: 2)
  let questions: [AlignedBuffer<Float>]
  let answers: [AlignedBuffer<Float>]
  let own: [AlignedBuffer<Float>]
  let read: [AlignedBuffer<Float>]
  private let copyKernel = Kernels.fastest.elementwise.copy

  init(count: Int) {
    func pair() -> [AlignedBuffer<Float>] { (0..<2).map { _ in AlignedBuffer(count: count) } }
    (questions, answers, own, read) = (pair(), pair(), pair(), pair())
  }

  func copy(_ source: AlignedBuffer<Float>, to target: AlignedBuffer<Float>) {
    copyKernel(UnsafePointer(source.pointer), target.pointer, source.count)
  }
}
