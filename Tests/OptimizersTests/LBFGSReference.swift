import Foundation
import Optimizers

/// Paths of PyTorch's LBFGS and minima of SciPy's, written by `Tests/References/lbfgs.py`.
struct LBFGSReference: Decodable {
  struct Point: Decodable {
    var parameters: [Double]
    var evaluations: Int
    var objective: Double
  }

  struct Minimum: Decodable {
    var parameters: [Double]
    var objective: Double
  }

  struct Run: Decodable {
    var start: [Double]
    var learningRate: Double
    var path: [Point]
    var minimum: Minimum
  }

  var X: [[Double]]
  var y: [Int]
  var l2: Double
  var runs: [String: Run]

  static let shared: LBFGSReference = TestData.json("Tests/OptimizersTests/Resources/lbfgs.json")

  /// The objective of a run, with its gradient.
  func objective(_ name: String) -> DoubleProblem.Objective {
    if name.hasPrefix("rosenbrock") { return Self.rosenbrock }
    if name == "quartic" { return Self.quartic }
    return { self.softmaxRegression($0) }
  }

  static func rosenbrock(_ p: [Double]) -> (value: Double, gradient: [Double]) {
    var (value, gradient) = (0.0, [Double](repeating: 0, count: p.count))
    for index in 0..<(p.count - 1) {
      let (bend, rest) = (p[index + 1] - p[index] * p[index], 1 - p[index])
      value += 100 * bend * bend + rest * rest
      gradient[index] += -400 * bend * p[index] - 2 * rest
      gradient[index + 1] += 200 * bend
    }
    return (value, gradient)
  }

  static func quartic(_ p: [Double]) -> (value: Double, gradient: [Double]) {
    var (value, gradient) = (0.0, [Double]())
    for (index, number) in p.enumerated() {
      let (factor, distance) = (Double(index + 1) / 1000, number - 1)
      value += factor * distance * distance * distance * distance
      gradient.append(4 * factor * distance * distance * distance)
    }
    return (value, gradient)
  }

  func softmaxRegression(_ p: [Double]) -> (value: Double, gradient: [Double]) {
    var (value, gradient) = (0.0, p.map { $0 * l2 })
    for (x, label) in zip(X, y) {
      let logits = (0..<3).map { p[2 * $0] * x[0] + p[2 * $0 + 1] * x[1] + p[6 + $0] }
      let sum = logits.reduce(0) { $0 + exp($1) }
      value += (log(sum) - logits[label]) / Double(X.count)
      for k in 0..<3 {
        let signal = (exp(logits[k]) / sum - (k == label ? 1 : 0)) / Double(X.count)
        gradient[2 * k] += signal * x[0]
        gradient[2 * k + 1] += signal * x[1]
        gradient[6 + k] += signal
      }
    }
    return (value + l2 / 2 * p.reduce(0) { $0 + $1 * $1 }, gradient)
  }
}

/// An objective in Double.
final class DoubleProblem: LBFGSProblem {
  typealias Objective = (_ parameters: [Double]) -> (value: Double, gradient: [Double])

  private let objective: Objective
  private var vectors: [Int: [Double]] = [:]
  private(set) var evaluations = 0

  init(_ start: [Double], _ objective: @escaping Objective) {
    self.objective = objective
    self[.parameters] = start
  }

  subscript(vector: LBFGSVector) -> [Double] {
    get { vectors[Self.key(vector)] ?? [] }
    set { vectors[Self.key(vector)] = newValue }
  }

  private static func key(_ vector: LBFGSVector) -> Int {
    switch vector {
    case .parameters: 0
    case .start: 1
    case .direction: 2
    case .gradient(let index): 100 + index
    case .step(let slot): 200 + slot
    case .change(let slot): 300 + slot
    }
  }

  /// The vectors of the optimizer's state.
  static var state: [LBFGSVector] {
    [.parameters, .gradient(0)] + (0..<LBFGS.memory).flatMap { [.step($0), .change($0)] }
  }

  func evaluate(gradient index: Int) -> LBFGSEvaluation {
    evaluations += 1
    let (value, gradient) = objective(self[.parameters])
    self[.gradient(index)] = gradient
    return LBFGSEvaluation(objective: value)
  }

  func dot(_ a: LBFGSVector, _ b: LBFGSVector) -> Double { zip(self[a], self[b]).reduce(0) { $0 + $1.0 * $1.1 } }
  func sumOfMagnitudes(_ a: LBFGSVector) -> Double { self[a].reduce(0) { $0 + abs($1) } }
  func largestMagnitude(_ a: LBFGSVector) -> Double { self[a].map(abs).max() ?? 0 }
  func combine(_ alpha: Double, _ a: LBFGSVector, _ b: LBFGSVector, into result: LBFGSVector) {
    self[result] = zip(self[a], self[b]).map { alpha * $0 + $1 }
  }
  func scale(_ alpha: Double, _ a: LBFGSVector, into result: LBFGSVector) { self[result] = self[a].map { alpha * $0 } }
}
