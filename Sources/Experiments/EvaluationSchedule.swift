import Foundation

/// The steps after which a run is evaluated: the first, step 0, and the run's last are always among them.
public enum EvaluationSchedule: Sendable, Equatable {
  /// Evenly on a log scale: 10^(k/`perDecade`), rounded, each step once.
  case logarithmic(perDecade: Int)
  /// After every so many steps.
  case every(Int)

  /// Twenty a decade: a step that is looked for is found within 12 %, and a run of a million steps is evaluated some
  /// 110 times.
  public static let standard = EvaluationSchedule.logarithmic(perDecade: 20)

  /// The first scheduled step after `step`.
  public func next(after step: Int) -> Int {
    switch self {
    case .every(let steps):
      let (next, overflow) = (step / steps + 1).multipliedReportingOverflow(by: steps)
      return overflow ? .max : next
    case .logarithmic(let perDecade):
      guard step >= 1 else { return 1 }
      var place = (log10(Double(step)) * Double(perDecade)).rounded(.down)
      while true {
        place += 1
        let next = pow(10, place / Double(perDecade)).rounded()
        guard next < 0x1p62 else { return .max }
        if Int(next) > step { return Int(next) }
      }
    }
  }

  /// All scheduled steps of a run of `total` steps, 0 and `total` included.
  public func steps(total: Int) -> [Int] {
    var steps = [0]
    while let last = steps.last, last < total { steps.append(min(total, next(after: last))) }
    return steps
  }
}
