import Networks

/// Options for the terms of the objective besides the loss: λ of each.
enum RegularizationOptions {
  static let training = options(samples: "training samples", traits: .axis)
  static let gradient = options(samples: "samples in use", traits: [])

  /// - Parameter samples: a phrase for M.
  private static func options(samples: String, traits: OptionTraits) -> [Option<Double>] {
    Regularization.terms.map { term in
      Option(
        term.name, .number(.notNegative), default: "0",
        "\(term.title) λ: adds \(term.formula) to the objective; M \(samples), biases excluded",
        traits: traits,
        otherNames: otherNames[term.name] ?? [])
    }
  }

  private static let otherNames: [String: OtherNames] = [
    "l2": ["lambda", "alpha", "regularization", "l2-reg", "l2-penalty", "l2-regularization"]
  ]

  static func value(_ options: [Option<Double>], _ arguments: Arguments) throws(UsageError) -> Regularization {
    var result: Regularization = [:]
    for option in options { result[option.name] = try arguments.value(option) }
    return result
  }
}
