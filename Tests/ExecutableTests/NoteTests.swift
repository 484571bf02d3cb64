import Testing

/// Notes of commands on their data.
@Suite("Notes on the data", .serialized)
struct NoteTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// Sixty samples with a number of their own in the first column, classes in the second; one has no height.
  private func patients() throws -> String {
    let rows = (0..<60).map { row in
      "\(5000 + row),\(row % 2 == 0 ? "ill" : "well"),\(row == 7 ? "?" : "\(150 + row % 9)"),\(row % 4)\n"
    }
    return try scratch.write("patients.csv", "id,state,height,visits\n" + rows.joined())
  }

  @Test("data describe prints those of the loader, and the column of the classes; with --quiet the description alone")
  func describe() throws {
    let path = try patients()
    let outcome = try Executable.run("data describe \(path) --missing drop")
    try #require(outcome.status == 0, "\(outcome.errors)")
    #expect(
      outcome.errors == """
        descent: \(path): left out 1 sample with missing features.
        descent: \(path): class column 'id' (the first) has 59 different labels in 59 samples and is probably none: --label last or \
        another column's name, or --targets for target values.

        """)
    let lines = outcome.lines
    #expect(lines.contains { $0.split(separator: " ") == ["samples", "59"] }, "\(outcome.output)")
    let column = try #require(lines.firstIndex(of: "class column 'id' (the first)"), "\(outcome.output)")
    #expect(lines[column + 1].hasPrefix("class") && lines[column + 2].hasPrefix("5000  "), "\(lines)")
    #expect(lines.contains { $0.split(separator: " ") == ["visits", "0", "3", "1.4746", "1.1101"] }, "\(lines)")
    #expect(lines.contains { $0.split(separator: " ") == ["state", "2", "ill;", "well"] }, "\(lines)")
    let quiet = try Executable.run("data describe \(path) --missing drop -q")
    #expect(quiet.errors == "" && quiet.output == outcome.output)
    let named = try Executable.run("data describe \(path) --missing drop --label state --ignore id")
    #expect(!named.errors.contains("probably none") && named.lines.contains("class column 'state'"), "\(named.errors)")
    let seed = try Executable.run("data describe \(path) --missing mean --label state --data-seed 3")
    #expect(seed.errors.contains("--data-seed 3 has no effect"), "\(seed.errors)")
  }

  @Test("The samples among which the classes are counted are those of the source, of which a split is trained on")
  func count() throws {
    let path = try patients()
    let outcome = try Executable.run("train --data \(path) --missing mean --hidden 2 --epochs 0")
    #expect(outcome.errors.contains("has 60 different labels in 60 samples and is"), "\(outcome.errors)")
  }

  @Test("gradient prints them as evaluate does; --quiet leaves them out")
  func gradient() throws {
    let path = try patients()
    let options = "--data \(path) --missing drop"
    let model = scratch.file("m")
    try #require(
      try Executable.run("train \(options) --label state --hidden 2 --epochs 1 -q --save \(model)").status == 0)
    let note = "descent: \(path): left out 1 sample with missing features.\n"
    for command in ["evaluate", "gradient"] {
      let outcome = try Executable.run("\(command) \(model) \(options)")
      #expect(outcome.status == 0 && outcome.errors.hasPrefix(note), "\(command) \(outcome.errors)")
      #expect(try Executable.run("\(command) \(model) \(options) -q").errors == "")
    }
  }

  @Test(
    "evaluate says on terminal and page that samples of training are included, however the source is spelled",
    arguments: ["clouds.csv", "./clouds.csv", "@/clouds.csv", "other/../clouds.csv", "link.csv"])
  func ownSamples(path: String) throws {
    try scratch.write("clouds.csv", SmallData.clouds(60))
    try scratch.write("other/clouds.csv", SmallData.clouds(60))
    let source = path.replacing("@", with: scratch.path)
    let script = """
      ln -s clouds.csv link.csv
      $descent train --data clouds.csv --hidden 2 --epochs 1 -q --save m || exit 9
      $descent evaluate m --data other/clouds.csv --report other.html >/dev/null
      $descent evaluate m --data \(source) --split all --report all.html >/dev/null
      $descent evaluate m --data \(source) --report page.html
      $descent evaluate m --data other/clouds.csv --limit 50 >/dev/null
      $descent evaluate m --data \(source) --limit 50 >/dev/null
      $descent evaluate m --data \(source) --limit-per-class 10 --report part.html >/dev/null
      """
    let outcome = try Executable.shell(script, in: scratch.path)
    let sentence = "\(source) has no test split: these are all 60 samples, those of training included."
    #expect(outcome.status == 0 && outcome.errors.contains("descent: \(sentence)\n"), "\(outcome.errors)")
    // Not of another file of that name, and not where the whole source was asked for.
    let notes = outcome.errors.split(separator: "\n").filter { $0.contains("has no test split") }
    let parts = [50, 30].map { "descent: \(source) has no test split: these \($0) samples may be ones of training." }
    #expect(notes.map(String.init) == ["descent: \(sentence)"] + parts, "\(outcome.errors)")
    #expect(try scratch.page("page.html").contains(sentence))
    for other in ["other.html", "all.html"] { #expect(!(try scratch.page(other).contains("those of training"))) }
  }

  @Test("evaluate says that the test split was trained on, if training had --split test or all")
  func trainedSplit() throws {
    try SmallData.idxFolder(scratch, "idx")
    let (data, model) = (scratch.file("idx"), scratch.file("m"))
    for (options, split) in [("--split test", "test"), ("--split all", "all"), ("--split train", nil), ("", nil)] {
      let trained = try Executable.run("train --data \(data) \(options) --hidden 2 --epochs 1 -q --save \(model)")
      try #require(trained.status == 0, "\(trained.errors)")
      let note = "training had --split \(split ?? ""): samples of the test split were trained on."
      let run = try Executable.run("evaluate \(model) --data \(data)")
      #expect(run.status == 0 && run.errors.contains(note) == (split != nil), "\(options): \(run.errors)")
      #expect(run.errors.contains("trained on") == (split != nil), "\(options): \(run.errors)")
      #expect(!(try Executable.run("evaluate \(model) --data \(data) --split train").errors.contains("trained on")))
      let stored = "\"data_split\":" + (split.map { "\"\($0)\"" } ?? "null")
      #expect(try Executable.run("info \(model) --json").output.contains(stored))
    }
  }

  @Test("Notes on the second model of a committee that the first does not have name its file")
  func committee() throws {
    let rows = (0..<20).map { ["\($0)", "\($0 % 3)", $0 % 2 == 0 ? "u" : "v"] }
    let data = try scratch.table("committee.csv", ["a", "b", "y"], rows)
    let files = [scratch.file("whole"), scratch.file("part")]
    for (file, options) in [(files[0], ""), (files[1], "--ignore b")] {
      let trained = try Executable.run("train --data \(data) \(options) --hidden 2 --epochs 1 -q --save \(file)")
      try #require(trained.status == 0, "\(trained.errors)")
    }
    let run = try Executable.run("evaluate \(files[0]) \(files[1]) --data \(data)")
    let note = "descent: \(files[1]): \(data): left out columns that the model does not use: b."
    #expect(run.status == 0 && run.errors.contains(note), "\(run.errors)")
    #expect(run.errors.split(separator: "\n").count { $0.contains("has no test split") } == 1, "\(run.errors)")
  }

  @Test("Features in other units than those of the initial weights are noted with the scale that fits")
  func initialScale() throws {
    let names = ["y"] + (0..<64).map { "p\($0)" }
    let pixels = (0..<20).map { row -> [Int] in [row % 2] + (0..<64).map { (row * 7 + $0 * 13) % 256 } }
    let data = try scratch.table("pixels.csv", names, pixels.map { $0.map(String.init) })
    let scaled = pixels.map { row -> [String] in ["\(row[0])"] + row.dropFirst().map { "\(Double($0) / 255)" } }
    let fractions = try scratch.table("fractions.csv", names, scaled)
    let model = scratch.file("pixels")
    let trained = try Executable.run("train --data \(data) --hidden 2 --epochs 1 -q --save \(model)")
    try #require(trained.status == 0, "\(trained.errors)")
    for (options, isNoted) in [("", true), ("--scale 1", false)] {
      let run = try Executable.run("train --data \(fractions) --initial-weights \(model) --epochs 1 \(options)")
      #expect(run.status == 0, "\(run.errors)")
      #expect(run.errors.contains("--scale 1 leaves them as they are.") == isNoted, "\(run.errors)")
    }
  }

  @Test("The record of a classification has no standardized targets, as they have no effect there")
  func standardizedTargets() throws {
    let data = try scratch.write("clouds.csv", SmallData.clouds(60))
    let run = "train --data \(data) --hidden 2 --epochs 1"
    let outcome = try Executable.run("\(run) --metrics \(scratch.file("m.jsonl"))")
    try #require(outcome.status == 0, "\(outcome.errors)")
    #expect(try scratch.text("m.jsonl").contains("\"standardize_targets\":null"))
    let printed = try Executable.run("\(run) --print-config")
    #expect(printed.status == 0 && !printed.output.contains("standardize_targets"), "\(printed.output)")
    let regression = try Executable.run("\(run) --targets 1 --output identity --print-config")
    #expect(regression.output.contains("\"standardize_targets\": true"), "\(regression.output)")
  }

  @Test("A regression from a table has standardized targets with every loss, and without biases")
  func regressionTargets() throws {
    let data = try scratch.write("plane.csv", SmallData.plane())
    let run = "train --data \(data) --targets 1 --output identity --hidden 2 --epochs 1"
    for options in ["", "--loss huber:0.001", "--no-bias"] {
      let outcome = try Executable.run("\(run) \(options) --metrics \(scratch.file("m.jsonl"))")
      #expect(outcome.status == 0 && !outcome.errors.contains("standardized"), "\(outcome.errors)")
      #expect(outcome.lines.first?.contains("targets standardized, learning rate 0.01") == true, "\(outcome.output)")
      #expect(try scratch.text("m.jsonl").contains("\"standardize_targets\":true"))
      let asked = try Executable.run("\(run) \(options) --no-standardize-targets")
      #expect(asked.status == 0 && !asked.output.contains("targets standardized"), "\(asked.errors)\(asked.output)")
    }
  }
}
