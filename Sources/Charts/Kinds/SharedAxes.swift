extension [LineChart] {
  /// The charts with axes that cover the values of all of them, so that lines in different charts can be compared.
  package var withSharedAxes: [LineChart] {
    let points = map { $0.series.flatMap(\.extent) }
    return enumerated().map { index, chart in
      var chart = chart
      chart.alsoCovered = points.enumerated().filter { $0.offset != index }.flatMap(\.element)
      return chart
    }
  }
}

extension Series {
  /// The points of the line, and the ends of its band: the values that axes must cover.
  package var extent: [Point] { points + band.flatMap { [Point($0.x, $0.low), Point($0.x, $0.high)] } }
}
