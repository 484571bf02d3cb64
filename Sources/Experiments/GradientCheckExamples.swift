import Datasets
import Networks

extension PlainNetwork {
  /// Samples as the plain network takes them: features prepared in Double, classes one-hot, or 0 and 1 for a single output.
  ///
  /// - Parameter positions: which of the samples, at least one.
  /// - Precondition: the samples have the network's inputs and outputs.
  public func examples(_ samples: Samples, at positions: some Sequence<Int>) -> PlainExamples {
    let positions = Array(positions)
    return PlainExamples(
      inputs: positions.map(samples.plainFeatures), targets: positions.map { plainTarget(samples, at: $0) })
  }

  private func plainTarget(_ samples: Samples, at position: Int) -> [Double] {
    switch samples.targets {
    case .classes(let classes, _): target(class: Int(classes[position]))
    case .values(let values, let width): values[(position * width)..<((position + 1) * width)].map(Double.init)
    }
  }
}

extension Samples {
  /// One sample's features, scaled and standardized.
  fileprivate func plainFeatures(at position: Int) -> [Double] {
    let row = Int(rows[position])
    let stored: [Double] =
      switch storage {
      case .bytes(let bytes): (0..<width).map { Double(bytes.pointer[row * width + $0]) }
      case .floats(let floats): (0..<width).map { Double(floats.pointer[row * width + $0]) }
      }
    func number(_ numbers: [Float], _ feature: Int) -> Double { Double(numbers[numbers.count == 1 ? 0 : feature]) }
    return stored.enumerated().map { feature, value in
      value * number(transform.multiplier, feature) + number(transform.shift, feature)
    }
  }
}
