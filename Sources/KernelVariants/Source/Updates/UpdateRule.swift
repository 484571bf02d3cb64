import KernelInterface

/// The coefficients of a step, by name.
typealias Coefficients = UnsafePointer<UpdateCoefficients>

/// One optimizer's rule on a vector of parameters. Each rule has a separate file, with an `UpdateKernel` that passes
/// the rule to `update`.
protocol UpdateRule {
  /// The number of state values per parameter: 0, 1 or 2.
  static var states: Int { get }
  /// Reads the constants once, before the loop.
  init(_ coefficients: Coefficients)
  /// Returns the new weight. `gradient` is scaled and includes the term of `gradientDecay`.
  func step(_ weight: Vector, _ gradient: Vector, _ state0: inout Vector, _ state1: inout Vector) -> Vector
  /// The factor of w in the gradient.
  static func gradientDecay(_ coefficients: Coefficients) -> Float
}

extension UpdateRule {
  /// The `l2` term and the weight decay together.
  @inline(__always)
  static func gradientDecay(_ coefficients: Coefficients) -> Float {
    coefficients.pointee.l2 + coefficients.pointee.weightDecay
  }
}

/// One optimizer's kernel: each parameter is read once and written once.
@inline(__always)
func update<Rule: UpdateRule>(
  by rule: Rule.Type, _ weights: MutableFloats, _ gradient: Floats, _ state0: MutableFloats?, _ state1: MutableFloats?,
  _ count: Int, _ coefficients: UnsafeRawPointer
) {
  let coefficients = coefficients.assumingMemoryBound(to: UpdateCoefficients.self)
  let rule = Rule(coefficients)
  let scale = Vector(repeating: coefficients.pointee.gradientScale)
  let decay = Rule.gradientDecay(coefficients)
  var index = 0
  // Two loops, since 0 · w is not zero if w is infinite.
  if decay == 0 {
    while index < count {
      step(by: rule, weights + index, load(gradient + index) * scale, state0, state1, index)
      index &+= vectorWidth
    }
  } else {
    while index < count {
      let decayed = multiplyAdd(Vector(repeating: decay), load(weights + index), load(gradient + index) * scale)
      step(by: rule, weights + index, decayed, state0, state1, index)
      index &+= vectorWidth
    }
  }
}

/// Updates one vector. `weights` points to the vector; the states are offset by `index`.
@inline(__always)
private func step<Rule: UpdateRule>(
  by rule: Rule, _ weights: MutableFloats, _ gradient: Vector, _ state0: MutableFloats?, _ state1: MutableFloats?,
  _ index: Int
) {
  var first = Rule.states > 0 ? load(state0.unsafelyUnwrapped + index) : Vector()
  var second = Rule.states > 1 ? load(state1.unsafelyUnwrapped + index) : Vector()
  store(rule.step(load(weights), gradient, &first, &second), weights)
  if Rule.states > 0 { store(first, state0.unsafelyUnwrapped + index) }
  if Rule.states > 1 { store(second, state1.unsafelyUnwrapped + index) }
}
