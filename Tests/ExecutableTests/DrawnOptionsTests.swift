import Foundation
import Random
import Testing

/// A command line of `descent train` with options drawn from all groups, each valid with the others.
private struct DrawnOptions {
  /// The options, in the order in which they were drawn.
  let words: [String]
  /// True if the run's length is part of its learning rates.
  let dependsOnRunLength: Bool

  /// Values of options that go with every other one here; an empty text leaves the option out.
  private static let choices: [[String]] = [
    ["", "--hidden none", "--hidden 5", "--hidden 7,4", "--hidden 6,5,4"],
    ["", "--activation tanh", "--activation gelu", "--activation leaky-relu"],
    ["", "--initializer normal:0.1", "--initializer glorot"], ["", "--no-bias"],
    ["", "--schedule step:1,0.5", "--schedule exponential:0.8", "--schedule cosine", "--schedule one-cycle:0.3"],
    ["", "--warmup 3"], ["", "--l2 0.5"], ["", "--l1 0.1"], ["", "--clip-norm 0.5"], ["", "--max-norm 1"],
    ["", "--weight-decay 0.01"], ["", "--dropout 0.3"], ["", "--noise 0.1"],
    ["", "--average ema:0.9", "--average swa:2"], ["", "--last-batch drop", "--last-batch merge"],
    ["--batch-size 7", "--batch-size 16", "--batch-size 40", "--batch-size 1000"], ["", "--input masked"],
    ["", "--instruction-set portable"], ["", "--no-shuffle"], ["", "--seed 3"],
    ["", "--validation-fraction 0.2", "--validation-fraction 0.2 --save-best"],
    ["", "--limit 50"],
  ]
  private static let sources = [
    "--data clouds.csv", "--data clouds.csv --label-smoothing 0.1", "--data clouds.csv --class-weights balanced",
    "--data clouds.csv --output sigmoid --loss squared-error", "--data clouds.csv --classes 2,0 --output sigmoid",
    "--data plane.csv --targets z --output identity", "--data plane.csv --targets z --output identity --loss huber:1",
    "--data synthetic:60,20", "--data synthetic:60,20 --augment affine:rotation=10 --clean-epochs 1",
  ]
  private static let optimizers = [
    "", "--optimizer momentum --momentum linear:0.5,0.9,2", "--optimizer nesterov", "--optimizer adam --beta1 0.8",
    "--optimizer adamw", "--optimizer rmsprop", "--optimizer adagrad", "--optimizer nadam", "--optimizer lion",
  ]

  init(seed: Int) {
    var random = RandomSource(seed: UInt64(seed), purpose: .sampling)
    func drawn(_ items: [String]) -> String { items[Int(random.below(UInt64(items.count)))] }
    var groups = [drawn(Self.sources), drawn(Self.optimizers)]
    // About half of the options stay away, so that each is also seen without most others.
    for choice in Self.choices where random.below(2) == 0 || choice[0] != "" { groups.append(drawn(choice)) }
    words = groups.filter { !$0.isEmpty }
    dependsOnRunLength = words.contains { $0.contains("cosine") || $0.contains("one-cycle") || $0.contains("clean") }
  }
}

@Suite("Command lines that are drawn at random")
struct DrawnOptionsTests {
  @Test(
    "A model has the same bits for any order of options and number of workers, from its run's record, and after a resumption",
    arguments: 1...8)
  func invariants(seed: Int) throws {
    let scratch = try Scratch()
    try scratch.write("clouds.csv", SmallData.clouds())
    try scratch.write("plane.csv", SmallData.plane())
    let drawn = DrawnOptions(seed: seed)
    let options = drawn.words.joined(separator: " ") + " --epochs 3 --gradients owned"
    let reversed = "--gradients owned --epochs 3 " + drawn.words.reversed().joined(separator: " ")
    // A criterion that is met after one epoch, where the length of the run must not change.
    let (part, rest) = drawn.dependsOnRunLength ? ("--stop-loss 1e9", "--stop-loss 0") : ("--steps 4", "--steps 9999")
    let run = try Executable.shell(
      """
      set -e
      $descent train \(options) --workers 1 --quiet --save first --metrics run.jsonl
      $descent train \(reversed) --workers 3 --quiet --save reversed
      cmp first reversed
      $descent train --config run.jsonl --quiet --save recorded
      cmp first recorded
      $descent train \(options) --workers 1 --quiet \(part) --checkpoint folder --save part
      $descent train --resume folder --quiet \(rest) --save resumed --metrics resumed.jsonl
      cmp first resumed
      $descent evaluate first --json --quiet > one
      $descent evaluate resumed --json --quiet --workers 3 > other
      cmp one other
      """, in: scratch.path)
    #expect(run.status == 0, "\(options): \(run.errors)\(run.output)")
    #expect(try Self.lasting(scratch.text("run.jsonl")) == Self.lasting(scratch.text("resumed.jsonl")), "\(options)")
  }

  /// The epochs of a metrics file without times.
  private static func lasting(_ text: String) -> [String] {
    text.split(separator: "\n").dropFirst().map { line in
      line.split(separator: ",").filter { !$0.contains("\"seconds\"") && !$0.contains("\"samples_per_second\"") }
        .joined(separator: ",")
    }
  }
}
