import Reports

/// Small pictures side by side, each with a caption and, where wanted, a row of one value a class beneath.
public struct ImageGrid: Chart {
  /// One picture and what is said of it.
  public struct Item: Sendable, Equatable {
    public var picture: Picture
    /// Beneath the picture; a line end starts a new line, what is wider is broken.
    public var caption: String
    /// One value in 0…1 a class: probabilities, or a one-hot row. Empty for none.
    public var bars: [Double]
    /// The class that is right, whose bar is drawn as such.
    public var truth: Int?

    public init(_ picture: Picture, caption: String = "", bars: [Double] = [], truth: Int? = nil) {
      self.picture = picture
      self.caption = caption
      self.bars = bars
      self.truth = truth
    }
  }

  public var title: String
  public var summary: String
  public var items: [Item]
  /// The classes' names under bars; where they don't fit, their numbers are left out.
  public var labels: [String]
  /// Pixels from a picture's left to its right side.
  public var size: Double

  public init(_ title: String, summary: String, items: [Item], labels: [String] = [], size: Double = 96) {
    self.title = title
    self.summary = summary
    self.items = items
    self.labels = labels
    self.size = size
  }

  private static let gap = 16.0
  private static let barHeight = 34.0
  private var hasBars: Bool { items.contains { !$0.bars.isEmpty } }
  private var hasCaptions: Bool { items.contains { !$0.caption.isEmpty } }

  public func drawing(width: Double) -> Drawing {
    let most = max(1, Int((width + Self.gap) / (size + Self.gap)))
    // A few are drawn larger in place of an empty row's end.
    let across = min(most, max(items.count, 3))
    // What is left over is spread, so that the grid fills its width.
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

  /// A bar a class: the right one in its own colour, the others in that of mistakes.
  private func drawBars(_ item: Item, x: Double, y: Double, width: Double, into drawing: inout Drawing) {
    let pitch = width / Double(item.bars.count)
    let bottom = y + Self.barHeight
    drawing.line(from: (x, bottom), to: (x + width, bottom), paint: .muted)
    let size = 9.0
    let hasRoom = labels.allSatisfy { TextMetrics.width($0, size: size) <= pitch }
    for (place, value) in item.bars.enumerated() {
      let left = x + Double(place) * pitch
      let part = value.isFinite ? min(max(value, 0), 1) : 0
      let name = place < labels.count ? labels[place] : String(place)
      if part > 0 {
        drawing.rectangle(
          x: left + pitch * 0.12, y: bottom - Self.barHeight * part, width: pitch * 0.76, height: Self.barHeight * part,
          paint: item.truth == nil || item.truth == place ? .heat : .alarm,
          tip: "\(name): \(NumberText.significant(value, 3))")
      }
      if hasRoom, place < labels.count {
        drawing.text(
          name, x: left + pitch / 2, y: bottom + 11, anchor: .middle, size: size,
          paint: item.truth == place ? .ink : .muted, isBold: false)
      }
    }
  }

  /// The values of bars; pictures without bars are their own data.
  public var table: DataTable {
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
