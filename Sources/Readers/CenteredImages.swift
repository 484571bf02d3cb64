import Pictures

extension Selection {
  /// Images that are measured: evenly spaced, so that a source in the order of its classes is measured as a whole.
  private static let maximumMeasured = 256

  /// The form of these images for pictures that a model of them predicts. Cost: at most three passes over at most 256 images.
  ///
  /// - Parameter preprocessing: that of the model; it must not have been applied yet.
  package func pictureForm(_ preprocessing: Preprocessing) -> PictureForm {
    PictureForm(isMNIST: haveMNISTForm(preprocessing), white: whiteLevel(preprocessing))
  }

  /// True if at least half of the images have the form of MNIST (`MNISTForm`): light ink on a dark background, fitted into
  /// 20 × 20 of 28 × 28 pixels, with its center of mass in the middle. Also true for samples that no picture is
  /// predicted with, and for blank ones.
  ///
  /// All of MNIST's 60,000 training images have the form, of the synthetic digits 99 %, of MNIST's with a distorted copy of each
  /// (`data augment`) 77 %; of MNIST's on white none.
  private func haveMNISTForm(_ preprocessing: Preprocessing) -> Bool {
    guard let storage, mayBePictures(preprocessing) else { return true }
    let root = Self.root(storage.width)
    let shape = imageShape ?? ImageShape(height: root, width: root)
    guard shape.height * shape.width == storage.width else { return true }
    // A model of 784 inputs takes pictures, also if it was trained on images of 14 × 56.
    guard shape.height == shape.width else { return preprocessing.resize != nil }
    var (measured, centered) = (0, 0)
    measure(storage) { values in
      guard let ink = InkExtent(values, side: shape.height) else { return true }
      measured += 1
      if ink.isCentered { centered += 1 }
      return true
    }
    return 2 * centered >= measured
  }

  /// The feature value of white in pictures for a model of these samples: 1 if they are square images, or their pixels, with values from 0
  /// to 1, as programs that divide by 255 themselves write them; else 255. Cost: a pass over at most 256 images.
  ///
  /// - Parameter preprocessing: that of the model; it must not have been applied yet.
  private func whiteLevel(_ preprocessing: Preprocessing) -> Double {
    mayBePictures(preprocessing) && areFromZeroToOne ? 1 : 255
  }

  /// True if the features of all samples that are measured are from 0 to 1, and not all 0. Cost: a pass over at most 256 samples.
  package var areFromZeroToOne: Bool {
    guard let storage, count > 0 else { return false }
    var largest: Float = 0
    var areFractions = true
    measure(storage) { values in
      areFractions = values.allSatisfy { (0...1).contains($0) }
      largest = max(largest, values.max() ?? 0)
      return areFractions
    }
    return areFractions && largest > 0
  }

  /// Calls `body` with the features of each image that is measured, in the units of the source, while it returns true.
  private func measure(_ storage: SampleStorage, _ body: ([Float]) -> Bool) {
    let positions = stride(from: 0, to: count, by: (count + Self.maximumMeasured - 1) / Self.maximumMeasured)
    for (index, position) in positions.enumerated() {
      guard body(values(of: storage, row: Int(rows[position]))) else { break }
      if index % SampleStorage.scatteredRows == 0 { storage.releasePages() }
    }
    storage.releasePages()
  }

  /// The fewest features in which a figure can be recognized, as of tables of pixels.
  private static let minimumPixels = 64

  /// True if a picture may be predicted with a model of these samples: images that are resampled, or as many features as square images have,
  /// to which `predict --resize` brings pictures.
  private func mayBePictures(_ preprocessing: Preprocessing) -> Bool {
    guard let width = storage?.width, count > 0 else { return false }
    let root = Self.root(width)
    return preprocessing.resize != nil || width >= Self.minimumPixels && root * root == width
  }

  /// The square root, rounded.
  private static func root(_ width: Int) -> Int { Int(Double(width).squareRoot().rounded()) }

  /// The features of a row in the units of the source.
  private func values(of storage: SampleStorage, row: Int) -> [Float] {
    let stored = storage.numbers(ofRow: row)
    guard let units else { return stored }
    return zip(units, stored).map { Float($0.value(Double($1))) }
  }
}

/// The size and the position of an image's ink, in the unit in which an image of MNIST has 28 × 28 pixels.
private struct InkExtent {
  /// The longer side of the smallest box that contains the ink.
  private let length: Double
  /// The larger distance, of both axes, of the center of mass from the middle.
  private let distance: Double

  /// The share of the image's contrast that counts as ink; less is noise, or the edge of a stroke.
  private static let faintest: Float = 1 / 8
  /// 20 in MNIST; the synthetic digits have 18 to 22 (from the first to the last percent).
  private static let lengths = 16.0...22.5
  /// 1 in MNIST; 1.7 in the last percent of the synthetic digits.
  private static let maximumDistance = 2.0

  var isCentered: Bool { Self.lengths.contains(length) && distance <= Self.maximumDistance }

  /// - Parameter pixels: the image, `[side × side]`; light ink on a dark background has its largest values.
  /// - Returns: nil for an image of one gray, or with values that are not finite.
  init?(_ pixels: [Float], side: Int) {
    guard let dark = pixels.min(), let light = pixels.max(), light - dark > 0, (light - dark).isFinite else {
      return nil
    }
    var (rows, columns) = (0..<0, 0..<0)
    var (mass, row, column) = (0.0, 0.0, 0.0)
    for (index, value) in pixels.enumerated() {
      let (y, x) = (index / side, index % side)
      let ink = Double(value - dark)
      mass += ink
      row += ink * (Double(y) + 0.5)
      column += ink * (Double(x) + 0.5)
      guard value - dark > Self.faintest * (light - dark) else { continue }
      rows = rows.isEmpty ? y..<(y + 1) : min(rows.lowerBound, y)..<max(rows.upperBound, y + 1)
      columns = columns.isEmpty ? x..<(x + 1) : min(columns.lowerBound, x)..<max(columns.upperBound, x + 1)
    }
    guard mass.isFinite, mass > 0 else { return nil }
    let unit = Double(MNISTForm.side) / Double(side)
    let middle = Double(side) / 2
    length = Double(max(rows.count, columns.count)) * unit
    distance = max(abs(row / mass - middle), abs(column / mass - middle)) * unit
  }
}
