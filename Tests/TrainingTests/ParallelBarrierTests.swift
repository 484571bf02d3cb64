import Dispatch
import Foundation
import Random
import Synchronization
import Testing

@testable import Training

extension ParallelTraining {
  // A barrier that loses a wake-up hangs; the limit, far beyond what a busy machine takes, says where.
  @Suite("Parallel barrier and team", .timeLimit(.minutes(30)))
  struct ParallelBarrierTests {
    @Test("No order of steps loses a wake-up or lets a worker pass early", arguments: [(2, 4), (3, 2)])
    func everyOrder(threads: Int, rounds: Int) {
      let result = BarrierModel(threads: threads, rounds: rounds).explore()
      #expect(result.verdict == .sound, "\(threads) threads, \(rounds) rounds, \(result.states) states")
      #expect(result.states > 500, "\(result.states) states are not every order")
    }

    @Test(
      "Every part of the protocol is needed",
      arguments: [
        (BarrierModel.Fault.sleepsUnseeing, BarrierModel.Verdict.lostWakeUp), (.sleepsUncounted, .lostWakeUp),
        (.looksTooEarly, .lostWakeUp), (.leavesUnseeing, .earlyPass), (.staysCounted, .leftOver),
      ])
    func faults(fault: BarrierModel.Fault, verdict: BarrierModel.Verdict) {
      // A wake-up of the round before needs a third thread that is already in the next one.
      let results = [(2, 2), (3, 2)].map { BarrierModel(threads: $0, rounds: $1, fault: fault).explore().verdict }
      #expect(results.contains(verdict), "\(results)")
    }

    @Test("Late wake-ups of the round before let no worker pass")
    func lateWakeUps() {
      let barrier = Barrier(workers: 2, cores: 1)
      let passed = Atomic<Bool>(false)
      let group = DispatchGroup()
      DispatchQueue(label: "waiter").async(group: group) {
        barrier.wait(1)
        passed.store(true, ordering: .sequentiallyConsistent)
      }
      // Asleep or on its way there: a wake-up must not let it pass at any moment.
      var wasEarly = false
      for _ in 0..<2000 {
        barrier.wakeAll()
        wasEarly = wasEarly || passed.load(ordering: .sequentiallyConsistent)
      }
      barrier.wait(0)
      group.wait()
      #expect(!wasEarly, "a wake-up that was not this round's let a worker pass")
      #expect(passed.load(ordering: .sequentiallyConsistent) == true)
    }

    @Test("A long wait takes no processor time, with a core for each worker or not", arguments: [1, 2])
    func sleeping(cores: Int) {
      let team = WorkerTeam(count: 2, cores: cores)
      let milliseconds = Atomic<Int>(0)
      team.run { worker in
        if worker == 0 { usleep(200_000) }
        let before = ProcessorTime.now
        team.barrier.wait(worker)
        if worker == 1 { milliseconds.store(Int(1000 * (ProcessorTime.now - before)), ordering: .relaxed) }
      }
      // Spinning for all of it would take 200 ms of processor time, however busy the machine is.
      #expect(milliseconds.load(ordering: .relaxed) < 20)
    }

    @Test("Spinning ends when it fails in a row, is tried again now and then, and comes back with the first success")
    func spinBudget() {
      var budget = SpinBudget(hints: 100)
      func failures(_ count: Int) -> [UInt32] {
        (0..<count).map { _ in
          let hints = budget.take()
          budget.note(wasEnough: false)
          return hints
        }
      }
      #expect(failures(3) == [100, 100, 100])
      let later = failures(640)
      #expect(later.filter { $0 == 100 }.count == 20)
      #expect(later.filter { $0 == 0 }.count == 620)
      _ = failures(640).last
      budget.note(wasEnough: true)
      #expect(budget.take() == 100)
      budget.note(wasEnough: false)
      #expect(budget.take() == 100, "one failure after a success ended spinning")
      var none = SpinBudget(hints: 0)
      #expect((0..<100).allSatisfy { _ in none.take() == 0 })
      #expect((1...1_000_000).contains(SpinBudget.fullSpin))
    }

    /// True to spin, as with one core per worker; false as with fewer.
    static let loads: [(workers: Int, rounds: Int, spins: Bool)] = [
      (1, 1000, true), (2, 20000, true), (2, 5000, false), (3, 3000, false), (3, 300, true), (8, 1500, false),
      (Cores.available + 16, 1000, false), (64, 500, false), (128, 200, false),
    ]

    @Test("No worker passes early and none is lost, through thousands of rounds with random delays", arguments: loads)
    func stress(workers: Int, rounds: Int, spins: Bool) {
      let team = WorkerTeam(count: workers, cores: spins ? workers : 1)
      let entered = Atomic<Int>(0)
      let wrong = Atomic<Int>(0)
      let finished = Atomic<Int>(0)
      team.run { worker in
        var random = RandomSource(seed: 9, purpose: .sampling, index: UInt64(worker))
        for round in 0..<rounds {
          Self.dawdle(&random)
          entered.wrappingAdd(1, ordering: .relaxed)
          team.barrier.wait(worker)
          if entered.load(ordering: .relaxed) != workers * (round + 1) { wrong.wrappingAdd(1, ordering: .relaxed) }
          team.barrier.wait(worker)
        }
        finished.wrappingAdd(1, ordering: .relaxed)
      }
      #expect(wrong.load(ordering: .relaxed) == 0, "a worker passed before all had arrived, or twice")
      #expect(finished.load(ordering: .relaxed) == workers)
      #expect(entered.load(ordering: .relaxed) == workers * rounds)
    }

    /// Mostly nothing, sometimes a moment, now and then long enough for the others to fall asleep.
    private static func dawdle(_ random: inout RandomSource) {
      switch random.below(64) {
      case 0: usleep(UInt32(random.below(200)))
      case 1..<8: for _ in 0..<random.below(200) { _ = random.next() }
      case 8..<12: usleep(1)
      default: break
      }
    }

    @Test("Writes before the barrier are visible after it, without atomics")
    func memory() {
      let workers = 5
      let team = WorkerTeam(count: workers)
      let board = Board(count: workers)
      team.run { worker in
        for round in 1...500 {
          board.numbers[worker] = round * (worker + 1)
          team.barrier.wait(worker)
          let sum = (0..<workers).reduce(0) { $0 + board.numbers[$1] }
          if sum != round * workers * (workers + 1) / 2 { board.isWrong[worker] = true }
          team.barrier.wait(worker)
        }
      }
      #expect((0..<workers).allSatisfy { !board.isWrong[$0] })
    }

    @Test("All workers of the largest team run at once, beyond the cores, each number once", arguments: [2, 8, 128])
    func allAtOnce(workers: Int) {
      let team = WorkerTeam(count: workers)
      let board = Board(count: workers)
      for _ in 0..<5 {
        team.run { worker in
          board.numbers[worker] += 1
          // Passes only when every other worker has begun.
          for _ in 0..<3 { team.barrier.wait(worker) }
        }
      }
      #expect((0..<workers).allSatisfy { board.numbers[$0] == 5 })
    }

    #if os(Linux)
      @Test("Two hundred teams leave no threads behind")
      func threads() throws {
        func count() throws -> Int { try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count }
        func run(teams: Int) {
          for _ in 0..<teams {
            let team = WorkerTeam(count: 8)
            team.run { team.barrier.wait($0) }
          }
        }
        run(teams: 20)
        let before = try count()
        run(teams: 180)
        // Idle threads linger for some seconds and are taken up again; left behind, they would be 1260.
        #expect(try count() < before + 100)
      }
    #endif
  }
}

/// Places that workers write, each its own, and read after a barrier.
private final class Board: @unchecked Sendable {
  // Unchecked: the barrier between writing and reading is what is tested.
  let numbers: UnsafeMutablePointer<Int>
  let isWrong: UnsafeMutablePointer<Bool>

  init(count: Int) {
    numbers = .allocate(capacity: count)
    numbers.initialize(repeating: 0, count: count)
    isWrong = .allocate(capacity: count)
    isWrong.initialize(repeating: false, count: count)
  }

  deinit {
    numbers.deallocate()
    isWrong.deallocate()
  }
}
