extension Initializer {
  /// Reads the text of `--initializer`: `auto`, `he`, `glorot`, a comma-separated list of `he` and `glorot` for each
  /// layer, `normal:SIGMA`, `uniform:EPSILON`, `constant:VALUE`; the last three with an optional `,biases` to draw
  /// biases, too.
  /// - Throws: `InitializerError`.
  public init(_ text: String) throws(InitializerError) {
    let names: [String: Distribution] = ["he": .he, "glorot": .glorot]
    let layers = text.split(separator: ",", omittingEmptySubsequences: false).map { names[String($0)] }
    if layers.count > 1, !layers.contains(nil) {
      self.init(.layers(layers.compactMap { $0 }))
      return
    }
    let suffix = ",biases"
    let drawsBiases = text.hasSuffix(suffix)
    let parts = (drawsBiases ? text.dropLast(suffix.count) : text[...])
      .split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let distribution: Distribution =
      switch (parts[0], parts.count) {
      case ("auto", 1): .automatic
      case ("he", 1): .he
      case ("glorot", 1): .glorot
      case ("normal", 2): .normal(sigma: try Self.number(parts[1], of: text, signed: false))
      case ("uniform", 2): .uniform(epsilon: try Self.number(parts[1], of: text, signed: false))
      case ("constant", 2): .constant(try Self.number(parts[1], of: text, signed: true))
      default: throw .unknown(text)
      }
    if drawsBiases, parts.count == 1 { throw .biases(text) }
    self.init(distribution, drawsBiases: drawsBiases)
  }

  /// A finite Float, or the error that names the number.
  private static func number(_ argument: String, of text: String, signed: Bool) throws(InitializerError) -> Double {
    guard let number = Double(argument), Float(number).isFinite, signed || number >= 0 else {
      throw .number(argument, initializer: text, signed: signed)
    }
    return number
  }

  /// The text that `init(_:)` reads.
  package var optionText: String {
    distribution.optionText + (drawsBiases ? ",biases" : "")
  }
}

extension Initializer.Distribution {
  package var optionText: String {
    switch self {
    case .automatic: "auto"
    case .he: "he"
    case .glorot: "glorot"
    case .normal(let sigma): "normal:\(sigma)"
    case .uniform(let epsilon): "uniform:\(epsilon)"
    case .constant(let value): "constant:\(value)"
    case .layers(let distributions): distributions.map(\.optionText).joined(separator: ",")
    }
  }
}

/// An invalid initializer text.
public enum InitializerError: Error, Equatable, Sendable, CustomStringConvertible {
  /// No initializer has this form.
  case unknown(String)
  /// A number is invalid.
  case number(String, initializer: String, signed: Bool)
  /// `he` and `glorot` depend on fan-in and fan-out, which biases do not have.
  case biases(String)

  public var description: String {
    switch self {
    case .unknown(let text):
      "initializer: found \(text), expected auto, he, glorot, normal:SIGMA, uniform:EPSILON or constant:VALUE, "
        + "the last three also with ,biases; or he,glorot,… for each layer, of these two alone."
    case .number(let number, let initializer, let signed):
      "initializer: found \(number) in \(initializer), expected a finite number" + (signed ? "." : ", 0 or more.")
    case .biases(let text):
      "initializer: found \(text), expected ,biases after normal:SIGMA, uniform:EPSILON or constant:VALUE only."
    }
  }
}
