/// The terms of the objective beside the loss: (1/M) Σₜ λₜ Σ pₜ(w) over the weights w, M the samples of the training split. Biases are
/// never regularised.
///
/// To add a term: a file with its function in Double (`RegularizationTerm`) beside this one, a file with its vector text in
/// `KernelVariants/Source/Terms` and its line in the list there, and a line in `terms`. Its option follows from these.
public struct Regularization: Sendable, Equatable, ExpressibleByDictionaryLiteral {
  /// Every term, in the order of the help texts.
  public static let terms: [any RegularizationTerm.Type] = [
    L2Term.self,
    L1Term.self,
  ]

  /// λ of each of `terms`.
  private var strengths: [Double]

  /// No term but those given, by name with their λ.
  /// - Precondition: the names are those of terms.
  public init(dictionaryLiteral elements: (String, Double)...) {
    strengths = Self.terms.map { _ in 0 }
    for (name, strength) in elements { self[name] = strength }
  }

  public init(l2: Double) { self = ["l2": l2] }

  /// λ of a term, by its name; 0 where the objective does not have it.
  public subscript(name: String) -> Double {
    get { strengths[Self.index(name)] }
    set { strengths[Self.index(name)] = newValue }
  }

  private static func index(_ name: String) -> Int {
    guard let index = terms.firstIndex(where: { $0.name == name }) else { preconditionFailure("no term \(name)") }
    return index
  }

  public var isEmpty: Bool { strengths.allSatisfy { $0 == 0 } }

  /// With every λ divided, as by M.
  public func divided(by divisor: Double) -> Regularization {
    var result = self
    result.strengths = strengths.map { $0 / divisor }
    return result
  }

  /// Σₜ λₜ Σ pₜ(w), M left out.
  public func value(of weights: some Sequence<some Sequence<some BinaryFloatingPoint>>) -> Double {
    guard !isEmpty else { return 0 }
    return zip(Self.terms, strengths).reduce(0) { sum, term in
      guard term.1 != 0 else { return sum }
      let values = weights.reduce(0.0) { $1.reduce($0) { $0 + term.0.value(Double($1)) } }
      return sum + term.1 * values
    }
  }

  /// Σₜ λₜ pₜ′(w), M left out.
  public func derivative(_ weight: Double) -> Double {
    zip(Self.terms, strengths).reduce(0) { $1.1 == 0 ? $0 : $0 + $1.1 * $1.0.derivative(weight) }
  }

  /// Σₜ λₜ [pₜ(w+h) − pₜ(w−h)] / 2h, M left out.
  func centralDifference(_ weight: Double, step: Double) -> Double {
    zip(Self.terms, strengths).reduce(0) {
      $1.1 == 0 ? $0 : $0 + $1.1 * $1.0.centralDifference(weight, step: step)
    }
  }

  /// Whether a weight changes sides of a term's kink between w − h and w + h.
  func crossesKink(_ weight: Double, step: Double) -> Bool {
    weight != 0 && abs(weight) <= abs(step)
      && zip(Self.terms, strengths).contains { $0.1 != 0 && $0.0.hasKinkAtZero }
  }
}
