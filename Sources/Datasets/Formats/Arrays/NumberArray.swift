/// An array of a file, whose first dimension counts samples.
protocol NumberArray {
  /// Its name in the file; empty where the file has one array alone.
  var name: String { get }
  var shape: [Int] { get }
  /// The number at a row and a column; columns count through all further dimensions, the last fastest.
  func number(_ row: Int, _ column: Int) -> Double
  /// An element as a label: the text that it is, or the exact decimal form of its number; nil for one that is not finite.
  func label(_ row: Int, _ column: Int) -> String?
  /// Whether its elements are texts.
  var isText: Bool { get }
  /// Whether its elements are unsigned bytes.
  var isBytes: Bool { get }
  /// Its elements in order, where they are unsigned bytes and rows follow one another.
  var bytes: ByteRows? { get }
  /// An element for messages: `X[3,5]`, as its program counts.
  func place(_ row: Int, _ column: Int) -> String
}

extension NumberArray {
  var rows: Int { shape.first ?? 1 }
  /// Elements a row.
  var width: Int { shape.dropFirst().reduce(1, *) }
  var shapeText: String { shape.isEmpty ? "one number" : shape.map { "\($0)" }.joined(separator: " × ") }
  var isText: Bool { false }
  var isBytes: Bool { false }
  var bytes: ByteRows? { nil }
}

/// An array with rows and columns exchanged.
struct TransposedArray: NumberArray {
  let array: any NumberArray

  var name: String { array.name }
  var shape: [Int] { [array.width, array.rows] }
  var isText: Bool { array.isText }
  var isBytes: Bool { array.isBytes }
  func number(_ row: Int, _ column: Int) -> Double { array.number(column, row) }
  func label(_ row: Int, _ column: Int) -> String? { array.label(column, row) }
  func place(_ row: Int, _ column: Int) -> String { array.place(column, row) }
}

/// Some columns of an array.
struct ColumnsOfArray: NumberArray {
  let array: any NumberArray
  let columns: [Int]

  var name: String { array.name }
  var shape: [Int] { [array.rows, columns.count] }
  var isText: Bool { array.isText }
  var isBytes: Bool { array.isBytes }
  func number(_ row: Int, _ column: Int) -> Double { array.number(row, columns[column]) }
  func label(_ row: Int, _ column: Int) -> String? { array.label(row, columns[column]) }
  func place(_ row: Int, _ column: Int) -> String { array.place(row, columns[column]) }
}
