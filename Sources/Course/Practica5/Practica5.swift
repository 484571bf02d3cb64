import Descent
import Platform

/// Práctica 5: a 400-25-10 sigmoid network classifies digits of 20 × 20 pixels.
///
/// The course's file of 5000 digits is rebuilt from MNIST: the first 500 of each digit in the training split, resampled to 20 × 20 by
/// antialiased Keys bicubic, stored in column-major order, sorted by digit as in the file.
enum Practica5 {
  static let samples = 5000
  /// The options that turn MNIST into the course's digits.
  static let dataOptions = "--resize 20 --transpose --limit-per-class 500"

  static func topology() throws -> Topology {
    try Topology(inputs: 400, hidden: [25], outputs: 10, activations: [.sigmoid], output: .sigmoid)
  }

  /// The 5000 digits; class d is digit d.
  static func digits(_ files: CourseFiles) throws -> Samples {
    try files.requireMNIST()
    var options = DataOptions()
    options.split = .train
    options.resize = 20
    options.transpose = true
    options.limitPerClass = samples / 10
    let loaded = try files.load(options)
    guard loaded.count == samples, case .classes(let classes, let labels) = loaded.targets, labels.count == 10 else {
      throw CourseFileMissing(
        .init(
          "needs MNIST, of which \(samples) digits are taken, 500 of each.",
          es: "necesita MNIST, del que se toman \(samples) dígitos, 500 de cada uno."))
    }
    return loaded.selecting(classes.indices.sorted { (classes[$0], $0) < (classes[$1], $1) })
  }

  /// The given weights with output k for digit k: the file has digit 0 last, as 10 (D-09).
  static func givenNetwork(_ files: CourseFiles) throws -> PlainNetwork {
    var network = try files.givenWeights()
    network.weights[1] = zeroFirst(network.weights[1])
    network.biases[1] = zeroFirst(network.biases[1])
    return network
  }

  /// Rotates ten values, or ten rows of equal length, by one, so that the last comes first.
  static func zeroFirst<Number>(_ numbers: [Number]) -> [Number] {
    let one = numbers.count / 10
    return Array(numbers.suffix(one) + numbers.dropLast(one))
  }

  /// The image of a digit, with a number for each class.
  ///
  /// - Parameter classes: the ten numbers shown beside the image.
  static func digit(_ digits: Samples, _ examples: PlainExamples, _ index: Int, classes: [Double])
    -> CourseFigure.Digit
  {
    let (pixels, side) = (examples.inputs[index], 20)
    let truth = examples.targets[index].firstIndex(of: 1) ?? 0
    return CourseFigure.Digit(
      caption: .init("digit \(truth)", es: "dígito \(truth)"),
      pixels: pixels.indices.map { pixels[$0 % side * side + $0 / side] }, width: side,
      classes: classes, truth: truth)
  }

  /// Gradient descent on the full batch.
  static func configuration(learningRate: Double, l2: Double, epochs: Int) -> TrainingConfiguration {
    .course(learningRate: learningRate, epochs: epochs, l2: l2)
  }
}
