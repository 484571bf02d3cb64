import Foundation
import KernelInterface
import Kernels
import Random
import Testing

/// An output layer's row in plain Double, straight from the formulas.
struct PlainOutput: Sendable, CustomTestStringConvertible {
  /// Of the output's activation, and of the loss function.
  let output, loss: String
  /// The loss function's number.
  var parameter: Float = 0
  /// Activations, loss and ∂loss/∂z.
  let row: @Sendable (_ z: [Double], _ t: [Double]) -> (a: [Double], loss: Double, delta: [Double])

  var name: String { "\(output) \(loss)" }
  var isSoftmax: Bool { output == "softmax" }
  var testDescription: String { name }

  func kernel(_ set: InstructionSet) -> OutputKernel {
    guard let kernel = set.kernels.losses[loss]?[output] else { fatalError("no kernel for \(name)") }
    return kernel
  }

  static func softmax(_ z: [Double]) -> [Double] {
    let top = z.max()!
    let powers = z.map { exp($0 - top) }
    let total = powers.reduce(0, +)
    return powers.map { $0 / total }
  }

  /// log(1 + eˣ).
  static func softplus(_ x: Double) -> Double { max(x, 0) + log1p(exp(-abs(x))) }

  static func squaredError(
    _ f: @escaping @Sendable (Double) -> Double, _ slope: @escaping @Sendable (Double) -> Double
  ) -> @Sendable ([Double], [Double]) -> ([Double], Double, [Double]) {
    { z, t in
      let a = z.map(f)
      let errors = zip(a, t).map { $0 - $1 }
      return (a, errors.reduce(0) { $0 + $1 * $1 / 2 }, zip(a, errors).map { slope($0) * $1 })
    }
  }

  /// Huber's loss of outputs p = f(z), the error signal through the Jacobian ∂pₖ/∂zⱼ of `chain`.
  static func huber(
    _ delta: Double, _ values: @escaping @Sendable ([Double]) -> [Double],
    _ chain: @escaping @Sendable (_ a: [Double], _ signal: [Double]) -> [Double]
  ) -> @Sendable ([Double], [Double]) -> ([Double], Double, [Double]) {
    { z, t in
      let a = values(z)
      let r = zip(a, t).map { $0 - $1 }
      let loss = r.reduce(0) { $0 + (abs($1) <= delta ? $1 * $1 / 2 : delta * (abs($1) - delta / 2)) }
      return (a, loss, chain(a, r.map { $0.isNaN ? $0 : min(max($0, -delta), delta) }))
    }
  }

  static let all = [
    PlainOutput(output: "softmax", loss: "cross-entropy") { z, t in
      let p = softmax(z)
      let top = z.max()!
      let logSum = log(z.reduce(0) { $0 + exp($1 - top) })
      let total = t.reduce(0, +)
      return (p, -zip(z, t).reduce(0) { $0 + $1.1 * ($1.0 - top - logSum) }, zip(p, t).map { $0 * total - $1 })
    },
    PlainOutput(output: "sigmoid", loss: "cross-entropy") { z, t in
      let a = z.map { 1 / (1 + exp(-$0)) }
      let loss = zip(z, t).reduce(0) { $0 + $1.1 * softplus(-$1.0) + (1 - $1.1) * softplus($1.0) }
      return (a, loss, zip(a, t).map { $0 - $1 })
    },
    PlainOutput(output: "softmax", loss: "squared-error") { z, t in
      let p = softmax(z)
      let errors = zip(p, t).map { $0 - $1 }
      // Σₖ (pₖ − tₖ) ∂pₖ/∂zⱼ with ∂pₖ/∂zⱼ = pₖ ([k = j] − pⱼ).
      let delta = p.indices.map { j in
        p.indices.reduce(0) { $0 + errors[$1] * p[$1] * (($1 == j ? 1 : 0) - p[j]) }
      }
      return (p, errors.reduce(0) { $0 + $1 * $1 / 2 }, delta)
    },
    PlainOutput(
      output: "sigmoid", loss: "squared-error",
      row: squaredError({ 1 / (1 + exp(-$0)) }, { $0 * (1 - $0) })),
    PlainOutput(
      output: "tanh", loss: "squared-error",
      row: squaredError({ tanh($0) }, { 1 - $0 * $0 })),
    PlainOutput(
      output: "identity", loss: "squared-error",
      row: squaredError({ $0 }, { _ in 1 })),
    PlainOutput(
      output: "softmax", loss: "huber", parameter: 0.25,
      row: huber(0.25, softmax) { p, d in
        p.indices.map { j in p.indices.reduce(0) { $0 + d[$1] * p[$1] * (($1 == j ? 1 : 0) - p[j]) } }
      }),
    PlainOutput(
      output: "sigmoid", loss: "huber", parameter: 0.25,
      row: huber(0.25, { $0.map { 1 / (1 + exp(-$0)) } }) { a, d in zip(a, d).map { $0 * (1 - $0) * $1 } }),
    PlainOutput(
      output: "tanh", loss: "huber", parameter: 0.5,
      row: huber(0.5, { $0.map { tanh($0) } }) { a, d in zip(a, d).map { (1 - $0 * $0) * $1 } }),
    PlainOutput(output: "identity", loss: "huber", parameter: 1.5, row: huber(1.5, { $0 }) { _, d in d }),
  ]
}

/// One call of an `OutputKernel` on random rows, with garbage in all padding, and what it should have given.
final class OutputCall {
  let set: InstructionSet
  let plain: PlainOutput
  let rows: Int
  let outputs: Int
  let stride: Int
  let targetStride: Int
  let form: TargetForm
  let z: [[Float]]
  let classes: [Int32]
  /// `[rows × outputs]`, whatever the form.
  let t: [[Float]]
  let values: GuardedFloats
  let targets: GuardedFloats
  let delta: GuardedFloats
  let losses: GuardedFloats
  let correct: GuardedFloats

  init(
    _ set: InstructionSet, _ plain: PlainOutput, rows: Int, outputs: Int, form: TargetForm, magnitude: Float,
    using random: inout RandomSource
  ) {
    self.set = set
    self.plain = plain
    self.rows = rows
    self.outputs = outputs
    self.form = form
    let stride = set.padded(outputs) + set.vectorWidth * Int.random(in: 0...2, using: &random)
    let targetStride = set.padded(outputs) + set.vectorWidth * Int.random(in: 0...2, using: &random)
    self.stride = stride
    self.targetStride = targetStride
    z = (0..<rows).map { _ in random.floats(outputs, bound: magnitude) }
    classes = (0..<rows).map { _ in Int32.random(in: 0..<Int32(max(outputs, 2)), using: &random) }
    let oneHot = classes.map { label in
      (0..<outputs).map { Float(outputs == 1 ? label : Int32($0) == label ? 1 : 0) }
    }
    t = form == .values ? (0..<rows).map { _ in random.floats(outputs, bound: 0.5).map { $0 + 0.5 } } : oneHot
    let garbage: [Float] = [3e38, -3e38, 7, -0.5]
    func padded(_ rows: [[Float]], to stride: Int) -> [Float] {
      rows.flatMap { row in row + (row.count..<stride).map { garbage[$0 % garbage.count] } }
    }
    values = GuardedFloats(padded(z, to: stride))
    targets = GuardedFloats(padded(t, to: targetStride))
    delta = GuardedFloats(count: rows * stride)
    losses = GuardedFloats(count: rows)
    correct = GuardedFloats(count: rows)
  }

  func run(delta wantsDelta: Bool = true, losses wantsLosses: Bool = true, correct wantsCorrect: Bool = true) {
    classes.withUnsafeBufferPointer { classes in
      var operands = OutputOperands(
        values: values.pointer, stride: stride, rows: rows, outputs: outputs,
        classes: form == .classes ? classes.baseAddress : nil,
        targets: form == .values || form == .oneHotValues ? UnsafePointer(targets.pointer) : nil,
        targetStride: targetStride, delta: wantsDelta ? delta.pointer : nil,
        losses: wantsLosses ? losses.pointer : nil, correct: wantsCorrect ? correct.pointer : nil,
        lossParameter: plain.parameter)
      plain.kernel(set)(&operands)
    }
  }

  /// True if the padding of activations and error signals is zero.
  var paddingIsZero: Bool {
    (0..<rows).allSatisfy { row in
      (outputs..<stride).allSatisfy { values.pointer[row * stride + $0] == 0 && delta.pointer[row * stride + $0] == 0 }
    }
  }

  /// The first thing that is wrong; nil where all is right.
  func mismatch(delta wantsDelta: Bool = true, losses wantsLosses: Bool = true, correct wantsCorrect: Bool = true)
    -> String?
  {
    let buffers = [values, targets, delta, losses, correct]
    guard buffers.allSatisfy(\.isIntact) else { return "a write outside" }
    let untouched = [(delta, wantsDelta), (losses, wantsLosses), (correct, wantsCorrect)]
    for (buffer, isWanted) in untouched where !isWanted {
      guard buffer.values.allSatisfy({ $0 == GuardedFloats.sentinel }) else { return "a write to what is unwanted" }
    }
    for row in 0..<rows {
      if let found = mismatch(row, delta: wantsDelta, losses: wantsLosses, correct: wantsCorrect) {
        return "row \(row): \(found)"
      }
    }
    return nil
  }

  private func mismatch(_ row: Int, delta wantsDelta: Bool, losses wantsLosses: Bool, correct wantsCorrect: Bool)
    -> String?
  {
    let t = self.t[row].map(Double.init)
    let expected = plain.row(z[row].map(Double.init), t)
    let zeros = Array(repeating: 0.0, count: stride - outputs)
    // Rounding z − max moves a power by |z − max| · 2⁻²⁴, relatively; a power that counts has |z − max| < 20.
    let units = (plain.isSoftmax ? 24 : 6) * 0x1p-24
    let a = Array(UnsafeBufferPointer(start: values.pointer + row * stride, count: stride))
    let activationTolerance = units * expected.a.reduce(1) { max($0, abs($1)) }
    if let found = firstMismatch(a, expected.a + zeros, tolerance: { _ in activationTolerance }) {
      return "activation \(found)"
    }
    if form == .none { return nil }

    let signal = Array(UnsafeBufferPointer(start: delta.pointer + row * stride, count: stride))
    let tolerance = units * t.reduce(1) { $0 + abs($1) } * expected.delta.reduce(1) { max($0, abs($1)) }
    if wantsDelta, let found = firstMismatch(signal, expected.delta + zeros, tolerance: { _ in tolerance }) {
      return "error signal \(found)"
    }
    let loss = losses.pointer[row]
    let magnitude = zip(z[row], t).reduce(1 + abs(expected.loss)) { $0 + abs(Double($1.0) * $1.1) }
    if wantsLosses, !(abs(Double(loss) - expected.loss) <= magnitude * 8 * 0x1p-24) {
      return "loss \(loss), expected \(expected.loss)"
    }
    let isCorrect = correct.pointer[row]
    return wantsCorrect && isCorrect != expectedCorrect(row, a)
      ? "correct \(isCorrect), expected \(expectedCorrect(row, a))" : nil
  }

  private func expectedCorrect(_ row: Int, _ a: [Float]) -> Float {
    if outputs == 1 { return (a[0] >= 0.5) == (t[row][0] >= 0.5) ? 1 : 0 }
    func first(_ values: [Float]) -> Int { values.firstIndex(of: values.max()!)! }
    return first(Array(a[..<outputs])) == first(t[row]) ? 1 : 0
  }
}
