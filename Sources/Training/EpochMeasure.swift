import JSON

/// A quantity of an epoch on one of its splits. Tables, charts and files take their lists of metrics from here.
package struct EpochMeasure: Sendable {
  /// A split; the raw value is its name in tables and files.
  package enum Split: String, Sendable {
    case train
    case validation
    case test
  }

  /// A quantity; the raw value is its name in files.
  package enum Quantity: String, Sendable, CaseIterable {
    case loss
    case accuracy
    case rmse
    case r2

    /// The name in tables.
    package var title: String {
      switch self {
      case .loss, .accuracy: rawValue
      case .rmse: "RMSE"
      case .r2: "R²"
      }
    }

    /// True for the quantities of a regression, false for those of every network.
    package var isOfRegression: Bool { self == .rmse || self == .r2 }
  }

  /// The split on which the quantity is measured.
  package let split: Split
  /// The measured quantity.
  package let quantity: Quantity
  /// Returns nil if the epoch does not have the value.
  package let value: @Sendable (EpochMetrics) -> Double?

  /// Every measure, split after split: the order of columns in the terminal.
  package static let all = [
    EpochMeasure(split: .train, quantity: .loss) { $0.trainLoss },
    EpochMeasure(split: .train, quantity: .accuracy) { $0.trainAccuracy },
    EpochMeasure(split: .train, quantity: .rmse) { $0.regression?.trainRMSE },
    EpochMeasure(split: .validation, quantity: .loss) { $0.validationLoss },
    EpochMeasure(split: .validation, quantity: .accuracy) { $0.validationAccuracy },
    EpochMeasure(split: .test, quantity: .loss) { $0.testLoss },
    EpochMeasure(split: .test, quantity: .accuracy) { $0.testAccuracy },
    EpochMeasure(split: .test, quantity: .rmse) { $0.regression?.testRMSE },
    EpochMeasure(split: .test, quantity: .r2) { $0.regression?.testR2 },
  ]

  /// Loss and accuracy, split after split: in files and reports the measures of a regression come later.
  package static let general = all.filter { !$0.quantity.isOfRegression }
  /// The measures that only a regression has, split after split.
  package static let ofRegression = all.filter(\.quantity.isOfRegression)

  /// The measures of a quantity.
  package static func of(_ quantity: Quantity) -> [EpochMeasure] { all.filter { $0.quantity == quantity } }

  /// The name in tables, such as `train RMSE`.
  package var title: String { "\(split.rawValue) \(quantity.title)" }
}

extension EpochMetrics {
  /// The metrics with their names in files, in the order of the files.
  package var members: [JSONValue.Member] {
    func members(_ measures: [EpochMeasure]) -> [JSONValue.Member] {
      measures.map { .init("\($0.split.rawValue)_\($0.quantity.rawValue)", .number($0.value(self))) }
    }
    return [.init("epoch", .number(epoch)), .init("steps", .number(steps)), .init("seconds", .number(seconds))]
      + members(EpochMeasure.general) + [
        .init("samples_per_second", .number(samplesPerSecond)), .init("learning_rate", .number(learningRate)),
        .init("gradient_norm", .number(gradientNorm)),
      ] + (regression == nil ? [] : members(EpochMeasure.ofRegression))
  }
}
