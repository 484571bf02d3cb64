import KernelInterface

// Activations and their derivatives over whole vectors. Every loop body is one vector, independent of the next, so that
// out-of-order execution overlaps them.

/// One nonlinearity on a vector. Each rule has a separate file, with three kernels that pass the rule to the functions
/// below.
protocol ActivationRule {
  /// a = f(z).
  static func value(_ z: Vector) -> Vector
  /// δ · f′(z). `kept` is a = f(z), or z itself if the derivative needs the pre-activation.
  static func chained(_ kept: Vector, _ delta: Vector) -> Vector
}

/// An `ActivateKernel`.
@inline(__always)
func activate<Rule: ActivationRule>(_ rule: Rule.Type, _ z: Floats, _ result: MutableFloats, _ count: Int) {
  var index = 0
  while index < count {
    store(Rule.value(load(z + index)), result + index)
    index &+= vectorWidth
  }
}

/// An `ActivateSumKernel`.
@inline(__always)
func activateSum<Rule: ActivationRule>(
  _ rule: Rule.Type, _ first: Floats, _ second: Floats, _ kept: MutableFloats?, _ result: MutableFloats, _ count: Int
) {
  var index = 0
  if let kept {
    while index < count {
      let z = load(first + index) + load(second + index)
      store(z, kept + index)
      store(Rule.value(z), result + index)
      index &+= vectorWidth
    }
  } else {
    while index < count {
      store(Rule.value(load(first + index) + load(second + index)), result + index)
      index &+= vectorWidth
    }
  }
}

/// A `DerivativeKernel`.
@inline(__always)
func differentiate<Rule: ActivationRule>(_ rule: Rule.Type, _ kept: Floats, _ delta: MutableFloats, _ count: Int) {
  var index = 0
  while index < count {
    store(Rule.chained(load(kept + index), load(delta + index)), delta + index)
    index &+= vectorWidth
  }
}
