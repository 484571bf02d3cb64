import Descent

extension CourseExercise {
  /// The exercise with a command that a shell can run as it is: it writes the table that it reads, and names the files of this run of the
  /// course.
  ///
  /// - Parameters:
  ///   - data: the source of MNIST, quoted for a shell; nil for the default.
  ///   - weights: the file of the given weights, quoted for a shell.
  package func runnable(data: String?, weights: String) -> CourseExercise {
    guard var line = command else { return self }
    line.replace(CourseFiles.defaultWeights, with: weights)
    if let table {
      line = table + " | " + line
    } else if let data {
      let source = " " + DataSource.defaultFolder + " "
      if line.contains(source) { line.replace(source, with: " \(data) ") } else { line += " --data \(data)" }
    }
    var exercise = self
    (exercise.command, exercise.table) = (line, nil)
    return exercise
  }

  /// A shell command that writes rows of numbers, separated by commas.
  static func printing(_ rows: [[Double]]) -> String {
    let lines = rows.map { row in
      row.map { $0 == $0.rounded() ? "\(Int($0))" : "\($0)" }.joined(separator: ",")
    }
    return #"printf '%s\n' "# + lines.joined(separator: " ")
  }

  /// The options of a table whose features and targets are used as they are.
  static let unscaled = "--no-standardize --no-standardize-targets"
}
