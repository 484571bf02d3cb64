import JSON
import Testing

/// From a table to predictions for new rows.
@Suite("Predictions for rows without labels")
struct PredictionTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func train(_ words: [String] = [], header: [String] = ["length", "width", "kind"]) throws -> String {
    let data = try scratch.table("flowers.csv", header, SmallData.flowers())
    let model = scratch.file("model")
    let outcome = try Executable.run(
      ["train", "--data", data, "--save", model, "--hidden", "4", "--epochs", "40"] + words)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.lines[0].contains("class column 'kind'") && outcome.lines[0].contains("features standardized"))
    return model
  }

  private func predict(_ model: String, _ data: String, _ words: [String] = []) throws -> Executable.Outcome {
    try Executable.run(["predict", model, "--data", data] + words)
  }

  @Test("Train, evaluate and predict without an option for the label; columns in any order, labels there or not")
  func threeCommands() throws {
    let model = try train()
    let evaluation = try Executable.run(["evaluate", model, "--data", scratch.file("flowers.csv"), "--json"])
    #expect(evaluation.status == 0, "\(evaluation.errors)")
    let rows = SmallData.flowers()
    let labeled = try predict(model, scratch.file("flowers.csv"))
    #expect(labeled.lines[0] == "index,label,probability_dandelion,probability_lily" && labeled.errors == "")
    let right = zip(labeled.lines.dropFirst(), rows).count { $0.split(separator: ",")[1] == $1[2] }
    #expect(right >= 39)
    let tables = [
      try scratch.table("unlabeled.csv", ["length", "width"], rows.map { [$0[0], $0[1]] }),
      try scratch.table("empty.csv", ["length", "width", "kind"], rows.map { [$0[0], $0[1], ""] }),
      try scratch.table("marked.csv", ["kind", "width", "length"], rows.map { ["?", $0[1], $0[0]] }),
      try scratch.write("bare.csv", rows.map { "\($0[0]),\($0[1])\n" }.joined()),
      try scratch.write("bare-marked.csv", rows.map { "\($0[0]),\($0[1]),?\n" }.joined()),
    ]
    for table in tables {
      let outcome = try predict(model, table)
      #expect(outcome.output == labeled.output && outcome.errors == "", "\(table): \(outcome.errors)")
    }
  }

  @Test("Shuffled columns change no prediction")
  func shuffledColumns() throws {
    let names = ["a", "b", "c", "d", "e", "kind"]
    let rows = (0..<30).map { row in
      (0..<5).map { "\(Double((row * (3 + $0) + $0) % 11) / 4)" } + [row % 3 == 0 ? "x" : row % 3 == 1 ? "y" : "z"]
    }
    let data = try scratch.table("wide.csv", names, rows)
    let model = scratch.file("wide")
    let trained = try Executable.run(["train", "--data", data, "--save", model, "--epochs", "3"])
    #expect(trained.status == 0, "\(trained.errors)")
    let expected = try predict(model, data).output
    let figures = try Executable.run(["evaluate", model, "--data", data, "--json"]).output
    for order in [[5, 4, 3, 2, 1, 0], [1, 0, 3, 5, 2, 4], [2, 5, 4, 0, 1, 3], [4, 0, 5, 1, 3, 2]] {
      let shuffled = try scratch.table(
        "shuffled.csv", order.map { names[$0] }, rows.map { row in order.map { row[$0] } })
      #expect(try predict(model, shuffled).output == expected, "\(order)")
      #expect(try Executable.run(["evaluate", model, "--data", shuffled, "--json"]).output == figures, "\(order)")
    }
  }

  @Test("A threshold is stored in the model, and an option overrides it")
  func threshold() throws {
    let model = try train(["--output", "sigmoid", "--threshold", "0.9"])
    func second(_ words: [String]) throws -> (count: Int, accuracy: Double) {
      let lines = try predict(model, scratch.file("flowers.csv"), words).lines.dropFirst()
      let cells = lines.map { $0.split(separator: ",") }
      let threshold = words.last.flatMap { Float($0) } ?? 0.9
      for cell in cells { #expect((cell[1] == "lily") == ((Float(cell[3]) ?? -1) >= threshold), "\(cell)") }
      let evaluation = try Executable.run(
        ["evaluate", model, "--data", scratch.file("flowers.csv"), "--json"] + words)
      let accuracy = evaluation.output.firstRange(of: "\"accuracy\":").map {
        Double(evaluation.output[$0.upperBound...].prefix { $0 != "," }) ?? -1
      }
      let right = zip(cells, SmallData.flowers()).count { $0[1] == $1[2] }
      #expect(accuracy.map { abs($0 - Double(right) / 40) < 1e-9 } == true)
      return (cells.count { $0[1] == "lily" }, accuracy ?? -1)
    }
    #expect(try second(["--threshold", "0"]).count == 40 && second(["--threshold", "1"]).count < 40)
    #expect(try second([]).count <= second(["--threshold", "0.1"]).count)
    #expect(try Executable.run(["info", model]).output.contains("threshold     0.9"))
    let refused = try Executable.run([
      "train", "--data", scratch.file("flowers.csv"), "--threshold", "0.3", "--epochs", "1",
    ])
    #expect(refused.status == 2 && refused.errors.contains("--threshold"), "\(refused.errors)")
  }

  @Test("Class weights that do not go with the classes are usage errors that name the option")
  func classWeights() throws {
    let data = try scratch.table("flowers.csv", ["length", "width", "kind"], SmallData.flowers())
    for (weights, says) in [
      ("1,2,3", "3 weights for 2 classes (dandelion, lily)"), ("0,0", "weight 0"), ("1,-1", "invalid value 1,-1"),
      ("balance", "balanced"),
    ] {
      let outcome = try Executable.run(["train", "--data", data, "--class-weights", weights])
      #expect(
        outcome.status == 2 && outcome.errors.contains("--class-weights") && outcome.errors.contains(says),
        "\(outcome.errors)")
    }
    let metrics = scratch.file("m.jsonl")
    let trained = try Executable.run([
      "train", "--data", data, "--class-weights", "balanced", "--metrics", metrics, "--quiet",
    ])
    #expect(trained.status == 0, "\(trained.errors)")
    #expect(try scratch.text("m.jsonl").contains("\"class_weights\":\"balanced\""))
  }

  @Test("IDX images alone, in a folder or as a file, are predicted; commands that need labels report it")
  func images() throws {
    try SmallData.idxFolder(scratch, "digits")
    let model = scratch.file("digits.model")
    let trained = try Executable.run([
      "train", "--data", scratch.file("digits"), "--save", model, "--quiet", "--epochs", "30",
    ])
    #expect(trained.status == 0, "\(trained.errors)")
    let expected = try predict(model, scratch.file("digits")).output
    let bytes = try scratch.read("digits/t10k-images-idx3-ubyte")
    try scratch.write("alone/t10k-images-idx3-ubyte", bytes)
    try scratch.write("other/some-images-idx3-ubyte", bytes)
    for source in ["alone", "other", "other/some-images-idx3-ubyte", "digits/t10k-images-idx3-ubyte"] {
      let outcome = try predict(model, scratch.file(source))
      #expect(outcome.output == expected && outcome.errors == "", "\(source): \(outcome.errors)")
    }
    let own = try Executable.run([
      "evaluate", model, "--data", scratch.file("digits/t10k-images-idx3-ubyte"), "--json",
    ])
    #expect(own.status == 0 && own.output.contains("\"samples\":6"), "\(own.errors)")
    let lacking = try Executable.run([
      "evaluate", model, "--data", scratch.file("other/some-images-idx3-ubyte"),
    ])
    #expect(lacking.status == 1 && lacking.errors.contains("their labels in"), "\(lacking.errors)")
  }

  @Test("gradient and gradcheck of a model take the source that it names")
  func ownSource() throws {
    let model = try train()
    for command in ["gradient", "gradcheck"] {
      let outcome = try Executable.run([command, model])
      #expect(outcome.status == 0 && outcome.errors.contains("flowers.csv, as the model names it"), "\(outcome.errors)")
    }
  }

  @Test(
    "Figures of the whole source of training say so; those of a split that was requested, or of another source, do not")
  func figuresOfTraining() throws {
    let model = try train()
    for (more, isSaid) in [
      ("", true), (" --split train", false), (" --data \(scratch.file("flowers.csv"))", true), (" --quiet", false),
    ] {
      let outcome = try Executable.run("evaluate \(model)\(more)")
      let said = outcome.errors.contains("flowers.csv has no test split: these are all ")
      #expect(outcome.status == 0 && said == isSaid, "\(more): \(outcome.errors)")
    }
  }

  @Test("A column that is missing is named; others are left out and noted once; kept ones are copied")
  func columns() throws {
    let model = try train()
    let renamed = try predict(model, scratch.table("renamed.csv", ["Length", "width"], [["1", "2"], ["3", "4"]]))
    #expect(renamed.status == 1 && renamed.errors.contains("no column 'length'"), "\(renamed.errors)")
    let table = try scratch.table(
      "more.csv", ["id", "width", "note", "length"], [["a7", "2", "\"x, y\"", "1"], ["b8", "4", "z", "3"]])
    let kept = try predict(model, table, ["--keep", "id,note"])
    #expect(kept.lines[0].hasPrefix("id,note,index,label,") && kept.errors == "", "\(kept.errors)")
    #expect(kept.lines[1].hasPrefix("a7,\"x, y\",0,") && kept.lines[2].hasPrefix("b8,z,1,"))
    let plain = try predict(model, table)
    #expect(plain.errors.contains("left out columns that the model does not use: id,note"), "\(plain.errors)")
    // The index that pandas writes has an empty name.
    let indexed = try predict(
      model, scratch.table("indexed.csv", ["", "width", "length"], [["0", "2", "1"], ["1", "4", "3"]]))
    #expect(indexed.status == 0, "\(indexed.errors)")
    #expect(
      indexed.errors.contains("left out columns that the model does not use: number 0, without a name"),
      "\(indexed.errors)")
  }

  @Test("Kept columns stand in the order in which they are given, whatever their order in the file")
  func keptOrder() throws {
    let model = try train()
    let table = try scratch.table(
      "more.csv", ["id", "width", "note", "length"], [["a7", "2", "x", "1"], ["b8", "4", "z", "3"]])
    // Of text and of numbers, features too.
    let lines = try predict(model, table, ["--keep", "length,note,width,id"]).lines
    #expect(lines[0].hasPrefix("length,note,width,id,index,label,"))
    #expect(lines[1].hasPrefix("1,x,2,a7,0,") && lines[2].hasPrefix("3,z,4,b8,1,"), "\(lines)")
    let objects = try predict(model, table, ["--keep", "note,id", "--format", "json"]).lines
    // A file has the format of its name.
    for (file, format) in [("p.json", "json"), ("p.JSONL", "json"), ("p.txt", "csv"), ("p", "csv")] {
      _ = try predict(model, table, ["--keep", "note,id", "--output", scratch.file(file)])
      let text = try predict(model, table, ["--keep", "note,id", "--format", format]).output
      #expect(try scratch.text(file) == text, "\(file)")
    }
    #expect(objects[1].hasPrefix(#"{"note":"z","id":"b8","index":1,"#), "\(objects)")
  }

  @Test("Names that are numbers are matched like others, in a table of features alone; the reading is noted")
  func numberedColumns() throws {
    let rows = SmallData.flowers()
    let model = try train(header: ["0", "1", "kind"])
    let labels = { (outcome: Executable.Outcome) in outcome.lines.map { $0.split(separator: ",")[1] } }
    let whole = try predict(model, scratch.file("flowers.csv"))
    for (names, places) in [(["0", "1"], [0, 1]), (["1", "0"], [1, 0])] {
      let outcome = try predict(model, scratch.table("bare.csv", names, rows.map { row in places.map { row[$0] } }))
      #expect(labels(outcome) == labels(whole), "\(names)")
      #expect(outcome.errors.contains("taken for a header"), "\(outcome.errors)")
    }
  }

  @Test("Synthetic digits are predicted without their labels, as those of files")
  func syntheticDigits() throws {
    let model = scratch.file("model")
    let words = "train --data synthetic:60,10 --classes 2,0 --epochs 1 --hidden 4 --quiet --save".split(separator: " ")
    _ = try Executable.run(words.map(String.init) + [model])
    let outcome = try predict(model, "synthetic:60,10")
    #expect(outcome.status == 0 && outcome.lines.count == 11, "\(outcome.errors)")
  }

  @Test("A single column's name may have a blank")
  func blankInName() throws {
    let model = scratch.file("model")
    let table = try scratch.table("areas.csv", ["Living area", "price"], (1...30).map { ["\($0)", "\(3 * $0)"] })
    let words = "--targets price --output identity --epochs 1 --quiet".split(separator: " ").map(String.init)
    let outcome = try Executable.run(["train", "--data", table, "--save", model] + words)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let predictions = try predict(model, scratch.table("new.csv", ["Living area"], [["101.3"], ["99.2"]]))
    #expect(predictions.status == 0 && predictions.lines.count == 3, "\(predictions.errors)")
  }

  @Test("A prediction does not depend on other rows: an outlier first does not take the digits of timestamps after it")
  func outlierFirst() throws {
    let rows = (0..<60).map { ["\(1_700_000_000 + 3 * $0)", $0 < 30 ? "early" : "late"] }
    let model = scratch.file("times")
    let data = try scratch.table("times.csv", ["second", "kind"], rows)
    let outcome = try Executable.run(
      ["train", "--data", data, "--save", model, "--hidden", "4", "--epochs", "60", "--test-fraction", "0"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let alone = try predict(model, scratch.table("alone.csv", ["second"], rows.map { [$0[0]] }))
    let after = try predict(model, scratch.table("after.csv", ["second"], [["0"]] + rows.map { [$0[0]] }))
    let labels = { (lines: [String]) in lines.map { $0.split(separator: ",")[1] } }
    #expect(labels(Array(alone.lines.dropFirst())) == labels(Array(after.lines.dropFirst(2))))
    #expect(Set(labels(Array(alone.lines.dropFirst()))) == ["early", "late"])
  }

  @Test("A table without labels is predicted by a model of as many inputs that knows no columns")
  func unknownColumns() throws {
    _ = try Executable.run(["data", "synthesize", scratch.file("digits"), "--data", "synthetic:300,20"])
    let model = scratch.file("digits.model")
    #expect(
      try Executable.run(["train", "--data", scratch.file("digits"), "--epochs", "1", "--hidden", "8", "--save", model])
        .status == 0)
    let names = (0..<784).map { "pixel\($0)" }
    let table = try scratch.table(
      "pixels.csv", names, (0..<3).map { row in (0..<784).map { "\(($0 * (row + 2)) % 256)" } })
    let outcome = try predict(model, table)
    #expect(outcome.status == 0 && outcome.lines.count == 4, "\(outcome.errors)")
  }

  @Test("Indices are those of the split, whatever samples are left out")
  func indices() throws {
    let model = try train()
    let flowers = scratch.file("flowers.csv")
    let all = try predict(model, flowers).lines
    for (options, rows) in [("--classes lily,dandelion", Array(0..<40)), ("--limit-per-class 2", [0, 1, 2, 3])] {
      let lines = try predict(model, flowers, options.split(separator: " ").map(String.init)).lines
      #expect(Array(lines.dropFirst()) == rows.map { all[$0 + 1] }, "\(options)")
    }
    let rows = SmallData.flowers().enumerated().map { $1[0...1] + [$0 % 3 == 0 ? "dandelion" : "other"] }
    let mixed = try scratch.table("mixed.csv", ["length", "width", "kind"], rows.map(Array.init))
    let lines = try predict(model, mixed, ["--classes", "lily,dandelion"]).lines
    #expect(lines.dropFirst().map { $0.prefix { $0 != "," } } == stride(from: 0, to: 40, by: 3).map { "\($0)" })
  }

  @Test(
    "Impossible combinations are refused: two keys of one name, named targets that a table without a header cannot have"
  )
  func refused() throws {
    let model = try train()
    let table = try scratch.table("kept.csv", ["label", "length", "width"], [["a", "9", "0"], ["b", "1", "5"]])
    let twice = try predict(model, table, ["--keep", "label", "--format", "json"])
    #expect(twice.status == 2 && twice.errors.contains("--keep label"), "\(twice.errors)")
    let prices = (0..<30).map { ["\(100 + $0)", "\($0)", "\($0 * $0)"] }
    let regression = scratch.file("prices")
    let data = try scratch.table("prices.csv", ["price", "rooms", "area"], prices)
    let options = ["--targets", "price", "--output", "identity", "--hidden", "4", "--save", regression]
    #expect(try Executable.run(["train", "--data", data, "--epochs", "2"] + options).status == 0)
    let bare = try scratch.write("bare.csv", prices.map { $0[1...].joined(separator: ",") + "\n" }.joined())
    let outcome = try Executable.run(["evaluate", regression, "--data", bare])
    #expect(outcome.status != 0 && outcome.errors.contains("'price'"), "\(outcome.errors)")
    #expect(try predict(regression, bare).output == predict(regression, data).output)
  }

  @Test("Predictions as JSON Lines, as a table, and in a file")
  func formats() throws {
    let model = try train()
    let table = try scratch.table("new.csv", ["length", "width"], [["9", "0"], ["1", "5"]])
    let json = try predict(model, table, ["--format", "json"])
    #expect(
      json.lines.count == 2
        && json.lines[0].hasPrefix("{\"index\":0,\"label\":\"dandelion\",\"probability_dandelion\":"))
    let lines = try predict(model, table, ["--format", "table"]).lines
    #expect(lines[0].split(separator: " ") == ["index", "label", "probability", "next"])
    let cells = lines[1].split(separator: " ").map(String.init)
    #expect(cells.contains("%") && Set(cells).isSuperset(of: ["dandelion", "lily"]), "\(lines[1])")
    let file = scratch.file("out.csv")
    let written = try predict(model, table, ["--output", file])
    #expect(written.status == 0 && written.output == "")
    #expect(try scratch.text("out.csv") == predict(model, table).output)
    let refused = try predict(model, scratch.file("missing.csv"), ["--output", file])
    #expect(refused.status == 1)
    #expect(try scratch.text("out.csv") == predict(model, table).output)
  }

  @Test("A model of text columns and missing numbers lists its inputs in info and in every export, and export says so")
  func namedInputs() throws {
    let colors = ["red", "blue", "dark green"]
    let rows: [[String]] = (0..<60).map { row in
      [colors[row % 3], row % 7 == 0 ? "" : "\(row % 10)", row % 3 == 1 ? "yes" : "no"]
    }
    let data = try scratch.table("mixed.csv", ["color", "size", "answer"], rows)
    let file = scratch.file("mixed.safetensors")
    let trained = try Executable.run(
      ["train", "--data", data, "--label", "answer", "--missing", "median", "--epochs", "1", "--save", file])
    try #require(trained.status == 0, "\(trained.errors)")
    for (format, ending, filling) in [
      ("onnx", "onnx", "(NaN) are filled"), ("npz", "npz", "yours to fill"), ("torch", "py", "(NaN) are filled"),
    ] {
      let run = try Executable.run(["export", file, "--to", format])
      #expect(run.status == 0 && run.errors.contains("4 inputs for 2 columns"), "\(run.errors)")
      #expect(run.errors.contains("'color = blue'") && run.errors.contains(filling), "\(run.errors)")
      let bytes = try scratch.read("mixed.\(ending)")
      // NumPy's texts have four bytes a character.
      let text = String(decoding: format == "npz" ? bytes.filter { $0 != 0 } : bytes, as: UTF8.self)
      for name in ["color = blue", "color = dark green", "color = red", "size"] {
        #expect(text.contains(name), "\(name)")
      }
      #expect(try Executable.run(["export", file, "--to", format, "--quiet"]).errors.isEmpty)
      // No other program's format for `train --save`.
      if format == "torch" { continue }
      let words = ["train", "--data", data, "--label", "answer", "--missing", "median", "--epochs", "1", "--save"]
      let saved = try Executable.run(words + [scratch.file("saved.\(ending)")])
      let notes = run.errors.split(separator: "\n").filter {
        $0.contains(": 4 inputs") || $0.contains("missing features")
      }
      #expect(notes.count == 2)
      for note in notes {
        #expect(saved.errors.contains(note.replacing("mixed.\(ending)", with: "saved.\(ending)")), "\(saved.errors)")
      }
      #expect(try Executable.run(words + [scratch.file("saved.\(ending)"), "--quiet"]).errors.isEmpty)
    }
    #expect(try scratch.text("mixed.py").contains("FILL = [0.0, 0.0, 0.0, "))
    let page = try Executable.run(["export", file, "--to", "html"])
    #expect(page.status == 0 && page.errors.isEmpty, "\(page.errors)")
    let info = try Executable.run(["info", file]).output
    #expect(info.contains("2: color (blue, dark green, red), size"), "\(info)")
    let json = try JSONValue.parse(Executable.run(["info", file, "--json"]).output.utf8)
    let features = json["model"]?["features"]
    #expect(features?.text.hasPrefix(#"[{"name":"color","levels":["blue","dark green","red"],"fill":null},"#) == true)
    #expect(features?.text.contains(#"{"name":"size","levels":null,"fill":"#) == true, "\(features?.text ?? "")")
    #expect(json["model"]?["missing"] == "median" && json["model"]?["mnist_form"] == .null)
  }

  @Test("Any label comes back exactly as it was")
  func labels() throws {
    let texts = ["18446744073709551615", "00501", "501", "😀", "say \"\"hi\"\"", "a,b", "e\u{301}", "é"]
    let lines = (0..<80).map { row in "\"\(texts[row % 8])\",\(row % 8),\(row % 8 * row % 8)" }
    let data = try scratch.write("labels.csv", "label,a,b\n" + lines.joined(separator: "\n") + "\n")
    let model = scratch.file("labels")
    let trained = try Executable.run(["train", "--data", data, "--save", model, "--epochs", "150", "--batch-size", "8"])
    #expect(trained.status == 0, "\(trained.errors)")
    let rows = try predict(model, data).output.split(separator: "\n").dropFirst()
    for text in texts {
      let cell = text.contains("\"") || text.contains(",") ? "\"\(text)\"" : text
      #expect(
        rows.contains {
          $0.utf8.split(separator: UInt8(ascii: ","), maxSplits: 1).last?.starts(with: Array((cell + ",").utf8)) == true
        }, "\(text)")
    }
  }
}
