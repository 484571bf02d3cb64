import Foundation
import TestSupport
import Testing

/// The programs of `Client`, a separate package that depends on the product `Descent`: the README's examples are
/// compiled here.
@Suite("A package that depends on the library", .serialized)
struct ClientTests {
  private static let folder = TestData.root.appendingPathComponent("Tests/LibraryTests/Client")
  /// Within `.build`, so that only what changed is built again.
  private static let scratch = TestData.root.appendingPathComponent(".build/library-client")

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

  private static func build() throws -> (status: Int32, output: String) {
    // No debugger or editor looks at these programs.
    try run(
      ["swift", "build", "--disable-build-manifest-caching", "--scratch-path", scratch.path]
        + ["--disable-index-store", "-Xswiftc", "-gnone"], in: folder)
  }

  @Test("is built from it, and its programs do what they say", .timeLimit(.minutes(120)))
  func programs() throws {
    let build = try Self.build()
    try #require(build.status == 0, "\(build.output)")
    let folder = try ScratchFolder()
    func program(_ name: String) throws -> [Substring] {
      let (status, output) = try Self.run(
        [Self.scratch.appendingPathComponent("debug/\(name)").path], in: URL(fileURLWithPath: folder.path))
      #expect(status == 0, "\(name): \(output)")
      return output.split(separator: "\n")
    }
    let digits = try program("Digits")
    #expect(digits.count == 3 && digits.last?.hasPrefix("epoch 3: loss ") == true, "\(digits)")
    #expect(folder.names.contains("digits.safetensors"))
    #expect(try program("OwnData").last?.hasPrefix("different [") == true)
    #expect(try program("OwnOptimizer") == ["fitted"])
    #expect(try program("Cancellation") == ["cancelled"])
  }
}
