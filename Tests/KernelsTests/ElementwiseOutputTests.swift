import Foundation
import KernelInterface
import Kernels
import Random
import Testing

/// The expected values of a row of the output layer.
enum TargetForm: CaseIterable, Sendable {
  case classes
  case values
  case oneHotValues
  case none
}

@Suite("Output layer kernels")
struct ElementwiseOutputTests {
  private func plain(_ output: String, _ loss: String) -> PlainOutput {
    PlainOutput.all.first { $0.output == output && $0.loss == loss }!
  }

  @Test("There is a formula for every pair of output and loss", arguments: InstructionSet.available)
  func complete(_ set: InstructionSet) {
    let pairs = set.kernels.losses.flatMap { loss, outputs in outputs.keys.map { "\($0) \(loss)" } }
    #expect(Set(pairs) == Set(PlainOutput.all.map(\.name)))
  }

  @Test(
    "Activations, error signals, losses and correct counts agree with Double formulas for every width",
    arguments: InstructionSet.available, PlainOutput.all)
  func everyWidth(_ set: InstructionSet, _ plain: PlainOutput) {
    var random = RandomSource(seed: 41, purpose: .synthetic)
    for outputs in Array(1...40) + [1000] {
      for form in TargetForm.allCases {
        let rows = outputs == 1000 ? 1 : Int.random(in: 0...35, using: &random)
        let call = OutputCall(set, plain, rows: rows, outputs: outputs, form: form, magnitude: 6, using: &random)
        call.run()
        #expect(call.mismatch() == nil, "seed 41, \(set), \(plain.name), \(rows) × \(outputs), \(form)")
      }
    }
  }

  @Test("Every count of rows is done, and not one more", arguments: InstructionSet.available, PlainOutput.all)
  func everyRowCount(_ set: InstructionSet, _ plain: PlainOutput) {
    var random = RandomSource(seed: 42, purpose: .synthetic)
    for rows in 0...35 {
      let call = OutputCall(set, plain, rows: rows, outputs: 10, form: .classes, magnitude: 3, using: &random)
      call.run()
      #expect(call.mismatch() == nil, "seed 42, \(set), \(plain.name), \(rows) rows")
    }
  }

  @Test("Large pre-activations stay finite and right", arguments: InstructionSet.available, PlainOutput.all)
  func largeMagnitudes(_ set: InstructionSet, _ plain: PlainOutput) {
    var random = RandomSource(seed: 43, purpose: .synthetic)
    for outputs in [1, 2, 10, 17] {
      for form in [TargetForm.classes, .values] {
        let call = OutputCall(set, plain, rows: 20, outputs: outputs, form: form, magnitude: 800, using: &random)
        call.run()
        #expect(call.mismatch() == nil, "seed 43, \(set), \(plain.name), \(outputs) outputs, \(form)")
      }
    }
  }

  @Test("Unwanted results change nothing of the others", arguments: InstructionSet.available, PlainOutput.all)
  func unwantedResults(_ set: InstructionSet, _ plain: PlainOutput) {
    for wanted in 0..<8 {
      for form in TargetForm.allCases {
        var random = RandomSource(seed: 44, purpose: .synthetic)
        let call = OutputCall(set, plain, rows: 7, outputs: 10, form: form, magnitude: 3, using: &random)
        call.run(delta: wanted & 1 != 0, losses: wanted & 2 != 0, correct: wanted & 4 != 0)
        let note = "seed 44, \(set), \(plain.name), \(form), wanted \(wanted)"
        #expect(
          call.mismatch(delta: wanted & 1 != 0, losses: wanted & 2 != 0, correct: wanted & 4 != 0) == nil, "\(note)")
      }
    }
  }

  @Test(
    "A NaN reaches its row's loss and makes it a miss; other rows stay", arguments: InstructionSet.available,
    PlainOutput.all)
  func notANumber(_ set: InstructionSet, _ plain: PlainOutput) {
    var random = RandomSource(seed: 45, purpose: .synthetic)
    for outputs in [1, 10, 17, 33] {
      for index in [0, outputs / 2, outputs - 1] {
        let call = OutputCall(set, plain, rows: 3, outputs: outputs, form: .classes, magnitude: 3, using: &random)
        call.values.pointer[call.stride + index] = .nan
        call.run()
        let note = "seed 45, \(set), \(plain.name), NaN at \(index) of \(outputs)"
        #expect(call.losses.values.map(\.isNaN) == [false, true, false], "\(note)")
        #expect(call.correct.values[1] == 0, "\(note)")
        #expect(call.paddingIsZero, "\(note)")
        let indices = call.values.values.indices.filter { call.values.pointer[$0].isNaN }
        #expect(!indices.isEmpty && indices.allSatisfy { $0 / call.stride == 1 }, "\(note)")
      }
    }
  }

  @Test(
    "Of equal activations the first is the class; a single output decides at 0.5", arguments: InstructionSet.available)
  func ties(_ set: InstructionSet) {
    let kernel = plain("identity", "squared-error").kernel(set)
    // Values, class, and 1 if correct.
    let cases: [([Float], Int32, Float)] = [
      ([1, 3, 3, 2], 1, 1), ([1, 3, 3, 2], 2, 0), ([0, 0, 0, 0], 0, 1), ([0, 0, 0, 0], 3, 0),
      ([-1, -2, -0.0, 0], 2, 1), ([-1, -2, -0.0, 0], 3, 0),
      (Array(repeating: 1, count: 20) + [2, 2], 20, 1), (Array(repeating: 1, count: 20) + [2, 2], 21, 0),
      ([0.5], 1, 1), ([0.5], 0, 0), ([0.4], 0, 1), ([0.4], 1, 0),
    ]
    for (z, label, expected) in cases {
      let stride = set.padded(z.count)
      let values = GuardedFloats(z + Array(repeating: 99, count: stride - z.count))
      let correct = GuardedFloats(count: 1)
      var label = label
      withUnsafePointer(to: &label) { label in
        var operands = OutputOperands(
          values: values.pointer, stride: stride, rows: 1, outputs: z.count, classes: label, correct: correct.pointer)
        kernel(&operands)
      }
      #expect(correct.values == [expected], "\(z), class \(label)")
    }
  }

  @Test("Binary cross-entropy keeps its small losses where z saturates", arguments: InstructionSet.available)
  func saturatedBinary(_ set: InstructionSet) {
    // z, target, loss, ∂loss/∂z; in float64.
    let table: [(z: Float, t: Int32, loss: Double, delta: Double)] = [
      (-800, 1, 800, -1), (-800, 0, 0, 0), (-40, 1, 40, -1), (-40, 0, 4.248354255291589e-18, 4.248354255291589e-18),
      (-1, 1, 1.3132616875182228, -0.7310585786300049), (0, 0, 0.6931471805599453, 0.5),
      (0, 1, 0.6931471805599453, -0.5), (1, 0, 1.3132616875182228, 0.7310585786300049),
      (40, 1, 4.248354255291589e-18, 0), (40, 0, 40, 1), (800, 1, 0, 0), (800, 0, 800, 1),
    ]
    let stride = set.vectorWidth
    let values = GuardedFloats(table.flatMap { [$0.z] + Array(repeating: 5, count: stride - 1) })
    let delta = GuardedFloats(count: values.count)
    let losses = GuardedFloats(count: table.count)
    table.map(\.t).withUnsafeBufferPointer { classes in
      var operands = OutputOperands(
        values: values.pointer, stride: stride, rows: table.count, outputs: 1, classes: classes.baseAddress,
        delta: delta.pointer, losses: losses.pointer)
      plain("sigmoid", "cross-entropy").kernel(set)(&operands)
    }
    #expect(firstMismatch(losses.values, table.map(\.loss)) { table[$0].loss * 4e-7 } == nil)
    let signals = Swift.stride(from: 0, to: delta.count, by: stride).map { delta.values[$0] }
    #expect(firstMismatch(signals, table.map(\.delta)) { abs(table[$0].delta) * 4e-7 } == nil)
  }

  @Test("Softmax cross-entropy is right at ±1000", arguments: InstructionSet.available)
  func saturatedSoftmax(_ set: InstructionSet) {
    // z, label, loss, p; in float64.
    let table: [(z: [Float], label: Int32, loss: Double, p: [Double])] = [
      ([1000, 1000, 1000], 2, 1.0986122886681642, [1 / 3.0, 1 / 3.0, 1 / 3.0]),
      ([1000, 0, -1000], 1, 1000, [1, 0, 0]),
      ([-1000, -1000, -999], 0, 1.5514447139320282, [0.21194155761708544, 0.21194155761708544, 0.5761168847658291]),
      ([1, 2, 3], 0, 2.4076059644443806, [0.09003057317038046, 0.24472847105479764, 0.6652409557748218]),
    ]
    let stride = set.padded(3)
    let values = GuardedFloats(table.flatMap { $0.z + Array(repeating: 2000, count: stride - 3) })
    let losses = GuardedFloats(count: table.count)
    table.map(\.label).withUnsafeBufferPointer { classes in
      var operands = OutputOperands(
        values: values.pointer, stride: stride, rows: table.count, outputs: 3, classes: classes.baseAddress,
        losses: losses.pointer)
      plain("softmax", "cross-entropy").kernel(set)(&operands)
    }
    #expect(firstMismatch(losses.values, table.map(\.loss)) { table[$0].loss * 4e-7 } == nil)
    let p = table.indices.flatMap { row in (0..<3).map { values.values[row * stride + $0] } }
    #expect(firstMismatch(p, table.flatMap(\.p)) { _ in 2e-7 } == nil)
  }
}
