import Reports

/// A small network with the numbers of one example in its units, and a number for each connection as the color and width of a line.
///
/// Layers are rows from top to bottom, so that the drawing fits narrow windows.
package struct NetworkDiagram: Chart {
  /// A box with a name and numbers.
  package struct Unit: Sendable, Equatable {
    package var name: String
    /// Symbols with their numbers: `[("z", 0.67), ("δ", 0.0009)]`.
    package var values: [Value]

    package init(_ name: String, _ values: [Value]) {
      self.name = name
      self.values = values
    }
  }

  /// A number with its symbol.
  package struct Value: Sendable, Equatable {
    package var symbol: String
    package var number: Double

    package init(_ symbol: String, _ number: Double) {
      self.symbol = symbol
      self.number = number
    }
  }

  /// A row of units.
  package struct Layer: Sendable, Equatable {
    package var name: String
    package var units: [Unit]

    package init(_ name: String, _ units: [Unit]) {
      self.name = name
      self.units = units
    }
  }

  package var title: String
  package var summary: String
  package var layers: [Layer]
  /// The symbol of the connections' numbers: `∂L/∂W`.
  package var connection: String
  /// The numbers between a layer and the next, `[units of the next × units]`, row-major.
  package var connections: [[Double]]

  /// - Precondition: one number for each pair of units of neighboring layers.
  package init(
    _ title: String, summary: String, layers: [Layer], connection: String, connections: [[Double]]
  ) {
    precondition(connections.count == layers.count - 1, "one matrix is needed between each two layers")
    for (index, matrix) in connections.enumerated() {
      precondition(
        matrix.count == layers[index].units.count * layers[index + 1].units.count, "a number per pair of units")
    }
    self.title = title
    self.summary = summary
    self.layers = layers
    self.connection = connection
    self.connections = connections
  }

  package var table: DataTable {
    var rows: [[String]] = []
    for layer in layers {
      for unit in layer.units {
        rows += unit.values.map { ["\(layer.name): \(unit.name)", $0.symbol, NumberText.significant($0.number, 7)] }
      }
    }
    for (index, matrix) in connections.enumerated() {
      let (from, to) = (layers[index].units, layers[index + 1].units)
      for (position, number) in matrix.enumerated() {
        let names = "\(from[position % from.count].name) → \(to[position / from.count].name)"
        rows.append([names, connection, NumberText.significant(number, 7)])
      }
    }
    return DataTable([.init("", isNumeric: false), .init("", isNumeric: false), .init("")], rows: rows)
  }

  package func drawing(width: Double) -> Drawing {
    let layout = Layout(self, width: width)
    var drawing = Drawing(width: width, height: layout.height)
    for index in connections.indices { draw(connections[index], below: index, layout, into: &drawing) }
    for (index, layer) in layers.enumerated() { draw(layer, index, layout, into: &drawing) }
    layout.legend.draw(into: &drawing, x: 0, y: layout.height - layout.legend.height)
    return drawing
  }

  /// The widest line, of the largest magnitude between two layers; others are proportional, but visible.
  private static let widest = 4.5
  private static let thinnest = 0.75
  /// The largest number of connections between two layers whose values are written beside them.
  private static let maximumLabels = 4

  private func draw(_ matrix: [Double], below index: Int, _ layout: Layout, into drawing: inout Drawing) {
    let inputs = layers[index].units.count
    let largest = matrix.map(abs).filter(\.isFinite).max() ?? 0
    var labels: [(text: String, x: Double, y: Double)] = []
    for (position, number) in matrix.enumerated() {
      let (from, to) = (position % inputs, position / inputs)
      let start = (x: layout.center(index, from), y: layout.top(index) + layout.unitHeights[index])
      let end = (x: layout.center(index + 1, to), y: layout.top(index + 1))
      let part = largest > 0 && number.isFinite ? abs(number) / largest : 0
      let names = "\(layers[index].units[from].name) → \(layers[index + 1].units[to].name)"
      drawing.line(
        from: start, to: end, paint: number == 0 ? .muted : .series(number < 0 ? 0 : 1),
        width: max(Self.thinnest, Self.widest * part),
        tip: "\(names): \(connection) = \(NumberText.significant(number, 4))")
      labels.append((NumberText.significant(number, 4), (start.x + end.x) / 2, (start.y + end.y) / 2 + 4))
    }
    guard matrix.count <= Self.maximumLabels else { return }
    for label in labels { drawing.label(label.text, x: label.x, y: label.y, anchor: .middle, size: layout.size) }
  }

  private func draw(_ layer: Layer, _ index: Int, _ layout: Layout, into drawing: inout Drawing) {
    let top = layout.top(index)
    drawing.label(
      TextMetrics.truncated(layer.name, to: layout.width, size: layout.size), x: 0, y: top - 7, anchor: .start,
      size: layout.size)
    for (position, unit) in layer.units.enumerated() {
      let left = layout.center(index, position) - layout.unitWidth / 2
      drawing.rectangle(
        x: left, y: top, width: layout.unitWidth, height: layout.unitHeights[index], paint: .surface, radius: 5,
        border: .muted,
        tip: "\(layer.name), \(unit.name)"
          + unit.values.map { "\n\($0.symbol) = \(NumberText.significant($0.number, 7))" }.joined())
      drawing.text(
        unit.name, x: left + layout.unitWidth / 2, y: top + layout.lineHeight, anchor: .middle, size: layout.size,
        paint: .ink, isBold: true)
      for (line, value) in unit.values.enumerated() {
        let y = top + layout.lineHeight * Double(line + 2)
        drawing.text(value.symbol, x: left + layout.padding, y: y, size: layout.size)
        drawing.text(
          NumberText.significant(value.number, layout.digits), x: left + layout.unitWidth - layout.padding, y: y,
          anchor: .end,
          size: layout.size, paint: .ink)
      }
    }
  }
}

extension NetworkDiagram {
  /// The positions of boxes for a width.
  fileprivate struct Layout {
    let width: Double
    let counts: [Int]
    let size: Double
    let digits: Int
    let unitWidth: Double
    let gap: Double
    /// The height of the boxes in each row.
    let unitHeights: [Double]
    /// The space between a box and its numbers.
    let padding: Double
    let legend: Legend
    /// The space between rows, for the connections and the name of a layer.
    private static let space = 76.0

    var lineHeight: Double { size + 3 }
    var height: Double { top(counts.count - 1) + (unitHeights.last ?? 0) + 12 + legend.height }

    init(_ diagram: NetworkDiagram, width: Double) {
      self.width = width
      counts = diagram.layers.map(\.units.count)
      let most = Double(counts.max() ?? 1)
      gap = width < 480 ? 4 : 14
      unitWidth = min(104, (width - gap * (most - 1) - 2) / most)
      size = unitWidth < 74 ? 9 : 12
      digits = unitWidth < 74 ? 2 : 4
      padding = unitWidth < 74 ? 3 : 5
      let lineHeight = size + 3
      unitHeights = diagram.layers.map { layer in
        lineHeight * Double((layer.units.map(\.values.count).max() ?? 0) + 1) + 8
      }
      let symbol = diagram.connection
      legend = Legend(
        [
          .init(name: "\(symbol) > 0", sign: .line(.series(1), dash: nil, marker: nil)),
          .init(name: "\(symbol) < 0", sign: .line(.series(0), dash: nil, marker: nil)),
        ], width: width)
    }

    func top(_ layer: Int) -> Double { unitHeights.prefix(layer).reduce(20) { $0 + $1 + Self.space } }

    func center(_ layer: Int, _ unit: Int) -> Double {
      let count = Double(counts[layer])
      let whole = count * unitWidth + (count - 1) * gap
      return (width - whole) / 2 + unitWidth / 2 + Double(unit) * (unitWidth + gap)
    }
  }
}
