import Datasets
import Files
import Networks

extension ModelFile {
  /// The weights of a MAT-file as courses hand them out: `Theta1`, `Theta2`, …, each `[outputs × (1 + inputs)]`, the bias in the first
  /// column. What the layers compute is not in such a file.
  ///
  /// - Throws: `FileError` where there is no `Theta1`, a matrix does not follow on the one before it, or a number is not finite.
  static func readMAT(_ path: String) throws(FileError) -> ModelFile {
    let file = try MATFile(path)
    var layers: [Parameters.LayerParameters] = []
    var widths: [Int] = []
    while layers.isEmpty || file.names.contains("Theta\(layers.count + 1)") {
      let name = "Theta\(layers.count + 1)"
      let theta = try file.matrix(name)
      guard theta.rows > 0, theta.columns > 1 else {
        throw FileError(
          file: path, found: "\(name) of \(theta.rows) × \(theta.columns)",
          expected: "a row for each output and a column for the bias before those of the inputs")
      }
      if let outputs = widths.last, theta.columns != outputs + 1 {
        throw FileError(
          file: path, found: "\(name) of \(theta.rows) × \(theta.columns)",
          expected: "\(outputs + 1) columns, the bias and the \(outputs) outputs of Theta\(layers.count)")
      }
      layers.append(try layer(theta, name, path))
      if widths.isEmpty { widths.append(theta.columns - 1) }
      widths.append(theta.rows)
    }
    return ModelFile(parameters: Parameters(layers: layers), widths: widths)
  }

  private static func layer(
    _ theta: MATMatrix, _ name: String, _ path: String
  ) throws(FileError) -> Parameters.LayerParameters {
    guard theta.values.allSatisfy({ Float($0).isFinite }) else {
      throw FileError(file: path, found: "a number in \(name) that is not finite", expected: "a model that can answer")
    }
    var weight: [Float] = []
    weight.reserveCapacity(theta.rows * (theta.columns - 1))
    for row in 0..<theta.rows {
      for column in 1..<theta.columns { weight.append(Float(theta[row, column])) }
    }
    return Parameters.LayerParameters(weight: weight, bias: (0..<theta.rows).map { Float(theta[$0, 0]) })
  }
}
