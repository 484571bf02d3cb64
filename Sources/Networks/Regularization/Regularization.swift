/// The terms of the objective besides the loss: (1/M) Σₜ λₜ Σ pₜ(w) over the weights w, M the number of training
/// samples. Biases are never regularized.
///
/// To add a term: a file with its function in Double (`RegularizationTerm`) next to this one, a file with its vector
/// code in `KernelVariants/Source/Terms` with a line in the list there, and a line in `terms`. Its option is derived
/// from these.
package struct Regularization: Sendable, Equatable, ExpressibleByDictionaryLiteral {
  /// All terms, in the order of the help texts.
  package static let terms: [any RegularizationTerm.Type] = [
    L2Term.self,
    L1Term.self,
  ]

  /// The λ of each of `terms`; 0 for terms that the objective does not have.
  private var strengths: [Double]

  /// The given terms, by name with their λ.
  /// - Precondition: every name is that of a term.
  package init(dictionaryLiteral elements: (String, Double)...) {
    strengths = Self.terms.map { _ in 0 }
    for (name, strength) in elements { self[name] = strength }
  }

  /// The l2 term alone.
  package init(l2: Double) { self = ["l2": l2] }

  /// The λ of a term, by its name; 0 if the objective does not have it.
  package subscript(name: String) -> Double {
    get { strengths[Self.index(name)] }
    set { strengths[Self.index(name)] = newValue }
  }

  private static func index(_ name: String) -> Int {
    guard let index = terms.firstIndex(where: { $0.name == name }) else { preconditionFailure("no term \(name)") }
    return index
  }

  /// True if the objective is the loss alone.
  package var isEmpty: Bool { strengths.allSatisfy { $0 == 0 } }

  /// The terms with every λ divided, for example by M.
  package func divided(by divisor: Double) -> Regularization {
    var result = self
    result.strengths = strengths.map { $0 / divisor }
    return result
  }

  /// The terms that update kernels do not include.
  package var withoutL2: Regularization {
    var result = self
    result[L2Term.name] = 0
    return result
  }

  /// Σₜ λₜ Σ pₜ(w), without 1/M.
  package func value(of weights: some Sequence<some Sequence<some BinaryFloatingPoint>>) -> Double {
    guard !isEmpty else { return 0 }
    return zip(Self.terms, strengths).reduce(0) { sum, term in
      guard term.1 != 0 else { return sum }
      let values = weights.reduce(0.0) { $1.reduce($0) { $0 + term.0.value(Double($1)) } }
      return sum + term.1 * values
    }
  }

  /// Σₜ λₜ pₜ′(w), without 1/M.
  package func derivative(_ weight: Double) -> Double {
    zip(Self.terms, strengths).reduce(0) { $1.1 == 0 ? $0 : $0 + $1.1 * $1.0.derivative(weight) }
  }

  /// Σₜ λₜ [pₜ(w+h) − pₜ(w−h)] / 2h, without 1/M.
  func centralDifference(_ weight: Double, step: Double) -> Double {
    zip(Self.terms, strengths).reduce(0) {
      $1.1 == 0 ? $0 : $0 + $1.1 * $1.0.centralDifference(weight, step: step)
    }
  }

  /// True if a term has a kink between w − h and w + h.
  func crossesKink(_ weight: Double, step: Double) -> Bool {
    weight != 0 && abs(weight) <= abs(step)
      && zip(Self.terms, strengths).contains { $0.1 != 0 && $0.0.hasKinkAtZero }
  }
}
