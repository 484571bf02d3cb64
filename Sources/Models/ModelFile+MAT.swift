import Files
import Networks
import SampleData

extension ModelFile {
  /// Reads weights in the usual form of MATLAB: `Theta1`, `Theta2`, …, each [outputs × (1 + inputs)] with the biases in
  /// the first column.
  ///
  /// The model has only parameters; activations are nil.
  /// - Throws: `FileError` if there is no `Theta1`, two matrices do not match, or a number is not finite.
  static func readMAT(_ path: String) throws(FileError) -> ModelFile {
    let file = try MATFile(path)
    var layers: [Parameters.LayerParameters] = []
    var widths: [Int] = []
    var name = "Theta1"
    repeat {
      let matrix = try file.matrix(name)
      guard matrix.rows > 0, matrix.columns > 1, widths.isEmpty || matrix.columns == widths[widths.count - 1] + 1 else {
        let expected = widths.last.map { "\($0 + 1) columns, the outputs before it and a bias" } ?? "a bias and inputs"
        throw FileError(
          file: path, found: "\(name) of \(matrix.rows) × \(matrix.columns)", expected: expected,
          hint: "Octave and MATLAB save such matrices with a row for each output and the bias in the first column.")
      }
      if widths.isEmpty { widths = [matrix.columns - 1] }
      widths.append(matrix.rows)
      layers.append(try layer(matrix, name, path))
      name = "Theta\(layers.count + 1)"
    } while file.contains(name)
    return ModelFile(parameters: Parameters(layers: layers), widths: widths)
  }

  private static func layer(
    _ matrix: MATMatrix, _ name: String, _ path: String
  ) throws(FileError) -> Parameters.LayerParameters {
    if let position = matrix.values.firstNotFinite {
      throw FileError(
        file: "\(path):\(name)(\(position % matrix.rows + 1),\(position / matrix.rows + 1))",
        found: "\(matrix.values[position])",
        expected: "a finite number")
    }
    // Stored column by column: the first column has the biases.
    let values = matrix.values.floats
    return Parameters.LayerParameters(
      weight: Array(values[matrix.rows...]).transposed(rows: matrix.columns - 1, columns: matrix.rows),
      bias: Array(values[..<matrix.rows]))
  }
}
