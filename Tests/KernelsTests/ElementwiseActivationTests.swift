import Foundation
import KernelInterface
import Kernels
import Random
import Testing

/// An activation and its slope in plain Double.
struct PlainActivation: Sendable, CustomTestStringConvertible {
  let name: String
  let value: @Sendable (Double) -> Double
  /// From what the kernel's derivative reads: a, or z where `keepsPreactivation`.
  let slope: @Sendable (Double) -> Double
  var keepsPreactivation = false
  /// Units of 2⁻²⁴ that a value, relatively, and a slope, absolutely, may be off beyond what every kernel may.
  var units = 0.0

  var testDescription: String { name }

  static let all = [
    PlainActivation(name: "relu", value: { $0.isNaN || $0 > 0 ? $0 : 0 }, slope: { $0 > 0 ? 1 : 0 }),
    PlainActivation(name: "leaky-relu", value: { $0 > 0 ? $0 : 0.01 * $0 }, slope: { $0 > 0 ? 1 : 0.01 }),
    PlainActivation(name: "sigmoid", value: { 1 / (1 + exp(-$0)) }, slope: { $0 * (1 - $0) }),
    PlainActivation(name: "tanh", value: { tanh($0) }, slope: { 1 - $0 * $0 }),
    PlainActivation(
      name: "elu", value: { $0 > 0 ? $0 : expm1($0) }, slope: { $0 > 0 ? 1 : $0 + 1 }, units: 1),
    PlainActivation(
      name: "gelu", value: { $0 * erfc(-$0 / 2.0.squareRoot()) / 2 },
      slope: { erfc(-$0 / 2.0.squareRoot()) / 2 + $0 * exp(-$0 * $0 / 2) / (2 * Double.pi).squareRoot() },
      keepsPreactivation: true, units: 110),
    PlainActivation(
      name: "gelu-tanh",
      value: { $0 / (1 + exp(-2 * (2 / Double.pi).squareRoot() * ($0 + 0.044715 * $0 * $0 * $0))) },
      slope: { z in
        let factor = (2 / Double.pi).squareRoot()
        let s = 1 / (1 + exp(-2 * factor * (z + 0.044715 * z * z * z)))
        return s + 2 * z * s * (1 - s) * factor * (1 + 3 * 0.044715 * z * z)
      }, keepsPreactivation: true, units: 400),
    PlainActivation(
      name: "silu", value: { $0 / (1 + exp(-$0)) },
      slope: { (1 + $0 / (1 + exp($0))) / (1 + exp(-$0)) }, keepsPreactivation: true, units: 2),
    PlainActivation(
      name: "softplus", value: { ($0 < 0 ? 0 : $0) + log1p(exp(-abs($0))) }, slope: { -expm1(-$0) }, units: 3),
    PlainActivation(
      name: "scaled-tanh", value: { 1.7159 * tanh(2 * $0 / 3) },
      slope: { 2 * (1.7159 - $0) * (1.7159 + $0) / (3 * 1.7159) }, units: 3),
    PlainActivation(name: "identity", value: { $0 }, slope: { _ in 1 }),
  ]

  func kernels(_ set: InstructionSet) throws -> ActivationKernels { try #require(set.kernels.activations[name]) }

  /// The content of `values` as the kernel's derivative reads it, after `activate`.
  func kept(_ z: [Float]) -> [Float] { keepsPreactivation ? z : z.map { Float(value(Double($0))) } }
}

@Suite("Activation kernels")
struct ElementwiseActivationTests {
  /// Four units in the last place, or the smallest normal float below which a power may be 0.
  ///
  /// - Parameter z: the input, which some activations multiply such a power with.
  private func bound(_ value: Double, _ z: Float, _ activation: PlainActivation) -> Double {
    max(abs(value) * (4 + activation.units) * 0x1p-24, 0x1p-126 * min(max(1, abs(Double(z))), 100))
  }

  @Test("There is a formula for every activation of every instruction set", arguments: InstructionSet.available)
  func complete(_ set: InstructionSet) {
    #expect(Set(set.kernels.activations.keys) == Set(PlainActivation.all.map(\.name)))
  }

  @Test(
    "Activations agree with Double formulas over their whole range",
    arguments: InstructionSet.available, PlainActivation.all)
  func activationsAgree(_ set: InstructionSet, _ activation: PlainActivation) throws {
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
    let kernels = try activation.kernels(set)
    kernels.activate(buffer.pointer, buffer.pointer, buffer.count)
    let expected = inputs.map { activation.value(Double($0)) }
    let mismatch = firstMismatch(buffer.values, expected) { bound(expected[$0], inputs[$0], activation) }
    #expect(mismatch == nil, "seed 11, \(set), \(activation.name)")
    #expect(buffer.isIntact)

    let source = GuardedFloats(inputs)
    let apart = GuardedFloats(count: inputs.count)
    kernels.activate(source.pointer, apart.pointer, apart.count)
    #expect(bits(apart.values) == bits(buffer.values) && bits(source.values) == bits(inputs) && apart.isIntact)
  }

  @Test("Derivatives agree with Double formulas", arguments: InstructionSet.available, PlainActivation.all)
  func derivativesAgree(_ set: InstructionSet, _ activation: PlainActivation) throws {
    var random = RandomSource(seed: 12, purpose: .synthetic)
    let z = [0, -0.0, 1, -1, 0x1p-140, 0.5, -12, 12, -30] + random.floats(set.padded(1000) - 9, bound: 6)
    let kept = activation.kept(z)
    let delta = random.floats(kept.count, bound: 3)
    let buffer = GuardedFloats(delta)
    let keptBuffer = GuardedFloats(kept)
    try activation.kernels(set).derivative(keptBuffer.pointer, buffer.pointer, buffer.count)
    let expected = zip(delta, kept).map { Double($0) * activation.slope(Double($1)) }
    let mismatch = firstMismatch(buffer.values, expected) {
      (abs(expected[$0]) * 6 + abs(Double(delta[$0])) * activation.units) * 0x1p-24 + 0x1p-126
    }
    #expect(mismatch == nil, "seed 12, \(set), \(activation.name)")
    #expect(buffer.isIntact)
    #expect(keptBuffer.values == kept)
  }

  @Test(
    "Every count of vectors is done, and not one more", arguments: InstructionSet.available, PlainActivation.all)
  func everyCount(_ set: InstructionSet, _ activation: PlainActivation) throws {
    let kernels = try activation.kernels(set)
    for vectors in 0...9 {
      let inputs = Array(repeating: Float(-0.75), count: vectors * set.vectorWidth)
      let values = GuardedFloats(inputs)
      kernels.activate(values.pointer, values.pointer, values.count)
      let a = activation.value(-0.75)
      let terms = [Float(-1.25), 0.5].map { GuardedFloats(Array(repeating: $0, count: values.count)) }
      for keeps in [false, true] {
        let sum = GuardedFloats(inputs)
        let kept = GuardedFloats(inputs.map { _ in 9 })
        kernels.activateSum(
          terms[0].pointer, terms[1].pointer, keeps ? kept.pointer : nil, sum.pointer, sum.count)
        #expect(bits(sum.values) == bits(values.values) && sum.isIntact, "\(vectors) vectors")
        #expect(kept.values == (keeps ? inputs : inputs.map { _ in 9 }) && kept.isIntact, "\(vectors) vectors")
      }
      #expect(firstMismatch(values.values, inputs.map { _ in a }) { _ in 1e-6 } == nil, "\(vectors) vectors")
      let delta = GuardedFloats(inputs)
      let kept = GuardedFloats(activation.kept(inputs))
      kernels.derivative(kept.pointer, delta.pointer, delta.count)
      let expected = -0.75 * activation.slope(activation.keepsPreactivation ? -0.75 : a)
      #expect(firstMismatch(delta.values, inputs.map { _ in expected }) { _ in 1e-6 } == nil, "\(vectors) vectors")
      #expect(values.isIntact && delta.isIntact, "\(vectors) vectors")
    }
  }

  @Test("tanh keeps the sign of zero", arguments: InstructionSet.available)
  func signOfZero(_ set: InstructionSet) throws {
    let buffer = GuardedFloats((0..<set.vectorWidth).map { $0 % 2 == 0 ? 0 : -0.0 })
    let tanh = try #require(set.kernels.activations["tanh"])
    tanh.activate(buffer.pointer, buffer.pointer, buffer.count)
    #expect(buffer.values.map(\.sign) == (0..<set.vectorWidth).map { $0 % 2 == 0 ? .plus : .minus })
  }
}

@Suite("Activation kernels against tabulated values")
struct ElementwiseTableTests {
  // Computed in float64, from the definitions.
  static let z: [Float] = [-800, -40, -5, -1, -0.3, 0, 0.3, 1, 5, 40, 800]
  static let tables: [(name: String, values: [Double], derivatives: [Double])] = [
    (
      "sigmoid",
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
      "tanh",
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
      "relu", [0, 0, 0, 0, 0, 0, 0.3, 1, 5, 40, 800], [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1]
    ),
    (
      "leaky-relu", [-8, -0.4, -0.05, -0.01, -0.003, 0, 0.3, 1, 5, 40, 800],
      [0.01, 0.01, 0.01, 0.01, 0.01, 0.01, 1, 1, 1, 1, 1]
    ),
    (
      "identity", [-800, -40, -5, -1, -0.3, 0, 0.3, 1, 5, 40, 800],
      [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]
    ),
  ]

  @Test("Values and slopes are the table's", arguments: InstructionSet.available, tables.indices)
  func tabulated(_ set: InstructionSet, _ index: Int) throws {
    let table = Self.tables[index]
    let kernels = try #require(set.kernels.activations[table.name])
    let padding = Array(repeating: Float(0), count: set.padded(Self.z.count) - Self.z.count)
    let values = GuardedFloats(Self.z + padding)
    kernels.activate(values.pointer, values.pointer, values.count)
    let activations = Array(values.values.prefix(Self.z.count))
    #expect(firstMismatch(activations, table.values) { abs(table.values[$0]) * 2.5e-7 } == nil)

    let delta = GuardedFloats(values.values.map { _ in 1 })
    kernels.derivative(values.pointer, delta.pointer, delta.count)
    let slopes = Array(delta.values.prefix(Self.z.count))
    // 1 − a is as exact as a: half a unit in the last place of 1.
    #expect(firstMismatch(slopes, table.derivatives) { 1.3e-7 + abs(table.derivatives[$0]) * 2.5e-7 } == nil)
  }
}
