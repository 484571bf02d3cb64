/// One layer's products for some rows.
struct LayerShape: Hashable {
  var rows: Int
  var inputs: Int
  var outputs: Int
  /// True if its inputs are samples, which need no error signal and whose zeros may be skipped.
  var isFirst: Bool

  /// `64×784×128`.
  var text: String { "\(rows)×\(inputs)×\(outputs)" }
  /// Of one product.
  var operations: Double { 2 * Double(rows * inputs * outputs) }

  /// The shapes that occur in training: networks, and the rows of a batch or of one worker's half of it.
  static let all: [LayerShape] = {
    var shapes: [LayerShape] = []
    func add(_ widths: [Int], rows: Int) {
      for layer in 0..<(widths.count - 1) {
        let shape = LayerShape(rows: rows, inputs: widths[layer], outputs: widths[layer + 1], isFirst: layer == 0)
        if !shapes.contains(shape) { shapes.append(shape) }
      }
    }
    for rows in [64, 32, 1] { add([784, 128, 10], rows: rows) }
    add([784, 800, 10], rows: 128)
    add([784, 2500, 2000, 1500, 1000, 500, 10], rows: 256)
    return shapes
  }()
}
