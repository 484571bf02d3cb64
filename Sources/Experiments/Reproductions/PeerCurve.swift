import Files

/// Test accuracy by training time of another program on the same machine. `Benchmarks/peers/run.py --curves` measures it.
package struct PeerCurve: Sendable {
  /// The program and its version.
  package let name: String
  /// Seconds of training since its start, and test accuracy in 0...1, after each epoch; means over networks.
  package fileprivate(set) var points: [(seconds: Double, accuracy: Double)]

  /// Reads rows with the columns `peer`, `version`, `seconds` and `test_accuracy`: JSON Lines, or CSV for a name in `.csv`.
  ///
  /// - Returns: the curves in the order of the first row of each program.
  /// - Throws: `FileError` for a file that is missing or has other rows.
  package static func read(_ path: String) throws(FileError) -> [PeerCurve] {
    guard let rows = try RowsReader.read(path) else {
      throw FileError(file: path, found: "no rows", expected: expected, hint: hint)
    }
    var curves: [PeerCurve] = []
    for (index, row) in rows.enumerated() {
      guard let peer = row["peer"], let seconds = RowsReader.number(row, "seconds"), seconds >= 0,
        let accuracy = RowsReader.number(row, "test_accuracy"), (0...1).contains(accuracy)
      else {
        throw FileError(file: path, found: "row \(index + 1) without one of them", expected: expected, hint: hint)
      }
      let name = [peer, row["version"]].compactMap(\.self).joined(separator: " ")
      if let known = curves.firstIndex(where: { $0.name == name }) {
        curves[known].points.append((seconds, accuracy))
      } else {
        curves.append(PeerCurve(name: name, points: [(seconds, accuracy)]))
      }
    }
    return curves
  }

  private static let expected = "peer, seconds of 0 or more, and test_accuracy from 0 to 1"
  private static let hint: OptionText = "Benchmarks/peers/run.py --curves writes such a file."
}
