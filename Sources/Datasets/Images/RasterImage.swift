import Files

/// A picture as its file has it, colour taken away: grey and opacity of every pixel, 0...65535, row by row from the top.
struct RasterImage: Equatable {
  var width: Int
  var height: Int
  var grey: [UInt16]
  /// 65535 where a pixel hides all that lies behind it; `nil` where all pixels do.
  var opacity: [UInt16]?

  /// The longest side that is read.
  static let longestSide = 1 << 16
  /// The most pixels that are read: a picture of 64 million takes half a gigabyte on its way.
  static let mostPixels = 1 << 26

  /// Checks what a header promises, before memory is taken for it.
  /// - Returns: the number of pixels.
  static func checkSize(width: Int, height: Int, path: String) throws(FileError) -> Int {
    guard width > 0, height > 0 else {
      throw FileError(file: path, found: "a picture of \(width) × \(height) pixels", expected: "at least one pixel")
    }
    // Sides below 2¹⁷ make products that no Int overflows at.
    guard width <= longestSide, height <= longestSide, width * height <= mostPixels else {
      throw FileError(
        file: path, found: "a picture of \(width) × \(height) pixels",
        expected: "sides of at most \(longestSide) and \(mostPixels) pixels in all", hint: "Make it smaller first.")
    }
    return width * height
  }

  /// Brightness of a colour by ITU-R BT.601, in whole numbers: 0.299 red + 0.587 green + 0.114 blue.
  static func luminance(_ red: UInt16, _ green: UInt16, _ blue: UInt16) -> UInt16 {
    let sum: UInt32 = 299 * UInt32(red) + 587 * UInt32(green) + 114 * UInt32(blue)
    return UInt16((sum + 500) / 1000)
  }
}
