import Files
import Platform

/// JPEG decoding by an installed program, since a built-in decoder would be used by one command only.
enum JPEGConversion {
  static let signature: [UInt8] = [0xFF, 0xD8, 0xFF]

  /// The largest beginning of a file in which the orientation is searched: cameras write it first, and a segment has at most 64 KiB.
  private static let beginning = 1 << 18

  /// The programs, in order of preference, with arguments for a gray PGM on standard output.
  private static func arguments(of program: String, for path: String) -> [String] {
    // A name that starts with a dash would be taken as an option.
    let path = path.hasPrefix("-") ? "./" + path : path
    return program == "djpeg"
      ? ["-grayscale", "-pnm", path]
      : ["jpeg:" + path, "-auto-orient", "-colorspace", "Gray", "-depth", "8", "pgm:-"]
  }

  /// The installed programs.
  private static func programs(searchPath: String) -> [(path: String, name: String)] {
    ["djpeg", "magick", "convert"].flatMap { name in
      searchPath.split(separator: ":").map { ("\($0)/\(name)", name) }
        .filter { isFolder($0.0) == false && FileManager.default.isExecutableFile(atPath: $0.0) }.prefix(1)
    }
  }

  /// The gray image, upright; nil if no program is installed.
  ///
  /// - Parameters:
  ///   - searchPath: folders separated by colons, as in PATH.
  ///   - sips: the path of macOS's `sips`.
  /// - Throws: `FileError` if no installed program can read the file.
  static func image(
    _ path: String, searchPath: String = ProcessInfo.processInfo.environment["PATH"] ?? "",
    sips: String = "/usr/bin/sips"
  ) throws(FileError) -> RasterImage? {
    let programs = programs(searchPath: searchPath)
    for (program, name) in programs {
      guard let output = run(program, arguments(of: name, for: path)), PGMFile.isOne(output) else { continue }
      let image = try PGMFile.image(output, path: path)
      // ImageMagick applies the orientation itself.
      return name == "djpeg" ? image.upright(try orientation(of: path)?.value ?? 1) : image
    }
    if let image = try bySips(path, sips, searchPath: searchPath) { return image }
    guard let first = programs.first else { return nil }
    throw failure(path, first.name)
  }

  /// The image decoded by macOS's `sips`, which writes only to files; nil without this program.
  ///
  /// It is not documented whether `sips` rotates an image, or writes its orientation into the PNG file. It gets a copy of the photograph
  /// without an orientation, so that the result does not depend on it.
  private static func bySips(_ path: String, _ sips: String, searchPath: String) throws(FileError) -> RasterImage? {
    let folder = sips.lastIndex(of: "/").map { sips[..<$0] } ?? ""
    guard searchPath.split(separator: ":").contains(folder), FileManager.default.isExecutableFile(atPath: sips) else {
      return nil
    }
    let name = FileManager.default.temporaryDirectory.path + "/descent-\(UInt64.random(in: 0 ... .max))"
    let (copy, target) = (name + ".jpg", name + ".png")
    defer { for file in [copy, target] { try? FileManager.default.removeItem(atPath: file) } }
    var source = path
    let orientation = try orientation(of: path).flatMap { $0.value == 1 ? nil : $0 }
    if let orientation {
      var bytes = try readWhole(path, limit: RasterImage.maximumPixels * 8)
      for (offset, byte) in zip(orientation.bytes, orientation.uprightBytes) where offset < bytes.count {
        bytes[offset] = byte
      }
      guard FileManager.default.createFile(atPath: copy, contents: Data(bytes)) else { throw failure(path, "sips") }
      source = copy
    }
    guard run(sips, ["-s", "format", "png", source, "--out", target]) != nil,
      let bytes = try? readWhole(target, limit: RasterImage.maximumPixels * 8)
    else { throw failure(path, "sips") }
    return try PNGFile(bytes, path: path).image().upright(orientation?.value ?? 1)
  }

  /// The orientation in the beginning of a file; nil if there is none, or it is invalid.
  private static func orientation(of path: String) throws(FileError) -> JPEGOrientation? {
    var bytes = [UInt8](repeating: 0, count: beginning)
    bytes.removeLast(bytes.count - (try PlainReader(path).fill(&bytes)))
    return JPEGOrientation(bytes)
  }

  private static func failure(_ path: String, _ program: String) -> FileError {
    FileError(
      file: path, found: "a JPEG image that \(program) cannot read", expected: "a complete image",
      hint: "Convert it to PNG with any image program.")
  }

  /// The standard output of a program; nil if it does not start, fails, or writes more than the largest image.
  private static func run(_ program: String, _ arguments: [String]) -> [UInt8]? {
    guard var process = try? Subprocess([program] + arguments) else { return nil }
    var output: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = part.withUnsafeMutableBytes { process.readOutput(into: $0) }
      if count <= 0 { break }
      output += part[..<count]
      if output.count > 2 * RasterImage.maximumPixels + 1024 { return nil }
    }
    return process.wait() == 0 ? output : nil
  }
}
