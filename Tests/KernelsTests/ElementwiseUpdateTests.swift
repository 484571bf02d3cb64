import Foundation
import KernelInterface
import Kernels
import Random
import Testing

/// An optimizer's rule on one parameter in plain Double, as PyTorch documents it.
struct PlainUpdate: Sendable, CustomTestStringConvertible {
  let name: String
  let kernel: @Sendable (ElementwiseKernels) -> UpdateKernel
  /// The coefficients from [4] on, at step t = 1, 2, ….
  let own: @Sendable (_ step: Int) -> [Double]
  /// Whether the weight decay joins the gradient.
  var isCoupled = true
  /// New weight and states; `c` has the layout that the kernels read, `g` is scaled and has its terms.
  let step:
    @Sendable (_ w: Double, _ g: Double, _ state0: inout Double, _ state1: inout Double, _ c: [Double]) -> Double

  var testDescription: String { name }

  private static func adam(_ w: Double, _ g: Double, _ m: inout Double, _ v: inout Double, _ c: [Double]) -> Double {
    m = c[4] * m + c[5] * g
    v = c[6] * v + c[7] * g * g
    return w - c[2] * (m * c[8]) / (v.squareRoot() * c[9] + c[10])
  }

  private static func adamCoefficients(_ step: Int) -> [Double] {
    [0.9, 0.1, 0.999, 0.001, 1 / (1 - pow(0.9, Double(step))), 1 / (1 - pow(0.999, Double(step))).squareRoot(), 1e-8]
  }

  static let all = [
    PlainUpdate(name: "sgd", kernel: \.updateSGD, own: { _ in [] }) { w, g, _, _, c in w - c[2] * g },
    PlainUpdate(name: "momentum", kernel: \.updateMomentum, own: { _ in [0.9] }) { w, g, v, _, c in
      v = c[4] * v + g
      return w - c[2] * v
    },
    PlainUpdate(name: "nesterov", kernel: \.updateNesterov, own: { _ in [0.9] }) { w, g, v, _, c in
      v = c[4] * v + g
      return w - c[2] * (g + c[4] * v)
    },
    PlainUpdate(name: "adam", kernel: \.updateAdam, own: adamCoefficients, step: adam),
    PlainUpdate(name: "adamw", kernel: \.updateAdamW, own: adamCoefficients, isCoupled: false) { w, g, m, v, c in
      adam(w - c[2] * c[3] * w, g, &m, &v, c)
    },
    PlainUpdate(name: "rmsprop", kernel: \.updateRMSprop, own: { _ in [0.99, 0.01, 1e-8] }) { w, g, v, _, c in
      v = c[4] * v + c[5] * g * g
      return w - c[2] * g / (v.squareRoot() + c[6])
    },
  ]
}

@Suite("Update kernels")
struct ElementwiseUpdateTests {
  static let decays: [(l2: Double, weightDecay: Double)] = [(0, 0), (0.3, 0), (0, 0.2), (0.3, 0.2)]

  @Test(
    "Five steps agree with the rule in Double, for every count of vectors", arguments: InstructionSet.available,
    PlainUpdate.all)
  func trajectories(_ set: InstructionSet, _ plain: PlainUpdate) {
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
          let coefficients = ([1.0 / 64, l2, 0.01, weightDecay] + plain.own(step)).map(Float.init)
          let c = coefficients.map(Double.init)
          plain.kernel(elementwiseKernels(for: set))(
            weights.pointer, gradient.pointer, states[0].pointer, states[1].pointer, count, coefficients)
          for (index, value) in gradient.values.enumerated() {
            let decay = c[1] + (plain.isCoupled ? c[3] : 0)
            var (state0, state1) = plainStates[index]
            let scaled = Double(value) * c[0] + decay * expected[index]
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
  func missingStates(_ set: InstructionSet) {
    let weights = GuardedFloats(Array(repeating: 1, count: set.vectorWidth))
    let gradient = GuardedFloats(Array(repeating: 2, count: set.vectorWidth))
    let kernels = elementwiseKernels(for: set)
    kernels.updateSGD(weights.pointer, gradient.pointer, nil, nil, weights.count, [0.5, 0, 0.25, 0])
    #expect(weights.values.allSatisfy { $0 == 0.75 })
    let velocity = GuardedFloats(Array(repeating: 1, count: set.vectorWidth))
    kernels.updateMomentum(
      weights.pointer, gradient.pointer, velocity.pointer, nil, weights.count, [0.5, 0, 0.25, 0, 0.5])
    #expect(velocity.values.allSatisfy { $0 == 1.5 })
    #expect(weights.values.allSatisfy { $0 == 0.375 })
  }

  @Test("Without decay an infinite weight spoils no state", arguments: InstructionSet.available)
  func infiniteWeight(_ set: InstructionSet) {
    let weights = GuardedFloats(Array(repeating: .infinity, count: set.vectorWidth))
    let gradient = GuardedFloats(Array(repeating: 2, count: set.vectorWidth))
    let velocity = GuardedFloats(Array(repeating: 0, count: set.vectorWidth))
    elementwiseKernels(for: set).updateMomentum(
      weights.pointer, gradient.pointer, velocity.pointer, nil, weights.count, [1, 0, 0.1, 0, 0.9])
    #expect(velocity.values.allSatisfy { $0 == 2 })
    #expect(weights.values.allSatisfy { $0 == .infinity })
  }

  @Test("A NaN in the gradient reaches its weight, and no other", arguments: InstructionSet.available, PlainUpdate.all)
  func notANumber(_ set: InstructionSet, _ plain: PlainUpdate) {
    let count = 2 * set.vectorWidth
    let weights = GuardedFloats(Array(repeating: 1, count: count))
    let gradient = GuardedFloats((0..<count).map { $0 == 1 ? .nan : 1 })
    let states = [GuardedFloats(Array(repeating: 0, count: count)), GuardedFloats(Array(repeating: 0, count: count))]
    let coefficients = ([1, 0, 0.01, 0] + plain.own(1)).map(Float.init)
    plain.kernel(elementwiseKernels(for: set))(
      weights.pointer, gradient.pointer, states[0].pointer, states[1].pointer, count, coefficients)
    #expect(weights.values.map(\.isNaN) == (0..<count).map { $0 == 1 })
  }
}
