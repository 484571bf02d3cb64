import JSON
import Reports
import Training

/// The result of `evaluate`, as text and as JSON.
struct EvaluationReport {
  var evaluation: Evaluation
  /// The figures of a classification; nil for a regression.
  var classes: ClassificationReport?
  /// The members of a committee; empty for a single model.
  var models: [EvaluatedModels.Member] = []

  var json: JSONValue {
    guard !models.isEmpty, case .object(let members) = figures else { return figures }
    return .object(members + [.init("models", .array(models.map(Self.json)))])
  }

  private static func json(_ member: EvaluatedModels.Member) -> JSONValue {
    [
      "file": .string(member.file), "loss": .number(member.evaluation.loss),
      "accuracy": .number(member.evaluation.accuracy), "rmse": .number(member.evaluation.rmse),
    ]
  }

  private var figures: JSONValue {
    [
      "samples": .number(evaluation.samples), "loss": .number(evaluation.loss),
      "accuracy": .number(evaluation.accuracy), "top2_accuracy": .number(classes?.top2Accuracy),
      "confusion": classes.map { Self.confusion($0.confusion) } ?? .null,
      "classes": classes.map { .array(Self.classes($0)) } ?? .null,
      "macro": classes.map { .object(Self.figures($0.macro)) } ?? .null,
      "weighted": classes.map { .object(Self.figures($0.weighted)) } ?? .null,
      "expected_calibration_error": .number(classes?.expectedCalibrationError),
      "rmse": .number(evaluation.rmse), "r2": .number(evaluation.r2), "roc_auc": .number(classes?.rocAUC),
      "average_precision": .number(classes?.averagePrecision),
      "balanced_accuracy": .number(classes?.balancedAccuracy), "matthews": .number(classes?.matthews),
    ]
  }

  /// The largest number of classes for which JSON has the confusion matrix, including its empty cells.
  static let maximumClasses = 4096

  private static func confusion(_ confusion: ConfusionMatrix) -> JSONValue {
    guard confusion.classes <= maximumClasses else { return .null }
    return .array(confusion.counts.map { .array($0.map { .number($0) }) })
  }

  private static func classes(_ report: ClassificationReport) -> [JSONValue] {
    report.labels.indices.map { index in
      .object(
        [.init("label", .string(report.labels[index]))] + figures(report.classes[index])
          + [.init("support", .number(report.support[index]))])
    }
  }

  private static func figures(_ figures: ClassificationReport.Figures) -> [JSONValue.Member] {
    [
      .init("precision", .number(figures.precision)), .init("recall", .number(figures.recall)),
      .init("f1", .number(figures.f1)),
    ]
  }

  /// - Parameter width: the width of the terminal; nil for tables of any width, with a confusion matrix of at most 100 columns.
  func text(width: Int?) -> String {
    var text =
      models.isEmpty
      ? "" : Self.table(models).fullText(width: width, remedy: Self.remedy) + "\ncommittee of \(models.count) models\n"
    text += summary.text(width: width)
    if let classes {
      text += "\n" + Self.table(classes).fullText(width: width, remedy: Self.remedy)
      text += "\n" + ConfusionTable.text(classes.confusion, labels: classes.labels, width: width ?? 100)
    }
    return text
  }

  /// The end of the note on columns that do not fit into the window: the output that has them.
  private static let remedy = "--json has them"

  /// The end of the name of a ranking metric: the class that is ranked, or a note that the value is a mean over classes.
  private var ofClasses: String {
    guard let classes, let first = classes.rankings.first else { return "" }
    return classes.labels.count == 2
      ? " of class \(classes.labels[first.classIndex].truncated(to: 24))" : ", one class against the rest"
  }

  private var summary: TextTable {
    var table = TextTable([.init("", .left), .init("")])
    table.add(["samples", String(evaluation.samples)])
    let figures: [(String, Double?)] = [
      ("loss", evaluation.loss), ("accuracy", evaluation.accuracy), ("balanced accuracy", classes?.balancedAccuracy),
      ("top-2 accuracy", classes?.top2Accuracy), ("Matthews' coefficient", classes?.matthews),
      ("ROC AUC" + ofClasses, classes?.rocAUC), ("average precision" + ofClasses, classes?.averagePrecision),
      ("expected calibration error", classes?.expectedCalibrationError), ("RMSE", evaluation.rmse),
      ("R²", evaluation.r2),
    ]
    for (name, value) in figures {
      if let value { table.add([name, NumberText.metric(value)]) }
    }
    return table
  }

  private static func table(_ models: [EvaluatedModels.Member]) -> TextTable {
    let hasAccuracy = models.allSatisfy { $0.evaluation.accuracy != nil }
    var table = TextTable([.init("model", .left), .init("loss"), .init(hasAccuracy ? "accuracy" : "RMSE")])
    for model in models {
      let figure = hasAccuracy ? model.evaluation.accuracy : model.evaluation.rmse
      table.add([
        model.file, NumberText.metric(model.evaluation.loss), figure.map { NumberText.metric($0) } ?? "–",
      ])
    }
    return table
  }

  private static func table(_ report: ClassificationReport) -> TextTable {
    var table = TextTable([.init("class", .left), .init("precision"), .init("recall"), .init("F1"), .init("support")])
    func add(_ name: String, _ figures: ClassificationReport.Figures, _ support: Int) {
      table.add([
        name, NumberText.fixed(figures.precision, 4), NumberText.fixed(figures.recall, 4),
        NumberText.fixed(figures.f1, 4), String(support),
      ])
    }
    for index in report.labels.indices { add(report.labels[index], report.classes[index], report.support[index]) }
    let all = report.support.reduce(0, +)
    add(report.macroName, report.macro, all)
    add("weighted mean", report.weighted, all)
    return table
  }
}
