import Files
import Platform

/// JPEG decoding by an installed program, since a built-in decoder would be used by one command only.
enum JPEGConversion {
  static let signature: [UInt8] = [0xFF, 0xD8, 0xFF]

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

  /// The gray image; nil if no program is installed.
  /// - Parameter searchPath: folders separated by colons, as in PATH.
  /// - Throws: `FileError` if no installed program can read the file.
  static func image(
    _ path: String, searchPath: String = ProcessInfo.processInfo.environment["PATH"] ?? ""
  ) throws(FileError) -> RasterImage? {
    let programs = programs(searchPath: searchPath)
    for (program, name) in programs {
      if let output = run(program, arguments(of: name, for: path)), PGMFile.isOne(output) {
        return try PGMFile.image(output, path: path)
      }
    }
    if let image = try bySips(path, searchPath: searchPath) { return image }
    guard let first = programs.first else { return nil }
    throw failure(path, first.name)
  }

  /// The image decoded by macOS's `sips`, which writes only to files; nil without this program.
  private static func bySips(_ path: String, searchPath: String) throws(FileError) -> RasterImage? {
    let sips = "/usr/bin/sips"
    guard searchPath.split(separator: ":").contains("/usr/bin"), FileManager.default.isExecutableFile(atPath: sips)
    else {
      return nil
    }
    let target = FileManager.default.temporaryDirectory.path + "/descent-\(UInt64.random(in: 0 ... .max)).png"
    defer { try? FileManager.default.removeItem(atPath: target) }
    guard run(sips, ["-s", "format", "png", path, "--out", target]) != nil,
      let bytes = try? readWhole(target, limit: RasterImage.mostPixels * 8)
    else { throw failure(path, "sips") }
    return try PNGFile(bytes, path: path).image()
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
      if output.count > 2 * RasterImage.mostPixels + 1024 { return nil }
    }
    return process.wait() == 0 ? output : nil
  }
}
