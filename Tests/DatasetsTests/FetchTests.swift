import Foundation
import Testing

@testable import Datasets

/// Every test has a server of its own on 127.0.0.1; none needs a network. They wait for subprocesses: one at a time.
@Suite("Fetching MNIST", .serialized, .enabled(if: FetchEnvironment.hasCurl, "curl is not on PATH"))
struct FetchTests {
  private let folder: ScratchFolder
  private let images = FetchFixture.pair[0]
  private let labels = FetchFixture.pair[1]

  init() throws { folder = try ScratchFolder() }

  /// The bytes of a file in the folder; nil if it is missing.
  private func contents(_ name: String) -> [UInt8]? { try? folder.read(name) }

  /// Runs a fetch of both files and gives back the error and what was reported on the way.
  private func fetch(
    _ mirrors: [String], isCanceled: () -> Bool = { false }
  ) -> (error: FetchError?, progress: [FetchProgress]) {
    var reported: [FetchProgress] = []
    let fetcher = MNISTFetcher(directory: folder.path, mirrors: mirrors, files: [images.file, labels.file])
    do throws(FetchError) {
      try fetcher.run(progress: { reported.append($0) }, isCanceled: isCanceled)
      return (nil, reported)
    } catch {
      return (error, reported)
    }
  }

  private func serving<Result>(
    _ answers: [String: FetchServer.Answer], _ body: (FetchServer) throws -> Result
  ) throws -> Result {
    let server = try FetchServer(answers)
    defer { server.stop() }
    return try body(server)
  }

  private var good: [String: FetchServer.Answer] {
    ["/images.gz": .bytes(images.packed), "/labels.gz": .bytes(labels.packed)]
  }

  @Test(
    "Files of an archive are taken out of it, which comes once; where there is none, the files themselves are asked for"
  )
  func archives() throws {
    let archive = FetchedArchive(name: "all.zip", size: 400_000)
    let files = [images, labels].map { fixture in
      var file = fixture.file
      file.archive = archive
      return file
    }
    let zip = NumPyFiles.zip([
      ("gzip/other.gz", [1, 2, 3]), ("gzip/images.gz", images.packed), ("gzip/labels.gz", labels.packed),
    ])
    try serving(["/all.zip": .bytes(zip)]) { server in
      try MNISTFetcher(directory: folder.path, mirrors: [server.url], files: files).run()
      #expect(contents("images.gz") == images.packed)
      #expect(contents("labels.gz") == labels.packed)
      #expect(server.requests == ["/all.zip"])
    }
    let second = try ScratchFolder()
    try serving(good) { server in
      try MNISTFetcher(directory: second.path, mirrors: [server.url], files: files).run()
      #expect(second.names == ["images.gz", "labels.gz"])
      #expect(server.requests == ["/all.zip", "/images.gz", "/all.zip", "/labels.gz"])
    }
    let third = try ScratchFolder()
    for (bytes, says) in [
      (NumPyFiles.zip([("a", [1])]), "without images.gz"), (Array(zip.dropLast(40)), "without a directory"),
    ] {
      try serving(["/all.zip": .bytes(bytes)]) { server in
        let error = #expect(throws: FetchError.self) {
          try MNISTFetcher(directory: third.path, mirrors: [server.url], files: files).run()
        }
        #expect(error?.description.contains(says) == true && third.names == [], "\(error?.description ?? "")")
      }
    }
  }

  @Test("Good files are kept as the mirror has them, and a second run asks for nothing")
  func goodFiles() throws {
    try serving(good) { server in
      let first = fetch([server.url])
      #expect(first.error == nil)
      #expect(folder.names == ["images.gz", "labels.gz"])
      #expect(contents("images.gz") == images.packed)
      #expect(contents("labels.gz") == labels.packed)
      let received = first.progress.compactMap { if case .received(_, let bytes, _) = $0 { bytes } else { nil } }
      #expect(received.max() == images.packed.count)
      let second = fetch([server.url])
      #expect(second.error == nil)
      #expect(
        second.progress == [
          .alreadyGood(path: folder.path + "/images.gz"), .alreadyGood(path: folder.path + "/labels.gz"),
        ])
      #expect(server.requests == ["/images.gz", "/labels.gz"])
    }
  }

  @Test("A missing folder is created, and a URL needs no final slash")
  func missingFolder() throws {
    try serving(["/sub/labels.gz": .bytes(labels.packed)]) { server in
      let deep = folder.path + "/a/b"
      try MNISTFetcher(directory: deep, mirrors: [server.url + "sub"], files: [labels.file]).run()
      #expect(FileManager.default.contents(atPath: deep + "/labels.gz").map { Array($0) } == labels.packed)
    }
  }

  @Test("A mirror that has only plain files gives plain files")
  func plainMirror() throws {
    try serving(["/images": .bytes(images.plain), "/labels": .bytes(labels.plain)]) { server in
      #expect(fetch([server.url]).error == nil)
      #expect(folder.names == ["images", "labels"])
      #expect(contents("images") == images.plain)
    }
  }

  @Test("A folder of files is a mirror, by file://")
  func fileMirror() throws {
    let mirror = try ScratchFolder()
    try mirror.write("images.gz", images.packed)
    try mirror.write("labels", labels.plain)
    let line = try #require(fetch(["file://" + mirror.path + "/none"]).error).description
    #expect(line.contains("no file that can be read") && !line.contains("(404)"), "\(line)")
    #expect(fetch(["file://" + mirror.path]).error == nil)
    #expect(folder.names == ["images.gz", "labels"])
  }

  /// The response of a broken mirror for the images, and a part of the expected error.
  static let broken: [(name: String, answer: FetchServer.Answer, reason: String)] = {
    let images = FetchFixture.pair[0]
    var flipped = images.packed
    flipped[5000] ^= 4
    let other = FetchFixture("images", count: 300_000, salt: 1)
    let short = Array(images.packed[..<120_000])
    return [
      ("404", .status(404), "no such file (404)"),
      ("server error", .status(503), "status 503"),
      ("a flipped bit", .bytes(flipped), "damaged gzip data"),
      ("other contents of the right size", .bytes(other.packed), "wrong contents: SHA-256 \(other.file.sha256 ?? "")"),
      ("a web page", .bytes(Array("<html>Log in to the network</html>".utf8)), "not the file, or truncated: 34 bytes"),
      ("an empty body", .bytes([]), "not the file, or truncated: 0 bytes"),
      ("a connection that breaks", .cut(images.packed, sent: 120_000), "truncated after 120000 bytes"),
      ("a short body that ends well", .unannounced(short), "ends early, after 120000 bytes"),
      ("a longer file", .bytes(Packed.gzip(images.plain + [0])), "more than \(images.plain.count) bytes"),
      ("a body without end", .endless(images.packed), "too many for this file"),
    ]
  }()

  @Test("A failed mirror leaves no files, and one line has the reason and the remedy", arguments: broken.indices)
  func brokenMirror(index: Int) throws {
    let (name, answer, reason) = Self.broken[index]
    try serving(["/images.gz": answer, "/labels.gz": .bytes(labels.packed)]) { server in
      let error = try #require(fetch([server.url]).error, "\(name)")
      let line = error.description
      #expect(line.contains(reason), "\(name)")
      #expect(line.contains(server.url) && line.contains("by hand") && line.contains("from URL"), "\(name)")
      #expect(!line.contains("\n"), "\(name)")
      #expect(folder.names == [], "\(name)")
    }
  }

  @Test("If one mirror fails, the next one is used, also for later files", arguments: broken.indices)
  func nextMirror(index: Int) throws {
    let (name, answer, _) = Self.broken[index]
    try serving(["/images.gz": answer, "/labels.gz": .bytes(labels.packed)]) { bad in
      try serving(good) { other in
        let result = fetch([bad.url, other.url])
        #expect(result.error == nil, "\(name)")
        #expect(contents("images.gz") == images.packed, "\(name)")
        #expect(other.requests == ["/images.gz", "/labels.gz"], "\(name)")
        #expect(result.progress.contains { if case .failed = $0 { true } else { false } }, "\(name)")
      }
    }
  }

  @Test("A missing server is reported, and tried once")
  func connectionRefused() throws {
    let dead = "http://127.0.0.1:\(try FetchServer.deadPort())/"
    let line = try #require(fetch([dead]).error).description
    #expect(line.contains("no connection") && line.contains(dead) && line.contains("by hand"))
    try serving(good) { server in
      let result = fetch([dead, server.url])
      #expect(result.error == nil)
      let asked = result.progress.filter { if case .started(let url) = $0 { url.hasPrefix(dead) } else { false } }
      #expect(asked.count == 1)
    }
  }

  @Test("An unknown host is reported as a missing network")
  func noNetwork() throws {
    let line = try #require(fetch(["http://mirror.invalid/"]).error).description
    #expect(line.contains("no network") || line.contains("no connection") || line.contains("no answer"))
    #expect(line.contains("by hand"))
  }

  @Test("A damaged file is replaced, a packed one by a packed one, a plain one by a plain one")
  func damagedFiles() throws {
    try folder.write("images", Array(images.plain[..<1000]))
    try folder.write("labels.gz", Array(labels.packed[..<50]))
    try serving(good) { server in
      #expect(fetch([server.url]).error == nil)
      #expect(folder.names == ["images", "labels.gz"])
      #expect(contents("images") == images.plain)
      #expect(contents("labels.gz") == labels.packed)
    }
  }

  @Test("A damaged file is not changed if no mirror has a valid one")
  func damagedFileStays() throws {
    let damaged = Array(images.packed[..<1000])
    try folder.write("images.gz", damaged)
    try serving(["/images.gz": .cut(images.packed, sent: 5000)]) { server in
      #expect(fetch([server.url]).error != nil)
      #expect(folder.names == ["images.gz"])
      #expect(contents("images.gz") == damaged)
    }
  }

  @Test("A complete file of another data set is never replaced")
  func occupied() throws {
    let other = FetchFixture("images", count: 500, salt: 7)
    try folder.write("images.gz", other.packed)
    try serving(good) { server in
      #expect(fetch([server.url]).error == .occupied(path: folder.path + "/images.gz"))
      #expect(contents("images.gz") == other.packed)
      #expect(server.requests == [])
    }
  }

  @Test("Another data set's file of more than 4 GiB is never replaced, nor read to its end", .timeLimit(.minutes(30)))
  func largeOccupied() throws {
    // A sparse file: it takes no room, and all of it is there.
    let header: [UInt8] = [0, 0, 8, 1, 255, 255, 255, 255]
    try folder.write("images", header)
    try #require(truncate(folder.path + "/images", Int(UInt32.max) + header.count) == 0)
    try serving(good) { server in
      #expect(fetch([server.url]).error == .occupied(path: folder.path + "/images"))
      #expect(server.requests == [])
    }
  }

  @Test(
    "An unreadable file is never replaced",
    .enabled(if: FileManager.default.fileExists(atPath: "/proc/self/mem"), "needs Linux's /proc"))
  func unreadable() throws {
    // A file of the system's whose first page none may read, root included.
    try FileManager.default.createSymbolicLink(
      atPath: folder.path + "/images.gz", withDestinationPath: "/proc/self/mem")
    try serving(good) { server in
      guard case .file(let error) = fetch([server.url]).error else {
        Issue.record("no error of a file")
        return
      }
      #expect(error.file == folder.path + "/images.gz" && error.found.hasPrefix("while reading, "), "\(error)")
      #expect(server.requests == [])
    }
  }

  @Test("Stopping ends a transfer that would never end, and leaves nothing")
  func canceled() throws {
    // A limit in bytes would end it too: the cancellation must come first.
    try serving(["/images.gz": .endless([0x1F, 0x8B, 8])]) { server in
      var asked = 0
      let result = fetch([server.url]) {
        asked += 1
        return asked > 2
      }
      #expect(result.error == .canceled)
      #expect(folder.names == [])
    }
  }

  @Test("Without curl, one line has the reason and the remedy")
  func noCurl() throws {
    var fetcher = MNISTFetcher(directory: folder.path)
    fetcher.program = "no-such-program-as-this"
    let error = #expect(throws: FetchError.self) { try fetcher.run() }
    let line = try #require(error).description
    #expect(line.contains("curl") && line.contains("PATH") && line.contains(MNISTFetcher.publicMirrors[0]))
    #expect(line.contains(folder.path) && line.contains("Data/README.md"))
    #expect(folder.names == [])
  }

  @Test("Folders that were made for files that could not be fetched are removed; others stay")
  func emptyFolders() throws {
    try folder.write("file", [1])
    for inner in ["a", "a/b/", "c//d"] {
      let fetcher = MNISTFetcher(
        directory: folder.path + "/" + inner, mirrors: ["file:///nowhere/"], files: [labels.file])
      #expect(throws: FetchError.self) { try fetcher.run() }
      #expect(folder.names == ["file"])
    }
  }

  @Test("A text that is not a URL is rejected")
  func notAURL() {
    #expect(fetch(["/some/folder"]).error == .notAURL("/some/folder"))
  }

  @Test("A folder that cannot be created is an error that names it")
  func noFolder() throws {
    try folder.write("file", [1])
    let fetcher = MNISTFetcher(
      directory: folder.path + "/file/sub", mirrors: ["http://127.0.0.1/"], files: [labels.file])
    let error = #expect(throws: FetchError.self) { try fetcher.run() }
    #expect(error?.description.contains(folder.path + "/file/sub") == true)
  }

  @Test("The default is MNIST's four files from three mirrors")
  func defaults() {
    let fetcher = MNISTFetcher()
    #expect(fetcher.directory == "Data/mnist")
    #expect(fetcher.mirrors.count == 3)
    #expect(fetcher.files.map(\.size) == [47_040_016, 60_008, 7_840_016, 10_008])
    #expect(fetcher.files.allSatisfy { $0.sha256?.count == 64 })
  }

  /// The folder of MNIST if its files are packed.
  private static let packedMNIST = TestData.mnist.flatMap { folder in
    FileManager.default.fileExists(atPath: folder + "/t10k-labels-idx1-ubyte.gz") ? folder : nil
  }

  @Test(
    "The real files have the sums that a fetch expects",
    .enabled(if: packedMNIST != nil, "needs packed MNIST in Data/mnist or in DESCENT_MNIST"))
  func realFiles() throws {
    let reported = try #require(Self.packedMNIST)
    // Small ones only: the images take a debug build's checksum half a minute.
    let files = FetchedFile.mnist.filter { $0.size < 100_000 }
    for file in files {
      let url = URL(fileURLWithPath: reported).appendingPathComponent(file.name)
      try FileManager.default.copyItem(atPath: url.path + ".gz", toPath: folder.path + "/" + file.name + ".gz")
    }
    var progress: [FetchProgress] = []
    try MNISTFetcher(directory: folder.path, mirrors: ["file:///nowhere/"], files: files).run { progress.append($0) }
    #expect(progress == files.map { .alreadyGood(path: folder.path + "/" + $0.name + ".gz") })
  }
}

@Suite("Data sets by name")
struct PublishedDatasetTests {
  /// A mirror on disk that holds one file, and a fetcher of that file without a published sum.
  private func fetcher(_ bytes: [UInt8], _ folder: ScratchFolder, _ mirror: ScratchFolder) throws -> MNISTFetcher {
    try mirror.write("train-labels-idx1-ubyte.gz", gzip(bytes))
    return MNISTFetcher(
      directory: folder.path, mirrors: ["file://" + mirror.path],
      files: [FetchedFile(name: "train-labels-idx1-ubyte", sha256: nil, size: bytes.count, packedSize: bytes.count)])
  }

  @Test("The first download's sum is kept, and another file refused from then on")
  func keptSum() throws {
    let (folder, mirror) = (try ScratchFolder(), try ScratchFolder())
    let good = IDXBytes.labels([1, 2, 3])
    var kept: [String] = []
    try fetcher(good, folder, mirror).run(progress: { if case .kept(_, let sum) = $0 { kept.append(sum) } })
    #expect(kept.count == 1 && folder.names == ["SHA256SUMS", "train-labels-idx1-ubyte.gz"])
    #expect(try folder.text("SHA256SUMS") == "\(kept[0])  train-labels-idx1-ubyte\n")
    var again: [FetchProgress] = []
    try fetcher(good, folder, mirror).run(progress: { again.append($0) })
    #expect(again == [.alreadyGood(path: folder.file("train-labels-idx1-ubyte.gz"))])
    unlink(folder.file("train-labels-idx1-ubyte.gz"))
    let other = try fetcher(IDXBytes.labels([3, 2, 1]), folder, mirror)
    let text = try folder.text("SHA256SUMS")
    // The second one has the line ends of Windows.
    for sums in [text, "\(kept[0])  another\r\n" + text.replacing("\n", with: "\r\n")] {
      try folder.write("SHA256SUMS", Array(sums.utf8))
      let error = #expect(throws: FetchError.self) { try other.run() }
      #expect(error?.description.contains("wrong contents: SHA-256") == true, "\(error?.description ?? "")")
    }
  }

  @Test("A file that is not IDX of the expected length is rejected even without a checksum")
  func noIDX() throws {
    let (folder, mirror) = (try ScratchFolder(), try ScratchFolder())
    let page = Array("<html>no such file here</html>".utf8)
    let error = #expect(throws: FetchError.self) { try fetcher(page, folder, mirror).run() }
    #expect(error?.description.contains("not the file") == true && folder.names == [], "\(error?.description ?? "")")
  }

  @Test("Names are those of the help, each with four files and a separate folder")
  func names() {
    #expect(
      PublishedDataset.all.map(\.name) == [
        "mnist", "fashion-mnist", "kmnist", "qmnist", "emnist-letters", "emnist-digits", "emnist-balanced",
      ])
    for dataset in PublishedDataset.all {
      #expect(dataset.files.count == 4 && !dataset.mirrors.isEmpty)
      #expect(MNISTFetcher(dataset).directory == "Data/\(dataset.name)")
    }
    #expect(PublishedDataset.named("minst") == nil)
  }
}
