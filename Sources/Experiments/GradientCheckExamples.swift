import Datasets
import Networks

extension Samples {
  /// One factor per sample, the weight of its class; nil if all are 1.
  var factorOfEach: [Double]? {
    guard let factors = lossFactors, case .classes(let classes, _) = targets else { return nil }
    return classes.map { factors[Int($0)] }
  }
}

extension PlainNetwork {
  /// Samples as input of the plain network: features prepared in Double, classes one-hot, or 0 and 1 for a single output.
  ///
  /// - Parameter positions: the indices of the samples, at least one.
  /// - Precondition: the samples have the network's inputs and outputs.
  package func examples(_ samples: Samples, at positions: some Sequence<Int>) -> PlainExamples {
    let positions = Array(positions)
    return PlainExamples(
      inputs: positions.map(samples.features), targets: positions.map { plainTarget(samples, at: $0) })
  }

  private func plainTarget(_ samples: Samples, at position: Int) -> [Double] {
    switch samples.targets {
    case .classes(let classes, _): target(class: Int(classes[position]))
    case .values(let values, let width):
      (0..<width).map { target in
        let value = values[position * width + target]
        return Double(samples.targetUnits?.standardized(value, target: target) ?? value)
      }
    }
  }
}
