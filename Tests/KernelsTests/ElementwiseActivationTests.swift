import Foundation
import KernelInterface
import Kernels
import Random
import Testing

/// An activation and its slope in plain Double.
struct PlainActivation: Sendable, CustomTestStringConvertible {
  let name: String
  let kind: Int
  let value: @Sendable (Double) -> Double
  /// Computed from the activation.
  let slope: @Sendable (Double) -> Double

  var testDescription: String { name }

  static let all = [
    PlainActivation(
      name: "relu", kind: ActivationKind.relu, value: { $0.isNaN || $0 > 0 ? $0 : 0 }, slope: { $0 > 0 ? 1 : 0 }),
    PlainActivation(
      name: "leaky-relu", kind: ActivationKind.leakyReLU, value: { $0 > 0 ? $0 : 0.01 * $0 },
      slope: { $0 > 0 ? 1 : 0.01 }),
    PlainActivation(
      name: "sigmoid", kind: ActivationKind.sigmoid, value: { 1 / (1 + exp(-$0)) }, slope: { $0 * (1 - $0) }),
    PlainActivation(name: "tanh", kind: ActivationKind.tanh, value: { tanh($0) }, slope: { 1 - $0 * $0 }),
    PlainActivation(name: "identity", kind: ActivationKind.identity, value: { $0 }, slope: { _ in 1 }),
  ]
}

@Suite("Activation kernels")
struct ElementwiseActivationTests {
  /// Four units in the last place, or the smallest normal float below which a power may be 0.
  private func bound(_ value: Double) -> Double { max(abs(value) * 4 * 0x1p-24, 0x1p-126) }

  @Test(
    "Activations agree with Double formulas over their whole range",
    arguments: InstructionSet.available, PlainActivation.all)
  func activationsAgree(_ set: InstructionSet, _ activation: PlainActivation) {
    var random = RandomSource(seed: 11, purpose: .synthetic)
    var inputs: [Float] = [
      0, -0.0, .infinity, -.infinity, .nan, 800, -800, 88, -88, -87.5, -87, 0x1p-140, -0x1p-140, 3e38, -3e38,
    ]
    // From the smallest subnormal to beyond saturation, evenly by exponent, both signs.
    for exponent in -149..<12 {
      for _ in 0..<64 {
        let magnitude = Float(sign: .plus, exponent: exponent, significand: Float.random(in: 1..<2, using: &random))
        inputs += [magnitude, -magnitude]
      }
    }
    for step in -4000...4000 { inputs.append(Float(step) / 40) }
    inputs += Array(repeating: 0.25, count: set.padded(inputs.count) - inputs.count)

    let buffer = GuardedFloats(inputs)
    elementwiseKernels(for: set).activate(activation.kind, buffer.pointer, buffer.count)
    let expected = inputs.map { activation.value(Double($0)) }
    let mismatch = firstMismatch(buffer.values, expected) { bound(expected[$0]) }
    #expect(mismatch == nil, "seed 11, \(set), \(activation.name)")
    #expect(buffer.isIntact)
  }

  @Test("Derivatives agree with Double formulas", arguments: InstructionSet.available, PlainActivation.all)
  func derivativesAgree(_ set: InstructionSet, _ activation: PlainActivation) {
    var random = RandomSource(seed: 12, purpose: .synthetic)
    let activations = [0, -0.0, 1, -1, 0x1p-140, 0.5] + random.floats(set.padded(1000) - 6, bound: 1)
    let delta = random.floats(activations.count, bound: 3)
    let buffer = GuardedFloats(delta)
    let activationBuffer = GuardedFloats(activations)
    elementwiseKernels(for: set).derivative(activation.kind, activationBuffer.pointer, buffer.pointer, buffer.count)
    let expected = zip(delta, activations).map { Double($0) * activation.slope(Double($1)) }
    let mismatch = firstMismatch(buffer.values, expected) { abs(expected[$0]) * 6 * 0x1p-24 + 0x1p-138 }
    #expect(mismatch == nil, "seed 12, \(set), \(activation.name)")
    #expect(buffer.isIntact)
    #expect(activationBuffer.values == activations)
  }

  @Test(
    "Every count of vectors is done, and not one more", arguments: InstructionSet.available, PlainActivation.all)
  func everyCount(_ set: InstructionSet, _ activation: PlainActivation) {
    let kernels = elementwiseKernels(for: set)
    for vectors in 0...9 {
      let inputs = Array(repeating: Float(-0.75), count: vectors * set.vectorWidth)
      let values = GuardedFloats(inputs)
      kernels.activate(activation.kind, values.pointer, values.count)
      let a = activation.value(-0.75)
      let terms = [Float(-1.25), 0.5].map { GuardedFloats(Array(repeating: $0, count: values.count)) }
      let sum = GuardedFloats(inputs)
      kernels.activateSum(activation.kind, terms[0].pointer, terms[1].pointer, sum.pointer, sum.count)
      #expect(bits(sum.values) == bits(values.values) && sum.isIntact, "\(vectors) vectors")
      #expect(firstMismatch(values.values, inputs.map { _ in a }) { _ in 1e-6 } == nil, "\(vectors) vectors")
      let delta = GuardedFloats(inputs)
      kernels.derivative(activation.kind, values.pointer, delta.pointer, delta.count)
      let expected = -0.75 * activation.slope(a)
      #expect(firstMismatch(delta.values, inputs.map { _ in expected }) { _ in 1e-6 } == nil, "\(vectors) vectors")
      #expect(values.isIntact && delta.isIntact, "\(vectors) vectors")
    }
  }

  @Test("tanh keeps the sign of zero", arguments: InstructionSet.available)
  func signOfZero(_ set: InstructionSet) {
    let buffer = GuardedFloats((0..<set.vectorWidth).map { $0 % 2 == 0 ? 0 : -0.0 })
    elementwiseKernels(for: set).activate(ActivationKind.tanh, buffer.pointer, buffer.count)
    #expect(buffer.values.map(\.sign) == (0..<set.vectorWidth).map { $0 % 2 == 0 ? .plus : .minus })
  }
}

@Suite("Activation kernels against tabulated values")
struct ElementwiseTableTests {
  // Computed in float64, from the definitions.
  static let z: [Float] = [-800, -40, -5, -1, -0.3, 0, 0.3, 1, 5, 40, 800]
  static let tables: [(kind: Int, values: [Double], derivatives: [Double])] = [
    (
      ActivationKind.sigmoid,
      [
        0, 4.248354255291589e-18, 0.006692850924284856, 0.2689414213699951, 0.425557483188341, 0.5, 0.574442516811659,
        0.7310585786300049, 0.9933071490757153, 1, 1,
      ],
      [
        0, 4.248354255291589e-18, 0.0066480566707901555, 0.19661193324148185, 0.24445831169074586, 0.25,
        0.24445831169074586, 0.19661193324148185, 0.006648056670790033, 0, 0,
      ]
    ),
    (
      ActivationKind.tanh,
      [
        -1, -1, -0.9999092042625951, -0.7615941559557649, -0.2913126124515909, 0, 0.2913126124515909,
        0.7615941559557649, 0.9999092042625951, 1, 1,
      ],
      [
        0, 0, 0.0001815832309438603, 0.41997434161402614, 0.9151369618266292, 1, 0.9151369618266292,
        0.41997434161402614, 0.0001815832309438603, 0, 0,
      ]
    ),
    (
      ActivationKind.relu, [0, 0, 0, 0, 0, 0, 0.3, 1, 5, 40, 800], [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1]
    ),
    (
      ActivationKind.leakyReLU, [-8, -0.4, -0.05, -0.01, -0.003, 0, 0.3, 1, 5, 40, 800],
      [0.01, 0.01, 0.01, 0.01, 0.01, 0.01, 1, 1, 1, 1, 1]
    ),
    (
      ActivationKind.identity, [-800, -40, -5, -1, -0.3, 0, 0.3, 1, 5, 40, 800],
      [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]
    ),
  ]

  @Test("Values and slopes are the table's", arguments: InstructionSet.available, tables.indices)
  func tabulated(_ set: InstructionSet, _ index: Int) {
    let table = Self.tables[index]
    let kernels = elementwiseKernels(for: set)
    let padding = Array(repeating: Float(0), count: set.padded(Self.z.count) - Self.z.count)
    let values = GuardedFloats(Self.z + padding)
    kernels.activate(table.kind, values.pointer, values.count)
    let activations = Array(values.values.prefix(Self.z.count))
    #expect(firstMismatch(activations, table.values) { abs(table.values[$0]) * 2.5e-7 } == nil)

    let delta = GuardedFloats(values.values.map { _ in 1 })
    kernels.derivative(table.kind, values.pointer, delta.pointer, delta.count)
    let slopes = Array(delta.values.prefix(Self.z.count))
    // 1 − a is as exact as a: half a unit in the last place of 1.
    #expect(firstMismatch(slopes, table.derivatives) { 1.3e-7 + abs(table.derivatives[$0]) * 2.5e-7 } == nil)
  }
}
