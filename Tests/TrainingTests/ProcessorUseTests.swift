import Dispatch
import Foundation
import Networks
import Testing

@testable import Training

@Suite("Processor use")
struct ProcessorUseTests {
  @Test(
    "The share of waiting is the smaller of the time that workers lacked and that others used",
    arguments: [
      (10.0, 10.0, 0.0, 0.0), (10, 5, 20, 0.5), (10, 5, 2, 0.2), (10, 9, 20, 0.1), (10, 10.2, 3, 0), (10, 2, 0, 0),
      (10, 0, 30, 1),
    ] as [(Double, Double, Double, Double)])
  func share(available: Double, used: Double, others: Double, share: Double) throws {
    let use = ProcessorUse(available: available, used: used, others: others)
    #expect(abs(try #require(use.lostFraction) - share) < 1e-12)
    #expect(use.isDisturbed == (share > 0.05))
  }

  @Test(
    "A small share of a short time is within the clock's resolution, a large one is not, but for the waking of workers",
    arguments: [
      (0.2, 0.17, false), (0.2, 0.165, true), (0.05, 0.041, false), (0.05, 0.03, true), (0.007, 0.0034, true),
      (0.002, 0.0014, false), (0.0001, 0, false),
    ] as [(Double, Double, Bool)])
  func short(available: Double, used: Double, isDisturbed: Bool) {
    #expect(ProcessorUse(available: available, used: used, others: 1).isDisturbed == isDisturbed)
  }

  @Test(
    "A short time is not disturbed by others whose use may be idle time below a tick of each processor",
    arguments: [(0.6, false), (1, false), (2, true)] as [(Double, Bool)])
  func ticks(ticks: Double, isDisturbed: Bool) {
    let others = ticks * 0.01 * Double(Cores.available)
    #expect(ProcessorUse(available: 0.016, used: 0.01, others: others).isDisturbed == isDisturbed)
  }

  @Test("Without steps or system figures there is no share")
  func unknown() {
    #expect(ProcessorUse().lostFraction == nil && !ProcessorUse().isDisturbed)
    let silent = ProcessorUse(available: 1, used: 0.1, others: nil)
    #expect(silent.lostFraction == nil && !silent.isDisturbed)
    #expect((silent + ProcessorUse(available: 1, used: 1, others: 1)).others == nil)
  }

  @Test("Parts of a run add up, and what came on top is the difference")
  func sums() {
    let first = ProcessorUse(available: 1, used: 0.5, others: 0.25)
    let second = ProcessorUse(available: 2, used: 1.5, others: 0.5)
    #expect(first + second == ProcessorUse(available: 3, used: 2, others: 0.75))
    #expect((first + second) - first == second)
  }

  static let stat = """
    cpu  584888 0 47975 215992 1546 0 719 997 0 0
    cpu0 289402 0 22788 100 20 0 100 509 0 0
    cpu1 295486 0 25186 200 1 0 619 488 0 0
    cpu64 1 0 0 4000 0 0 0 0 0 0
    intr 4519712 0 0
    """

  @Test(
    "Idle time is that of the processors that may be used, waiting for devices included",
    arguments: [([3], 3.21), ([1], 1.2), ([2], 2.01), ([2, 1], 42.01), ([0, 1], 40)] as [([UInt], Double)])
  func idle(allowed: [UInt], seconds: Double) throws {
    let (idle, processors) = ProcessorReading.idle(in: Self.stat, of: allowed, ticks: 100)
    #expect(abs(try #require(idle) - seconds) < 1e-9)
    #expect(processors == allowed.reduce(0) { $0 + $1.nonzeroBitCount })
  }

  @Test(
    "Idle time is unknown for a missing processor, one with zero counters only, or one without a line",
    arguments: [
      "", "cpu0 1 2 3\n", "cpu0 0 0 0 0 0 0 0 0 0 0\ncpu1 0 0 0 0 0 0 0\n", "cpu0 1 2 3 4 5 6 7 8 9 10\n", "cpuX\n\n",
    ])
  func idleUnknown(text: String) {
    #expect(ProcessorReading.idle(in: text, of: [3], ticks: 100).idle == nil)
    #expect(ProcessorReading.idle(in: text, of: [], ticks: 100).idle == nil)
  }

  #if os(Linux)
    @Test("A reading is of this process, and others have the rest that is not idle")
    func reading() throws {
      let start = ProcessorReading()
      try #require(start.idle != nil && start.processors > 0)
      let clock = DispatchTime.now().uptimeNanoseconds
      let before = ProcessorReading.thread
      while ProcessorReading.thread - before < 0.05 {}
      let end = ProcessorReading()
      let seconds = Double(DispatchTime.now().uptimeNanoseconds - clock) * 1e-9
      #expect(end.own - start.own >= 0.05)
      let others = try #require(end.others(since: start, seconds: seconds))
      #expect(others >= 0 && others <= Double(end.processors) * seconds)
      #expect(end.others(since: start, seconds: 0) == 0)
    }
  #endif

  @Test(
    "Beside another program, few of many short ranges are measured, with what they lose",
    arguments: [0.002, 0.003, 0.004])
  func shortRanges(slice: Double) throws {
    let range = 0.000025
    var (now, sinceStart, all) = (0.0, 0.0, 0.0)
    var measured = (count: 0, seconds: 0.0)
    var isTimed = false
    let team = WorkerTeam(count: 1)
    let meter = ProcessorMeter(team) { now }
    for _ in 0..<40_000 {
      let seconds = meter.measure {
        now += range
        sinceStart += range
        // Another program has the processor for three slices after each one.
        if sinceStart >= slice { (now, sinceStart) = (now + 3 * slice, 0) }
        isTimed = team.isTimed
      }
      all += seconds
      if isTimed { measured = (measured.count + 1, measured.seconds + seconds) }
    }
    #expect(abs(all - now) < 1e-6)
    #expect(measured.count > 2000 && measured.count < 15_000, "\(measured.count) ranges")
    let lost = 1 - Double(measured.count) * range / measured.seconds
    #expect(lost > 0.65 && lost < 0.85, "\(lost) instead of 3/4")
    // A reader of differences has some measured ranges in each.
    for _ in 0..<3 {
      _ = meter.total()
      _ = meter.measure {
        now += range
        isTimed = team.isTimed
      }
      #expect(isTimed)
    }
  }

  @Test(
    "A trainer's steps are in its processor use; workers never have more than they want, but for the clocks' difference"
  )
  func trainer() throws {
    let topology = try Topology(inputs: 20, hidden: [30], outputs: 3)
    let data = SmallData(samples: 400, width: 20, outputs: 3, classes: 3, seed: 2)
    for workers in [1, 2, 5] {
      let trainer = try Trainer(
        topology, training: data.samples,
        configuration: TrainingConfiguration {
          $0.epochs = 20
          $0.workers = workers
        })
      #expect(trainer.processorUse == ProcessorUse())
      while try trainer.nextEpoch() != nil {}
      let use = trainer.processorUse
      let processors = Double(min(workers, Cores.available))
      // Not every short epoch is measured, but the first one is.
      #expect(use.available > 0 && use.available <= trainer.seconds * processors * (1 + 1e-9))
      #expect(use.used > 0 && use.used < use.available + 0.01)
      #expect(trainer.processorUse == use)
    }
  }
}
