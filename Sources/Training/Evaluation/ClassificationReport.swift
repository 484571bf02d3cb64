import Networks
import SampleData

/// Classification metrics, per class and averaged. Undefined quotients are 0.
public struct ClassificationReport: Sendable, Equatable {
  /// The figures of one class, or their mean.
  public struct Figures: Sendable, Equatable {
    /// The fraction of the samples predicted as this class that have it.
    public var precision: Double
    /// The fraction of the samples of this class that are predicted as it.
    public var recall: Double
    /// The harmonic mean of precision and recall.
    public var f1: Double
  }

  /// The class labels, in the order of the class indices.
  public var labels: [String]
  /// The confusion matrix.
  public var confusion: ConfusionMatrix
  /// The number of samples of each true class.
  public var support: [Int]
  /// The figures of each class, in the order of `labels`.
  public var classes: [Figures]
  /// The fraction of samples whose class is among the two most likely ones.
  public var top2Accuracy: Double
  /// Expected calibration error: Σ over 15 bins of confidence of (fraction of samples) · |accuracy − mean confidence|
  /// (Guo et al., 2017); nil if outputs are not probabilities.
  public var expectedCalibrationError: Double?
  /// The bins of the calibration error, in increasing confidence; empty if outputs are not probabilities.
  public var calibration: [CalibrationBin]
  /// Rankings of the samples by the score of a class: for two classes that of the second, else one for every class that
  /// occurs. Empty if no ranking was computed (`RankingFigures.all`).
  package var rankings: [RankingFigures]

  /// The mean over the classes that are true or predicted for a sample, as scikit-learn's; classes that do not occur, of which an
  /// evaluated part may have many, do not lower it.
  public var macro: Figures { mean(weights: occurs.map { $0 ? 1 : 0 }) }
  /// The mean over classes, weighted by their samples.
  public var weighted: Figures { mean(weights: support.map(Double.init)) }

  /// The name of the macro mean in a table: with the number of classes, unless all occur.
  package var macroName: String {
    let count = occurs.count { $0 }
    return count == classes.count ? "macro mean" : "macro mean of the \(count) that occur"
  }

  /// For each class, true if a sample has it or is predicted as it.
  private var occurs: [Bool] {
    var occurs = [Bool](repeating: false, count: classes.count)
    for cell in confusion.cells { (occurs[cell.truth], occurs[cell.predicted]) = (true, true) }
    return occurs
  }

  static let calibrationBins = 15

  /// - Parameters:
  ///   - outputs: activations, `[samples × topology.outputs]`, row-major.
  ///   - classes: the true class of each sample.
  ///   - labels: the labels of all classes.
  ///   - threshold: the least activation of a single output for which the second of two classes is predicted.
  package init(
    outputs: [Float], classes: [Int32], labels: [String], topology: Topology, threshold: Float = 0.5
  ) {
    let width = topology.outputs
    var answers: [(truth: Int, predicted: Int)] = []
    answers.reserveCapacity(classes.count)
    var calibration = Calibration(bins: Self.calibrationBins)
    var amongTwo = 0
    outputs.withUnsafeBufferPointer { outputs in
      for (sample, truth) in classes.enumerated() {
        let row = UnsafeBufferPointer(rebasing: outputs[(sample * width)..<((sample + 1) * width)])
        let answer = TwoLargest(row, isSecondOfTwo: labels.count == 2 && width == 1, threshold: threshold)
        let truth = Int(truth)
        answers.append((truth, answer.largest))
        if truth == answer.largest || truth == answer.second { amongTwo += 1 }
        calibration.add(confidence: Double(answer.confidence), isCorrect: answer.largest == truth)
      }
    }
    self.labels = labels
    confusion = ConfusionMatrix(classes: max(labels.count, width), answers: answers)
    (self.classes, support) = Self.figures(confusion)
    top2Accuracy = classes.isEmpty ? 0 : Double(amongTwo) / Double(classes.count)
    let hasProbabilities = topology.output == .softmax || topology.output == .sigmoid
    expectedCalibrationError = hasProbabilities ? calibration.error : nil
    self.calibration = hasProbabilities ? calibration.bins : []
    rankings = RankingFigures.all(outputs: outputs, width: width, classes: classes, count: labels.count)
  }

  /// The figures of each class, and the number of samples of each.
  private static func figures(_ confusion: ConfusionMatrix) -> ([Figures], support: [Int]) {
    var right = [Int](repeating: 0, count: confusion.classes)
    var (given, all) = (right, right)
    for cell in confusion.cells {
      if cell.truth == cell.predicted { right[cell.truth] = cell.count }
      given[cell.predicted] += cell.count
      all[cell.truth] += cell.count
    }
    let figures = right.indices.map { index in
      let (right, given, all) = (Double(right[index]), Double(given[index]), Double(all[index]))
      return Figures(
        precision: given > 0 ? right / given : 0, recall: all > 0 ? right / all : 0,
        f1: given + all > 0 ? 2 * right / (given + all) : 0)
    }
    return (figures, all)
  }

  private func mean(weights: [Double]) -> Figures {
    let sum = max(weights.reduce(0, +), .leastNormalMagnitude)
    func mean(_ figure: (Figures) -> Double) -> Double {
      zip(classes, weights).reduce(0) { $0 + figure($1.0) * $1.1 } / sum
    }
    return Figures(precision: mean(\.precision), recall: mean(\.recall), f1: mean(\.f1))
  }
}

/// The predicted class of a sample as in `Prediction`, and the class of the largest other output; ties go to the lowest index.
///
/// It needs no array for each sample: allocating these took a tenth of the time of reading and evaluating a large table.
private struct TwoLargest {
  var largest = 0
  /// nil for a single class.
  var second: Int?
  /// The output of the predicted class.
  var confidence: Float

  /// - Parameters:
  ///   - outputs: the activations of one sample.
  ///   - isSecondOfTwo: true if a single output is the probability of the second of two classes.
  ///   - threshold: the least of these probabilities for which the second class is predicted.
  init(_ outputs: UnsafeBufferPointer<Float>, isSecondOfTwo: Bool, threshold: Float) {
    if isSecondOfTwo {
      largest = outputs[0] >= threshold ? 1 : 0
      second = 1 - largest
      confidence = largest == 1 ? outputs[0] : 1 - outputs[0]
      return
    }
    for index in outputs.indices where outputs[index] > outputs[largest] { largest = index }
    confidence = outputs[largest]
    for index in outputs.indices where index != largest {
      if let second, !(outputs[index] > outputs[second]) { continue }
      second = index
    }
  }
}

/// One bin of predictions of similar confidence.
public struct CalibrationBin: Sendable, Equatable {
  /// The number of samples in the bin.
  public var samples: Int
  /// The mean probability of their predicted classes; 0 without samples.
  public var confidence: Double
  /// The fraction of correct predictions; 0 without samples.
  public var accuracy: Double
}

/// The difference between confidence and accuracy in each bin of confidence, (i/bins, (i+1)/bins].
private struct Calibration {
  private var counts: [Int]
  private var correct: [Int]
  private var confidences: [Double]

  init(bins: Int) {
    counts = [Int](repeating: 0, count: bins)
    correct = counts
    confidences = [Double](repeating: 0, count: bins)
  }

  mutating func add(confidence: Double, isCorrect: Bool) {
    // The outputs of a loaded model may overflow. NaN is counted in the first bin and makes the error NaN, which files
    // store as null.
    let position = (confidence * Double(counts.count)).rounded(.up) - 1
    // Compared as Doubles: outputs that are not probabilities may exceed Int.
    let bin = position.isFinite ? Int(min(max(position, 0), Double(counts.count - 1))) : 0
    counts[bin] += 1
    if isCorrect { correct[bin] += 1 }
    confidences[bin] += confidence
  }

  var bins: [CalibrationBin] {
    counts.indices.map { index in
      let count = Double(max(counts[index], 1))
      return CalibrationBin(
        samples: counts[index], confidence: confidences[index] / count, accuracy: Double(correct[index]) / count)
    }
  }

  var error: Double {
    let all = Double(max(counts.reduce(0, +), 1))
    return counts.indices.reduce(0) { $0 + abs(Double(correct[$1]) - confidences[$1]) / all }
  }
}
