/// The loss function of one example; training minimizes its mean.
///
/// To add one: a file with its function in Double (`LossFunction`) next to this one, a file with its vector code in
/// `KernelVariants/Source/Losses` with a line in the list there, and a line in `functions`.
public struct Loss: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  let function: any LossFunction

  init(_ function: any LossFunction) { self.function = function }

  /// Every loss function, in the order of the help texts.
  private static let functions: [any LossFunction.Type] = [
    CrossEntropy.self,
    SquaredError.self,
    Huber.self,
  ]

  /// Reads the text in options and model files: a name, with a colon and a number if the loss has one.
  public init?(rawValue: String) {
    let parts = rawValue.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard let type = Self.functions.first(where: { $0.name == parts[0] }),
      let function = type.init(argument: parts.count == 1 ? nil : parts[1])
    else { return nil }
    self.function = function
  }

  /// The text in options and model files.
  public var rawValue: String {
    let function = function
    return type(of: function).name + (function.argument.map { ":" + $0 } ?? "")
  }
  public var description: String { rawValue }

  /// The texts that `init(rawValue:)` reads, with a word in capitals for a number.
  public static var forms: [String] {
    functions.map { type in type.name + (type.argumentName.map { ":" + $0 } ?? "") }
  }

  /// True if the loss is defined for an output layer with this activation.
  public func isDefined(for output: Activation) -> Bool { function.isDefined(for: output) }

  /// The limit δ of a loss that is the sum over outputs of ½r² for |r| ≤ δ, else δ (|r| − ½δ), with r = a − t; infinite for squared
  /// error; nil for other losses.
  package var slopeLimit: Double? { function.slopeLimit }

  /// The loss of one example, computed from activations, for outputs without pre-activations, such as the mean over
  /// several networks. Training computes logarithms from pre-activations instead.
  ///
  /// - Parameters:
  ///   - activations: one per output.
  ///   - output: the output activation, for which the loss must be defined.
  ///   - target: one value per output.
  package func value(activations: [Double], output: Activation, target: [Double]) -> Double {
    function.value(a: activations, output: output, target: target)
  }

  /// The default loss of an output activation.
  public static func `default`(for output: Activation) -> Loss {
    crossEntropy.isDefined(for: output) ? .crossEntropy : .squaredError
  }
}
