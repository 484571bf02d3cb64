import Files
import Foundation
import Testing

@testable import Datasets
@testable import Pictures

@Suite("JPEG by a program of the system")
struct JPEGTests {
  private func folder(_ script: String?, name: String = "djpeg") throws -> (ScratchFolder, picture: String) {
    let folder = try ScratchFolder()
    if let script {
      // Copied by a separate process: a program started by another test at this moment would inherit this process's open
      // file, and a file that is open for writing cannot be executed ("text file busy").
      let source = try folder.write("source-of-" + name, Array("#!/bin/sh\n\(script)\n".utf8))
      let install = try Process.run(
        URL(fileURLWithPath: "/usr/bin/install"), arguments: ["-m", "755", source, "\(folder.path)/\(name)"])
      install.waitUntilExit()
      #expect(install.terminationStatus == 0)
    }
    return (folder, try folder.write("x.jpg", JPEGConversion.signature + [0xE0, 1, 2, 3]))
  }

  @Test("The program's gray image is the result", arguments: ["djpeg", "magick", "convert"])
  func converts(name: String) throws {
    let (folder, picture) = try folder(#"printf 'P5 2 1 255\n\001\377'"#, name: name)
    let image = try JPEGConversion.image(picture, searchPath: "/nowhere:" + folder.path)
    #expect(image?.width == 2 && image?.height == 1)
  }

  @Test(
    "A program that fails, or does not write an image, is named",
    arguments: ["exit 1", "echo no picture", "printf P5; exit 2"])
  func failure(script: String) throws {
    let (folder, picture) = try folder(script)
    let error = #expect(throws: FileError.self) { try JPEGConversion.image(picture, searchPath: folder.path) }
    #expect(error?.found == "a JPEG image that djpeg cannot read")
  }

  @Test("Without a program the picture is refused as before")
  func none() throws {
    let (folder, picture) = try folder(nil)
    #expect(try JPEGConversion.image(picture, searchPath: folder.path) == nil)
    let error = #expect(throws: FileError.self) {
      try ImageFile.parse(JPEGConversion.signature + [0xE0], path: picture)
    }
    #expect(error?.found == "a JPEG image")
  }
}
