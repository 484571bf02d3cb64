import Networks
import SampleData

extension Parameters {
  /// The parameters with outputs in the targets' own units: those of the last layer times the standard deviations of
  /// the targets, the biases plus the means.
  /// - Precondition: the last layer has an output for each target, and biases unless the means are 0.
  package func inUnits(_ units: TargetUnits) -> Parameters {
    var parameters = self
    let last = layers.count - 1
    let layer = layers[last]
    let inputs = layer.weight.count / units.deviation.count
    for output in units.deviation.indices {
      let deviation = units.deviation[output]
      for index in (output * inputs)..<((output + 1) * inputs) {
        parameters.layers[last].weight[index] = Float(Double(layer.weight[index]) * deviation)
      }
      guard !layer.bias.isEmpty else { continue }
      parameters.layers[last].bias[output] = Float(Double(layer.bias[output]) * deviation + units.mean[output])
    }
    return parameters
  }
}
