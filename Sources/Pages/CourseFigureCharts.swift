import Charts
import Course

extension CourseFigure {
  /// A chart for an exercise's figure.
  func chart(_ language: CourseLanguage) -> any Chart {
    let (title, summary) = (title[language], summary[language])
    return switch content {
    case .curves(let curves): curves.chart(title, summary, language)
    case .surface(let surface): surface.chart(title, summary, language)
    case .regions(let regions): regions.chart(title, summary, language)
    case .digits(let digits): Digit.chart(digits, title, summary, language)
    case .network(let network): network.chart(title, summary, language)
    }
  }
}

extension CourseFigure.Path {
  func series(_ style: Series.Style, _ language: CourseLanguage) -> Series {
    Series(name[language], positions.map { Point($0.x, $0.y) }, style: style)
  }
}

extension CourseFigure.Grid {
  var function: GridFunction { GridFunction(xs: xs, ys: ys, values: values) }
}

extension CourseFigure.Curves {
  fileprivate func chart(_ title: String, _ summary: String, _ language: CourseLanguage) -> any Chart {
    let isCount = (lines + points).allSatisfy { path in path.positions.allSatisfy { $0.x == $0.x.rounded() } }
    return LineChart(
      title, summary: summary, x: Axis(x[language], isCount ? .count : .number),
      y: Axis(
        y[language], y.english == "accuracy" ? .fraction : .number, scale: isLogarithmic ? .logarithmic : .linear),
      series: points.map { $0.series(.scatter, language) } + lines.map { $0.series(.line, language) })
  }
}

extension CourseFigure.Surface {
  fileprivate func chart(_ title: String, _ summary: String, _ language: CourseLanguage) -> any Chart {
    let function = grid.function
    return SurfaceChart(
      title, summary: summary, x: Axis(x[language]), y: Axis(y[language]),
      ground: .contours(function, levels: SurfaceChart.contourLevels(function), name: height[language]),
      series: paths.map { $0.series(.line, language) } + marks.map { $0.series(.scatter, language) })
  }
}

extension CourseFigure.Regions {
  fileprivate func chart(_ title: String, _ summary: String, _ language: CourseLanguage) -> any Chart {
    var chart = SurfaceChart(
      title, summary: summary, x: Axis(x[language]), y: Axis(y[language]), ground: .output(grid.function),
      series: samples.map { $0.series(.scatter, language) })
    chart.outputName = CoursePhrases.output[language]
    return chart
  }
}

extension CourseFigure.Network {
  fileprivate func chart(_ title: String, _ summary: String, _ language: CourseLanguage) -> any Chart {
    NetworkDiagram(
      title, summary: summary,
      layers: layers.map { layer in
        NetworkDiagram.Layer(
          layer.name[language],
          layer.units.map { unit in
            NetworkDiagram.Unit(
              unit.name[language], zip(unit.symbols, unit.numbers).map { NetworkDiagram.Value($0, $1) })
          })
      }, connection: connection, connections: connections)
  }
}

extension CourseFigure.Digit {
  fileprivate static func chart(
    _ digits: [CourseFigure.Digit], _ title: String, _ summary: String, _ language: CourseLanguage
  ) -> any Chart {
    ImageGrid(
      title, summary: summary,
      items: digits.map { digit in
        ImageGrid.Item(
          Picture(ink: digit.pixels.map { Float($0) }, width: digit.width), caption: digit.caption[language],
          bars: digit.classes, truth: digit.truth)
      },
      labels: digits[0].classes.indices.map { "\($0)" }, size: 88)
  }
}
