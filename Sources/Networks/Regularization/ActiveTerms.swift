import KernelInterface
import Kernels

/// The terms of an objective with λ > 0, except `l2`, with their kernels.
package final class ActiveTerms: Sendable {
  /// One term.
  package struct Term: Sendable {
    /// The kernels of the term's value and derivative.
    package let kernels: TermKernels
    /// λ/M.
    package let strength: Double
  }

  /// The terms, in the order of `Regularization.terms`.
  nonisolated(unsafe) package let pointer: UnsafePointer<Term>
  /// The number of terms.
  package let count: Int

  /// - Parameter regularization: the terms, with λ divided by M.
  package init(_ regularization: Regularization, _ kernels: Kernels) {
    let active = Regularization.terms.map { $0.name }.filter { $0 != L2Term.name && regularization[$0] != 0 }
    let terms = UnsafeMutablePointer<Term>.allocate(capacity: max(active.count, 1))
    for (index, name) in active.enumerated() {
      guard let found = kernels.terms[name] else { preconditionFailure("no kernel for the term \(name)") }
      (terms + index).initialize(to: Term(kernels: found, strength: regularization[name]))
    }
    pointer = UnsafePointer(terms)
    count = active.count
  }

  deinit { pointer.deallocate() }

  /// Adds each term's derivative, divided by `scale`, to the gradient of adjacent weights, which an update kernel
  /// multiplies by `scale` afterwards.
  @inline(__always)
  static func add(
    _ terms: UnsafePointer<Term>, count: Int, to gradient: MutableFloats, weights: Floats, scale: Float, numbers: Int
  ) {
    var index = 0
    while index < count {
      terms[index].kernels.add(gradient, weights, Float(terms[index].strength) / scale, numbers)
      index += 1
    }
  }

  /// Adds each term's derivative to a gradient of adjacent weights.
  package func add(to gradient: MutableFloats, weights: Floats, numbers: Int) {
    Self.add(pointer, count: count, to: gradient, weights: weights, scale: 1, numbers: numbers)
  }

  /// The sum of the terms' values over adjacent weights.
  package func value(_ weights: Floats, numbers: Int) -> Double {
    var sum = 0.0
    for index in 0..<count { sum += pointer[index].strength * pointer[index].kernels.sum(weights, numbers) }
    return sum
  }
}
