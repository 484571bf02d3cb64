import KernelInterface

// Activations and their derivatives over whole vectors. Every loop body is one vector, independent of the next: the processor's own
// reordering overlaps them.

/// An `ActivateKernel`.
func activate(_ kind: Int, _ values: MutableFloats, _ count: Int) {
  switch kind {
  case ActivationKind.relu: activate(ReLU.self, values, count)
  case ActivationKind.leakyReLU: activate(LeakyReLU.self, values, count)
  case ActivationKind.sigmoid: activate(Sigmoid.self, values, count)
  case ActivationKind.tanh: activate(HyperbolicTangent.self, values, count)
  default: return
  }
}

/// An `ActivateSumKernel`.
func activateSum(_ kind: Int, _ first: Floats, _ second: Floats, _ result: MutableFloats, _ count: Int) {
  switch kind {
  case ActivationKind.relu: activateSum(ReLU.self, first, second, result, count)
  case ActivationKind.leakyReLU: activateSum(LeakyReLU.self, first, second, result, count)
  case ActivationKind.sigmoid: activateSum(Sigmoid.self, first, second, result, count)
  case ActivationKind.tanh: activateSum(HyperbolicTangent.self, first, second, result, count)
  default: activateSum(Identity.self, first, second, result, count)
  }
}

/// A `DerivativeKernel`.
func derivative(_ kind: Int, _ activations: Floats, _ delta: MutableFloats, _ count: Int) {
  switch kind {
  case ActivationKind.relu: differentiate(ReLU.self, activations, delta, count)
  case ActivationKind.leakyReLU: differentiate(LeakyReLU.self, activations, delta, count)
  case ActivationKind.sigmoid: differentiate(Sigmoid.self, activations, delta, count)
  case ActivationKind.tanh: differentiate(HyperbolicTangent.self, activations, delta, count)
  default: return
  }
}

/// One nonlinearity on a vector.
protocol ActivationRule {
  /// a = f(z).
  static func value(_ z: Vector) -> Vector
  /// δ · f′(z), with f′ told from a = f(z).
  static func chained(_ a: Vector, _ delta: Vector) -> Vector
}

@inline(__always)
private func activate<Rule: ActivationRule>(_ rule: Rule.Type, _ values: MutableFloats, _ count: Int) {
  var index = 0
  while index < count {
    store(Rule.value(load(values + index)), values + index)
    index += vectorWidth
  }
}

@inline(__always)
private func activateSum<Rule: ActivationRule>(
  _ rule: Rule.Type, _ first: Floats, _ second: Floats, _ result: MutableFloats, _ count: Int
) {
  var index = 0
  while index < count {
    store(Rule.value(load(first + index) + load(second + index)), result + index)
    index += vectorWidth
  }
}

@inline(__always)
private func differentiate<Rule: ActivationRule>(
  _ rule: Rule.Type, _ activations: Floats, _ delta: MutableFloats, _ count: Int
) {
  var index = 0
  while index < count {
    store(Rule.chained(load(activations + index), load(delta + index)), delta + index)
    index += vectorWidth
  }
}

/// max(0, z), a NaN kept; slope 0 at 0.
enum ReLU: ActivationRule {
  @inline(__always)
  static func value(_ z: Vector) -> Vector { z.replacing(with: Vector(), where: z .<= Vector()) }

  @inline(__always)
  static func chained(_ a: Vector, _ delta: Vector) -> Vector { delta.replacing(with: Vector(), where: a .<= Vector()) }
}

/// z above 0, else 0.01 z; slope 0.01 at 0.
enum LeakyReLU: ActivationRule {
  @inline(__always)
  static func value(_ z: Vector) -> Vector {
    z.replacing(with: z * Vector(repeating: 0.01), where: z .<= Vector())
  }

  @inline(__always)
  static func chained(_ a: Vector, _ delta: Vector) -> Vector {
    delta.replacing(with: delta * Vector(repeating: 0.01), where: a .<= Vector())
  }
}

/// 1 / (1 + e⁻ᶻ), slope a (1 − a).
enum Sigmoid: ActivationRule {
  @inline(__always)
  static func value(_ z: Vector) -> Vector { sigmoid(z) }

  @inline(__always)
  static func chained(_ a: Vector, _ delta: Vector) -> Vector { delta * (a * (Vector(repeating: 1) - a)) }
}

/// tanh z, slope 1 − a².
enum HyperbolicTangent: ActivationRule {
  @inline(__always)
  static func value(_ z: Vector) -> Vector { hyperbolicTangent(z) }

  @inline(__always)
  static func chained(_ a: Vector, _ delta: Vector) -> Vector {
    delta * ((Vector(repeating: 1) - a) * (Vector(repeating: 1) + a))
  }
}

/// z itself, slope 1.
enum Identity: ActivationRule {
  @inline(__always)
  static func value(_ z: Vector) -> Vector { z }

  @inline(__always)
  static func chained(_ a: Vector, _ delta: Vector) -> Vector { delta }
}
