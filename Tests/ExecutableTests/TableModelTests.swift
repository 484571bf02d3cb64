import JSON
import Models
import Testing

@Suite("Models of tables in predict, info and export")
struct TableModelTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func train(_ header: [String], _ row: (Int) -> [String], _ options: String = "") throws -> String {
    let data = try scratch.table("t.csv", header, (0..<40).map(row))
    let model = scratch.file("model")
    let run = try Executable.run("train --data \(data) --epochs 1 --hidden 2 --quiet --save \(model) \(options)")
    try #require(run.status == 0, "\(run.errors)")
    return model
  }

  private func form(_ model: String) throws -> JSONValue? {
    try JSONValue.parse(Executable.run("info \(model) --json").output.utf8)["model"]?["mnist_form"]
  }

  @Test("A model of columns with names takes no pictures, whatever their number, unless the names number pixels")
  func pictures() throws {
    let picture = try scratch.write("p.pgm", Array("P5 4 4 255\n".utf8) + [UInt8](repeating: 0, count: 16))
    func row(_ index: Int) -> [String] { (0..<4).map { "\((index * ($0 + 3)) % 11)" } + [index % 2 == 0 ? "x" : "y"] }
    let flowers = try train(["sepal length", "sepal width", "petal length", "petal width", "kind"], row)
    for options in ["", " --resize 2"] {
      let run = try Executable.run("predict \(flowers) \(picture)\(options)")
      #expect(run.status == 1 && !run.errors.contains("resize"), "\(run.errors)")
      #expect(
        run.errors.contains(
          "found a model of the columns sepal length,sepal width,petal length,petal width, expected a model of pixels. "
            + "Pictures need a model of square gray images; --data takes other samples."), "\(run.errors)")
    }
    #expect(try form(flowers) == .null)
    let pixels = try train((0..<4).map { "pixel \($0 + 1)" } + ["kind"], row)
    let run = try Executable.run("predict \(pixels) \(picture)")
    #expect(run.errors.contains("For a model of 2 × 2 pixels give --resize 2."), "\(run.errors)")
    #expect(try form(pixels) == .bool(true))
    #expect(try form(train(["a", "b", "kind"], { ["\($0)", "\($0 % 3)", $0 % 2 == 0 ? "x" : "y"] })) == .null)
  }

  @Test("A model of resampled pixels of a table is applied to it, with names or without")
  func resampled() throws {
    for names in [true, false] {
      let row = { (row: Int) in ["\(row % 2)"] + (0..<64).map { "\((row * 37 + $0 * 11) % 256)" } }
      let header = ["label"] + (0..<64).map { "pixel\($0)" }
      let model = try train(names ? header : row(50), row, "--resize 4")
      let run = try Executable.run("evaluate \(model) --data \(scratch.file("t.csv"))")
      #expect(run.status == 0, "\(run.errors)")
      #expect(try Executable.run("info \(model)").output.contains("features divided by 255"))
    }
  }

  @Test("Names and levels with commas are quoted by info")
  func quoted() throws {
    let levels = ["\"Enterprise, large\"", "Home", "\"say \"\"yes\"\"\""]
    let row = { (index: Int) in [levels[index % 3], "\(index % 7)", index % 2 == 0 ? "x" : "y"] }
    let model = try train(["\"plan, old\"", "size", "kind"], row, "--label kind")
    #expect(
      try Executable.run("info \(model)").output.contains(
        "2: \"plan, old\" (\"Enterprise, large\", Home, \"say \"\"yes\"\"\"), size\n"))
  }

  @Test("A target that is no probability is named with its column")
  func targetOutOfRange() throws {
    let data = try scratch.table(
      "body.csv", ["pulse", "Waist", "Weight"], (0..<30).map { ["\($0)", "0.5", "\(150 + $0)"] })
    let run = try Executable.run(
      "train --data \(data) --targets Waist,Weight --output sigmoid --epochs 1 --test-fraction 0")
    #expect(run.status == 1)
    #expect(
      run.errors.contains("found the target 150.0 of column Weight in sample 0, expected 0 to 1"), "\(run.errors)")
  }

  @Test(
    "An export to 32-bit inputs names the feature that they round; formats with 64-bit inputs, and small features, do not"
  )
  func rounding() throws {
    for (step, isRounded) in [(1, true), (1_000_000, false)] {
      let model = try train(["time", "z", "kind"]) {
        ["\(1_700_000_000 + step * $0)", "\($0 % 7)", $0 % 2 == 0 ? "x" : "y"]
      }
      for (format, takesFloats) in [("onnx", true), ("npz", false), ("torch", false)] {
        let run = try Executable.run("export \(model) --to \(format)")
        let note = "in which feature 'time', near 1.7e9, has multiples of 128, 11 of its standard deviation"
        #expect(run.status == 0)
        #expect(run.errors.contains(note) == (isRounded && takesFloats), "\(step), \(format): \(run.errors)")
        #expect(run.errors.contains("multiples of") == (isRounded && takesFloats), "\(step), \(format): \(run.errors)")
      }
    }
  }

  @Test("An export of resampled images takes the source's; a model's file without their size has a note")
  func resampledExport() throws {
    let row = { (row: Int) in ["\(row % 2)"] + (0..<64).map { "\((row * 37 + $0 * 11) % 256)" } }
    let model = try train(["label"] + (0..<64).map { "pixel\($0)" }, row, "--resize 4")
    #expect(try Executable.run("info \(model)").output.contains("resized from 8 × 8 to 4 × 4"))
    var older = try ModelFile.read(model)
    older.preprocessing.sourceSide = nil
    try older.write(to: scratch.file("older"))
    for (format, ending, note) in [
      ("onnx", "onnx", nil), ("torch", "py", nil),
      ("npz", "npz", "images are yours to resample, as R · image · Rᵀ with R = 'resize.matrix'."),
    ] as [(String, String, String?)] {
      let run = try Executable.run("export \(model) --to \(format)")
      #expect(run.status == 0 && run.errors.contains("resampled") == false, "\(run.errors)")
      #expect(run.errors.contains("to resample") == (note != nil), "\(run.errors)")
      #expect(note.map { run.errors.contains($0) } ?? true, "\(run.errors)")
      let old = try Executable.run("export \(scratch.file("older")) --to \(format)")
      #expect(old.status == 0 && old.errors.contains("inputs are images resampled to 4 × 4 pixels"), "\(old.errors)")
      for (name, isWhole) in [("model", true), ("older", false)] {
        let text = String(decoding: try scratch.read("\(name).\(ending)"), as: UTF8.self)
        #expect(text.contains(format == "torch" ? "RESIZE = [[" : "resize.matrix") == isWhole, "\(name), \(format)")
        #expect(format != "torch" || text.contains("raw features [N, 64] to [N, 2]") == isWhole)
        #expect(format != "torch" || text.contains("resampled to 4 × 4 pixels, [N, 16], to [N, 2]") != isWhole)
      }
    }
  }

  @Test("An export has the model's threshold, and names its place unless it is 0.5")
  func exportedThreshold() throws {
    for threshold in ["0.3", "0.5"] {
      let model = try train(
        ["a", "kind"], { ["\($0)", $0 < 20 ? "x" : "y"] }, "--output sigmoid --threshold \(threshold)")
      for (format, ending, place) in [
        ("onnx", "onnx", "'threshold' in the file's metadata_props"), ("npz", "npz", "the array 'threshold'"),
        ("torch", "py", "THRESHOLD in the file"),
      ] {
        let run = try Executable.run("export \(model) --to \(format)")
        let note = "the second class is predicted for outputs from 0.3 on; \(place) has this threshold."
        #expect(run.status == 0 && run.errors.contains(note) == (threshold == "0.3"), "\(run.errors)")
        #expect(run.errors.contains("second class") == (threshold == "0.3"), "\(run.errors)")
        guard threshold == "0.3" else { continue }
        let text = String(decoding: try scratch.read("model.\(ending)"), as: UTF8.self)
        #expect(text.contains(format == "torch" ? "THRESHOLD = 0.3" : "threshold"), "\(format)")
      }
    }
  }

  @Test("Options of training that are repeated take nothing from the samples that a model is applied to")
  func repeatedOptions() throws {
    let model = try train(
      ["a", "b", "kind"], { ["\($0 % 5 == 0 ? "" : "\($0)")", "\($0 % 7)", $0 < 20 ? "x" : "y"] }, "--missing mean")
    let one = try scratch.write("one.csv", "a,b\n,3\n")
    let plain = try Executable.run("predict \(model) --data \(one)")
    try #require(plain.status == 0 && plain.lines.count == 2, "\(plain.errors)")
    for options in ["--missing mean", "--standardize", "--missing mean --standardize"] {
      let again = try Executable.run("predict \(model) --data \(one) \(options)")
      #expect(again.status == 0 && again.output == plain.output, "\(options): \(again.output)\(again.errors)")
    }
    let data = try scratch.write("t2.csv", "a,b,kind\n,3,x\n7,2,y\n")
    for command in ["evaluate", "gradient"] {
      let plain = try Executable.run("\(command) \(model) --data \(data) --json").output
      #expect(
        try Executable.run("\(command) \(model) --data \(data) --json --missing mean --standardize").output == plain)
    }
    for (option, says) in [
      ("--missing median", "the model has no median of each feature in its training; --missing mean fills"),
      ("--categorical a", "the model has numbers in column 'a'"),
    ] {
      let run = try Executable.run("predict \(model) --data \(one) \(option)")
      #expect(run.status == 2 && run.errors.contains(says), "\(run.errors)")
    }
    let raw = try train(["a", "b", "kind"], { ["\($0)", "\($0 % 7)", $0 < 20 ? "x" : "y"] }, "--no-standardize")
    let whole = try scratch.write("whole.csv", "a,b\n1,3\n")
    for (file, option, says) in [
      (one, "--missing mean", "the model has no mean of each feature in its training; --missing drop leaves out"),
      (whole, "--standardize", "the model has no means and standard deviations"),
    ] {
      let run = try Executable.run("predict \(raw) --data \(file) \(option)")
      #expect(run.status == 2 && run.errors.contains(says), "\(run.errors)")
    }
  }
}
