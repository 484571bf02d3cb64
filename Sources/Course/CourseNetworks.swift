import Descent

extension Parameters {
  /// All weights and biases, layer after layer.
  var flat: [Double] { layers.flatMap { ($0.weight + $0.bias).map(Double.init) } }
}

extension PlainNetwork {
  /// All weights and biases, layer after layer.
  var flat: [Double] { zip(weights, biases).flatMap { $0 + $1 } }
}

extension PlainGradient {
  /// All numbers, layer after layer.
  var flat: [Double] { zip(weights, biases).flatMap { $0 + $1 } }
}

extension Samples {
  /// Examples with their target values.
  init(_ examples: PlainExamples) {
    let rows = FloatRows(examples.inputs.flatMap { $0.map { Float($0) } }, width: examples.inputs[0].count)
    self.init(
      storage: .floats(rows), rows: examples.inputs.indices.map { Int32($0) },
      targets: .values(examples.targets.flatMap { $0.map { Float($0) } }, width: examples.targets[0].count),
      transform: .dividing(by: 1))
  }

  /// The samples in Double, for the plain network. Classes become one-hot rows of `outputs` numbers, or 0 and 1 for a single output.
  func examples(outputs: Int) -> PlainExamples {
    let targets: [[Double]] =
      switch self.targets {
      case .classes(let classes, _):
        classes.map { label in outputs == 1 ? [Double(label)] : (0..<outputs).map { $0 == Int(label) ? 1 : 0 } }
      case .values(let values, let width):
        (0..<count).map { sample in (0..<width).map { Double(values[sample * width + $0]) } }
      }
    return PlainExamples(inputs: (0..<count).map(features), targets: targets)
  }
}
