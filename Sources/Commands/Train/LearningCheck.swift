import Datasets
import Files
import Networks
import Reports
import Training

/// A comparison of the kept model with a constant prediction: the most frequent class, or the mean of the targets.
struct LearningCheck {
  /// A line for a model that is not better; nil for a better one, or without a comparison.
  let line: String?

  /// - Parameters:
  ///   - end: the result of a finished run.
  ///   - networkName: the name of the network, for one of several.
  init(_ plan: TrainPlan, _ trainer: Trainer, _ end: RunEnd, networkName: String? = nil) {
    let (name, samples) = plan.evaluated
    // With class weights all outputs are in memory, which a comparison alone is not worth.
    let bytes =
      plan.data.training.classWeights == nil
      ? 0 : OutputMemory.bytes(samples: samples.count, outputs: plan.topology.outputs)
    guard end.steps > 0, samples.count > 0, MemoryLimit.exceeded(by: bytes) == nil else {
      line = nil
      return
    }
    let network = trainer.keptNetwork
    let evaluator = Evaluator(network, samples)
    let found: String?
    if let weights = plan.data.training.classWeights, case .classes = samples.targets {
      found = Self.weightedFinding(evaluator.outputs(), samples, weights, split: name)
    } else {
      found = Self.finding(evaluator.evaluate(), samples.targets, split: name)
    }
    guard let found else {
      line = nil
      return
    }
    let subject = "descent: " + (networkName.map { $0 + ": " } ?? "") + "the model"
    if name != "training", let better = Self.overfitting(network, plan.data.training) {
      line =
        "\(subject) overfits: \(better) on the training split, but \(found). "
        + "Try fewer --epochs (--patience with --validation-fraction), --l2, --dropout, or a smaller --hidden"
        + (Self.labelRemedy(plan).map { ", or \($0)." } ?? ".")
    } else {
      line = "\(subject) has not learned: \(found). " + Self.remedy(plan, end)
    }
  }

  /// The description of the failure of a classifier that was trained with class weights: its weighted accuracy is not above
  /// that of one constant answer; nil if it is. Its unweighted accuracy may be lower even if it has learned, since balanced
  /// weights make answers of the most frequent class rarer.
  ///
  /// - Parameters:
  ///   - outputs: activations, `[samples × outputs]`, row-major.
  ///   - weights: one for each class.
  static func weightedFinding(_ outputs: [Float], _ samples: Samples, _ weights: [Double], split: String) -> String? {
    guard case .classes(let classes, let labels) = samples.targets, !classes.isEmpty else { return nil }
    let width = outputs.count / classes.count
    var totals = [Double](repeating: 0, count: labels.count)
    var correct = 0.0
    for (sample, number) in classes.enumerated() {
      let answer = Prediction(
        activations: outputs[(sample * width)..<((sample + 1) * width)], labels: labels,
        threshold: samples.threshold ?? 0.5)
      totals[Int(number)] += weights[Int(number)]
      if answer.index == Int(number) { correct += weights[Int(number)] }
    }
    let total = totals.reduce(0, +)
    let most = totals.indices.reduce(0) { totals[$1] > totals[$0] ? $1 : $0 }
    // Different orders of the sums round differently.
    guard total > 0, totals[most] < total, correct <= totals[most] * (1 + 1e-9) else { return nil }
    return
      "its accuracy on the \(split) split, weighted by --class-weights, is \(NumberText.percent(correct / total)), and always answering "
      + "\(labels[most].excerpt()) has \(NumberText.percent(totals[most] / total))"
  }

  /// The description of the failure; nil if there is none.
  static func finding(_ evaluation: Evaluation, _ targets: Targets, split: String) -> String? {
    if case .classes(let classes, let labels) = targets, let accuracy = evaluation.accuracy {
      let counts = ClassNumbering.counts(classes, classes: labels.count)
      let most = counts.indices.reduce(0) { counts[$1] > counts[$0] ? $1 : $0 }
      let share = Double(counts[most]) / Double(max(classes.count, 1))
      // A single class allows no comparison.
      guard share < 1, accuracy <= share else { return nil }
      return
        "its accuracy on the \(split) split is \(NumberText.percent(accuracy)), and always answering the most frequent class, "
        + "\(labels[most].excerpt()), has \(NumberText.percent(share))"
    }
    guard let r2 = evaluation.r2, r2 < 0 else { return nil }
    return
      "its R² on the \(split) split is \(NumberText.significant(r2, 3)), and always answering the mean of the targets has 0"
  }

  /// The figure of the training split, if the model is far better there than a constant prediction; else nil.
  private static func overfitting(_ network: FastNetwork, _ training: Samples) -> String? {
    let evaluation = Evaluator(network, training).evaluate()
    if case .classes(let classes, let labels) = training.targets, let accuracy = evaluation.accuracy {
      let counts = ClassNumbering.counts(classes, classes: labels.count)
      let error = 1 - Double(counts.max() ?? 0) / Double(max(classes.count, 1))
      // Half of the errors of the constant prediction.
      return 1 - accuracy < error / 2 ? "its accuracy is \(NumberText.percent(accuracy))" : nil
    }
    guard let r2 = evaluation.r2, r2 > 0.5 else { return nil }
    return "its R² is \(NumberText.significant(r2, 3))"
  }

  /// Fewer steps than this may be too few for any learning rate.
  private static let fewSteps = 100

  /// The advice to look at the class column or array, if another may be meant and an option can name it; else nil.
  private static func labelRemedy(_ plan: TrainPlan) -> String? {
    guard plan.data.training.imageShape == nil, plan.data.labels != nil else { return nil }
    if plan.data.formatOptions.contains(.label) { return "check that --label names the class column" }
    return plan.data.formatOptions.contains(.variables) ? "check that --variables names the classes" : nil
  }

  private static func remedy(_ plan: TrainPlan, _ end: RunEnd) -> String {
    let isTable = plan.data.training.imageShape == nil
    var remedies: [String] = []
    if end.steps < fewSteps {
      remedies.append("more --epochs (these were \(end.steps) step\(end.steps == 1 ? "" : "s"))")
    }
    if isTable, plan.data.preprocessing.mean == nil { remedies.append("--standardize") }
    remedies.append(
      "another --learning-rate (now \(NumberText.significant(plan.options.optimization.learningRate, 3)))")
    if let label = labelRemedy(plan) { remedies.append(label) }
    return "Try " + remedies.joined(separator: ", or ") + "."
  }
}
