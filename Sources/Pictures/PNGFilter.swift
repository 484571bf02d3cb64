import Files

/// The five filters of PNG rows, which store differences from the row above and the pixel on the left.
enum PNGFilter: UInt8 {
  case none = 0
  case left = 1
  case above = 2
  case average = 3
  case paeth = 4

  /// Replaces differences by samples, row by row and in place; the first byte of each row remains the number of the
  /// filter.
  static func undo(_ rows: inout [UInt8], _ header: PNGHeader, path: String) throws(FileError) {
    let stride = 1 + header.rowSize
    for row in 0..<header.height {
      guard let filter = PNGFilter(rawValue: rows[row * stride]) else {
        throw FileError(
          file: path, found: "filter \(rows[row * stride]) in row \(row)", expected: "0 to 4", hint: PNGFile.remedy)
      }
      rows.withUnsafeMutableBufferPointer { rows in
        let start = row * stride + 1
        let above = row == 0 ? nil : UnsafeBufferPointer(rebasing: rows[(start - stride)..<(start - 1)])
        filter.undo(
          UnsafeMutableBufferPointer(rebasing: rows[start..<(start + header.rowSize)]), above: above,
          distance: header.filterDistance)
      }
    }
  }

  /// - Parameter above: the unfiltered previous row; nil for the first row, which means zeros.
  private func undo(_ row: UnsafeMutableBufferPointer<UInt8>, above: UnsafeBufferPointer<UInt8>?, distance: Int) {
    for position in row.indices {
      let left = position >= distance ? row[position - distance] : 0
      let up = above?[position] ?? 0
      switch self {
      case .none: return
      case .left: row[position] &+= left
      case .above: row[position] &+= up
      case .average: row[position] &+= UInt8((Int(left) + Int(up)) / 2)
      case .paeth:
        let corner = position >= distance ? above?[position - distance] ?? 0 : 0
        row[position] &+= Self.nearest(Int(left), Int(up), Int(corner))
      }
    }
  }

  /// Paeth's predictor: the neighbor nearest to left + up − corner; ties prefer left, then up.
  private static func nearest(_ left: Int, _ up: Int, _ corner: Int) -> UInt8 {
    let toLeft = abs(up - corner)
    let toUp = abs(left - corner)
    let toCorner = abs(left + up - 2 * corner)
    if toLeft <= toUp && toLeft <= toCorner { return UInt8(left) }
    return UInt8(toUp <= toCorner ? up : corner)
  }
}
