import Testing

@Suite("Options that the data does not go with")
struct DataOptionTests {
  @Test(
    "are reported with their values, both of them",
    arguments: [
      ("train --label 3 --data synthetic:40,10", "--label 3 with --data synthetic:40,10: "),
      ("train --data=synthetic:40,10 --test-fraction=0.3", "--test-fraction 0.3 with --data synthetic:40,10: "),
      ("data describe synthetic:40,10 --targets 2", "--targets 2: "),
      ("train --data synthetic:40,0 --split test", "--split test with --data synthetic:40,0: "),
    ])
  func values(words: String, message: String) throws {
    let outcome = try Executable.run(words)
    #expect(outcome.status == 2 && outcome.errors.hasPrefix("descent: " + message), "\(outcome.errors)")
  }

  @Test("A folder of synthetic digits has both splits, for without one it could not be read")
  func bothSplits() throws {
    let scratch = try Scratch()
    let outcome = try Executable.run("data synthesize \(scratch.file("d")) --data synthetic:5,0")
    #expect(
      outcome.status == 2 && outcome.errors.contains("synthetic:5,0") && scratch.names.isEmpty, "\(outcome.errors)")
  }

  @Test("A limit of the training split, where the test split is used, is noted with the option for that")
  func limits() throws {
    let scratch = try Scratch()
    try SmallData.idxFolder(scratch, "d")
    let data = "--data \(scratch.file("d"))"
    let model = scratch.file("m")
    try #require(try Executable.run("train \(data) --hidden 2 --epochs 1 --save \(model) --quiet").status == 0)
    for command in ["predict", "evaluate"] {
      let outcome = try Executable.run("\(command) \(model) \(data) --limit 2")
      #expect(outcome.errors.contains("--limit 2 limits the training split"), "\(outcome.errors)")
      #expect(outcome.errors.contains("--test-limit N limits that"))
    }
    let limited = try Executable.run("predict \(model) \(data) --test-limit 2")
    #expect(limited.errors.isEmpty && limited.output.split(separator: "\n").count == 3, "\(limited.errors)")
    let gradient = try Executable.run("gradient \(model) \(data) --test-limit 2")
    #expect(
      gradient.errors.contains("--test-limit 2 limits the test split, and the training split is used; --limit N"),
      "\(gradient.errors)")
  }

  @Test("A limit of the test split is noted where there is none")
  func testLimit() throws {
    let scratch = try Scratch()
    let data = "--data \(try scratch.write("clouds.csv", SmallData.clouds(40)))"
    let model = scratch.file("m")
    let run = "train \(data) --hidden 2 --epochs 1 --save \(model) --test-limit 3"
    let divided = try Executable.run(run)
    #expect(divided.status == 0 && !divided.errors.contains("--test-limit"), "\(divided.errors)")
    let whole = try Executable.run(run + " --test-fraction 0")
    #expect(whole.errors.contains("--test-limit 3 has no effect: there is no test split"), "\(whole.errors)")
    for command in ["evaluate", "predict", "gradient"] {
      let outcome = try Executable.run("\(command) \(model) \(data) --test-limit 3")
      #expect(
        outcome.errors.contains("--test-limit 3 limits the test split, and all samples are used; --limit N limits"),
        "\(command): \(outcome.errors)")
    }
    let described = try Executable.run("data describe \(data.dropFirst(7)) --test-limit 3")
    #expect(described.errors.contains("--test-limit 3 has no effect: there is no test split"), "\(described.errors)")
  }

  @Test("Options that draw nothing are noted: a source's own test split is not divided, nor are its digits drawn")
  func drawing() throws {
    let scratch = try Scratch()
    try SmallData.idxFolder(scratch, "d")
    let words = "train --data \(scratch.file("d")) --hidden 2 --epochs 1 --data-seed 7 --stratify"
    let (seed, classes) = ("--data-seed 7 has no effect", "--stratify has no effect")
    let noted = try Executable.run(words)
    #expect(noted.status == 0 && noted.errors.contains(seed) && noted.errors.contains(classes), "\(noted.errors)")
    let held = try Executable.run(words + " --validation-fraction 0.5")
    #expect(held.errors.contains(seed) && !held.errors.contains(classes), "\(held.errors)")
    #expect(try Executable.run(words + " --quiet").errors.isEmpty)
    let drawn = try Executable.run("train --data synthetic:50,20 --data-seed 7 --hidden 2 --epochs 1")
    #expect(!drawn.errors.contains("has no effect"), "\(drawn.errors)")
    let table = try scratch.write("table.csv", SmallData.clouds(40))
    let divided = try Executable.run("train --data \(table) --stratify --hidden 2 --epochs 1")
    #expect(!divided.errors.contains("has no effect"), "\(divided.errors)")
    let whole = try Executable.run("train --data \(table) --stratify --test-fraction 0 --hidden 2 --epochs 1")
    #expect(whole.errors.contains("\(classes): nothing is held out"), "\(whole.errors)")
  }

  @Test("An activation for no hidden layer is noted")
  func activation() throws {
    let scratch = try Scratch()
    let table = try scratch.write("table.csv", SmallData.clouds(40))
    let words = "train --data \(table) --epochs 1 --hidden"
    let line = "--activation tanh has no effect: the network has no hidden layer"
    let noted = try Executable.run(words + " none --activation tanh")
    #expect(noted.status == 0 && noted.errors.contains(line), "\(noted.errors)")
    for quiet in [" none --activation tanh --quiet", " none", " 2 --activation tanh"] {
      let run = try Executable.run(words + quiet)
      #expect(run.status == 0 && !run.errors.contains("has no effect"), "\(quiet): \(run.errors)")
    }
  }

  @Test("Sparse text that counts from 0 as in training is evaluated so, where its own lines do not tell")
  func firstIndex() throws {
    let scratch = try Scratch()
    // The class is that of the sign of feature 2; feature 0 is in some samples for training, and in none for testing.
    func line(_ row: Int, _ first: String) -> String {
      "\(row % 2) \(first)1:0.5 2:\(row % 2 == 0 ? -2 : 2).\(row % 7) 3:\(row % 5)\n"
    }
    try scratch.write("train.svm", (0..<60).map { line($0, $0 % 3 == 0 ? "0:1 " : "") }.joined())
    try scratch.write("test.svm", (0..<20).map { line($0, "") }.joined())
    let outcome = try Executable.shell(
      """
      set -e
      $descent train --data train.svm --test test.svm --hidden none --epochs 40 --save m
      $descent evaluate m --data test.svm --json >evaluated
      $descent predict m --data test.svm --format csv >predicted
      $descent gradient m --data test.svm --json >gradient
      """, in: scratch.path)
    try #require(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.lines[0].contains("features counted from 0") && outcome.output.contains("test accuracy 1.0000"))
    for file in ["evaluated", "gradient"] { #expect(try scratch.text(file).contains("\"accuracy\":1"), "\(file)") }
    let labels = try scratch.text("predicted").split(separator: "\n").dropFirst().map { $0.split(separator: ",")[1] }
    #expect(labels == (0..<20).map { "\($0 % 2)" })
    #expect(!outcome.errors.contains("counted from"), "\(outcome.errors)")
  }

  @Test("A model keeps the levels of its columns of text; one that training had not is all zeros, with a note")
  func levels() throws {
    let scratch = try Scratch()
    let rows = (0..<24).map { "\($0 % 5),\(["red", "green", "blue"][$0 % 3]),\($0 % 2)" }
    try scratch.write("rows.csv", (["size,color,class"] + rows).joined(separator: "\n"))
    try scratch.write("known.csv", "color,size\nblue,2\nred,2\n")
    try scratch.write("unseen.csv", "color,size\nblue,2\nviolet,2\nred,2\n")
    let outcome = try Executable.shell(
      """
      set -e
      $descent train --data rows.csv --hidden none --epochs 3 --no-standardize --quiet --save m
      $descent predict m --data known.csv --quiet --format csv >known
      $descent predict m --data unseen.csv --format csv >unseen
      """, in: scratch.path)
    try #require(outcome.status == 0, "\(outcome.errors)")
    #expect(
      outcome.errors.contains("do not occur in training") || outcome.errors.contains("does not occur in training"))
    #expect(outcome.errors.contains("violet"), "\(outcome.errors)")
    let known = try scratch.text("known").split(separator: "\n")
    let unseen = try scratch.text("unseen").split(separator: "\n")
    try #require(known.count == 3 && unseen.count == 4)
    // The first cell is the number of the sample.
    func cells(_ line: Substring) -> [Substring] { Array(line.split(separator: ",").dropFirst()) }
    #expect(cells(unseen[1]) == cells(known[1]) && cells(unseen[3]) == cells(known[2]))
    #expect(cells(unseen[2]) != cells(known[1]) && cells(unseen[2]) != cells(known[2]))
  }

  @Test(
    "A table, IDX images and a model are read from standard input; images in a stream have no labels, which is an error"
  )
  func standardInput() throws {
    let scratch = try Scratch()
    try scratch.write("clouds.csv", SmallData.clouds())
    try SmallData.idxFolder(scratch, "digits")
    let outcome = try Executable.shell(
      """
      set -e
      $descent train --data clouds.csv --hidden 3 -e 2 -q -w 1 --save file
      $descent train --data - --hidden 3 -e 2 -q -w 1 --save stream <clouds.csv
      $descent predict file --data clouds.csv --format csv >file.csv
      $descent predict stream --data - --format csv <clouds.csv >stream.csv
      cmp file.csv stream.csv
      $descent train --data digits --hidden 3 -e 1 -q --save m
      $descent predict m --data digits --split test --format csv >expected.csv
      cat digits/t10k-images-idx3-ubyte | $descent predict m --data - --format csv >found.csv
      cmp expected.csv found.csv
      """, in: scratch.path)
    #expect(outcome.status == 0, "\(outcome.errors)\(outcome.output)")
    let unlabelled = try Executable.shell(
      "cat digits/t10k-images-idx3-ubyte | $descent evaluate m --data -", in: scratch.path)
    #expect(unlabelled.status == 1 && unlabelled.errors.contains("images in a stream, without labels"))
    #expect(unlabelled.errors.contains("expected a folder with images and labels"), "\(unlabelled.errors)")
    let closed = try Executable.shell("$descent train --data - <&-", in: scratch.path)
    #expect(closed.status == 1 && closed.errors.hasPrefix("descent: standard input: "), "\(closed.errors)")
  }

  @Test(
    "A model of some classes keeps them with its source: evaluation needs no option, and predictions are of all samples"
  )
  func keptClasses() throws {
    let scratch = try Scratch()
    let data = try scratch.write("clouds.csv", SmallData.clouds())
    let model = scratch.file("m")
    let run = try Executable.run(
      "train --data \(data) --classes 2,0 --hidden 2 --epochs 1 --test-fraction 0 --save \(model)")
    try #require(run.status == 0, "\(run.errors)")
    let evaluated = try Executable.run("evaluate \(model)")
    #expect(evaluated.status == 0 && evaluated.output.contains("60"), "\(evaluated.errors)")
    #expect(try Executable.run("gradient \(model)").status == 0)
    #expect(try Executable.run("predict \(model)").output.split(separator: "\n").count == 91)
  }
}
