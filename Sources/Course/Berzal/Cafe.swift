import Descent

/// The café of Berzal's slides: a linear neuron without bias learns the prices of coffee, juice and toast from the weeks' totals.
///
/// Prices are in cents, in the order café, zumo, tostadas. E = ½ Σ (t − y)² is a sum over weeks and the trainer's loss a mean, so the
/// slides' learning rate η is m·η here, with m the number of weeks in a batch.
enum Cafe {
  /// A price to learn; its raw value is the index of its weight, its name a part of keys.
  enum Item: Int, CaseIterable {
    case coffee
    case juice
    case toast

    var label: LocalizedText {
      switch self {
      case .coffee: .coffee
      case .juice: .juice
      case .toast: .toast
      }
    }

    /// The label of an axis.
    var axis: LocalizedText {
      switch self {
      case .coffee: .init("price of coffee, cents", es: "precio del café, céntimos")
      case .juice: .init("price of juice, cents", es: "precio del zumo, céntimos")
      case .toast: .init("price of toast, cents", es: "precio de la tostada, céntimos")
      }
    }
  }

  /// The quantities of one week, which follow from the slide's Δw, η and residual.
  static let week = [5.0, 2, 3]
  /// The true prices: they agree with the slides, whose own are lost.
  static let prices = [50.0, 150, 100]
  /// The initial estimate of the slides.
  static let estimate = [50.0, 50, 50]

  /// The quantities of six weeks. Only the first follows from the slides.
  static let weeks: [[Double]] = [week, [2, 5, 1], [3, 1, 4], [4, 4, 2], [1, 3, 5], [6, 2, 1]]
  /// Six weeks with nearly equal quantities of juice and toast.
  static let correlatedWeeks: [[Double]] = [[5, 2, 2], [2, 5, 5], [3, 1, 1], [4, 4, 4], [1, 3, 3], [6, 2, 3]]

  /// `descent train` on a table of weeks, for a linear neuron without bias that begins at the slides' estimate.
  ///
  /// - Parameter options: the options of training.
  static func command(_ options: String) -> String {
    "descent train --data - --targets 1 --test-fraction 0 \(CourseExercise.unscaled) --hidden none --no-bias --output identity "
      + "--initializer constant:50 \(options)"
  }

  /// The shell command that writes the table of weeks: quantities and total.
  static func table(_ weeks: [[Double]] = weeks) -> String {
    CourseExercise.printing(weeks.map { $0 + [total($0)] })
  }

  static func topology() throws -> Topology {
    try Topology(inputs: 3, hidden: [], outputs: 1, output: .identity, loss: .squaredError, hasBiases: false)
  }

  /// A neuron with the slides' initial estimate.
  static func neuron(_ weights: [Double] = estimate) throws -> PlainNetwork {
    PlainNetwork(topology: try topology(), weights: [weights], biases: [[]])
  }

  /// Examples of weeks with their totals.
  static func examples(_ weeks: [[Double]]) -> PlainExamples {
    PlainExamples(inputs: weeks, targets: weeks.map { [total($0)] })
  }

  static func total(_ week: [Double]) -> Double { dot(week, prices) }

  /// Gradient descent with the slides' learning rate η; batches are `batchSize` consecutive weeks.
  static func configuration(eta: Double, batchSize: Int, epochs: Int? = nil) -> TrainingConfiguration {
    .course(learningRate: eta * Double(batchSize), batchSize: .samples(batchSize), epochs: epochs)
  }

  /// E of all weeks: m times the mean loss.
  static func error(_ network: PlainNetwork, _ examples: PlainExamples) -> Double {
    Double(examples.count) * network.meanLoss(examples)
  }

  /// E after each step of the trainer.
  static func errors(_ path: [Parameters], _ examples: PlainExamples) throws -> [Double] {
    try path.map { error(PlainNetwork(topology: try topology(), parameters: $0), examples) }
  }

  /// The path of the Double network: weights after each step, the initial ones first.
  static func plainPath(_ examples: PlainExamples, eta: Double, batchSize: Int, steps: Int) throws -> [[Double]] {
    var descent = PlainDescent(try neuron())
    var path = [descent.network.weights[0]]
    for step in 0..<steps {
      let batch = (0..<batchSize).map { (step * batchSize + $0) % examples.count }
      descent.step(
        PlainExamples(inputs: batch.map { examples.inputs[$0] }, targets: batch.map { examples.targets[$0] }),
        learningRate: eta * Double(batchSize))
      path.append(descent.network.weights[0])
    }
    return path
  }
}
