import Platform

/// The steps after which a run is evaluated; always includes step 0 and the run's last step.
package enum EvaluationSchedule: Sendable, Equatable {
  /// Evenly on a logarithmic scale: 10^(k/`perDecade`), rounded, without repetitions.
  case logarithmic(perDecade: Int)
  /// All multiples of a number of steps.
  case every(Int)

  /// Twenty per decade: a step that reaches a target is found within 12 %, and a run of a million steps has about
  /// 110 evaluations.
  package static let `default` = EvaluationSchedule.logarithmic(perDecade: 20)

  /// The first scheduled step after `step`.
  package func next(after step: Int) -> Int {
    switch self {
    case .every(let steps):
      let (next, overflow) = (step / steps + 1).multipliedReportingOverflow(by: steps)
      return overflow ? .max : next
    case .logarithmic(let perDecade):
      guard step >= 1 else { return 1 }
      var position = (log10(Double(step)) * Double(perDecade)).rounded(.down)
      while true {
        position += 1
        let next = pow(10, position / Double(perDecade)).rounded()
        guard next < 0x1p62 else { return .max }
        if Int(next) > step { return Int(next) }
      }
    }
  }

  /// All scheduled steps of a run of `total` steps, including 0 and `total`.
  package func steps(total: Int) -> [Int] {
    var steps = [0]
    while let last = steps.last, last < total { steps.append(min(total, next(after: last))) }
    return steps
  }
}
