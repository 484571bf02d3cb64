import Charts
import Course

extension CoursePicture {
  /// A chart for an exercise's figure.
  var chart: any Chart {
    switch content {
    case .curves(let curves): curves.chart(title, summary)
    case .surface(let surface): surface.chart(title, summary)
    case .regions(let regions): regions.chart(title, summary)
    case .digits(let digits): Digit.chart(digits, title, summary)
    }
  }
}

extension CoursePicture.Path {
  func series(_ style: Series.Style = .line, color: Int? = nil) -> Series {
    Series(name, positions.map { Point($0.x, $0.y) }, style: style, color: color)
  }
}

extension CoursePicture.Grid {
  var function: GridFunction { GridFunction(xs: xs, ys: ys, values: values) }
}

extension CoursePicture.Curves {
  fileprivate func chart(_ title: String, _ summary: String) -> any Chart {
    let isCount = (lines + points).allSatisfy { path in path.positions.allSatisfy { $0.x == $0.x.rounded() } }
    return LineChart(
      title, summary: summary, x: Axis(x, isCount ? .count : .number),
      y: Axis(y, y == "accuracy" ? .fraction : .number, scale: isLogarithmic ? .logarithmic : .linear),
      series: points.map { $0.series(.scatter) } + lines.map { $0.series() })
  }
}

extension CoursePicture.Surface {
  fileprivate func chart(_ title: String, _ summary: String) -> any Chart {
    let function = grid.function
    return SurfaceChart(
      title, summary: summary, x: Axis(x), y: Axis(y),
      ground: .contours(function, levels: SurfaceChart.contourLevels(function), name: height),
      series: paths.map { $0.series() } + marks.map { $0.series(.scatter) })
  }
}

extension CoursePicture.Regions {
  fileprivate func chart(_ title: String, _ summary: String) -> any Chart {
    SurfaceChart(
      title, summary: summary, x: Axis(x), y: Axis(y), ground: .output(grid.function),
      series: samples.map { $0.series(.scatter) })
  }
}

extension CoursePicture.Digit {
  fileprivate static func chart(_ digits: [CoursePicture.Digit], _ title: String, _ summary: String) -> any Chart {
    ImageGrid(
      title, summary: summary,
      items: digits.map { digit in
        ImageGrid.Item(
          Picture(ink: digit.pixels.map { Float($0) }, width: digit.width), caption: digit.caption, bars: digit.classes,
          truth: digit.truth)
      },
      labels: digits[0].classes.indices.map { "\($0)" }, size: 88)
  }
}
