import Reports

/// Small images side by side, each with a caption and optionally a small bar chart with one value per class.
package struct ImageGrid: Chart {
  /// One image with its caption.
  package struct Item: Sendable, Equatable {
    package var picture: Picture
    /// The caption; line ends are kept, longer lines are broken.
    package var caption: String
    /// One value in 0…1 per class: probabilities, or a one-hot row. May be empty.
    package var bars: [Double]
    /// The true class, whose bar has its own color.
    package var truth: Int?

    package init(_ picture: Picture, caption: String = "", bars: [Double] = [], truth: Int? = nil) {
      self.picture = picture
      self.caption = caption
      self.bars = bars
      self.truth = truth
    }
  }

  package var title: String
  package var summary: String
  package var items: [Item]
  /// The classes' names under bars, left out if they do not fit.
  package var labels: [String]
  /// The width of an image in pixels.
  package var size: Double

  package init(_ title: String, summary: String, items: [Item], labels: [String] = [], size: Double = 96) {
    self.title = title
    self.summary = summary
    self.items = items
    self.labels = labels
    self.size = size
  }

  private static let gap = 16.0
  private static let barHeight = 34.0
  private var hasBars: Bool { items.contains { !$0.bars.isEmpty } }

  package func drawing(width: Double) -> Drawing {
    let most = max(1, Int((width + Self.gap) / (size + Self.gap)))
    // Few images are drawn larger, so that a single row is not mostly empty.
    let across = min(most, max(items.count, 3))
    // The remaining width is distributed, so that the grid fills it.
    let pitch = (width + Self.gap) / Double(across)
    let cell = pitch - Self.gap
    let pictures = min(cell, size * (across < most ? 2.5 : 1.25))
    let aspect = items.map { Double($0.picture.height) / Double($0.picture.width) }.max() ?? 1
    let captionSize = 11.5
    let captions = items.map { item in
      item.caption.split(separator: "\n").flatMap { TextMetrics.wrapped(String($0), to: cell, size: captionSize) }
    }
    let captionLines = captions.map(\.count).max() ?? 0
    let barsTop = pictures * aspect + 6
    let captionTop = barsTop + (hasBars ? Self.barHeight + 16 : 0)
    let cellHeight = captionTop + Double(captionLines) * 15 + Self.gap
    let rows = (items.count + across - 1) / across
    var drawing = Drawing(width: width, height: max(1, Double(rows) * cellHeight))
    for (index, item) in items.enumerated() {
      let x = Double(index % across) * pitch
      let y = Double(index / across) * cellHeight
      drawing.image(
        item.picture, x: x, y: y, width: pictures,
        height: pictures * Double(item.picture.height) / Double(item.picture.width),
        tip: item.caption.isEmpty ? nil : item.caption)
      if !item.bars.isEmpty { drawBars(item, x: x, y: y + barsTop, width: cell, into: &drawing) }
      for (line, text) in captions[index].enumerated() {
        drawing.text(
          text, x: x, y: y + captionTop + 11 + Double(line) * 15, size: captionSize, paint: line == 0 ? .ink : .muted)
      }
    }
    return drawing
  }

  /// Draws one bar per class: the true class in its own color, the others in the color of errors.
  private func drawBars(_ item: Item, x: Double, y: Double, width: Double, into drawing: inout Drawing) {
    let pitch = width / Double(item.bars.count)
    let bottom = y + Self.barHeight
    drawing.line(from: (x, bottom), to: (x + width, bottom), paint: .muted)
    let size = 9.0
    let hasRoom = labels.allSatisfy { TextMetrics.width($0, size: size) <= pitch }
    for (position, value) in item.bars.enumerated() {
      let left = x + Double(position) * pitch
      let part = value.isFinite ? min(max(value, 0), 1) : 0
      let name = position < labels.count ? labels[position] : String(position)
      if part > 0 {
        drawing.rectangle(
          x: left + pitch * 0.12, y: bottom - Self.barHeight * part, width: pitch * 0.76, height: Self.barHeight * part,
          paint: item.truth == nil || item.truth == position ? .heat : .alarm,
          tip: "\(name): \(NumberText.significant(value, 3))")
      }
      if hasRoom, position < labels.count {
        drawing.text(
          name, x: left + pitch / 2, y: bottom + 11, anchor: .middle, size: size,
          paint: item.truth == position ? .ink : .muted, isBold: false)
      }
    }
  }

  /// The values of the bars; empty without bars.
  package var table: DataTable {
    let classes = items.map(\.bars.count).max() ?? 0
    guard classes > 0 else { return DataTable([]) }
    let columns =
      [DataTable.Column("picture", isNumeric: false)]
      + (0..<classes).map { DataTable.Column($0 < labels.count ? labels[$0] : String($0)) }
    let rows = items.enumerated().map { index, item in
      [item.caption.isEmpty ? String(index) : item.caption.replacing("\n", with: " ")]
        + (0..<classes).map { $0 < item.bars.count ? NumberText.significant(item.bars[$0], 3) : "" }
    }
    return DataTable(columns, rows: rows)
  }
}
