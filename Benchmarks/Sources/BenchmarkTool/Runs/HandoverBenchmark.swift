import JSON
import KernelInterface
import Kernels
import Reports
import Training

/// What it costs two workers to hand each other numbers and to get answers, by where the answers are written: a cache line that somebody
/// else has read last must first be taken back from there.
struct HandoverBenchmark {
  let options: BenchmarkOptions

  init(_ options: BenchmarkOptions) { self.options = options }

  /// Where a worker writes its answer to what it has read.
  private enum AnswerPlace: String, CaseIterable {
    case own = "a place of its own"
    case found = "where the question was"
    case alone = "(each for itself)"
  }

  /// 64 KB: a step of 128 rows and 128 units for each of two workers.
  private static let count = 16384

  func run() -> JSONValue {
    let exchange = Exchange(count: Self.count)
    var table = TextTable([.init("answers are written to", .left), .init("µs"), .init("quartiles")])
    var rows: [JSONValue] = []
    for place in AnswerPlace.allCases {
      let rounds = options.isQuick ? 200 : 2000
      let timings = Timings((0..<9).map { _ in seconds(exchange, place, rounds: rounds) })
      table.add([
        place.rawValue, NumberText.fixed(timings.median * 1e6, 2),
        "\(NumberText.fixed(timings.lowerQuartile * 1e6, 2))–\(NumberText.fixed(timings.upperQuartile * 1e6, 2))",
      ])
      rows.append([
        "answers": .string(place.rawValue), "seconds_median": .number(timings.median),
        "seconds_quartiles": .array([.number(timings.lowerQuartile), .number(timings.upperQuartile)]),
      ])
    }
    print("Two workers hand each other 64 KB, read them, and hand 64 KB back, two barriers included:\n\n\(table.text)")
    return .array(rows)
  }

  /// Seconds a round.
  private func seconds(_ exchange: Exchange, _ place: AnswerPlace, rounds: Int) -> Double {
    let start = now()
    exchange.team.run { worker in
      let partner = place == .alone ? worker : 1 - worker
      for _ in 0..<rounds {
        exchange.copy(exchange.own[worker], to: exchange.questions[worker])
        exchange.team.barrier.wait(worker)
        exchange.copy(exchange.questions[partner], to: exchange.read[worker])
        exchange.copy(
          exchange.own[worker], to: place == .found ? exchange.questions[partner] : exchange.answers[worker])
        exchange.team.barrier.wait(worker)
        exchange.copy(
          place == .found ? exchange.questions[worker] : exchange.answers[partner], to: exchange.read[worker])
      }
    }
    return (now() - start) / Double(rounds)
  }
}

/// What passes between two workers, and what each has for itself.
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
