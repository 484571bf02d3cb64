import Files

/// An image normalized like MNIST's: light ink on black, fitted into 20 × 20 pixels with its aspect ratio, with its
/// center of mass in the middle of 28 × 28.
///
/// The steps, after LeCun, Cortes and Burges (the MNIST database, 1998):
/// 1. Color is converted to gray; transparent pixels are put on a background that contrasts with the ink.
/// 2. The surroundings of a page and the frame of a scan are cut off (`PageOnDesk`, `ScanFrame`), lines printed on paper are
///    removed (`PaperLines`, `TiltedLines`), and an image with strong noise is halved until the noise is weak or the image is
///    small.
/// 3. The border of the image distinguishes ink from a light or dark background (`InkPicture`).
/// 4. Specks and noise are removed, and the rest is cropped (`InkParts`).
/// 5. The crop is resampled with antialiasing, so that its longer side has 20 pixels.
/// 6. It is shifted by whole pixels so that its center of mass is within half a pixel of (14, 14), as in MNIST; the shift is
///    limited so that no ink leaves the image.
///
/// Ink that already has this size is not resampled: MNIST's digits do not change, and shifted ones are centered again.
package struct MNISTForm: Sendable, Equatable {
  /// The brightness of the ink, 28 × 28, row by row.
  package var pixels: [UInt8]
  /// The number of digits beside or above each other in the image.
  package var figures = 1
  /// True if the ink includes a thin line across the image, or a corner of a frame, that is probably not part of a digit.
  package var hasLines = false
  /// True if a single line across the image was taken for a printed one and removed, which may have been a stroke of the digit.
  package var lacksLine = false
  /// True if the remaining noise is so strong that a digit may be misread.
  package var isNoisy = false

  /// The side of the image.
  package static let side = 28
  /// The side of the box that ink is fitted into.
  static let inkSide = 20
  /// The row and column of the center of mass.
  static let center = 14.0

  /// Reads a PNG or PGM file of any size.
  /// - Throws: `FileError` if the file is not such an image, or has no ink.
  package init(file path: String) throws(FileError) {
    let picture = GrayPicture(try ImageFile.read(path))
    guard let form = MNISTForm(picture) else {
      guard !Self.isNoisy(picture) else {
        throw FileError(
          file: path, found: "noise as strong as any ink",
          expected: "ink that stands out from its background",
          hint: "A larger or sharper picture has less of it.")
      }
      throw FileError(
        file: path, found: "an image of one gray",
        expected: "ink that stands out from its background",
        hint: "It does not show a digit.")
    }
    self = form
  }

  /// `nil` if nothing contrasts with the background.
  init?(_ picture: GrayPicture) {
    guard let (found, lacksLine) = Self.ink(picture) else { return nil }
    var ink = found
    guard let box = InkBox(&ink) else { return nil }
    figures = box.figures
    hasLines = box.hasLines
    self.lacksLine = lacksLine
    isNoisy = ink.grain > Self.maximumGrain
    pixels = Self.centered(box.fitted(into: Self.inkSide))
  }

  /// The largest level of noise, relative to full ink, with which an image is neither halved nor smoothed.
  private static let maximumNoise: Float = 0.4
  /// The noise of neighbors relative to full ink, above which fewer than nine of ten digits are read.
  private static let maximumGrain: Float = 0.17
  /// The shorter side, in pixels, below which an image is not halved, since a digit is only a part of it.
  private static let minimumSide = 112

  /// The ink of an image without frame and lines, and true if a single line was removed; nil if nothing contrasts with the background.
  private static func ink(_ original: GrayPicture) -> (InkPicture, lacksLine: Bool)? {
    var picture = original
    PageOnDesk.crop(&picture)
    ScanFrame.remove(from: &picture)
    let whole = picture
    let lacksLine = PaperLines.remove(from: &picture)
    if let ink = clearInk(picture) { return (ink, lacksLine) }
    // A line that is all the ink of an image is a stroke, such as that of a one.
    return lacksLine ? clearInk(whole).map { ($0, false) } : nil
  }

  /// The ink of an image, which is halved until noise is weak; nil if nothing contrasts with the background.
  private static func clearInk(_ original: GrayPicture) -> InkPicture? {
    var picture = original
    while true {
      // In an image of noise alone, Otsu's threshold gives a contrast of 2.3 standard deviations; ink must have more.
      let found = InkPicture(picture, noise: noiseLevel(picture))
      let ink = found.flatMap { $0.grain < 1 / 3.2 ? $0 : nil }
      // If the noise is clipped at black or white, the background may seem to have none, but neighbors still differ.
      if let ink, max(ink.noise, 4 * ink.grain) <= maximumNoise { return ink }
      if min(picture.width, picture.height) < minimumSide {
        if let smooth = smoothedInk(picture) { return smooth }
        // A digit of few pixels is better than none.
        guard min(picture.width, picture.height) >= minimumSide / 2 else { return ink.flatMap(weakInk) }
      }
      picture = picture.halved
    }
  }

  /// The ink of an image that is not halved further, after smoothing; nil if the noise is still too strong.
  private static func smoothedInk(_ picture: GrayPicture) -> InkPicture? {
    guard min(picture.width, picture.height) >= minimumSide / 2 else { return nil }
    let smooth = picture.smoothed
    // Neighboring means share six of nine pixels, so that their difference, and with it the noise level, is smaller by a factor of √3.
    return InkPicture(smooth, noise: Float(3).squareRoot() * noiseLevel(smooth)).flatMap {
      $0.grain < 1 / 3.2 && $0.noise <= maximumNoise ? $0 : nil
    }
  }

  /// Accepts weak ink of a small image, in which strokes are as thin as the grain of the noise; nil for larger images.
  private static func weakInk(_ ink: InkPicture) -> InkPicture? {
    ink.noise < 1 && min(ink.width, ink.height) < minimumSide / 2 ? ink : nil
  }

  /// True if the noise explains why no ink was found.
  private static func isNoisy(_ picture: GrayPicture) -> Bool { noiseLevel(picture) > 8 / 255 }

  /// The standard deviation of an image's noise, computed from the median difference of neighbors, which is 0.954 times it for
  /// normal noise.
  private static func noiseLevel(_ picture: GrayPicture) -> Float {
    guard picture.width > 1 else { return 0 }
    let differences = picture.values.indices.dropLast().filter {
      $0 % picture.width < picture.width - 1
    }
    .map { abs(picture.values[$0 + 1] - picture.values[$0]) }.sorted()
    return differences[differences.count / 2] / 0.954
  }

  /// The ink with its center of mass in the middle of a black square.
  private static func centered(_ ink: GrayPicture) -> [UInt8] {
    var (mass, row, column) = (0.0, 0.0, 0.0)
    for (index, value) in ink.values.enumerated() {
      mass += Double(value)
      row += Double(value) * Double(index / ink.width)
      column += Double(value) * Double(index % ink.width)
    }
    let shift = { (moment: Double, length: Int) in
      min(max(Int((Self.center - moment / mass).rounded()), 0), side - length)
    }
    let (top, left) = (shift(row, ink.height), shift(column, ink.width))
    var pixels = [UInt8](repeating: 0, count: side * side)
    for (index, value) in ink.values.enumerated() {
      pixels[(top + index / ink.width) * side + left + index % ink.width] = UInt8(value * 255 + 0.5)
    }
    return pixels
  }
}

/// The part of an image that contains the ink.
private struct InkBox {
  /// The ink in it, 0...1, with at least one pixel above ½.
  let ink: GrayPicture
  /// The number of digits.
  let figures: Int
  /// True if the ink includes a line across the image, or a corner of a frame.
  let hasLines: Bool

  /// Ripples and blurred edges of enlarged images are weaker than a tenth of full ink.
  private static let faintest: Float = 0.1

  /// Finds the ink and erases the rest.
  init?(_ picture: inout InkPicture) {
    // If all ink, also the faintest, is as large as MNIST's digits, it is kept as it is.
    let all = InkParts(picture, above: picture.noise)
    if max(all.rows.count, all.columns.count) == MNISTForm.inkSide {
      picture.keep(all.isKept)
      ink = Self.crop(picture, all)
      figures = all.figures
      hasLines = false
      return
    }
    let parts = InkParts(picture, above: max(Self.faintest, picture.noise))
    guard !parts.rows.isEmpty else { return nil }
    picture.keep(parts.isKept)
    ink = Self.crop(picture, parts)
    figures = parts.figures
    hasLines = parts.hasLines
  }

  private static func crop(_ picture: InkPicture, _ parts: InkParts) -> GrayPicture {
    GrayPicture(
      width: parts.columns.count, height: parts.rows.count,
      values: parts.rows.flatMap { row in
        parts.columns.map { picture.values[row * picture.width + $0] }
      })
  }

  /// The ink resampled to a longer side of `side` pixels.
  func fitted(into side: Int) -> GrayPicture {
    let longer = max(ink.width, ink.height)
    guard longer != side else { return ink }
    let length = { (old: Int) in max(1, Int((Double(old * side) / Double(longer)).rounded())) }
    var fitted = ink.resampled(width: length(ink.width), height: length(ink.height))
    // Thin lines become faint when reduced, but every MNIST digit has white pixels.
    let strongest = max(fitted.values.max() ?? 0, .leastNormalMagnitude)
    for index in fitted.values.indices {
      fitted.values[index] = min(max(fitted.values[index] / strongest, 0), 1)
    }
    return fitted
  }
}

extension GrayPicture {
  /// This image at another size, by Keys' cubic with antialiasing; values may lie slightly outside 0...1.
  func resampled(width newWidth: Int, height newHeight: Int) -> GrayPicture {
    var resampler = PictureResampler(from: (width, height), to: (newWidth, newHeight))
    let resampled = [Float](unsafeUninitializedCapacity: newWidth * newHeight) { target, count in
      values.withUnsafeBufferPointer { picture in
        guard let picture = picture.baseAddress, let target = target.baseAddress else { return }
        resampler.resample(picture, into: target) { Double($0) }
        count = newWidth * newHeight
      }
    }
    return GrayPicture(width: newWidth, height: newHeight, values: resampled)
  }
}
