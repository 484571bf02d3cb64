import Foundation
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The command on a mirror on disk, by file:// URLs: no network is needed.
@Suite(
  "descent data fetch", .serialized,
  .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/curl"), "/usr/bin/curl is missing"))
struct DataFetchTests {
  private static let names = [
    "train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte",
  ]
  private let scratch: Scratch

  /// A mirror with files of the sizes of KMNIST, whose publisher gives no checksums. All pixels and labels are zero.
  init() throws {
    scratch = try Scratch()
    for (name, dimensions) in zip(Self.names, [[60_000, 28, 28], [60_000], [10_000, 28, 28], [10_000]] as [[UInt32]]) {
      let zeros = [UInt8](repeating: 0, count: dimensions.reduce(1) { $0 * Int($1) })
      try scratch.write("mirror/\(name).gz", gzip(IDXBytes.file(dimensions, zeros)))
    }
  }

  private var fetch: String { "$descent data fetch kmnist files --from file://\(scratch.file("mirror"))" }

  @Test("stores files without published checksums, verifies them the next time, and then refuses other contents")
  func keptChecksums() throws {
    let first = try Executable.shell(fetch, in: scratch.path)
    #expect(first.status == 0)
    #expect(first.errors.split(separator: "\n").map { $0.hasPrefix("fetching file://") } == [true, true, true, true])
    // No file is said to have the right checksum: none was known.
    for (name, pair) in zip(Self.names, stride(from: 0, to: 8, by: 2)) {
      try #require(first.lines.count == 8, "\(first.output)")
      #expect(first.lines[pair].contains(try Regex("^files/\(name)\\.gz: \\d+ bytes$")), "\(first.lines[pair])")
      #expect(first.lines[pair + 1].contains(try Regex("^files/\(name): SHA-256 [0-9a-f]{64}, .*SHA256SUMS")))
    }
    #expect(FileManager.default.fileExists(atPath: scratch.file("files/SHA256SUMS")))
    let again = try Executable.shell(fetch, in: scratch.path)
    #expect(again.status == 0 && again.errors == "")
    #expect(again.lines == Self.names.map { "files/\($0).gz: already there, checksum right" })
    let quiet = try Executable.shell(fetch + " --quiet", in: scratch.path)
    #expect(quiet.status == 0 && quiet.output == "" && quiet.errors == "")

    unlink(scratch.file("files/t10k-labels-idx1-ubyte.gz"))
    let ones = IDXBytes.file([10_000], [UInt8](repeating: 1, count: 10_000))
    try scratch.write("mirror/t10k-labels-idx1-ubyte.gz", gzip(ones))
    let other = try Executable.shell(fetch + " --quiet", in: scratch.path)
    let lines = other.errors.split(separator: "\n")
    #expect(other.status == 1 && lines.last?.hasPrefix("descent: t10k-labels-idx1-ubyte could not be fetched") == true)
    #expect(other.errors.contains("wrong contents: SHA-256 ") && other.errors.contains("--from URL"), "\(other.errors)")
    #expect(!FileManager.default.fileExists(atPath: scratch.file("files/t10k-labels-idx1-ubyte.gz")))
  }

  @Test("never replaces the files of another data set, which the message names")
  func occupied() throws {
    let other = IDXBytes.file([1, 2, 2], [1, 2, 3, 4])
    try scratch.write("files/train-images-idx3-ubyte", other)
    let outcome = try Executable.shell(fetch, in: scratch.path)
    #expect(outcome.status == 1 && outcome.output == "")
    #expect(
      outcome.errors.hasPrefix("descent: files/train-images-idx3-ubyte: a complete IDX file with other contents"),
      "\(outcome.errors)")
    #expect(!outcome.errors.contains("MNIST"), "the data set is KMNIST: \(outcome.errors)")
    #expect(try scratch.read("files/train-images-idx3-ubyte") == other)
  }

  @Test(
    "explains arguments that name no data set",
    arguments: [
      (
        "kmnst --from file:///nowhere/", 1, ["no data set has the name kmnst", "the nearest is kmnist", "folder kmnst"]
      ),
      (
        "some-folder --from file:///nowhere/", 1,
        ["no data set has the name some-folder", "into the folder some-folder"]
      ),
      ("./some-folder --quiet --from file:///nowhere/", 1, ["into ./some-folder by hand"]),
      ("kmnst folder", 2, ["NAME: invalid value kmnst; expected one of mnist, fashion-mnist, kmnist"]),
      ("mnist folder --from /nowhere/", 2, ["--from", "/nowhere/", "https://host/folder/"]),
    ])
  func arguments(words: String, status: Int32, texts: [String]) throws {
    let outcome = try Executable.shell("$descent data fetch \(words)", in: scratch.path)
    #expect(outcome.status == status && outcome.output == "")
    for text in texts { #expect(outcome.errors.contains(text), "\(outcome.errors)") }
    #expect(outcome.errors.contains("no data set has") == (texts[0].hasPrefix("no data set has")))
    #expect(scratch.names == ["mirror"])
  }

  #if os(Linux)
    @Test("stops at the first file whose line cannot be written")
    func fullOutput() throws {
      let outcome = try Executable.shell(fetch + " >/dev/full", in: scratch.path)
      #expect(outcome.status == 1 && outcome.errors.contains("descent: standard output: "), "\(outcome.errors)")
      let kept = try FileManager.default.contentsOfDirectory(atPath: scratch.file("files"))
      #expect(kept.sorted() == ["SHA256SUMS", "train-images-idx3-ubyte.gz"])
    }
  #endif

  @Test("ends at a signal during a transfer, with the files that were complete")
  func interrupted() throws {
    let pipe = "mirror/\(Self.names[1]).gz"
    unlink(scratch.file(pipe))
    // curl waits for a writer; there is none.
    try #require(mkfifo(scratch.file(pipe), 0o600) == 0)
    let errors = scratch.file("errors")
    let running = try Running(
      program: "/bin/sh", ["-c", "cd '\(scratch.path)'; exec \(fetch.replacing("$descent", with: Executable.path))"],
      errors: errors)
    try Event.wait(for: "the second transfer", from: running) {
      try scratch.text("errors").contains("fetching file://\(scratch.file(pipe))")
    }
    running.send(SIGINT)
    let outcome = try running.wait()
    #expect(outcome.status == 130 && outcome.lines.count == 2, "\(outcome.output)")
    let last = try #require(try scratch.text("errors").split(separator: "\n").last)
    #expect(last == "descent: stopped; files that were complete stay, run it again for the rest.")
    let kept = try FileManager.default.contentsOfDirectory(atPath: scratch.file("files"))
    #expect(kept.sorted() == ["SHA256SUMS", "train-images-idx3-ubyte.gz"])
  }
}
