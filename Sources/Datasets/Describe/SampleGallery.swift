import Files

/// A style of drawing images with characters.
package enum PictureStyle: Sendable, CaseIterable {
  /// Half blocks in the 24 grays of a terminal with 256 colors: two pixels per character.
  case gray
  /// Half blocks in black and white: for UTF-8 without color.
  case blocks
  /// ASCII characters of different density, one for two pixels.
  case ascii
}

/// A few samples of a split for display: images, or rows of numbers.
package struct SampleGallery: Sendable, Equatable {
  /// One sample.
  struct Exhibit: Sendable, Equatable {
    /// The class, or the target values.
    let caption: String
    /// The features as stored; for images the brightness, 0...1 from the darkest to the brightest pixel of the gallery.
    var values: [Float]

    /// A label may be any text of a file; control characters are replaced, so that it stays on one line.
    init(caption: String, values: [Float]) {
      self.caption = caption.singleLine
      self.values = values
    }
  }

  private(set) var exhibits: [Exhibit] = []
  /// `nil` for rows of numbers.
  private(set) var shape: ImageShape?
  /// The number of adjacent exhibits that are drawn on one line, if it is wide enough.
  private var group = 1

  /// The largest number of features shown in a row of numbers.
  private static let shownFeatures = 8

  /// The first sample of each of the first `count` classes; without classes, the first `count` samples.
  ///
  /// - Parameter beside: the images drawn after a sample's own, in the source's units; the same number for each sample.
  package init(
    _ samples: Samples, count: Int = 6, beside: (_ position: Int) -> [(caption: String, values: [Float])] = { _ in [] }
  ) {
    let positions = Self.positions(samples, count)
    exhibits = positions.flatMap { position in
      [Exhibit(caption: Self.caption(samples, position), values: samples.stored(position))]
        + beside(position).map { Exhibit(caption: $0.caption, values: $0.values) }
    }
    if !positions.isEmpty { group = exhibits.count / positions.count }
    guard let shape = samples.imageShape, shape.height * shape.width == samples.width else { return }
    self.shape = shape
    let scale = BrightnessScale(exhibits.lazy.flatMap(\.values))
    for index in exhibits.indices { exhibits[index].values = scale.brightness(exhibits[index].values) }
    crop()
  }

  /// Images of 0...255, each below its caption.
  /// - Precondition: the samples are images, one per caption.
  package init(drawing samples: Samples, captions: [String]) {
    precondition(samples.count == captions.count, "every image needs a caption")
    guard let shape = samples.imageShape, shape.height * shape.width == samples.width else {
      preconditionFailure("the samples must be images")
    }
    self.shape = ImageShape(height: shape.height, width: shape.width)
    exhibits = captions.enumerated().map { position, caption in
      let stored = samples.stored(position).map { min(max($0 / 255, 0), 1) }
      return Exhibit(caption: caption, values: shape.upright(stored))
    }
  }

  /// The first samples of a source as images, one per caption; nil if the samples are not images.
  package init?(_ samples: Samples, captions: [String]) {
    guard let shape = samples.imageShape, shape.height * shape.width == samples.width, !captions.isEmpty else {
      return nil
    }
    precondition(captions.count <= samples.count, "more captions than samples")
    let values = captions.indices.map { samples.stored($0) }
    let scale = BrightnessScale(values.joined())
    self.shape = ImageShape(height: shape.height, width: shape.width)
    exhibits = zip(captions, values).map { Exhibit(caption: $0, values: scale.brightness(shape.upright($1))) }
    crop()
  }

  /// The gallery as lines of text, at most `columns` wide, but at least one exhibit per line.
  package func lines(columns: Int, style: PictureStyle) -> [String] {
    guard let shape else { return rows(columns) }
    let gap = 2
    let fitting = max(1, (columns + gap) / (shape.width + gap))
    let perLine = fitting < group ? fitting : fitting / group * group
    var lines: [String] = []
    for first in stride(from: 0, to: exhibits.count, by: perLine) {
      let row = exhibits[first..<min(first + perLine, exhibits.count)]
      if first > 0 { lines.append("") }
      let separator = String(repeating: " ", count: gap)
      lines.append(trimmed(row.map { padded($0.caption, shape.width) }.joined(separator: separator)))
      let drawings = row.map { CharacterPicture(values: $0.values, shape: shape).lines(style) }
      for line in drawings[0].indices {
        lines.append(trimmed(drawings.map { $0[line] }.joined(separator: separator)))
      }
    }
    return lines
  }

  private func rows(_ columns: Int) -> [String] {
    exhibits.map { exhibit in
      var text = exhibit.values.prefix(Self.shownFeatures).map { shortText(Double($0)) }.joined(separator: "  ")
      if exhibit.values.count > Self.shownFeatures { text += "  … of \(exhibit.values.count)" }
      return "\(exhibit.caption): \(text)"
    }
  }

  private static func positions(_ samples: Samples, _ count: Int) -> [Int] {
    guard case .classes(let classes, let labels) = samples.targets else { return Array(0..<min(count, samples.count)) }
    return Array(ClassNumbering.firsts(classes, classes: labels.count).compactMap { $0 }.prefix(count))
  }

  private static func caption(_ samples: Samples, _ position: Int) -> String {
    switch samples.targets {
    case .classes(let classes, let labels): labels[Int(classes[position])]
    case .values(let values, let width):
      (0..<width).map { output in
        let value = Double(values[position * width + output])
        guard let origin = samples.targetOrigins?[output], origin != 0 else { return shortText(value) }
        return formatted("%.12g", [value + origin])
      }.joined(separator: " ")
    }
  }

  /// Crops rows and columns at the edges that are black in all images, and reduces large images.
  private mutating func crop() {
    guard var shape else { return }
    let width = shape.width
    let nonzero = (0..<(shape.height * width)).filter { index in exhibits.contains { $0.values[index] > 0 } }
    guard let first = nonzero.first, let last = nonzero.last else { return }
    let rows = first / width...last / width
    let columns = nonzero.map { $0 % width }.min()!...nonzero.map { $0 % width }.max()!
    // 32 columns: two images fit a terminal.
    let factor = (max(rows.count, columns.count) + 31) / 32
    shape = ImageShape(height: (rows.count + factor - 1) / factor, width: (columns.count + factor - 1) / factor)
    for index in exhibits.indices {
      let old = exhibits[index].values
      exhibits[index].values = (0..<(shape.height * shape.width)).map { pixel in
        let top = rows.lowerBound + pixel / shape.width * factor
        let left = columns.lowerBound + pixel % shape.width * factor
        var sum: Float = 0
        for row in top..<min(top + factor, rows.upperBound + 1) {
          for column in left..<min(left + factor, columns.upperBound + 1) { sum += old[row * width + column] }
        }
        return sum / Float(factor * factor)
      }
    }
    self.shape = shape
  }
}

/// One image drawn with characters, each two pixels high, since a character is twice as high as wide.
struct CharacterPicture {
  /// The brightness, 0...1, row by row.
  var values: [Float]
  var shape: ImageShape

  func lines(_ style: PictureStyle) -> [String] {
    stride(from: 0, to: shape.height, by: 2).map { row in
      let pairs = (0..<shape.width).map { column in
        let index = row * shape.width + column
        return (upper: values[index], lower: row + 1 < shape.height ? values[index + shape.width] : 0)
      }
      switch style {
      case .gray: return Self.grayLine(pairs)
      case .blocks: return pairs.map { Self.block($0.upper >= 0.4, $0.lower >= 0.4) }.joined()
      case .ascii:
        return pairs.map { Self.ramp[Int(($0.upper + $0.lower) / 2 * Float(Self.ramp.count - 1) + 0.5)] }.joined()
      }
    }
  }

  /// An upper half block has the upper pixel as foreground and the lower as background; color codes are written only at
  /// changes.
  private static func grayLine(_ pairs: [(upper: Float, lower: Float)]) -> String {
    var line = ""
    var known = (upper: -1, lower: -1)
    for pair in pairs {
      let grays = (upper: gray(pair.upper), lower: gray(pair.lower))
      if grays != known { line += "\u{1B}[38;5;\(grays.upper);48;5;\(grays.lower)m" }
      known = grays
      line += "▀"
    }
    return line + "\u{1B}[0m"
  }

  private static func block(_ upper: Bool, _ lower: Bool) -> String {
    switch (upper, lower) {
    case (true, true): "█"
    case (true, false): "▀"
    case (false, true): "▄"
    case (false, false): " "
    }
  }

  private static let ramp = " .:-=+*#%@".map { String($0) }

  /// 232 (nearly black) to 255 (nearly white) of the 256 colors.
  private static func gray(_ brightness: Float) -> Int { 232 + Int(brightness * 23 + 0.5) }
}

private func padded(_ text: String, _ width: Int) -> String {
  let short = text.count > width ? String(text.prefix(width - 1)) + "~" : text
  return short + String(repeating: " ", count: max(0, width - short.count))
}

private func trimmed(_ line: String) -> String {
  guard let last = line.lastIndex(where: { $0 != " " }) else { return "" }
  return String(line[...last])
}
