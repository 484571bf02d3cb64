import Descent

/// Variants of Rivera's run, compared with it: each has a row in a table, a line in a chart of test losses, and numbers.
struct RiveraComparison {
  let baseline: Rivera.Baseline
  private var numbers = CourseFigures()
  private var page: CoursePage
  private var lines: [CoursePicture.Path] = []

  /// A comparison whose first row is the baseline.
  init(_ title: LocalizedText, _ files: CourseFiles) throws {
    baseline = try files.baseline()
    page = CoursePage(
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
    page.add(label, [last.trainLoss, last.testLoss ?? .nan, correct, gain])
    lines.append(CoursePicture.Path(label, run.epochs.map { $0.testLoss ?? .nan }, from: 1))
  }

  /// The numbers with the table and the chart.
  var figures: CourseFigures {
    var figures = numbers
    figures.pages = [page]
    figures.pictures = [
      .curves(
        .init("Test loss by epoch", es: "Pérdida de prueba por época"),
        .init(
          "The loss on the 2956 test images after each epoch, and that of the document's run, rivera-base.",
          es: "La pérdida en las 2956 imágenes de prueba después de cada época, y la de la ejecución del "
            + "documento, rivera-base."), x: .epoch, y: .testLoss, lines, isLogarithmic: true)
    ]
    return figures
  }
}
