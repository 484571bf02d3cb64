/// The sizes of target values, to find columns that floats would lose.
///
/// The weights of an output layer have the targets' units. Below about 1e-38 these are subnormal floats with few digits, and their products
/// with small inputs are sooner.
package struct TargetSizes: Equatable, Sendable {
  /// Columns whose targets are all below this size cannot be trained on.
  package static let least = 1e-30

  private enum Size {
    /// Only zeros so far.
    case zero
    /// Numbers below `least`.
    case tiny
    case ordinary
  }

  private var sizes: [Size]

  /// - Parameter width: the number of target columns.
  init(width: Int) { sizes = [Size](repeating: .zero, count: width) }

  /// Adds a target less the number that is subtracted from its column.
  mutating func add(_ target: Double, column: Int) {
    if abs(target) >= Self.least {
      sizes[column] = .ordinary
    } else if target != 0, sizes[column] == .zero {
      sizes[column] = .tiny
    }
  }

  /// True if no target of the column was found that is not small, and it is worth looking closely at the next.
  func isOpen(column: Int) -> Bool { sizes[column] == .zero }

  /// The first column of targets that are all below `least`, and not all 0; nil without one.
  package var tinyColumn: Int? { sizes.firstIndex(of: .tiny) }
}
