import Foundation
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

@Suite("A file truncated while it is in use", .serialized)
struct CutFileTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// Images of 28 × 28, so that they fill many pages of memory.
  private func writeDigits() throws {
    for (split, count) in [("train", 400), ("t10k", 20)] {
      let labels = (0..<count).map { UInt8($0 % 3) }
      let pixels = labels.flatMap { label in (0..<784).map { UInt8($0 % 3) == label ? UInt8(200) : 1 } }
      try scratch.write("digits/\(split)-images-idx3-ubyte", IDXBytes.file([UInt32(count), 28, 28], pixels))
      try scratch.write("digits/\(split)-labels-idx1-ubyte", IDXBytes.file([UInt32(count)], labels))
    }
  }

  @Test(
    "ends training with a line that names it, and no model is saved",
    arguments: [("train", 5000), ("train", 313_615), ("t10k", 16), ("t10k", 0)])
  func training(split: String, size: Int) throws {
    try writeDigits()
    try scratch.write("model", "the earlier one")
    let file = "digits/\(split)-images-idx3-ubyte"
    let words =
      "train --data \(scratch.file("digits")) --input dense --hidden 4 --epochs 1000000000 --workers 2 "
      + "--save \(scratch.file("model")) --metrics \(scratch.file("run.jsonl"))"
    let running = try Running(words, output: "/dev/null")
    try Event.wait(for: "the second epoch", from: running) { scratch.has("\"epoch\":2", in: "run.jsonl") }
    #expect(truncate(scratch.file(file), size) == 0)
    let outcome = try running.wait()
    #expect(outcome.status == 1, "no signal, and no success")
    #expect(outcome.errors.hasPrefix("descent: \(scratch.file(file)): found a file truncated to \(size) bytes"))
    #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
    #expect(try scratch.text("model") == "the earlier one")
    #expect(!(try scratch.text("run.jsonl").contains("\"end\"")))
  }
}
