/// The probable kinds of files by the endings of their names, for messages. The content decides when a file is read.
package enum FileNames {
  /// The endings of images, supported or not.
  private static let images = [".png", ".pgm", ".ppm", ".jpg", ".jpeg", ".gif", ".bmp", ".webp"]

  /// True for a name with an ending of one of the formats of sources, plain or gzip.
  package static func isSource(_ path: String) -> Bool {
    DataFormats.all.contains { has($0.endings, path) }
  }

  package static func isImage(_ path: String) -> Bool { images.contains(where: path.lowercased().hasSuffix) }

  /// True for a name with one of these endings, plain or gzip.
  static func has(_ endings: [String], _ path: String) -> Bool {
    let name = path.lowercased()
    return endings.contains { name.hasSuffix($0) || name.hasSuffix($0 + ".gz") }
  }
}
