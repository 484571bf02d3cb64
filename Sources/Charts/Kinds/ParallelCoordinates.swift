import Reports

/// One vertical axis for each variable, and a line across them for each item, such as the trials of a search with their losses.
package struct ParallelCoordinates: Chart {
  /// A variable: numbers on an axis, or categories with equal distances.
  package struct Variable: Sendable {
    package var name: String
    package var scale: Scale

    package enum Scale: Sendable {
      case numbers(Axis)
      /// From the bottom up.
      case categories([String])
    }

    package init(_ name: String, _ scale: Scale) {
      self.name = name
      self.scale = scale
    }
  }

  /// An item's line.
  package struct Line: Sendable {
    package var name: String
    /// A value for each variable; for categories, the index. The line ends before a value that is not finite.
    package var values: [Double]
    package var emphasis: Emphasis

    package init(_ name: String, _ values: [Double], _ emphasis: Emphasis) {
      self.name = name
      self.values = values
      self.emphasis = emphasis
    }
  }

  /// The visual weight of a line, in ascending order.
  package enum Emphasis: Int, Sendable, CaseIterable {
    case low, medium, high

    var paint: Paint { self == .low ? .muted : .series(0) }
    var width: Double { [1, 1.5, 3.5][rawValue] }
    var opacity: Double { [0.35, 0.6, 1][rawValue] }
  }

  package var title: String
  package var summary: String
  package var variables: [Variable]
  package var lines: [Line]
  /// The meaning of each emphasis, for the legend; those without a line are left out.
  package var legend: [Emphasis: String]

  /// - Precondition: each line has a value for every variable.
  package init(
    _ title: String, summary: String, variables: [Variable], lines: [Line], legend: [Emphasis: String]
  ) {
    precondition(lines.allSatisfy { $0.values.count == variables.count }, "a line needs a value for every variable")
    self.title = title
    self.summary = summary
    self.variables = variables
    self.lines = lines
    self.legend = legend
  }

  package func drawing(width: Double) -> Drawing {
    let (top, bottom) = (46.0, 316.0)
    var drawing = Drawing(width: width, height: bottom + 40)
    let mapped = self.axes(top: top, bottom: bottom)
    let first = (mapped.first?.labelWidth ?? 0) + 8
    let last = variables.count > 1 ? max(first, width - 10) : first
    let xs = variables.indices.map { first + (last - first) * Double($0) / Double(max(variables.count - 1, 1)) }
    for line in lines.sorted(by: { $0.emphasis.rawValue < $1.emphasis.rawValue }) {
      let positions = zip(xs, zip(mapped, line.values)).map { x, pair in pair.0.position(pair.1).map { (x: x, y: $0) } }
      let drawn = positions.prefix { $0 != nil }.compactMap { $0 }
      drawing.polyline(drawn, paint: line.emphasis.paint, width: line.emphasis.width, opacity: line.emphasis.opacity)
    }
    for (index, axis) in mapped.enumerated() {
      drawing.line(from: (xs[index], top - 6), to: (xs[index], bottom + 6), paint: .ink)
      let room = index == 0 ? xs[0] - 8 : (xs[index] - xs[index - 1]) * 0.8
      axis.drawLabels(x: xs[index], room: room, into: &drawing)
    }
    drawNames(xs, into: &drawing)
    drawLegend(y: bottom + 32, into: &drawing)
    return drawing
  }

  private func axes(top: Double, bottom: Double) -> [VariableAxis] {
    variables.indices.map { index in
      VariableAxis(variables[index], values: lines.map { $0.values[index] }, start: bottom, end: top)
    }
  }

  /// The variables' names above their axes, alternating on two lines.
  private func drawNames(_ xs: [Double], into drawing: inout Drawing) {
    for (index, variable) in variables.enumerated() {
      let isLast = index == variables.count - 1
      let spacing = xs.count > 1 ? xs[1] - xs[0] : drawing.width
      let name = TextMetrics.truncated(variable.name, to: max(2 * spacing - 8, 40), size: Drawing.textSize)
      let half = TextMetrics.width(name, size: Drawing.textSize) / 2
      let isEnd = isLast && xs[index] + half > drawing.width
      let x = isEnd ? drawing.width : max(xs[index], half)
      drawing.text(name, x: x, y: index % 2 == 0 ? 14 : 32, anchor: isEnd ? .end : .middle, paint: .ink)
    }
  }

  private func drawLegend(y: Double, into drawing: inout Drawing) {
    var x = 0.0
    for emphasis in Emphasis.allCases.reversed() where lines.contains(where: { $0.emphasis == emphasis }) {
      guard let text = legend[emphasis] else { continue }
      drawing.polyline(
        [(x, y - 4), (x + 22, y - 4)], paint: emphasis.paint, width: emphasis.width, opacity: emphasis.opacity)
      drawing.text(text, x: x + 28, y: y)
      x += 28 + TextMetrics.width(text, size: Drawing.textSize) + 16
    }
  }

  package var table: DataTable {
    let columns = [DataTable.Column("", isNumeric: false)] + variables.map { .init($0.name) }
    return DataTable(
      columns,
      rows: lines.map { line in
        [line.name]
          + zip(variables, line.values).map { variable, value in
            switch variable.scale {
            case .numbers(let axis): axis.unit.text(value)
            case .categories(let names): value.isFinite && names.indices.contains(Int(value)) ? names[Int(value)] : "–"
            }
          }
      })
  }
}

/// The positions of one variable's values and its labels.
private struct VariableAxis {
  private let ticks: [(label: String, position: Double)]
  private let mapping: AxisMapping

  init(_ variable: ParallelCoordinates.Variable, values: [Double], start: Double, end: Double) {
    switch variable.scale {
    case .numbers(let axis):
      let mapping = AxisMapping(axis, values: values, start: start, end: end, roundsOut: true)
      self.mapping = mapping
      ticks = mapping.ticks.compactMap { tick in mapping.position(tick.value).map { (tick.label, $0) } }
    case .categories(let names):
      let mapping = AxisMapping(
        Axis("", .count, domain: -0.5...(Double(max(names.count, 1)) - 0.5)), values: [], start: start, end: end,
        roundsOut: false)
      self.mapping = mapping
      ticks = names.enumerated().compactMap { index, name in mapping.position(Double(index)).map { (name, $0) } }
    }
  }

  var labelWidth: Double {
    min(ticks.map { TextMetrics.width($0.label, size: Drawing.textSize) }.max() ?? 0, 110)
  }

  func position(_ value: Double) -> Double? { mapping.position(value) }

  /// Labels to the left of the axis, each on a patch that keeps it readable on lines.
  func drawLabels(x: Double, room: Double, into drawing: inout Drawing) {
    for tick in ticks {
      let label = TextMetrics.truncated(tick.label, to: room, size: Drawing.textSize)
      let width = TextMetrics.width(label, size: Drawing.textSize)
      drawing.rectangle(
        x: x - 9 - width, y: tick.position - 8, width: width + 4, height: 16, paint: .surface, radius: 3)
      drawing.line(from: (x - 4, tick.position), to: (x, tick.position), paint: .ink)
      drawing.text(label, x: x - 7, y: tick.position + 4, anchor: .end, paint: .ink)
    }
  }
}
