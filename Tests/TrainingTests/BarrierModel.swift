/// The barrier's protocol as a machine of single steps, small enough to try every order in which its threads can take them.
///
/// Each step is one operation on shared memory, in the order of `Barrier`'s text; operations are sequentially consistent. Spinning
/// is one look at the generation: looking again changes nothing. The system's comparison of the generation and the falling asleep that
/// follows from it are one step, as futexes have it.
struct BarrierModel {
  /// A part of the protocol that is left out, to see that it is missed.
  enum Fault: CaseIterable {
    case none
    /// A waiter sleeps without having the generation compared.
    case sleepsUnseeing
    /// A waiter sleeps without being counted before.
    case sleepsUncounted
    /// The last to arrive reads the number of sleepers before it sets the generation.
    case looksTooEarly
    /// A waiter that was woken leaves without another look at the generation: a late wake-up of the round before lets it pass early.
    case leavesUnseeing
    /// A waiter that was woken stays among the sleepers that are counted.
    case staysCounted
  }

  enum Verdict: Equatable {
    case sound
    /// All threads that are not done sleep.
    case lostWakeUp
    /// A thread left a round that not all had entered.
    case earlyPass
    /// At the end sleepers were still counted.
    case leftOver
  }

  /// The operation of `Barrier.wait` that a thread does next.
  private enum Next: UInt8 {
    case enter, arrive, reset, release, look, wake, spin, count, compare, asleep, lookAwake, uncount, done
  }

  private struct Thread: Hashable {
    var next = Next.enter
    var round: UInt8 = 0
    var arrivals: UInt8 = 0
    /// The generation that it waits to pass.
    var current: UInt8 = 0
  }

  private struct State: Hashable {
    var arrived: UInt8 = 0
    var generation: UInt8 = 0
    var sleepers: UInt8 = 0
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
        if state.threads.contains(where: { $0.next != .done }) { return (.lostWakeUp, seen.count) }
        if state.sleepers > 0 { return (.leftOver, seen.count) }
      }
    }
    return (.sound, seen.count)
  }

  /// One step of one thread. Nil where it can't take one; true where it leaves a round too early.
  private func step(_ state: inout State, _ index: Int) -> Bool? {
    switch state.threads[index].next {
    case .done, .asleep: return nil
    case .enter:
      state.threads[index].current = state.generation
      state.threads[index].next = .arrive
    case .arrive:
      state.arrived += 1
      state.threads[index].arrivals += 1
      let isLast = Int(state.arrived) == state.threads.count
      state.threads[index].next = isLast ? .reset : .spin
    case .reset:
      state.arrived = 0
      state.threads[index].next = fault == .looksTooEarly ? .look : .release
    case .release, .look, .wake: return release(&state, index)
    default: return wait(&state, index)
    }
    return false
  }

  /// The way of the last thread to arrive.
  private func release(_ state: inout State, _ index: Int) -> Bool {
    switch state.threads[index].next {
    case .release:
      state.generation = state.threads[index].current + 1
      if fault == .looksTooEarly { return pass(&state, index) }
      state.threads[index].next = .look
      return false
    case .look where state.sleepers > 0:
      state.threads[index].next = .wake
      return false
    case .wake:
      for other in state.threads.indices where state.threads[other].next == .asleep {
        state.threads[other].next = fault == .leavesUnseeing ? .uncount : .lookAwake
      }
    default: break
    }
    if fault == .looksTooEarly {
      state.threads[index].next = .release
      return false
    }
    return pass(&state, index)
  }

  /// A waiter's way into sleep and out of it.
  private func wait(_ state: inout State, _ index: Int) -> Bool {
    let isReleased = state.generation != state.threads[index].current
    switch state.threads[index].next {
    case .spin:
      if isReleased { return pass(&state, index) }
      state.threads[index].next = fault == .sleepsUncounted ? .lookAwake : .count
    case .count:
      state.sleepers += 1
      state.threads[index].next = .lookAwake
    case .lookAwake: state.threads[index].next = isReleased ? .uncount : .compare
    case .compare: state.threads[index].next = isReleased && fault != .sleepsUnseeing ? .lookAwake : .asleep
    default:
      if fault != .staysCounted, fault != .sleepsUncounted { state.sleepers -= 1 }
      return pass(&state, index)
    }
    return false
  }

  /// Leaves the round. True where a thread has not entered it.
  private func pass(_ state: inout State, _ index: Int) -> Bool {
    state.threads[index].round += 1
    let round = state.threads[index].round
    state.threads[index].next = Int(round) == rounds ? .done : .enter
    return state.threads.contains { $0.arrivals < round }
  }
}
