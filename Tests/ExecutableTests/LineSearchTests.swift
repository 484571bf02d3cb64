import Foundation
import JSON
import Testing

@Suite("L-BFGS by descent", .serialized)
struct LineSearchTests: JSONReading {
  @Test("train takes the full batch, an iteration an epoch, and its model has the same bits for any number of workers")
  func train() throws {
    let scratch = try Scratch()
    let clouds = try scratch.write("clouds.csv", SmallData.clouds(150))
    let models = try [1, 2, 3, 5].map { workers in
      let outcome = try Executable.run(
        "train --data \(clouds) --optimizer lbfgs --l2 0.1 --epochs 8 --hidden 7 --workers \(workers) --quiet "
          + "--save \(scratch.file("\(workers)")) --metrics \(scratch.file("m.jsonl"))")
      try #require(outcome.status == 0, "\(outcome.errors)")
      return try scratch.read("\(workers)")
    }
    #expect(models.allSatisfy { $0 == models[0] })
    let events = try scratch.rows("m.jsonl")
    #expect(events[0]["batch_size"]?.int == 120 && events[0]["learning_rate"]?.double == 1)
    #expect(events[0]["gradients"]?.string == "owned" && events.last?["steps"]?.int == 8)
    let losses = events.filter { $0["event"]?.string == "epoch" }.compactMap { $0["train_loss"]?.double }
    // A step never raises the objective.
    #expect(losses.count == 8 && losses == losses.sorted(by: >) && losses[7] < losses[0] / 2)
  }

  @Test("A run whose weights do not move any more says since when, also resumed; one that ends before does not")
  func standstill() throws {
    let scratch = try Scratch()
    let words =
      "train --data \(try scratch.write("clouds.csv", SmallData.clouds(150))) --optimizer lbfgs --l2 0.5 --hidden none "
      + "--checkpoint \(scratch.file("ck")) --metrics \(scratch.file("m.jsonl")) --epochs"
    let short = try Executable.run("\(words) 4")
    #expect(short.status == 0 && !short.errors.contains("no weight has moved"), "\(short.errors)")
    // The second time nothing is left to train.
    for _ in 0..<2 {
      let outcome = try Executable.run("\(words) 100 --resume \(scratch.file("ck"))")
      try #require(outcome.status == 0, "\(outcome.errors)")
      let epochs = try scratch.text("m.jsonl").split(separator: "\n").map { try JSONValue.parse($0.utf8) }
        .filter { $0["event"] == "epoch" }
      let last = try #require(epochs.last)
      let count = epochs.reversed().prefix {
        $0["train_loss"] == last["train_loss"] && $0["gradient_norm"] == last["gradient_norm"]
      }.count
      try #require(count > 2)
      let line = "descent: no weight has moved since epoch \(101 - count): the line search finds no lower loss"
      #expect(outcome.errors.contains(line), "\(outcome.errors)")
    }
  }

  @Test("compare counts evaluations and their samples, within a budget of passes, and searches no learning rate")
  func compare() throws {
    let scratch = try Scratch()
    let clouds = try scratch.write("clouds.csv", SmallData.clouds(150))
    let rows = scratch.file("rows.jsonl")
    let words = "compare --data \(clouds) --optimizer sgd,rprop,lbfgs --hidden 7 --epochs 12 --metrics \(rows)"
    let outcome = try Executable.run("\(words) --json --batch-size 16,full")
    try #require(outcome.status == 0, "\(outcome.errors)")
    let object = try JSONValue.parse(outcome.output.utf8)
    let runs = Self.items(object["runs"])
    #expect(runs.map { $0["options"]?["optimizer"]?.string } == ["sgd", "sgd", "rprop", "lbfgs"])
    #expect(runs.map { $0["batch_size"]?.int } == [16, 120, 120, 120])
    #expect(runs[3]["learning_rate"]?.double == 1)
    #expect(Self.items(object["sweep"]).allSatisfy { $0["options"]?["optimizer"]?.string != "lbfgs" })
    for run in runs {
      let isSearch = run["options"]?["optimizer"]?.string == "lbfgs"
      let curve = Self.items(run["curve"])
      for point in curve {
        let (evaluations, updates) = (point["evaluations"]?.int ?? -1, point["updates"]?.int ?? -1)
        #expect(isSearch ? updates == 0 || evaluations > updates : evaluations == updates)
        if isSearch { #expect(point["samples"]?.int == 120 * evaluations) }
      }
      let last = try #require(curve.last)
      let samples = try #require(last["samples"]?.int)
      // The step that reaches the budget ends the run; a line search takes up to 26 evaluations.
      #expect(samples >= 1440 && samples <= (isSearch ? 38 * 120 : 1440))
      #expect(last["updates"]?.int == run["updates"]?.int)
    }
    // A second time from the rows alone: nothing is added to them.
    let count = try scratch.text("rows.jsonl").split(separator: "\n").count
    let again = try Executable.run("\(words) --batch-size 16,full --resume \(rows)")
    #expect(again.status == 0, "\(again.errors)")
    #expect(try scratch.text("rows.jsonl").split(separator: "\n").count == count)
    #expect(again.lines.contains { $0.contains("evaluations") } && again.lines.contains { $0.hasPrefix("lbfgs") })
  }

  @Test("The default batch sizes of compare and scale are for other optimizers; lbfgs has the full batch in both")
  func defaults() throws {
    let scratch = try Scratch()
    let clouds = try scratch.write("clouds.csv", SmallData.clouds(60))
    let compare = try Executable.run("compare --data \(clouds) --optimizer lbfgs --hidden 3 --steps 2 --json --quiet")
    let runs = Self.items(try JSONValue.parse(compare.output.utf8)["runs"])
    #expect(compare.status == 0 && runs.map { $0["batch_size"]?.int } == [48], "\(compare.errors)")
    #expect(runs.first?["updates"]?.int == 2)
    let scale = try Executable.run(
      "scale --data \(clouds) --optimizer lbfgs --hidden 3 --workers 1,2 --rounds 1 --json --quiet")
    let cells = Self.items(try JSONValue.parse(scale.output.utf8)["runs"])
    #expect(scale.status == 0 && cells.map { $0["batch_size"]?.int } == [48, 48], "\(scale.errors)")
    #expect(cells.allSatisfy { $0["gradients"]?.string == "owned" })
    let refused = try Executable.run("compare --data \(clouds) --optimizer sgd,lbfgs --batch-size 16")
    #expect(refused.status == 2 && refused.errors.contains("--batch-size 16 with --optimizer lbfgs"))
  }
}
