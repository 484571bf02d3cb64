/// The texts of the cells of some columns. Cells of a record are appended one by one, and count once it is committed.
package struct KeptCells: Sendable {
  /// For each column, in the order asked for, its position among these columns in the file.
  private let positions: [Int]
  private var bytes: [UInt8] = []
  /// The end of each cell, in the order of the file.
  private var ends: [Int] = []
  private var committed = 0

  /// - Parameter columns: the numbers of the columns, all different, in the order in which `cells(ofRow:)` has them.
  init(columns: [Int]) {
    let sorted = columns.sorted()
    let positions = Dictionary(uniqueKeysWithValues: sorted.indices.map { (sorted[$0], $0) })
    self.positions = columns.compactMap { positions[$0] }
  }

  /// Appends a cell of the current record: its bytes in UTF-8.
  mutating func append(_ cell: [UInt8]) {
    bytes.append(contentsOf: cell)
    ends.append(bytes.count)
  }

  /// Ends a record, whose cells are kept.
  mutating func commit() { committed = ends.count }

  /// Discards uncommitted cells, of an incomplete or omitted record.
  mutating func dropLast() {
    guard committed < ends.count else { return }
    ends.removeLast(ends.count - committed)
    bytes.removeLast(bytes.count - (ends.last ?? 0))
  }

  /// The cells of a sample.
  ///
  /// - Parameter row: the index among the kept samples.
  package func cells(ofRow row: Int) -> [String] {
    positions.map { position in
      let cell = row * positions.count + position
      return String(decoding: bytes[(cell == 0 ? 0 : ends[cell - 1])..<ends[cell]], as: UTF8.self)
    }
  }
}
