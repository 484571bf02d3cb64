import Foundation
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

@Suite("A second signal", .serialized)
struct SecondSignalTests {
  @Test(
    "ends a run at once, in the middle of a step, and tears no checkpoint",
    arguments: [(SIGINT, SIGINT, 130), (SIGTERM, SIGTERM, 143), (SIGTERM, SIGINT, 130)] as [(Int32, Int32, Int32)])
  func atOnce(first: Int32, second: Int32, status: Int32) throws {
    let scratch = try Scratch()
    // Small samples and a wide network: a step of many seconds, and yet little to read and to keep.
    try SmallData.idxFolder(scratch, "digits", training: 40_000)
    try scratch.write("model", "the earlier one")
    let run =
      "train --data \(scratch.file("digits")) --hidden 512,512,512 --batch-size full --workers 2 --instruction-set portable "
      + "--save \(scratch.file("model")) --checkpoint \(scratch.file("ck"))"
    let running = try Running(run, output: "/dev/null")
    try Event.wait(for: "a checkpoint", from: running) { !scratch.names(in: "ck").isEmpty }
    // The checkpoint is the initial one, so that the step is computed from there.
    try running.waitForWork()
    let before = scratch.names(in: "ck")
    try #require(before.count == 1)
    let bytes = try scratch.read("ck/" + before[0])
    running.send(first)
    try running.waitForDelivery(of: first)
    try running.waitForWork()
    #expect(running.isRunning, "the first signal waits for the step")
    running.send(second)
    let outcome = try running.wait()
    #expect(outcome.status == status && outcome.errors == "", "\(outcome.status) \(outcome.errors)")
    #expect(try scratch.names(in: "ck") == before && scratch.read("ck/" + before[0]) == bytes)
    #expect(try scratch.text("model") == "the earlier one")
    let again = try Executable.run("train --resume \(scratch.file("ck")) --epochs 0 --quiet")
    #expect(again.status == 0 && again.errors == "", "\(again.errors)")
  }
}
