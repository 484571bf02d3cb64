/// A gray image, from 0 black to 1 white, row by row; large images are reduced.
struct GrayPicture: Equatable {
  var width: Int
  var height: Int
  var values: [Float]

  /// The longest side that is not reduced; the digit is resampled to 20 pixels later.
  static let maximumSide = 1024

  /// The gray values of an image; transparent pixels get a background that contrasts with the ink.
  init(_ image: RasterImage) {
    let reduced = ReducedImage(image)
    width = reduced.width
    height = reduced.height
    guard let opacity = reduced.opacity else {
      values = reduced.gray
      return
    }
    let background = reduced.background(opacity)
    values = zip(reduced.gray, opacity).map { gray, opacity in gray + (1 - opacity) * background }
  }

  init(width: Int, height: Int, values: [Float]) {
    self.width = width
    self.height = height
    self.values = values
  }
}

/// An image whose pixels are means of blocks of the file's pixels.
private struct ReducedImage {
  let width: Int
  let height: Int
  /// Gray times opacity, 0...1.
  var gray: [Float]
  /// The opacity, 0...1; `nil` if every pixel is opaque.
  var opacity: [Float]?

  init(_ image: RasterImage) {
    let longest = GrayPicture.maximumSide
    let factor = (max(image.width, image.height) + longest - 1) / longest
    let (width, height) = ((image.width + factor - 1) / factor, (image.height + factor - 1) / factor)
    (self.width, self.height) = (width, height)
    let values = image.opacity.map { opacity in
      zip(image.gray, opacity).map { (gray: UInt16, opacity: UInt16) -> UInt16 in
        UInt16((UInt32(gray) * UInt32(opacity) + 32767) / 65535)
      }
    }
    let means = { (values: [UInt16]) in
      var means = [Float](repeating: 0, count: width * height)
      for row in 0..<height {
        let rows = row * factor..<min((row + 1) * factor, image.height)
        for column in 0..<width {
          let columns = column * factor..<min((column + 1) * factor, image.width)
          var sum = 0
          for y in rows { for x in columns { sum += Int(values[y * image.width + x]) } }
          means[row * width + column] = Float(Double(sum) / Double(rows.count * columns.count) / 65535)
        }
      }
      return means
    }
    gray = means(values ?? image.gray)
    opacity = image.opacity.map(means)
  }

  /// The background for a transparent image.
  ///
  /// There are two cases. If the visible part is a card, mostly opaque with light and dark pixels, the background is the card's
  /// median gray, so that its outline disappears. If the visible part is ink alone, the background is black for light ink, else
  /// white.
  func background(_ opacity: [Float]) -> Float {
    let strongest = opacity.max() ?? 0
    guard strongest > 0 else { return 1 }
    let solid = opacity.indices.filter { opacity[$0] >= 0.75 * strongest }
    let grays = solid.map { gray[$0] / opacity[$0] }.sorted()
    let contrast = grays[grays.count - 1 - grays.count / 100] - grays[grays.count / 100]
    // A circle fills 79 % of its bounding box; digits 20 to 50 %, except a one, which fills nearly all of it with a
    // single gray.
    if contrast > 0.25, Double(solid.count) > 0.6 * Double(boxArea(solid)) { return grays[grays.count / 2] }
    return grays.reduce(0, +) / Float(grays.count) > 0.5 ? 0 : 1
  }

  /// The area of the bounding box of these pixels, which are in order.
  private func boxArea(_ positions: [Int]) -> Int {
    let columns = positions.map { $0 % width }
    let height = positions[positions.count - 1] / width - positions[0] / width + 1
    return height * ((columns.max() ?? 0) - (columns.min() ?? 0) + 1)
  }
}
