import Files
import Foundation
import Testing

@Suite("Atomic writing of files", .serialized)
struct AtomicFileTests {
  private static let isRoot = getuid() == 0

  @Test("A file appears complete with commit, without temporary files", arguments: [0, 1, 65535, 65536, 300_000])
  func appears(count: Int) throws {
    let folder = try ScratchFolder()
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
    let file = try AtomicFile(folder.file("out"))
    for start in stride(from: 0, to: count, by: 7000) {
      try file.write(bytes: Array(bytes[start..<min(start + 7000, count)]))
    }
    #expect(!folder.names.contains("out"))
    try file.commit()
    #expect(folder.names == ["out"])
    #expect(try folder.read("out") == bytes)
  }

  @Test("Without commit the earlier file stays and nothing is left")
  func dropped() throws {
    let folder = try ScratchFolder()
    try folder.write("out", [1, 2, 3])
    do {
      let file = try AtomicFile(folder.file("out"))
      try file.write("new")
    }
    #expect(try folder.read("out") == [1, 2, 3])
    #expect(folder.names == ["out"])
  }

  @Test("If the process ends at once, its incomplete files are removed")
  func endAtOnce() throws {
    let folder = try ScratchFolder()
    let file = try AtomicFile(folder.file("out"))
    try file.write("new")
    #expect(folder.names.count == 1)
    AtomicFile.removeTemporariesIfPossible()
    #expect(folder.names == [])
    #expect(throws: FileError.self) { try file.commit() }
  }

  @Test("A link to a name that is not UTF-8 is rejected")
  func unreadableLink() throws {
    let folder = try ScratchFolder()
    #expect(symlink([0x63, 0x61, 0x66, -0x17, 0] as [CChar], folder.file("link")) == 0)
    let error = #expect(throws: FileError.self) { try AtomicFile.write("x", to: folder.file("link")) }
    #expect(error?.found == "a link to a name that is not UTF-8")
    #expect(folder.names == ["link"])
  }

  @Test("A replaced file keeps its permissions")
  func permissions() throws {
    let folder = try ScratchFolder()
    let path = try folder.write("out", [1])
    #expect(chmod(path, 0o640) == 0)
    try AtomicFile.write("new", to: path)
    var information = stat()
    #expect(stat(path, &information) == 0 && information.st_mode & 0o777 == 0o640)
  }

  @Test("A symbolic link is followed, to a file that is there, to one that is not, and over several links")
  func links() throws {
    let folder = try ScratchFolder()
    try folder.write("real", [1])
    for (link, target) in [("a", "real"), ("b", folder.file("fresh")), ("c", "b2"), ("b2", "later")] {
      #expect(symlink(target, folder.file(link)) == 0)
    }
    for (link, target) in [("a", "real"), ("b", "fresh"), ("c", "later")] {
      try AtomicFile.write(link, to: folder.file(link))
      #expect(try folder.read(target) == Array(link.utf8), "\(link)")
    }
    #expect(folder.names == ["a", "b", "b2", "c", "fresh", "later", "real"])
    #expect(symlink("loop", folder.file("loop")) == 0)
    #expect(throws: FileError.self) { try AtomicFile.write("x", to: folder.file("loop")) }
  }

  @Test("Devices are written in place; a full one is an error")
  func devices() throws {
    try AtomicFile.write("gone", to: "/dev/null")
    try AtomicFile.checkWritable("/dev/null")
    let error = #expect(throws: FileError.self) { try AtomicFile.write("x", to: "/dev/full") }
    #expect(error?.description.contains("no space left on device") == true)
    #expect(error?.hint?.description.contains("Free some space") == true)
  }

  @Test("A pipe gets the bytes, and checking it beforehand ends nothing")
  func pipes() throws {
    let folder = try ScratchFolder()
    let path = folder.file("pipe")
    #expect(mkfifo(path, 0o600) == 0)
    let reader = open(path, O_RDONLY | O_NONBLOCK)
    defer { close(reader) }
    try AtomicFile.checkWritable(path)
    try AtomicFile.write("through", to: path)
    var bytes = [UInt8](repeating: 0, count: 64)
    let count = read(reader, &bytes, bytes.count)
    #expect(String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self) == "through")
    #expect(folder.names == ["pipe"])
  }

  @Test("A number of this process's own is written where it stands")
  func ownDescriptor() throws {
    let folder = try ScratchFolder()
    let path = try folder.write("out", [])
    let descriptor = open(path, O_WRONLY)
    defer { close(descriptor) }
    _ = write(descriptor, "ab", 2)
    try AtomicFile.checkWritable("/dev/fd/\(descriptor)")
    try AtomicFile.write("cd", to: "/dev/fd/\(descriptor)")
    _ = write(descriptor, "ef", 2)
    #expect(try folder.read("out") == Array("abcdef".utf8))
    #expect(throws: FileError.self) { try AtomicFile.checkWritable("/dev/fd/9999") }
  }

  @Test("A file that cannot be written is rejected before training, with the same line as afterwards")
  func refusals() throws {
    let folder = try ScratchFolder()
    try folder.write("file", [1])
    var cases = [
      (folder.path, "a folder"), (folder.file("no/such/out"), "no folder \(folder.file("no/such"))"),
      (folder.file("file/out"), "not a directory"), (folder.file("new/"), "no such file or directory"),
      ("", "a name that no file can have"), (folder.file(String(repeating: "n", count: 300)), "file name too long"),
    ]
    if !Self.isRoot {
      let closed = folder.file("closed")
      #expect(mkdir(closed, 0o500) == 0)
      cases.append((closed + "/out", "permission denied"))
    }
    for (path, found) in cases {
      let early = #expect(throws: FileError.self, "\(path)") { try AtomicFile.checkWritable(path) }
      let late = #expect(throws: FileError.self, "\(path)") { try AtomicFile.write("x", to: path) }
      #expect(early?.file == path && early?.found == found, "\(early?.description ?? "")")
      #expect(early == late)
      #expect(early?.hint != nil, "\(early?.description ?? "")")
    }
    #expect(try folder.read("file") == [1])
  }

  @Test("Checking leaves neither file nor change")
  func checkLeavesNothing() throws {
    let folder = try ScratchFolder()
    try AtomicFile.checkWritable(folder.file("out"))
    #expect(folder.names == [])
    try folder.write("out", [7])
    try AtomicFile.checkWritable(folder.file("out"))
    #expect(folder.names == ["out"])
    #expect(try folder.read("out") == [7])
  }
}
