import Kernels
import Networks
import Platform
import Training

/// A cost model of a step: a sum of terms, each proportional to a quantity known before the run:
///
///     seconds = a · operations / W + u · parameters / W + s · samples + b · barriers · g(W) + r · parameters · (W − 1) / W
///
/// - a: arithmetic, divided among W workers; one coefficient for each instruction set, precision and form of input.
/// - u: the update, divided likewise; one for each optimizer.
/// - s: work of one worker for every sample while the others wait: reducing the metrics.
/// - b: barriers, including waiting for the slowest worker. `Growth` defines the dependence on W;
///   g(1) = 0, g(2) = 1.
/// - r: only for `partial`: every worker reads its slice of the others' gradients, (W − 1) / W of the parameters, concurrently.
///
/// The coefficients are nonnegative and minimize the relative error over all cells. Predictions beyond the cores of this machine rely on
/// the form of the model: shared memory bandwidth or a second socket is not a term.
package struct CostModel: Sendable, Equatable {
  /// A term of the sum.
  package enum Part: Sendable, Hashable {
    case arithmetic(InstructionSet, InputForm, Precision)
    case update(optimizer: String)
    case samples
    case barriers
    case reduction
  }

  /// The cost of a barrier for W workers relative to two: g(W).
  package enum Growth: String, Sendable, CaseIterable {
    /// Constant: all workers arrive at the same time.
    case constant = "1"
    /// A tree of arrivals; or the maximum of W exponentially distributed delays, whose mean is H(W) ≈ ln W times the mean delay.
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

  /// A measured cell, or one to predict.
  package struct Cell: Sendable {
    package var work: StepWork
    package var workers: Int
    package var instructionSet: InstructionSet
    package var input: InputForm
    package var precision: Precision
    package var optimizer: String

    package init(
      work: StepWork, workers: Int, instructionSet: InstructionSet, input: InputForm, precision: Precision = .float32,
      optimizer: String
    ) {
      self.work = work
      self.workers = workers
      self.instructionSet = instructionSet
      self.input = input
      self.precision = precision
      self.optimizer = optimizer
    }

    /// The quantities of the terms.
    func amounts(_ growth: Growth) -> [Part: Double] {
      let workers = Double(workers)
      let parameters = Double(work.parameters)
      return [
        .arithmetic(instructionSet, input, precision): work.operations / workers,
        .update(optimizer: optimizer): parameters / workers,
        .samples: Double(work.batchSize),
        .barriers: Double(work.barriers(workers: self.workers)) * growth.multiple(self.workers),
        .reduction: work.strategy == .partial ? parameters * (workers - 1) / workers : 0,
      ]
    }
  }

  /// The coefficients, in seconds.
  package let seconds: [Part: Double]
  package let growth: Growth
  /// The number of cells of the fit.
  package let cells: Int
  /// The root mean square of the relative errors.
  package let relativeError: Double
  /// The largest relative error.
  package let largestError: Double
  /// True if the arithmetic of an instruction set, precision or form of input takes no time in the fit: the cells do not tell it from
  /// the other terms.
  package let lacksArithmetic: Bool

  /// The share of the time of some cell that arithmetic has at least; less is rounding of the fit.
  private static let minimumArithmetic = 0.001

  /// Fits the model.
  ///
  /// - Parameter measured: cells with the measured seconds per step.
  init(_ measured: [(cell: Cell, seconds: Double)], growth: Growth) {
    self.growth = growth
    let amounts = measured.map { $0.cell.amounts(growth) }
    var parts: [Part] = []
    for part in amounts.flatMap(\.keys) where !parts.contains(part) { parts.append(part) }
    // A fixed order, independent of the dictionary's.
    parts.sort { ($0.position, $0.name) < ($1.position, $1.name) }
    let fit = RelativeFit(
      amounts.map { amounts in parts.map { amounts[$0] ?? 0 } }, seconds: measured.map(\.seconds))
    seconds = Dictionary(uniqueKeysWithValues: zip(parts, fit.coefficients))
    cells = measured.count
    (relativeError, largestError) = (fit.error, fit.largestError)
    lacksArithmetic = parts.indices.contains { index in
      guard case .arithmetic = parts[index] else { return false }
      return fit.maximumShare(ofTerm: index) < Self.minimumArithmetic
    }
  }

  /// The seconds of a step, by term.
  package func parts(_ cell: Cell) -> [Part: Double] {
    cell.amounts(growth).reduce(into: [:]) { $0[$1.key] = $1.value * (seconds[$1.key] ?? 0) }
  }

  /// The seconds of a step.
  package func stepSeconds(_ cell: Cell) -> Double { parts(cell).values.sorted().reduce(0, +) }
}

extension CostModel {
  /// The formula of the model.
  package var terms: [String] {
    [
      "a · operations / W", "u · parameters / W", "s · samples", "b · barriers · (\(growth.rawValue))",
      "r · parameters · (W − 1) / W",
    ]
  }

  /// All terms, in order.
  package var parts: [Part] {
    seconds.keys.sorted { ($0.position, $0.name) < ($1.position, $1.name) }
  }
}

extension CostModel.Part {
  fileprivate var position: Int {
    switch self {
    case .arithmetic: 0
    case .update: 1
    case .samples: 2
    case .barriers: 3
    case .reduction: 4
    }
  }

  /// The coefficient's symbol in the formula.
  package var symbol: String {
    switch self {
    case .arithmetic: "a"
    case .update: "u"
    case .samples: "s"
    case .barriers: "b"
    case .reduction: "r"
    }
  }

  /// The name of a term.
  package var name: String {
    switch self {
    case .arithmetic(let instructionSet, let input, let precision):
      "arithmetic, \(instructionSet.rawValue), \(input.rawValue)"
        + (precision == .float32 ? "" : ", \(precision.rawValue)")
    case .update(let optimizer): "update, \(optimizer)"
    case .samples: "serial work"
    case .barriers: "barriers"
    case .reduction: "reduction"
    }
  }

  /// The unit to which the seconds apply.
  package var unit: String {
    switch self {
    case .arithmetic: "operation"
    case .update: "parameter"
    case .samples: "sample"
    case .barriers: "barrier of two"
    case .reduction: "parameter"
    }
  }
}
