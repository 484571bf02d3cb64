/// An array in a file; the first dimension is the sample.
package protocol NumberArray {
  /// The name in the file; empty for a file with one array.
  var name: String { get }
  /// The lengths of the dimensions; empty for a single number.
  var shape: [Int] { get }
  /// The number at a row and a column; columns count through all further dimensions, the last fastest.
  func number(_ row: Int, _ column: Int) -> Double
  /// An element as a label: its text, or the exact decimal form of its number; nil if it is not finite.
  func label(_ row: Int, _ column: Int) -> String?
  /// True if the elements are texts.
  var isText: Bool { get }
  /// True if the elements are unsigned bytes.
  var isBytes: Bool { get }
  /// True if a float holds every number of the elements' type exactly.
  var fitsFloat: Bool { get }
  /// The elements in order, if they are unsigned bytes in contiguous rows.
  var bytes: ByteRows? { get }
  /// The name of an element in messages, in the notation of NumPy (`X[3,5]`) or MATLAB (`X(4,6)`).
  func elementName(_ row: Int, _ column: Int) -> String
}

extension NumberArray {
  /// The length of the first dimension; 1 for a single number.
  package var rows: Int { shape.first ?? 1 }
  /// The number of elements per row.
  package var width: Int { shape.dropFirst().reduce(1, *) }
  /// The shape for a message: `60000 × 28 × 28`.
  package var shapeText: String { shape.isEmpty ? "one number" : shape.map { "\($0)" }.joined(separator: " × ") }
  package var isText: Bool { false }
  package var isBytes: Bool { false }
  package var fitsFloat: Bool { isBytes }
  package var bytes: ByteRows? { nil }
}

/// An array with rows and columns exchanged.
struct TransposedArray: NumberArray {
  let array: any NumberArray

  var name: String { array.name }
  var shape: [Int] { [array.width, array.rows] }
  var isText: Bool { array.isText }
  var isBytes: Bool { array.isBytes }
  var fitsFloat: Bool { array.fitsFloat }
  func number(_ row: Int, _ column: Int) -> Double { array.number(column, row) }
  func label(_ row: Int, _ column: Int) -> String? { array.label(column, row) }
  func elementName(_ row: Int, _ column: Int) -> String { array.elementName(column, row) }
}

/// Some columns of an array.
package struct ColumnsOfArray: NumberArray {
  private let array: any NumberArray
  private let columns: [Int]

  /// - Parameter columns: the indices of the columns, in the order of the new array.
  package init(array: any NumberArray, columns: [Int]) {
    self.array = array
    self.columns = columns
  }

  package var name: String { array.name }
  package var shape: [Int] { [array.rows, columns.count] }
  package var isText: Bool { array.isText }
  package var isBytes: Bool { array.isBytes }
  package var fitsFloat: Bool { array.fitsFloat }
  package func number(_ row: Int, _ column: Int) -> Double { array.number(row, columns[column]) }
  package func label(_ row: Int, _ column: Int) -> String? { array.label(row, columns[column]) }
  package func elementName(_ row: Int, _ column: Int) -> String { array.elementName(row, columns[column]) }
}
