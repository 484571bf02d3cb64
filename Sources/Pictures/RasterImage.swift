import Files

/// A decoded image in gray: gray and opacity of every pixel, 0...65535, row by row from the top.
struct RasterImage: Equatable {
  var width: Int
  var height: Int
  var gray: [UInt16]
  /// The opacity, 65535 for opaque pixels; `nil` if all pixels are opaque.
  var opacity: [UInt16]?

  /// The longest supported side.
  static let maximumSide = 1 << 16
  /// The largest number of pixels: 64 million need half a gigabyte temporarily.
  static let maximumPixels = 1 << 26

  /// Checks the size in a header, before memory is allocated.
  /// - Returns: the number of pixels.
  static func checkSize(width: Int, height: Int, path: String) throws(FileError) -> Int {
    guard width > 0, height > 0 else {
      throw FileError(
        file: path, found: "an image of \(width) × \(height) pixels", expected: "at least one pixel",
        hint: "Save the image again; it is empty.")
    }
    // Products of sides below 2¹⁷ cannot overflow Int.
    guard width <= maximumSide, height <= maximumSide, width * height <= maximumPixels else {
      throw FileError(
        file: path, found: "an image of \(width) × \(height) pixels",
        expected: "sides of at most \(maximumSide) and \(maximumPixels) pixels in all", hint: "Make it smaller first.")
    }
    return width * height
  }

  /// The luma of a color by ITU-R BT.601, in integers: 0.299 red + 0.587 green + 0.114 blue.
  static func luminance(_ red: UInt16, _ green: UInt16, _ blue: UInt16) -> UInt16 {
    let sum: UInt32 = 299 * UInt32(red) + 587 * UInt32(green) + 114 * UInt32(blue)
    return UInt16((sum + 500) / 1000)
  }
}
