import Foundation
import Kernels
import Networks
import Training

/// What a step costs, as a sum of parts each of which goes with something that is known before the run:
///
///     seconds = a · operations / W + u · parameters / W + s · samples + b · barriers · g(W) + r · parameters · (W − 1) / W
///
/// - a: arithmetic, divided among W workers; one number for each instruction set and form of input.
/// - u: the update, divided likewise; one for each optimizer.
/// - s: what one worker does for every sample while the others wait: keeping the books.
/// - b: barriers, and what is waited for there: the arrivals' way from core to core, and the slowest of all workers. `Growth` says how it
///   grows with W; g(1) = 0, g(2) = 1.
/// - r: `partial` alone: every worker fetches its part of the others' gradients, (W − 1) / W of the parameters, all at once.
///
/// The numbers are at least 0 and make the relative error over all cells smallest. What is beyond the cores of this machine rests on the
/// form of the model: memory that all cores share, or a second socket, is in none of its parts.
public struct CostModel: Sendable, Equatable {
  /// A part of the sum.
  public enum Part: Sendable, Hashable {
    case arithmetic(InstructionSet, InputForm)
    case update(optimizer: String)
    case samples
    case barriers
    case reduction
  }

  /// What a barrier costs W workers, as a multiple of what it costs two: g(W).
  public enum Growth: String, Sendable, CaseIterable {
    /// The same for any number: arrivals at once, and nobody late.
    case constant = "1"
    /// Arrivals in a tree; or the last of W workers whose delays are exponentially distributed, which comes H(W) ≈ ln W times a mean
    /// delay late.
    case logarithmic = "log2 W"
    /// Arrivals one after the other.
    case linear = "W − 1"

    func multiple(_ workers: Int) -> Double {
      guard workers > 1 else { return 0 }
      return switch self {
      case .constant: 1
      case .logarithmic: log2(Double(workers))
      case .linear: Double(workers - 1)
      }
    }
  }

  /// One measured cell, or one to predict.
  public struct Cell: Sendable {
    public var work: StepWork
    public var workers: Int
    public var instructionSet: InstructionSet
    public var input: InputForm
    public var optimizer: String

    public init(
      work: StepWork, workers: Int, instructionSet: InstructionSet, input: InputForm, optimizer: String
    ) {
      self.work = work
      self.workers = workers
      self.instructionSet = instructionSet
      self.input = input
      self.optimizer = optimizer
    }

    /// What each part goes with.
    func amounts(_ growth: Growth) -> [Part: Double] {
      let workers = Double(workers)
      let parameters = Double(work.parameters)
      return [
        .arithmetic(instructionSet, input): work.operations / workers,
        .update(optimizer: optimizer): parameters / workers,
        .samples: Double(work.batchSize),
        .barriers: Double(work.barriers(workers: self.workers)) * growth.multiple(self.workers),
        .reduction: work.strategy == .partial ? parameters * (workers - 1) / workers : 0,
      ]
    }
  }

  /// Seconds for one of each part's amount.
  public let seconds: [Part: Double]
  public let growth: Growth
  /// Cells that it was fitted to.
  public let cells: Int
  /// Root of the mean squared relative error over these.
  public let relativeError: Double
  /// The largest relative error of these.
  public let largestError: Double

  /// Fits the model.
  ///
  /// - Parameter measured: cells and the seconds that a step of each took.
  init(_ measured: [(cell: Cell, seconds: Double)], growth: Growth) {
    self.growth = growth
    let amounts = measured.map { $0.cell.amounts(growth) }
    var parts: [Part] = []
    for part in amounts.flatMap(\.keys) where !parts.contains(part) { parts.append(part) }
    // The same order in every run of the program, whatever a dictionary's.
    parts.sort { ($0.place, $0.name) < ($1.place, $1.name) }
    // Each equation is divided by its time: errors are relative.
    let rows = zip(amounts, measured).map { amounts, cell in parts.map { (amounts[$0] ?? 0) / cell.seconds } }
    let solution = nonNegativeLeastSquares(rows: rows, values: measured.map { _ in 1 })
    seconds = Dictionary(uniqueKeysWithValues: zip(parts, solution))
    cells = measured.count
    let errors = rows.map { row in zip(row, solution).reduce(-1) { $0 + $1.0 * $1.1 } }
    relativeError = (errors.reduce(0) { $0 + $1 * $1 } / Double(max(errors.count, 1))).squareRoot()
    largestError = errors.map(abs).max() ?? 0
  }

  /// The seconds of a step, part by part.
  public func parts(_ cell: Cell) -> [Part: Double] {
    cell.amounts(growth).reduce(into: [:]) { $0[$1.key] = $1.value * (seconds[$1.key] ?? 0) }
  }

  /// The seconds of a step.
  public func stepSeconds(_ cell: Cell) -> Double { parts(cell).values.sorted().reduce(0, +) }
}

extension CostModel {
  /// The sum's terms, in signs.
  public var terms: [String] {
    [
      "a · operations / W", "u · parameters / W", "s · samples", "b · barriers · (\(growth.rawValue))",
      "r · parameters · (W − 1) / W",
    ]
  }

  /// All parts, in their order.
  public var parts: [Part] {
    seconds.keys.sorted { ($0.place, $0.name) < ($1.place, $1.name) }
  }
}

extension CostModel.Part {
  fileprivate var place: Int {
    switch self {
    case .arithmetic: 0
    case .update: 1
    case .samples: 2
    case .barriers: 3
    case .reduction: 4
    }
  }

  /// Its factor in the formula.
  public var symbol: String {
    switch self {
    case .arithmetic: "a"
    case .update: "u"
    case .samples: "s"
    case .barriers: "b"
    case .reduction: "r"
    }
  }

  /// In words.
  public var name: String {
    switch self {
    case .arithmetic(let instructionSet, let input): "arithmetic, \(instructionSet.rawValue), \(input.rawValue)"
    case .update(let optimizer): "update, \(optimizer)"
    case .samples: "work undivided"
    case .barriers: "barriers"
    case .reduction: "reduction"
    }
  }

  /// What its seconds are for one of.
  public var unit: String {
    switch self {
    case .arithmetic: "operation"
    case .update: "parameter"
    case .samples: "sample"
    case .barriers: "barrier of two"
    case .reduction: "parameter"
    }
  }
}
