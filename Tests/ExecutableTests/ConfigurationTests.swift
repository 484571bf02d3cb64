import Foundation
import JSON
import Testing

@Suite("Runs from recorded option values", .serialized)
struct ConfigurationTests: JSONReading {
  private let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    try scratch.write("clouds.csv", SmallData.clouds())
    try scratch.write("plane.csv", SmallData.plane())
    let rows = (0..<60).map { "\($0 % 3).\($0 % 7),\($0 % 5),\(["\"a, b\"", "b", " c"][$0 % 3])" }
    try scratch.write("labels.csv", (["x,y,\" species\""] + rows).joined(separator: "\n") + "\n")
    let decimals = (0..<40).map { "\($0 % 2);\($0 % 2),\($0 % 9);0,\($0 % 7)\n" }
    try scratch.write("decimals.csv", decimals.joined())
    let gaps = (0..<60).map { "\($0 % 3),\($0 % 5 == 4 ? "" : "\($0 % 7)"),\($0 % 11)\n" }
    try scratch.write("gaps.csv", "class,x,y\n" + gaps.joined())
    try scratch.write("lines.svm", (0..<40).map { "\($0 % 7).5 1:\($0 % 3) 2:\($0 % 5)\n" }.joined())
    let names = (["class"] + (0..<64).map { "p\($0)" }).joined(separator: ",")
    let pixels = (0..<30).map { row in
      (["\(row % 3)"] + (0..<64).map { "\((row * 37 + $0 * 11) % 256)" }).joined(separator: ",")
    }
    try scratch.write("pixels.csv", ([names] + pixels).joined(separator: "\n") + "\n")
  }

  @Test(
    "--config of a run's event gives the same model, and so does that of --print-config",
    arguments: [
      ("--data clouds.csv --optimizer lbfgs", ""), ("--data clouds.csv --optimizer rprop --batch-size full", ""),
      ("--data plane.csv --targets z --output identity", ""),
      ("--data labels.csv --label ' species'", ""),
      ("--data clouds.csv --validation-fraction 0.2", "--save-best"), ("--data clouds.csv", "--snapshots 2"),
      ("--data clouds.csv", "--checkpoint c --checkpoint-every 3"),
      ("--data clouds.csv --dropout 0.2,0.5 --hidden 8,4", ""),
      ("--data synthetic:60,20 --data-seed 7 --augment affine:rotation=10 --clean-epochs 1", ""),
      ("--data clouds.csv --class-weights balanced --optimizer adam --classes 2,0", ""),
      ("--data decimals.csv --decimal , --hidden none", ""),
    ])
  func roundTrip(options: String, outputs: String) throws {
    let run = try Executable.shell(
      """
      set -e
      $descent train \(options) \(outputs) -e 2 -q -w 1 --save first --metrics first.jsonl
      $descent train \(options) -e 2 -w 1 --print-config > printed.json
      $descent train --config first.jsonl -q
      $descent train --config first.jsonl -q --save second
      $descent train --config printed.json \(outputs.contains("--s") ? outputs : "") -q --save third
      cmp first second
      cmp first third
      """, in: scratch.path)
    #expect(run.status == 0, "\(run.errors)\(run.output)")
  }

  @Test("A record names the automatic options that were given, and --config gives the model of automatic ones, too")
  func automatic() throws {
    let run = try Executable.shell(
      """
      set -e
      $descent train --data clouds.csv -e 2 -q --save first --metrics first.jsonl
      $descent train --config first.jsonl -q --save second --metrics second.jsonl
      cmp first second
      $descent train --data clouds.csv -e 2 -q -w 1 --gradients owned --metrics given.jsonl
      $descent train --config given.jsonl --hidden 3 --metrics again.jsonl
      $descent train --config first.jsonl -q -w 1 --metrics typed.jsonl
      """, in: scratch.path)
    #expect(run.status == 0, "\(run.errors)\(run.output)")
    #expect(run.errors.contains("--input and --instruction-set in given.jsonl were chosen"), "\(run.errors)")
    func given(_ name: String) throws -> [String] {
      let line = try #require(scratch.text(name).split(separator: "\n").first)
      return try Self.items(JSONValue.parse(line.utf8)["given"]).compactMap(\.string)
    }
    #expect(try Set(given("first.jsonl")).isDisjoint(with: ["workers", "gradients"]))
    #expect(try given("second.jsonl").contains("workers") == false)
    #expect(try given("typed.jsonl").contains("workers"))
    for name in ["given.jsonl", "again.jsonl"] {
      #expect(try Set(given(name)).isSuperset(of: ["workers", "gradients"]), "\(name)")
    }
  }

  @Test("--config - reads standard input; --data - beside it is a usage error")
  func standardInput() throws {
    let values = #"printf '{"hidden": [3], "epochs": 0}' | $descent train --config -"#
    let run = try Executable.shell("\(values) --data clouds.csv --print-config", in: scratch.path)
    #expect(run.status == 0 && run.output.contains("\"hidden\": \"3\""), "\(run.errors)\(run.output)")
    let both = try Executable.shell("\(values) --data -", in: scratch.path)
    #expect(
      both.status == 2 && both.errors.contains("--config -") && both.errors.contains("--data -"), "\(both.errors)")
    let invalid = try Executable.shell("echo '[' | $descent train --config -", in: scratch.path)
    #expect(invalid.status == 1 && invalid.errors.contains("standard input:2:1"), "\(invalid.errors)")
  }

  @Test("--config of a folder of checkpoints gives the option values of the run that wrote them")
  func checkpoints() throws {
    let run = try Executable.shell(
      """
      set -e
      $descent train --data clouds.csv --optimizer adam --hidden 5 -e 2 -q -w 1 --save first --checkpoint folder
      $descent train --config folder -q --checkpoint other --save second
      cmp first second
      $descent train --config folder --print-config
      for file in folder/*; do $descent train --config $file -q --save third; done
      cmp first third
      """, in: scratch.path)
    #expect(run.status == 0, "\(run.errors)\(run.output)")
    #expect(run.output.contains("\"optimizer\"") && run.output.contains("adam"), "\(run.output)")
  }

  @Test("--print-config with --resume prints the option values of the checkpoint, completed by the command line")
  func resumed() throws {
    let run = try Executable.shell(
      """
      set -e
      $descent train --data clouds.csv --optimizer adam --hidden 5 -e 2 -q -w 1 --checkpoint folder
      $descent train --resume folder -e 3 --print-config
      $descent train --config folder --print-config
      """, in: scratch.path)
    #expect(run.status == 0, "\(run.errors)\(run.output)")
    for (option, value) in [("hidden", "\"5\""), ("optimizer", "\"adam\""), ("learning_rate", "0.001")] {
      #expect(run.lines.count { $0 == "  \"\(option)\": \(value)," } == 2, "\(option): \(run.output)")
    }
    #expect(run.lines.first { $0.contains("\"epochs\"") } == "  \"epochs\": 3,", "\(run.output)")
    let other = try Executable.shell("$descent train --resume folder --hidden 6 --print-config", in: scratch.path)
    #expect(other.status == 2 && other.errors.contains("--hidden 6"), "\(other.errors)")
  }

  @Test(
    "Options of the command line take precedence over what a run derived from others",
    arguments: [
      "train --hidden 16,8", "train --test clouds.csv", "train --initial-weights model", "gradcheck model",
      "train --optimizer sgd", "train --output identity", "train --data labels.csv", "train --data synthetic:40,10",
      "compare --epochs 1 --batch-size 10", "sweep --hidden '8|16' --trials 2",
    ])
  func precedence(line: String) throws {
    let run = try Executable.shell(
      """
      set -e
      $descent train --data clouds.csv --optimizer adam -e 1 -q --save model --metrics run.jsonl
      $descent \(line) --config run.jsonl
      """, in: scratch.path)
    #expect(run.status == 0, "\(run.errors)")
  }

  @Test("Targets that were standardized because that was asked for are so again in a run from the record")
  func standardizedAgain() throws {
    let run = try Executable.shell(
      """
      set -e
      $descent train --data lines.svm --targets 1 --output identity --standardize-targets -e 2 -q --save first --metrics run.jsonl
      $descent train --config run.jsonl -q --save second
      cmp first second
      """, in: scratch.path)
    #expect(run.status == 0, "\(run.errors)\(run.output)")
  }

  @Test(
    "What a run derived from its options is derived again if the command line changes them",
    arguments: [
      ("--data clouds.csv", "--scale 10"), ("--data pixels.csv", "--standardize"),
      ("--data pixels.csv", "--features p1,p2,p3"), ("--data pixels.csv", "--ignore p0,p1"),
      ("--data clouds.csv", "--features class,x"), ("--data clouds.csv", "--ignore class"),
      ("--data clouds.csv", "--header no --skip 1"), ("--data pixels.csv", "--seed 2 --limit 9"),
      ("--data plane.csv --targets z --output identity", "--no-bias"),
      ("--data plane.csv --targets z --output identity", "--label x"),
    ])
  func derivedAgain(options: String, changes: String) throws {
    let run = try Executable.shell(
      """
      set -e
      $descent train \(options) -e 1 -q --metrics run.jsonl
      $descent train \(changes.hasPrefix("--label") ? "--data plane.csv --output identity" : options) \(changes) -e 1 -q -w 1 --save given
      $descent train --config run.jsonl \(changes) -q -w 1 --save recorded
      cmp given recorded
      """, in: scratch.path)
    #expect(run.status == 0, "\(run.errors)\(run.output)")
  }

  @Test(
    "A run that continued other weights is repeated with the preprocessing of their model",
    arguments: ["clouds.csv", "plane.csv --targets z --output identity", "pixels.csv"])
  func continuedRun(source: String) throws {
    let run = try Executable.shell(
      """
      set -e
      $descent train --data \(source) -e 1 -q --save model
      $descent train --data \(source) --limit 12 --initial-weights model -e 1 -q --save first --metrics run.jsonl
      $descent train --config run.jsonl -q --save second
      cmp first second
      """, in: scratch.path)
    #expect(run.status == 0, "\(run.errors)\(run.output)")
  }

  @Test(
    "A record of a run leaves a model its own preprocessing",
    arguments: [
      "clouds.csv", "clouds.csv --standardize", "plane.csv --targets z --output identity", "gaps.csv --missing mean",
    ])
  func preprocessingOfModel(source: String) throws {
    let run = try Executable.shell(
      """
      set -e
      $descent train --data \(source) -e 1 -q --save model --metrics run.jsonl --checkpoint folder
      for command in 'evaluate model --json' 'predict model' 'gradient model --json' 'gradcheck model --json'; do
        $descent $command -q > plain
        $descent $command -q --config run.jsonl > event
        $descent $command -q --config folder > checkpoint
        cmp plain event
        cmp plain checkpoint
      done
      """, in: scratch.path)
    #expect(run.status == 0, "\(run.errors)\(run.output)")
  }

  @Test(
    "A model's source is read as it was for training",
    arguments: ["--data synthetic:40,20 --data-seed 7", "--data decimals.csv --decimal , --header no"])
  func storedSource(source: String) throws {
    let run = try Executable.shell(
      """
      set -e
      $descent train \(source) -e 1 -q --save model
      $descent evaluate model --json -q > stored
      $descent evaluate model --json -q \(source) > given
      cmp stored given
      $descent evaluate model model -q > both
      $descent gradient model --json -q > stored
      $descent gradient model --json -q \(source) > given
      cmp stored given
      """, in: scratch.path)
    #expect(run.status == 0, "\(run.errors)\(run.output)")
  }

  @Test("Options of the command line take precedence over those of a model's source")
  func givenReading() throws {
    let run = try Executable.shell(
      """
      $descent train --data decimals.csv --decimal , -e 1 -q --save model
      $descent evaluate model --decimal .
      """, in: scratch.path)
    #expect(run.status == 1, "\(run.errors)")
  }

  @Test("Training continues on the targets of the model")
  func continuedTargets() throws {
    let run = try Executable.shell(
      """
      $descent train --data plane.csv --targets z --output identity -q --save model
      $descent train --data plane.csv --initial-weights model -q --epochs 1 --metrics run.jsonl
      """, in: scratch.path)
    #expect(run.status == 0, "\(run.errors)")
    #expect(try scratch.text("run.jsonl").contains("test_rmse"))
  }

  @Test(
    "Other features than a model's are refused",
    arguments: [
      ("evaluate model --data clouds.csv --features x", 2), ("predict model --data clouds.csv --features x", 2),
      ("evaluate model --data clouds.csv --features y,x", 0), ("evaluate model --data clouds.csv --features 1,2", 0),
      ("train --initial-weights model --data clouds.csv --epochs 0 --features y", 2),
      ("train --initial-weights model --data clouds.csv --epochs 0 --features x,y", 0),
    ])
  func features(line: String, status: Int32) throws {
    let run = try Executable.shell(
      "$descent train --data clouds.csv -e 1 -q --save model && $descent \(line)", in: scratch.path)
    #expect(run.status == status, "\(run.errors)")
    #expect(status == 0 || run.errors.contains("--features"), "\(run.errors)")
  }

  @Test(
    "Fixed names of columns and sources are read in any case; names of columns are exact",
    arguments: [
      ("--data labels.csv --label LAST", 0), ("--data labels.csv --label ' species'", 0),
      ("--data labels.csv --label Species", 2), ("--data Synthetic:20,10", 0), ("--data 'synthetic: 20, 10'", 0),
    ])
  func names(options: String, status: Int32) throws {
    let run = try Executable.shell("$descent train \(options) -e 1 -q", in: scratch.path)
    #expect(run.status == status, "\(run.errors)")
  }

  @Test("The first line of a comparison says that targets are standardized")
  func standardizedTargets() throws {
    let run = try Executable.shell(
      "$descent compare --data plane.csv --targets z --output identity -e 1 --batch-size 10 -l 0.01", in: scratch.path)
    #expect(run.errors.contains("targets standardized") || run.output.contains("targets standardized"))
  }
}
