import Foundation
import TestSupport
import Testing

/// The programs of `Client`, a separate package that depends on the product `Descent`: the README's examples are
/// compiled here.
@Suite("A package that depends on the library", .serialized)
struct ClientTests {
  private static let folder = TestData.root.appendingPathComponent("Tests/LibraryTests/Client")
  /// The words of `swift build`. `.ci/run` gives those, one a line, with which it has built the library before. Else a folder
  /// within `.build`, so that only what changed is built again, and without what debuggers and editors need.
  private static let words: [String] = {
    if let given = ProcessInfo.processInfo.environment["DESCENT_CLIENT_BUILD"] {
      return given.split(separator: "\n").map(String.init)
    }
    let scratch = TestData.root.appendingPathComponent(".build/library-client")
    return ["--disable-build-manifest-caching", "--scratch-path", scratch.path, "--disable-index-store"]
      + ["-Xswiftc", "-gnone"]
  }()

  private static func run(_ words: [String], in folder: URL) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = words
    process.currentDirectoryURL = folder
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, output)
  }

  @Test("is built from it, and its programs do what they say", .timeLimit(.minutes(120)))
  func programs() throws {
    let build = try Self.run(["swift", "build"] + Self.words, in: Self.folder)
    try #require(build.status == 0, "\(build.output)")
    let products = try Self.run(["swift", "build"] + Self.words + ["--show-bin-path"], in: Self.folder)
    try #require(products.status == 0, "\(products.output)")
    let programs = URL(fileURLWithPath: String(products.output.split(separator: "\n").last ?? ""))
    let folder = try ScratchFolder()
    func program(_ name: String) throws -> [Substring] {
      let (status, output) = try Self.run(
        [programs.appendingPathComponent(name).path], in: URL(fileURLWithPath: folder.path))
      #expect(status == 0, "\(name): \(output)")
      return output.split(separator: "\n")
    }
    let digits = try program("Digits")
    #expect(digits.count == 3 && digits.last?.hasPrefix("epoch 3: loss ") == true, "\(digits)")
    #expect(folder.names.contains("digits.safetensors"))
    let saved = try program("SavedModel").map { $0.split(separator: " ").compactMap { Double($0) } }
    #expect(saved.count == 2 && saved.allSatisfy { $0.count == 2 }, "\(saved)")
    #expect(saved.last?.allSatisfy { (0.5...1).contains($0) } == true, "\(saved)")
    #expect(try program("OwnData").last?.hasPrefix("different [") == true)
    #expect(folder.names.contains("xor.safetensors"))
    #expect(try program("OwnOptimizer") == ["fitted"])
    #expect(try program("Cancellation") == ["canceled"])
  }
}
