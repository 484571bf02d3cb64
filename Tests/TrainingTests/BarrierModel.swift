/// The barrier's protocol as a machine of single steps, small enough to try every order in which its threads can take them.
///
/// Each step is one operation on shared memory, in the order of `Barrier`'s text; operations are sequentially consistent. Spinning
/// is one look at the generation: looking again changes nothing.
struct BarrierModel {
  /// A part of the protocol that is left out, to see that it is missed.
  enum Fault: CaseIterable {
    case none
    /// A waiter sleeps without another look at the generation after it said so.
    case sleepsUnseeing
    /// The last to arrive looks who sleeps before it sets the generation.
    case looksTooEarly
    /// A waiter that was woken leaves without another look at the generation: a late ring of the round before wakes it early.
    case leavesUnseeing
    /// The bell is rung without taking the sign of sleep back.
    case ringsTwice
  }

  enum Verdict: Equatable {
    case sound
    /// Everyone who is not done sleeps.
    case lostWakeUp
    /// Somebody left a round that not everybody had entered.
    case earlyPass
    /// A bell was still ringing at the end, or somebody still said to be asleep.
    case leftOver
  }

  /// Where a thread is in `Barrier.wait`.
  private enum Place: UInt8 {
    case enter, arrive, reset, release, look, take, ring, spin, setAsleep, lookAgain, takeBack, sleep, lookAwake, done
  }

  private struct Thread: Hashable {
    var place = Place.enter
    var round: UInt8 = 0
    var arrivals: UInt8 = 0
    /// The generation that it waits to pass.
    var current: UInt8 = 0
    /// Whose seat the releaser looks at.
    var seat: UInt8 = 0
    var isAsleep = false
    var bell: UInt8 = 0
  }

  private struct State: Hashable {
    var arrived: UInt8 = 0
    var generation: UInt8 = 0
    var threads: [Thread]
  }

  let rounds: Int
  let fault: Fault
  private let start: State

  init(threads: Int, rounds: Int, fault: Fault = .none) {
    self.rounds = rounds
    self.fault = fault
    start = State(threads: Array(repeating: Thread(), count: threads))
  }

  /// Tries every order of steps: depth first, no state twice.
  func explore() -> (verdict: Verdict, states: Int) {
    var seen: Set<State> = [start]
    var open = [start]
    while let state = open.popLast() {
      var isStuck = true
      for index in state.threads.indices {
        var next = state
        guard let isEarly = step(&next, index) else { continue }
        if isEarly { return (.earlyPass, seen.count) }
        isStuck = false
        if seen.insert(next).inserted { open.append(next) }
      }
      if isStuck {
        if state.threads.contains(where: { $0.place != .done }) { return (.lostWakeUp, seen.count) }
        if state.threads.contains(where: { $0.isAsleep || $0.bell > 0 }) { return (.leftOver, seen.count) }
      }
    }
    return (.sound, seen.count)
  }

  /// One step of one thread. Nil where it can't take one; true where it leaves a round too early.
  private func step(_ state: inout State, _ index: Int) -> Bool? {
    let thread = state.threads[index]
    switch thread.place {
    case .done: return nil
    case .enter:
      state.threads[index].current = state.generation
      state.threads[index].place = .arrive
    case .arrive:
      state.arrived += 1
      state.threads[index].arrivals += 1
      state.threads[index].seat = 0
      let isLast = Int(state.arrived) == state.threads.count
      state.threads[index].place = isLast ? .reset : .spin
    case .reset:
      state.arrived = 0
      state.threads[index].place = fault == .looksTooEarly ? .look : .release
    case .release:
      state.generation = thread.current + 1
      if fault == .looksTooEarly { return pass(&state, index) }
      state.threads[index].place = .look
    case .look, .take, .ring: return wake(&state, index)
    default: return wait(&state, index)
    }
    return false
  }

  /// The releaser's way along the seats.
  private func wake(_ state: inout State, _ index: Int) -> Bool? {
    let seat = Int(state.threads[index].seat)
    if seat == state.threads.count {
      if fault == .looksTooEarly {
        state.threads[index].place = .release
        return false
      }
      return pass(&state, index)
    }
    var isNext = true
    switch state.threads[index].place {
    case .look where seat != index && state.threads[seat].isAsleep:
      state.threads[index].place = fault == .ringsTwice ? .ring : .take
      isNext = false
    case .take where state.threads[seat].isAsleep:
      state.threads[seat].isAsleep = false
      state.threads[index].place = .ring
      isNext = false
    case .ring: state.threads[seat].bell += 1
    default: break
    }
    if isNext {
      state.threads[index].seat += 1
      state.threads[index].place = .look
    }
    return false
  }

  /// A waiter's way into sleep and out of it.
  private func wait(_ state: inout State, _ index: Int) -> Bool? {
    let thread = state.threads[index]
    let isReleased = state.generation != thread.current
    switch thread.place {
    case .spin:
      if isReleased { return pass(&state, index) }
      state.threads[index].place = .setAsleep
    case .setAsleep:
      state.threads[index].isAsleep = true
      state.threads[index].place = fault == .sleepsUnseeing ? .sleep : .lookAgain
    case .lookAgain: state.threads[index].place = isReleased ? .takeBack : .sleep
    case .takeBack:
      state.threads[index].isAsleep = false
      if thread.isAsleep { return pass(&state, index) }
      state.threads[index].place = .sleep
    case .sleep:
      if thread.bell == 0 { return nil }
      state.threads[index].bell -= 1
      if fault == .leavesUnseeing { return pass(&state, index) }
      state.threads[index].place = .lookAwake
    default:
      if isReleased { return pass(&state, index) }
      state.threads[index].place = .setAsleep
    }
    return false
  }

  /// Leaves the round. True where somebody has not entered it.
  private func pass(_ state: inout State, _ index: Int) -> Bool {
    state.threads[index].round += 1
    let round = state.threads[index].round
    state.threads[index].place = Int(round) == rounds ? .done : .enter
    return state.threads.contains { $0.arrivals < round }
  }
}
