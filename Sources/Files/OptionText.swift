/// The text of a message that mentions options. The spelling of an option is left to the program: the name of the property
/// (`testFraction`) in a program that uses the library, `--test-fraction` on a command line.
///
/// A string literal can be such a text, with `\(option: name, value)` for an option.
public struct OptionText: Equatable, Sendable, CustomStringConvertible {
  fileprivate enum Piece: Equatable, Sendable {
    case text(String)
    case option(String, value: String?)
  }

  fileprivate var pieces: [Piece]

  /// Creates a text without options.
  public init(_ text: String) { pieces = [.text(text)] }

  /// Joins two texts.
  public static func + (first: OptionText, second: OptionText) -> OptionText {
    var joined = first
    joined.pieces += second.pieces
    return joined
  }

  /// The text, with each option spelled by `spell`.
  public func spelled(_ spell: (_ name: String, _ value: String?) -> String) -> String {
    pieces.map { piece in
      switch piece {
      case .text(let text): text
      case .option(let name, let value): spell(name, value)
      }
    }.joined()
  }

  /// The text, with each option as its name and value.
  public var description: String { spelled { name, value in name + (value.map { " \($0)" } ?? "") } }
}

/// An error whose message mentions options.
public protocol OptionTextError: Error, CustomStringConvertible {
  /// The description; options have the names of their properties, which a program can replace by its own spelling.
  var message: OptionText { get }
}

extension OptionTextError {
  /// The message, with each option as its name and value.
  public var description: String { message.description }
}

extension OptionText: ExpressibleByStringInterpolation {
  /// The parts of an interpolated text.
  public struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var pieces: [Piece] = []

    /// Creates an empty interpolation.
    public init(literalCapacity: Int, interpolationCount: Int) {}

    /// Appends text.
    public mutating func appendLiteral(_ literal: String) { pieces.append(.text(literal)) }

    /// Appends the description of a value.
    public mutating func appendInterpolation(_ value: some CustomStringConvertible) {
      pieces.append(.text(value.description))
    }

    /// Appends another text with its options.
    public mutating func appendInterpolation(_ text: OptionText) { pieces += text.pieces }

    /// Appends an option, with a value if one is suggested.
    public mutating func appendInterpolation(option name: String, _ value: String? = nil) {
      pieces.append(.option(name, value: value))
    }
  }

  /// Creates a text from its interpolation.
  public init(stringInterpolation: StringInterpolation) { pieces = stringInterpolation.pieces }
  /// Creates a text without options.
  public init(stringLiteral text: String) { self.init(text) }
}
