/// The units in which an array's columns are stored as floats.
struct ArrayUnits {
  /// One for each column.
  private(set) var units: [ColumnUnit]

  /// Reads all numbers once, if a float cannot hold those of the array's type.
  init(_ array: any NumberArray, columns: Range<Int>) {
    units = [ColumnUnit](repeating: ColumnUnit(), count: columns.count)
    if !array.fitsFloat, array.rows > 0, !array.isText { choose(array, columns) }
  }

  /// True if the units, one for each column of the array, have room for all its finite numbers.
  static func haveRoom(_ units: [ColumnUnit], for array: some NumberArray) -> Bool {
    guard units.count == array.width else { return false }
    if array.isText || array.fitsFloat && units.allSatisfy(\.isTrivial) { return true }
    return (0..<array.rows).allSatisfy { row in
      units.indices.allSatisfy { column in
        let number = array.number(row, column)
        return !number.isFinite || Float(units[column].stored(number)).isFinite
      }
    }
  }

  private mutating func choose(_ array: some NumberArray, _ columns: Range<Int>) {
    var least = [Double](repeating: .infinity, count: columns.count)
    var greatest = [Double](repeating: -.infinity, count: columns.count)
    for row in 0..<array.rows {
      for column in columns {
        let number = array.number(row, column)
        let index = column - columns.lowerBound
        if number < least[index] { least[index] = number }
        if number > greatest[index] { greatest[index] = number }
      }
    }
    for index in units.indices {
      let first = array.number(0, columns.lowerBound + index)
      units[index] = ColumnUnit(for: [first, least[index], greatest[index]])
    }
  }
}
