import Foundation
import JSON
import Reports
import Training

/// The cost of a barrier, and of waiting for a late worker: within the cores, where waiting workers spin, and beyond, where they sleep.
struct BarrierBenchmark {
  let options: BenchmarkOptions

  init(_ options: BenchmarkOptions) { self.options = options }

  /// Teams within the cores and beyond.
  private static var workerCounts: [Int] {
    let cores = Cores.available
    return Set([2, cores, 2 * cores, 4 * cores]).filter { (2...WorkerTeam.largest).contains($0) }.sorted()
  }

  func run() -> JSONValue {
    var table = TextTable([
      .init("workers"), .init("µs a barrier"), .init("quartiles"), .init("µs of processor time to wait 5 ms"),
    ])
    var rows: [JSONValue] = []
    for workers in Self.workerCounts {
      let team = WorkerTeam(count: workers)
      let meeting = meetings(team)
      let waiting = waitersSeconds(team)
      table.add([
        String(workers), NumberText.fixed(meeting.median * 1e6, 2),
        "\(NumberText.fixed(meeting.lowerQuartile * 1e6, 2))–\(NumberText.fixed(meeting.upperQuartile * 1e6, 2))",
        NumberText.fixed(waiting * 1e6, 0),
      ])
      rows.append([
        "workers": .number(workers), "seconds_median": .number(meeting.median),
        "seconds_quartiles": .array([.number(meeting.lowerQuartile), .number(meeting.upperQuartile)]),
        "waiter_processor_seconds": .number(waiting),
      ])
    }
    print("Barriers, \(Cores.available) cores:\n\n\(table.text)")
    return .array(rows)
  }

  /// Seconds from one barrier to the next without other work.
  private func meetings(_ team: WorkerTeam) -> Timings {
    let count = (team.count <= Cores.available ? 20_000 : 500) / (options.isQuick ? 10 : 1)
    return Timings(
      (0..<9).map { _ in
        let start = now()
        team.run { worker in
          for _ in 0..<count { team.barrier.wait(worker) }
        }
        return (now() - start) / Double(count)
      })
  }

  /// Processor seconds that each of the others spends while worker 0 comes 5 ms late.
  private func waitersSeconds(_ team: WorkerTeam) -> Double {
    let rounds = options.isQuick ? 4 : 40
    let late = 5e-3
    let before = processorSeconds()
    team.run { worker in
      for _ in 0..<rounds {
        if worker == 0 {
          let start = now()
          while now() - start < late {}
        }
        team.barrier.wait(worker)
      }
    }
    let others = processorSeconds() - before - Double(rounds) * late
    return max(0, others) / Double(rounds * (team.count - 1))
  }

  /// Of this process, all threads.
  private func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
