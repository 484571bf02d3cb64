import Foundation
import KernelInterface
import Kernels
import Random
import Testing

/// An optimizer's rule on one parameter in plain Double, as PyTorch documents it.
struct PlainUpdate: Sendable, CustomTestStringConvertible {
  /// Of the kernel.
  let name: String
  /// Sets the coefficients that the rule has of its own, at step t = 1, 2, ….
  let own: @Sendable (_ coefficients: inout UpdateCoefficients, _ step: Int) -> Void
  /// True if the weight decay is added to the gradient.
  var isCoupled = true
  /// New weight and states; `c` has the numbers that the kernels read, `g` is scaled and has its terms.
  let step: @Sendable (_ w: Double, _ g: Double, _ state0: inout Double, _ state1: inout Double, _ c: Numbers) -> Double

  var testDescription: String { name }

  /// Coefficients in Double.
  @dynamicMemberLookup
  struct Numbers {
    let coefficients: UpdateCoefficients
    subscript(dynamicMember path: KeyPath<UpdateCoefficients, Float>) -> Double { Double(coefficients[keyPath: path]) }
  }

  /// The coefficients of a step.
  func coefficients(_ step: Int, scale: Float, l2: Float = 0, rate: Float, decay: Float = 0) -> UpdateCoefficients {
    var coefficients = UpdateCoefficients()
    (coefficients.gradientScale, coefficients.l2) = (scale, l2)
    (coefficients.learningRate, coefficients.weightDecay) = (rate, decay)
    own(&coefficients, step)
    return coefficients
  }

  private static func adam(_ w: Double, _ g: Double, _ m: inout Double, _ v: inout Double, _ c: Numbers) -> Double {
    m = c.beta1 * m + c.oneMinusBeta1 * g
    v = c.beta2 * v + c.oneMinusBeta2 * g * g
    return w - c.learningRate * (m * c.meanFactor) / (v.squareRoot() * c.rootFactor + c.epsilon)
  }

  private static func setAdam(_ c: inout UpdateCoefficients, _ step: Int) {
    (c.beta1, c.oneMinusBeta1, c.beta2, c.oneMinusBeta2) = (0.9, 0.1, 0.999, 0.001)
    c.meanFactor = Float(1 / (1 - pow(0.9, Double(step))))
    c.rootFactor = Float(1 / (1 - pow(0.999, Double(step))).squareRoot())
    c.epsilon = 1e-8
  }

  static let all = [
    PlainUpdate(name: "sgd", own: { _, _ in }) { w, g, _, _, c in w - c.learningRate * g },
    PlainUpdate(name: "momentum", own: { c, _ in c.momentum = 0.9 }) { w, g, v, _, c in
      v = c.momentum * v + g
      return w - c.learningRate * v
    },
    PlainUpdate(name: "nesterov", own: { c, _ in c.momentum = 0.9 }) { w, g, v, _, c in
      v = c.momentum * v + g
      return w - c.learningRate * (g + c.momentum * v)
    },
    PlainUpdate(name: "adam", own: setAdam, step: adam),
    PlainUpdate(name: "adamw", own: setAdam, isCoupled: false) { w, g, m, v, c in
      adam(w - c.learningRate * c.weightDecay * w, g, &m, &v, c)
    },
    PlainUpdate(name: "rmsprop", own: { c, _ in (c.beta2, c.oneMinusBeta2, c.epsilon) = (0.99, 0.01, 1e-8) }) {
      w, g, v, _, c in
      v = c.beta2 * v + c.oneMinusBeta2 * g * g
      return w - c.learningRate * g / (v.squareRoot() + c.epsilon)
    },
    PlainUpdate(
      name: "nadam",
      own: { c, step in
        setAdam(&c, step); c.gradientFactor = 0.75
      }
    ) { w, g, m, v, c in
      m = c.beta1 * m + c.oneMinusBeta1 * g
      v = c.beta2 * v + c.oneMinusBeta2 * g * g
      let root = v.squareRoot() * c.rootFactor + c.epsilon
      return w - c.learningRate * (c.gradientFactor * g + c.meanFactor * m) / root
    },
    PlainUpdate(
      name: "lion", own: { c, _ in (c.beta1, c.oneMinusBeta1, c.beta2, c.oneMinusBeta2) = (0.9, 0.1, 0.99, 0.01) },
      isCoupled: false
    ) { w, g, m, _, c in
      let mix = c.beta1 * m + c.oneMinusBeta1 * g
      m = c.beta2 * m + c.oneMinusBeta2 * g
      return w - c.learningRate * ((mix > 0 ? 1 : mix < 0 ? -1 : mix) + c.weightDecay * w)
    },
    PlainUpdate(name: "adagrad", own: { c, _ in c.epsilon = 1e-10 }) { w, g, s, _, c in
      s += g * g
      return w - c.learningRate * g / (s.squareRoot() + c.epsilon)
    },
  ]
}

@Suite("Update kernels")
struct ElementwiseUpdateTests {
  static let decays: [(l2: Float, weightDecay: Float)] = [(0, 0), (0.3, 0), (0, 0.2), (0.3, 0.2)]

  @Test(
    "Five steps agree with the rule in Double, for every count of vectors", arguments: InstructionSet.available,
    PlainUpdate.all)
  func trajectories(_ set: InstructionSet, _ plain: PlainUpdate) throws {
    let kernel = try #require(set.kernels.updates[plain.name])
    var random = RandomSource(seed: 31, purpose: .synthetic)
    for vectors in 0...5 {
      for (l2, weightDecay) in Self.decays {
        let count = vectors * set.vectorWidth
        let start = random.floats(count, bound: 1)
        let weights = GuardedFloats(start)
        let states = [GuardedFloats(start.map { _ in 0 }), GuardedFloats(start.map { _ in 0 })]
        var expected = start.map(Double.init)
        var plainStates = start.map { _ in (0.0, 0.0) }
        for step in 1...5 {
          let gradient = GuardedFloats(random.floats(count, bound: 64))
          // Rounded as the kernel gets them, so that only the kernel's own arithmetic differs.
          var coefficients = plain.coefficients(step, scale: 1 / 64, l2: l2, rate: 0.01, decay: weightDecay)
          let c = PlainUpdate.Numbers(coefficients: coefficients)
          kernel(weights.pointer, gradient.pointer, states[0].pointer, states[1].pointer, count, &coefficients)
          for (index, value) in gradient.values.enumerated() {
            let decay = c.l2 + (plain.isCoupled ? c.weightDecay : 0)
            var (state0, state1) = plainStates[index]
            let scaled = Double(value) * c.gradientScale + decay * expected[index]
            expected[index] = plain.step(expected[index], scaled, &state0, &state1, c)
            plainStates[index] = (state0, state1)
          }
          #expect(gradient.isIntact)
        }
        // Five roundings of w, and five updates of at most 0.05 with a relative error of some units in the last place.
        let mismatch = firstMismatch(weights.values, expected) { _ in 5 * (0x1p-24 + 0.05 * 8 * 0x1p-24) }
        #expect(mismatch == nil, "seed 31, \(set), \(plain.name), \(count) parameters, l2 \(l2), decay \(weightDecay)")
        #expect(weights.isIntact && states.allSatisfy(\.isIntact), "\(plain.name), \(count) parameters")
      }
    }
  }

  @Test("Missing states are not touched", arguments: InstructionSet.available)
  func missingStates(_ set: InstructionSet) throws {
    let weights = GuardedFloats(Array(repeating: 1, count: set.vectorWidth))
    let gradient = GuardedFloats(Array(repeating: 2, count: set.vectorWidth))
    let kernels = set.kernels.updates
    var coefficients = UpdateCoefficients()
    (coefficients.gradientScale, coefficients.learningRate, coefficients.momentum) = (0.5, 0.25, 0.5)
    let sgd = try #require(kernels["sgd"])
    sgd(weights.pointer, gradient.pointer, nil, nil, weights.count, &coefficients)
    #expect(weights.values.allSatisfy { $0 == 0.75 })
    let velocity = GuardedFloats(Array(repeating: 1, count: set.vectorWidth))
    let momentum = try #require(kernels["momentum"])
    momentum(weights.pointer, gradient.pointer, velocity.pointer, nil, weights.count, &coefficients)
    #expect(velocity.values.allSatisfy { $0 == 1.5 })
    #expect(weights.values.allSatisfy { $0 == 0.375 })
  }

  @Test("Without decay an infinite weight spoils no state", arguments: InstructionSet.available)
  func infiniteWeight(_ set: InstructionSet) throws {
    let weights = GuardedFloats(Array(repeating: .infinity, count: set.vectorWidth))
    let gradient = GuardedFloats(Array(repeating: 2, count: set.vectorWidth))
    let velocity = GuardedFloats(Array(repeating: 0, count: set.vectorWidth))
    var coefficients = UpdateCoefficients()
    (coefficients.learningRate, coefficients.momentum) = (0.1, 0.9)
    let momentum = try #require(set.kernels.updates["momentum"])
    momentum(weights.pointer, gradient.pointer, velocity.pointer, nil, weights.count, &coefficients)
    #expect(velocity.values.allSatisfy { $0 == 2 })
    #expect(weights.values.allSatisfy { $0 == .infinity })
  }

  @Test("A NaN in the gradient reaches its weight, and no other", arguments: InstructionSet.available, PlainUpdate.all)
  func notANumber(_ set: InstructionSet, _ plain: PlainUpdate) throws {
    let count = 2 * set.vectorWidth
    let weights = GuardedFloats(Array(repeating: 1, count: count))
    let gradient = GuardedFloats((0..<count).map { $0 == 1 ? .nan : 1 })
    let states = [GuardedFloats(Array(repeating: 0, count: count)), GuardedFloats(Array(repeating: 0, count: count))]
    var coefficients = plain.coefficients(1, scale: 1, rate: 0.01)
    let kernel = try #require(set.kernels.updates[plain.name])
    kernel(weights.pointer, gradient.pointer, states[0].pointer, states[1].pointer, count, &coefficients)
    #expect(weights.values.map(\.isNaN) == (0..<count).map { $0 == 1 })
  }
}
