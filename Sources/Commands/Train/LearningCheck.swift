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
    guard let finding = Self.finding(network, samples, plan, split: name) else {
      line = nil
      return
    }
    let subject = "descent: " + (networkName.map { $0 + ": " } ?? "") + "the model"
    if let lowerLoss = finding.lowerLoss {
      line =
        "\(subject) is no more accurate than a constant prediction: \(finding.text). \(lowerLoss) "
        + Self.remedy(plan, end, finding)
    } else if name != "training", let better = Self.overfitting(network, plan) {
      line =
        "\(subject) overfits: \(better) on the training split, but \(finding.text). "
        + "Try fewer --epochs (--patience with --validation-fraction), --l2, --dropout, or a smaller --hidden"
        + (Self.labelRemedy(plan).map { ", or \($0)." } ?? ".")
    } else {
      line =
        "\(subject) has not learned: \(finding.text). " + (Self.growth(plan, trainer) ?? Self.remedy(plan, end))
    }
  }

  /// The failure of a model: a constant prediction is as accurate, or has the smaller squared error.
  struct Finding {
    /// The two figures, as part of a sentence.
    var text: String
    /// A sentence on the loss, if it is lower than that of a constant prediction: the model has learned nevertheless; else nil.
    var lowerLoss: String?
    /// True for a lower loss on classes of which some are rare: predictions of the most frequent class alone are hard to beat.
    var isOfRareClasses = false
  }

  /// A loss must be lower by this part: the first steps from equal answers lower it by less, and rounding does.
  static let minimumGain = 0.01

  /// The failure of the model on a split; nil if there is none.
  private static func finding(
    _ network: FastNetwork, _ samples: Samples, _ plan: TrainPlan, split: String
  ) -> Finding? {
    var samples = samples
    if samples.targets.areClasses { samples.classWeights = plan.data.training.classWeights }
    let weights = samples.classWeights.flatMap(ClassWeights.scaled)
    let smoothing = plan.options.optimization.weights.labelSmoothing
    let evaluator = Evaluator(network, samples, labelSmoothing: smoothing, workers: plan.evaluationWorkers(samples))
    let (evaluation, outputs) = weights == nil ? (evaluator.evaluate(), []) : evaluator.evaluateWithOutputs()
    guard samples.targets.areClasses else { return regressionFinding(evaluation, split: split) }
    guard let shares = ClassShares(samples.targets, weights: weights),
      let accuracy = weights.map({ weightedAccuracy(outputs, samples, $0) }) ?? evaluation.accuracy,
      // Different orders of the sums round differently.
      accuracy <= shares.largest * (1 + 1e-9)
    else { return nil }
    let (own, constant) = (NumberText.percent(accuracy), NumberText.percent(shares.largest))
    var finding = Finding(
      text: weights == nil
        ? "its accuracy on the \(split) split is \(own), and always predicting the most frequent class, \(shares.mostFrequent), has \(constant)"
        : "its accuracy on the \(split) split, weighted by --class-weights, is \(own), and always predicting \(shares.mostFrequent) has \(constant)"
    )
    let constantLoss = shares.loss(network.topology, labelSmoothing: smoothing)
    guard evaluation.loss < constantLoss * (1 - minimumGain) else { return finding }
    finding.isOfRareClasses = shares.areUnbalanced
    // The epoch lines have the loss without them.
    let differences =
      (smoothing > 0 ? [" with --label-smoothing"] : []) + (weights == nil ? [] : [" weighted by --class-weights"])
    finding.lowerLoss =
      "Its loss\(differences.joined(separator: ",")), \(NumberText.significant(evaluation.loss, 3)), is below that of predicting the shares of the classes, "
      + "\(NumberText.significant(constantLoss, 3))" + (shares.areUnbalanced ? ": the classes are unbalanced." : ".")
    return finding
  }

  /// The accuracy of a classifier with the weights of its training. Its plain accuracy may be below that of a constant prediction even if it
  /// has learned, since balanced weights make predictions of the most frequent class rarer.
  ///
  /// - Parameters:
  ///   - outputs: activations, `[samples × outputs]`, row-major.
  ///   - weights: one for each class; their sum over the samples is positive.
  static func weightedAccuracy(_ outputs: [Float], _ samples: Samples, _ weights: [Double]) -> Double? {
    guard case .classes(let classes, let labels) = samples.targets, !classes.isEmpty else { return nil }
    let width = outputs.count / classes.count
    var (total, correct) = (0.0, 0.0)
    for (sample, number) in classes.enumerated() {
      let answer = Prediction(
        activations: outputs[(sample * width)..<((sample + 1) * width)], labels: labels,
        threshold: samples.threshold ?? 0.5)
      total += weights[Int(number)]
      if answer.index == Int(number) { correct += weights[Int(number)] }
    }
    return correct / total
  }

  private static func regressionFinding(_ evaluation: Evaluation, split: String) -> Finding? {
    guard let r2 = evaluation.r2, r2 < 0 else { return nil }
    return Finding(
      text:
        "its R² on the \(split) split is \(NumberText.significant(r2, 3)), and always predicting the mean of the targets has 0"
    )
  }

  /// The figure of the training split, if the model is far better there than a constant prediction; else nil.
  private static func overfitting(_ network: FastNetwork, _ plan: TrainPlan) -> String? {
    let training = plan.data.training
    let evaluation = Evaluator(network, training, workers: plan.evaluationWorkers(training)).evaluate()
    if training.targets.areClasses, let accuracy = evaluation.accuracy {
      guard let shares = ClassShares(training.targets) else { return nil }
      // Half of the errors of the constant prediction.
      return 1 - accuracy < (1 - shares.largest) / 2 ? "its accuracy is \(NumberText.percent(accuracy))" : nil
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

  private static func remedy(_ plan: TrainPlan, _ end: RunEnd, _ finding: Finding) -> String {
    guard finding.isOfRareClasses else { return remedy(plan, end) }
    let topology = plan.topology
    var remedies = plan.data.training.classWeights == nil ? ["--class-weights balanced"] : []
    if topology.outputs == 1 {
      remedies.append("another --threshold")
    } else if plan.data.labels?.count == 2 {
      remedies.append("--output sigmoid with --threshold")
    }
    return (remedies.isEmpty ? "" : "Try \(remedies.joined(separator: ", or ")). ")
      + "'descent evaluate' prints the balanced accuracy."
  }

  /// Inputs beyond this are far from those that initial weights are made for, about 1.
  private static let maximumInput = 10.0

  /// The options that bring large features of images into range; none if they are in it.
  private static func largeInputs(_ plan: TrainPlan) -> [String] {
    let (training, scale) = (plan.data.training, plan.data.preprocessing.divisor)
    let step = max(1, training.count / 256)
    let largest = stride(from: 0, to: training.count, by: step).lazy
      .map { training.features(at: $0).reduce(0) { max($0, abs($1)) } }.reduce(0, max)
    guard largest > maximumInput, (largest * scale).isFinite else { return [] }
    let features = largest * scale
    // The largest value of the type, for pixels of 8, 12 and 16 bits.
    let maximum = [255.0, 4095, 65535].first { features <= $0 && 2 * features > $0 } ?? features
    let number = NumberText.significant(features, 6)
    return ["--scale \(NumberText.significant(maximum, 6)) (features reach \(number))", "--standardize"]
  }

  private static func remedy(_ plan: TrainPlan, _ end: RunEnd) -> String {
    let isTable = plan.data.training.imageShape == nil
    var remedies: [String] = []
    if end.steps < fewSteps {
      remedies.append("more --epochs (these were \(end.steps.counted("step")))")
    }
    if plan.data.preprocessing.standardization == nil {
      if isTable { remedies.append("--standardize") } else { remedies.insert(contentsOf: largeInputs(plan), at: 0) }
    }
    remedies.append(
      "another --learning-rate (now \(NumberText.significant(plan.options.optimization.learningRate, 3)))")
    if let label = labelRemedy(plan) { remedies.append(label) }
    return "Try " + remedies.joined(separator: ", or ") + "."
  }
}
