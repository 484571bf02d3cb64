import Foundation
import JSON
import Testing

@Suite("descent train --precision")
struct PrecisionTests: CheckpointRuns, JSONReading {
  let scratch: Scratch
  let clouds: String

  /// The precisions that `info` lists.
  private func precisions() throws -> [String] {
    let outcome = try Executable.run("info --json")
    return try Self.items(JSONValue.parse(outcome.output.utf8)["precisions"]).compactMap(\.string)
  }

  @Test("Each precision that info lists trains, is named in line and run event, and resumes without being given again")
  func trains() throws {
    let names = try precisions()
    #expect(names.first == "float32")
    for name in names + ["auto"] {
      try? FileManager.default.removeItem(atPath: folder)
      let run = "--data \(clouds) --hidden 8 --optimizer adam"
      let through = try succeed(
        "\(run) --precision \(name) --epochs 4 --save \(scratch.file("through")) --metrics \(scratch.file("a.jsonl"))")
      let event = try JSONValue.parse(try scratch.text("a.jsonl").prefix { $0 != "\n" }.utf8)
      // A network as small as this is always fastest in float32.
      let effective = name == "auto" ? "float32" : name
      #expect(event["precision"]?.string == effective)
      #expect(through.output.contains(", precision \(effective)") == (name != "float32"), "\(through.output)")
      _ = try succeed("\(run) --precision \(name) --epochs 2 --checkpoint \(folder) --quiet")
      _ = try succeed("--resume \(folder) --epochs 4 --quiet --save \(scratch.file("resumed"))")
      #expect(try scratch.read("resumed") == scratch.read("through"), "\(name)")
      for other in names where other != effective {
        let outcome = try train("--resume \(folder) --precision \(other) --quiet")
        #expect(outcome.status == 2 && outcome.errors.contains("--precision \(other)"), "\(outcome.errors)")
      }
    }
  }

  @Test("A precision that the processor or the instruction set lacks is a usage error")
  func refusals() throws {
    for options in ["--precision bfloat16x2", "--precision half", "--precision bfloat16 --instruction-set portable"] {
      let outcome = try train("--data \(clouds) \(options)")
      #expect(outcome.status == 2 && outcome.output == "", "\(options)")
      #expect(outcome.errors.contains("--precision") && outcome.errors.split(separator: "\n").count == 1)
    }
  }
}
