/// The units of target values, which are standardized for training: (value − mean) / deviation. One learning rate is then
/// suitable for targets of any scale.
package struct TargetUnits: Sendable, Equatable {
  /// The mean of each target; 0 for a network without biases, which could not hold it.
  package var mean: [Double]
  /// The population standard deviation of each target, or its root mean square where the mean is not subtracted; 1 if that is 0.
  package var deviation: [Double]

  package init(mean: [Double], deviation: [Double]) {
    self.mean = mean
    self.deviation = deviation
  }

  /// The units of a training split; nil for classes.
  ///
  /// - Parameter subtractsMean: false for a network without biases.
  package init?(_ samples: Samples, subtractsMean: Bool = true) {
    guard case .values(let values, let width) = samples.targets, width > 0, !values.isEmpty else { return nil }
    let count = Double(values.count / width)
    mean = [Double](repeating: 0, count: width)
    deviation = mean
    for column in 0..<width {
      let column = stride(from: column, to: values.count, by: width).map { (column, Double(values[$0])) }
      let target = column[0].0
      if subtractsMean { mean[target] = column.reduce(0) { $0 + $1.1 } / count }
      let size = column.reduce(0) { max($0, abs($1.1)) }
      let spread = (column.reduce(0) { $0 + ($1.1 - mean[target]) * ($1.1 - mean[target]) } / count).squareRoot()
      deviation[target] = spread <= 1e-12 * size ? 1 : spread
    }
  }

  /// The standardized form of a value.
  package func standardized(_ value: Float, target: Int) -> Float {
    Float((Double(value) - mean[target]) / deviation[target])
  }

  /// A standardized value in the units of the target.
  package func value(_ standardized: Float, target: Int) -> Float {
    Float(Double(standardized) * deviation[target] + mean[target])
  }
}
