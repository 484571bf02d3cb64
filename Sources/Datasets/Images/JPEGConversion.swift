import Files
import Foundation

/// JPEG pictures by a program of the system, as `curl` fetches files: a decoder of our own would be read for one command alone.
enum JPEGConversion {
  static let signature: [UInt8] = [0xFF, 0xD8, 0xFF]

  /// The programs, in the order in which they are looked for, and their arguments for a grey PGM on standard output.
  private static func arguments(of program: String, for path: String) -> [String] {
    // A name that begins with a dash would be an option.
    let path = path.hasPrefix("-") ? "./" + path : path
    return program == "djpeg"
      ? ["-grayscale", "-pnm", path]
      : ["jpeg:" + path, "-auto-orient", "-colorspace", "Gray", "-depth", "8", "pgm:-"]
  }

  /// The programs that are there.
  private static func programs(searchPath: String) -> [(path: String, name: String)] {
    ["djpeg", "magick", "convert"].flatMap { name in
      searchPath.split(separator: ":").map { ("\($0)/\(name)", name) }
        .filter { !DataSource.isFolder($0.0) && FileManager.default.isExecutableFile(atPath: $0.0) }.prefix(1)
    }
  }

  /// The picture in grey; nil where no program is there that reads it.
  /// - Parameter searchPath: folders with colons between them, as in PATH.
  /// - Throws: `FileError` where no program that is there reads the file.
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

  /// macOS has a program that writes files only.
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
      file: path, found: "a JPEG picture that \(program) does not read", expected: "a whole picture",
      hint: "Convert it to PNG with any picture program.")
  }

  /// Standard output of a program; nil where it does not start, fails, or writes more than a picture needs.
  private static func run(_ program: String, _ arguments: [String]) -> [UInt8]? {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    let pipe = Pipe()
    process.standardOutput = pipe
    guard (try? process.run()) != nil else { return nil }
    var output: [UInt8] = []
    while let part = try? pipe.fileHandleForReading.read(upToCount: 1 << 16), !part.isEmpty {
      output += part
      if output.count > 2 * RasterImage.mostPixels + 1024 {
        process.terminate()
        process.waitUntilExit()
        return nil
      }
    }
    process.waitUntilExit()
    return process.terminationStatus == 0 ? output : nil
  }
}
