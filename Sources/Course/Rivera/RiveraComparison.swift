import Descent

/// Variants of Rivera's run, compared with it: each has a row in a table, a line in a chart of test losses, and numbers.
struct RiveraComparison {
  let baseline: Rivera.Baseline
  private var numbers = ExerciseResult()
  private var table: CourseTable
  private var lines: [CourseFigure.Path] = []

  /// A comparison whose first row is the baseline.
  init(_ title: LocalizedText, _ files: CourseFiles) throws {
    baseline = try files.baseline()
    table = CourseTable(
      title,
      [
        "", .trainLoss, .testLoss, .init("correct of 2956", es: "correctas de 2956"),
        .init("against rivera-base", es: "frente a rivera-base"),
      ])
    note("base", "base", baseline.run)
  }

  /// Trains a variant from the document's initial weights unless others are given, and records its losses, the number of correct answers
  /// and the gain over the baseline under keys that begin with `name`.
  mutating func add(
    _ name: String, _ label: LocalizedText, _ topology: Topology, from start: Parameters? = nil,
    _ configuration: TrainingConfiguration
  ) throws {
    let run = try CourseDescent(
      topology, start ?? Rivera.parameters(topology), training: baseline.training, test: baseline.test, configuration)
    note(name, label, run)
  }

  /// Records the distance to the Double network under `key`.
  mutating func addDistance(_ key: String, _ topology: Topology, _ configuration: TrainingConfiguration) throws {
    numbers[key] = try Rivera.distance(topology, baseline.training, configuration)
  }

  private mutating func note(_ name: String, _ label: LocalizedText, _ run: CourseDescent) {
    guard let last = run.epochs.last, let base = baseline.run.epochs.last else { return }
    let correct = run.testCorrect(of: Rivera.testCount) ?? .nan
    let gain = correct - (baseline.run.testCorrect(of: Rivera.testCount) ?? .nan)
    numbers["\(name).loss"] = last.trainLoss
    numbers["\(name).testLoss"] = last.testLoss
    numbers["\(name).correct"] = correct
    numbers["\(name).gain"] = gain
    numbers["\(name).ratio"] = (last.testLoss ?? .nan) / (base.testLoss ?? .nan)
    table.add(label, [last.trainLoss, last.testLoss ?? .nan, correct, gain])
    lines.append(CourseFigure.Path(label, run.epochs.map { $0.testLoss ?? .nan }, from: 1))
  }

  /// The numbers with the table and the chart.
  ///
  /// - Parameter remark: a sentence on the lines, after the chart's caption.
  func result(remark: LocalizedText? = nil) -> ExerciseResult {
    var result = numbers
    result.tables = [table]
    result.figures = [
      .curves(
        .init("Test loss by epoch", es: "Pérdida de prueba por época"),
        caption.followed(by: remark.map { LocalizedText(same: " ").followed(by: $0) } ?? LocalizedText(same: "")),
        x: .epoch, y: .testLoss, lines, isLogarithmic: true)
    ]
    return result
  }

  private var caption: LocalizedText {
    .init(
      "The loss on the 2956 test images after each epoch, and that of the document's run, rivera-base.",
      es: "La pérdida en las 2956 imágenes de prueba después de cada época, y la de la ejecución del "
        + "documento, rivera-base.")
  }
}
