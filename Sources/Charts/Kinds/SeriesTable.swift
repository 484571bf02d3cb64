/// The data table of series: one column per series beside the common x, or one row per point if they share no x.
enum SeriesTable {
  static func table(_ series: [Series], x: Axis, y: Axis) -> DataTable {
    // A curve without a name only continues a line that has one.
    let isNamed = series.contains { !$0.name.isEmpty }
    let series = series.filter { !isNamed || !$0.name.isEmpty || $0.style != .prediction }
    let shared = Set(series.flatMap { $0.points.map(\.x) })
    let most = series.map(\.points.count).max() ?? 0
    let isUnique = series.allSatisfy { Set($0.points.map(\.x)).count == $0.points.count }
    return isUnique && shared.count <= most + most / 2 ? wide(series, x, y) : long(series, x, y)
  }

  private static func wide(_ series: [Series], _ x: Axis, _ y: Axis) -> DataTable {
    var columns = [DataTable.Column(x.label)]
    var cells: [[Double: String]] = []
    for one in series {
      let name = one.name.isEmpty ? y.label : one.name
      columns.append(.init(name))
      cells.append(Dictionary(one.points.map { ($0.x, y.unit.text($0.y) + one.mark($0.x)) }) { first, _ in first })
      guard !one.band.isEmpty else { continue }
      columns += [.init(name + ", low"), .init(name + ", high")]
      cells.append(Dictionary(one.band.map { ($0.x, y.unit.text($0.low)) }) { first, _ in first })
      cells.append(Dictionary(one.band.map { ($0.x, y.unit.text($0.high)) }) { first, _ in first })
    }
    let positions = Set(series.flatMap { $0.points.map(\.x) + $0.band.map(\.x) }).sorted()
    return DataTable(
      columns, rows: positions.map { position in [x.unit.text(position)] + cells.map { $0[position] ?? "" } })
  }

  private static func long(_ series: [Series], _ x: Axis, _ y: Axis) -> DataTable {
    let rows = series.flatMap { one in
      one.points.map { [one.name, x.unit.text($0.x), y.unit.text($0.y) + one.mark($0.x)] }
    }
    return DataTable([.init("", isNumeric: false), .init(x.label), .init(y.label)], rows: rows)
  }
}
