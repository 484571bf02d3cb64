import Foundation
import Models
import Networks
import Testing
import Training

@Suite("Predictions for pictures", .serialized)
struct PictureTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// Digits of fonts, each in a kind of picture of its own.
  private static let digits = TestData.path("Tests/DatasetsTests/Pictures/digits")

  static func digit(_ number: Int, _ font: String = "DejaVuSans") -> String {
    "\(digits)/\(number)-\(font).png"
  }

  /// A network of untrained weights, whose outputs are not checked.
  private func model(_ inputs: Int, outputs: Int = 10, _ change: (inout ModelFile) -> Void = { _ in }) throws -> String
  {
    let topology = try Topology(inputs: inputs, hidden: [], outputs: outputs)
    let weights = (0..<(inputs * outputs)).map { Float(($0 * 37) % 101) / 5000 }
    var model = ModelFile(
      topology: topology,
      parameters: Parameters(layers: [.init(weight: weights, bias: [Float](repeating: 0, count: outputs))]))
    change(&model)
    try model.write(to: scratch.file("model"))
    return scratch.file("model")
  }

  @Test("The picture in the folder Data is recognized by a network of synthetic digits")
  func ownPicture() throws {
    let picture = TestData.path("Data/digit-2.png")
    let file = scratch.file("model")
    try #require(
      Executable.run("train --data synthetic:4000,100 --hidden 32 --optimizer adam --quiet --save \(file)").status == 0)
    let outcome = try Executable.run(["predict", file, picture])
    #expect(outcome.status == 0 && outcome.lines.last?.hasPrefix("\(picture),2,") == true, "\(outcome.output)")
  }

  @Test("A row for each picture, in their order, with the names as given")
  func rows() throws {
    let file = try model(784)
    let odd = scratch.file("a, \"b\".picture")
    try FileManager.default.copyItem(atPath: Self.digit(3), toPath: odd)
    let outcome = try Executable.run(["predict", file, Self.digit(7), odd])
    #expect(outcome.status == 0 && outcome.errors == "")
    let lines = outcome.lines
    #expect(lines.count == 3 && lines[0] == "file,label," + (0..<10).map { "probability_\($0)" }.joined(separator: ","))
    #expect(lines[1].hasPrefix(Self.digit(7) + ","))
    #expect(lines[2].hasPrefix("\"\(scratch.path)/a, \"\"b\"\".picture\","))
    let cells = lines[1].split(separator: ",").dropFirst(2).compactMap { Double($0) }
    #expect(cells.count == 10 && abs(cells.reduce(0, +) - 1) < 1e-5)
  }

  @Test("On a terminal, the network's input is drawn below the table, with the label and the name of the file")
  func terminal() throws {
    let file = try model(784)
    let (status, text) = try TerminalWindow(columns: 100).run(
      "$descent predict \(file) \(Self.digit(7)) \(Self.digit(3))", in: scratch.path)
    #expect(status == 0)
    for name in ["7-DejaVuSans.png", "3-DejaVuSans.png"] {
      #expect(text.contains(try Regex("\\d  [0-9.]+ %  \(name)")), "\(text)")
    }
    // A character is two pixels, one above the other.
    #expect(text.contains("\u{2580}"), "no pixels: \(text)")
  }

  @Test("A picture of two figures has a prediction, and a line that says so")
  func figures() throws {
    var pixels = [UInt8](repeating: 235, count: 120 * 60)
    for left in [28, 86] {
      for row in 12..<48 { for column in left..<(left + 6) { pixels[row * 120 + column] = 20 } }
    }
    let path = try scratch.write("two.pgm", Array("P5 120 60 255\n".utf8) + pixels)
    let outcome = try Executable.run(["predict", try model(784), path])
    #expect(outcome.status == 0 && outcome.lines.count == 2)
    #expect(
      outcome.errors.hasPrefix(
        "descent: \(path): 2 figures beside or above each other, read as one digit; expected one")
    )
  }

  @Test("A line across the whole picture is removed and reported")
  func line() throws {
    var pixels = [UInt8](repeating: 235, count: 120 * 120)
    for row in 0..<120 {
      pixels[row * 120 + 20] = 120
      if (30..<90).contains(row) { for column in 66..<74 { pixels[row * 120 + column] = 20 } }
    }
    let path = try scratch.write("margin.pgm", Array("P5 120 120 255\n".utf8) + pixels)
    let outcome = try Executable.run(["predict", try model(784), path])
    #expect(outcome.status == 0 && outcome.lines.count == 2)
    #expect(
      outcome.errors.hasPrefix(
        "descent: \(path): a line across the whole picture was taken for one printed on the paper and removed;"),
      "\(outcome.errors)")
  }

  @Test("The model's own preprocessing is applied, as options are")
  func preprocessing() throws {
    func row(_ file: String, _ options: [String] = []) throws -> String {
      let outcome = try Executable.run(["predict", file, Self.digit(5)] + options)
      try #require(outcome.status == 0, "\(outcome.errors)")
      return outcome.lines[1]
    }
    let plain = try row(try model(784))
    #expect(try row(try model(784) { $0.preprocessing.scale = 255 }) == plain)
    #expect(try row(try model(784) { $0.preprocessing.scale = 10 }) != plain)
    #expect(try row(scratch.file("model"), ["--scale", "255"]) == plain)
    let transposed = try row(try model(784) { $0.preprocessing.transpose = true })
    #expect(transposed != plain)
    let (mean, deviation) = ([Double](repeating: 0.5, count: 784), [Double](repeating: 0.1, count: 784))
    let standard = try model(784) { $0.preprocessing.standardization = .init(mean: mean, deviation: deviation) }
    #expect(try row(standard) != plain)
    let small = try row(try model(400) { $0.preprocessing.resize = 20 })
    #expect(try row(try model(400), ["--resize", "20"]) == small)
    #expect(try row(try model(784) { $0.answers = .labels((0..<10).map { "d\($0)" }) }).contains(",d"))
    let named = try Executable.run(["predict", try model(784), Self.digit(5), "--classes", "a,b,c,d,e,f,g,h,i,j"])
    #expect(named.lines.first?.hasPrefix("file,label,probability_a,") == true)
    let values = try Executable.run(["predict", try model(784, outputs: 2) { $0.answers = .targets(2) }, Self.digit(5)])
    #expect(values.lines.first == "file,output_0,output_1")
  }

  /// The synthetic digits in the folder `name`, each image changed.
  private func digitFolder(_ name: String, _ change: (inout [UInt8]) -> Void) throws {
    try #require(
      Executable.run("data synthesize \(scratch.file(name)) --data synthetic:300,50 --quiet").status == 0)
    for split in ["train", "t10k"] {
      let path = "\(name)/\(split)-images-idx3-ubyte"
      let bytes = try scratch.read(path)
      var pixels = Array(bytes[16...])
      change(&pixels)
      try scratch.write(path, Array(bytes[..<16]) + pixels)
    }
  }

  @Test("A model of pixels from 0 to 1 gets pictures in these units, standardized or not", arguments: ["", "no-"])
  func whiteLevel(negation: String) throws {
    try digitFolder("digits") { _ in }
    // The same digits as a table of numbers from 0 to 1.
    let pixels = Array(try scratch.read("digits/train-images-idx3-ubyte")[16...])
    let labels = Array(try scratch.read("digits/train-labels-idx1-ubyte")[8...])
    let lines = labels.indices.map { image in
      let values = pixels[(image * 784)..<((image + 1) * 784)].map { "\(Float($0) / 255)" }
      return "\(labels[image])," + values.joined(separator: ",")
    }
    let table = try scratch.write("digits.csv", lines.joined(separator: "\n") + "\n")
    func rows(_ data: String, _ options: String) throws -> [[Double]] {
      let model = scratch.file("model")
      let trained = try Executable.run(
        "train --data \(data) \(options) --\(negation)standardize --epochs 3 --hidden 8 --quiet --save \(model)")
      try #require(trained.status == 0, "\(trained.errors)")
      let outcome = try Executable.run(["predict", model, Self.digit(7), Self.digit(3)])
      try #require(outcome.status == 0, "\(outcome.errors)")
      return outcome.lines.dropFirst().map { $0.split(separator: ",").dropFirst(2).compactMap { Double($0) } }
    }
    let expected = try rows(scratch.file("digits"), "--scale 255")
    let found = try rows(table, "--label first --test-fraction 0")
    #expect(expected.count == 2 && expected[0].count == 10)
    for (one, other) in zip(expected.joined(), found.joined()) { #expect(abs(one - other) < 0.01, "\(one), \(other)") }
    let header = String(decoding: try scratch.read("model").prefix(4000), as: UTF8.self)
    #expect(header.contains("\"white_level\":\"1.0\""))
  }

  @Test("A model of larger images on white says so for a picture, which --resize brings to their size")
  func otherFormOfAnotherSize() throws {
    try digitFolder("digits") { _ in }
    for (name, isWhite) in [("white", true), ("black", false)] {
      for split in ["train", "t10k"] {
        let bytes = try scratch.read("digits/\(split)-images-idx3-ubyte")
        var file = Array(bytes[..<8]) + [0, 0, 0, 32, 0, 0, 0, 32]
        for image in 0..<((bytes.count - 16) / 784) {
          for y in 0..<32 {
            for x in 0..<32 {
              let isInside = (2..<30).contains(y) && (2..<30).contains(x)
              let value = isInside ? bytes[16 + image * 784 + (y - 2) * 28 + x - 2] : 0
              file.append(isWhite ? 255 - value : value)
            }
          }
        }
        try scratch.write("\(name)/\(split)-images-idx3-ubyte", file)
        try scratch.write(
          "\(name)/\(split)-labels-idx1-ubyte", Array(scratch.read("digits/\(split)-labels-idx1-ubyte")))
      }
      let model = scratch.file("model")
      let trained = try Executable.run(
        "train --data \(scratch.file(name)) --epochs 1 --hidden 4 --quiet --save \(model)")
      try #require(trained.status == 0, "\(trained.errors)")
      let outcome = try Executable.run(["predict", model, Self.digit(7), "--resize", "32"])
      #expect(outcome.status == 0 && outcome.lines.count == 2, "\(outcome.errors)")
      #expect(outcome.errors.contains("in another form than MNIST's") == isWhite, "\(outcome.errors)")
      #expect(try Executable.run("info \(model) --json").output.contains("\"mnist_form\":\(!isWhite)"))
    }
  }

  @Test("A model of images in another form than MNIST's says so for a picture and on its page; one of digits does not")
  func otherForm() throws {
    try digitFolder("dark") { _ in }
    try digitFolder("light") { pixels in for index in pixels.indices { pixels[index] = 255 - pixels[index] } }
    for (name, isOther) in [("dark", false), ("light", true)] {
      for (options, size) in [("", 784), (" --transpose", 784), (" --resize 20", 400)] {
        let file = scratch.file("model")
        let trained = try Executable.run(
          "train --data \(scratch.file(name)) --epochs 1 --hidden 4 --quiet --save \(file)\(options)")
        try #require(trained.status == 0, "\(trained.errors)")
        let header = String(decoding: try scratch.read("model").prefix(4000), as: UTF8.self)
        #expect(header.contains("mnist_form") == isOther, "\(name)\(options), \(size) inputs")
        let outcome = try Executable.run(["predict", file, Self.digit(7), Self.digit(3)])
        #expect(outcome.status == 0 && outcome.lines.count == 3)
        #expect(
          outcome.errors.contains("in another form than MNIST's (light ink on black") == isOther,
          "\(name)\(options): \(outcome.errors)")
        #expect(
          outcome.errors.contains("--data FILE.npz") == isOther && outcome.errors.split(separator: "\n").count <= 1)
        // Samples of a source are not changed.
        #expect(try !Executable.run("predict \(file)").errors.contains("centered"))
        try #require(Executable.run("export \(file) --to html --output \(scratch.file("page.html")) -q").status == 0)
        #expect(try scratch.text("page.html").contains("trained on images in another form") == isOther)
        #expect(try Executable.run("info \(file)").output.contains("predicted in MNIST's form") == isOther)
      }
    }
  }

  @Test("What info says of the form of pictures holds for a table of 784 columns too")
  func wideTable() throws {
    let rows = (0..<12).map { row in
      "\(row % 2)," + (0..<784).map { "\((row * 7 + $0 * 13) % 29 - 14)" }.joined(separator: ",")
    }
    let header = "kind," + (0..<784).map { "g\($0)" }.joined(separator: ",")
    let data = try scratch.write("wide.csv", ([header] + rows).joined(separator: "\n") + "\n")
    let file = scratch.file("wide")
    try #require(Executable.run("train --data \(data) --epochs 1 --hidden 2 --quiet --save \(file)").status == 0)
    let info = try Executable.run("info \(file)").output
    #expect(info.contains("pictures") && !info.contains("images"), "\(info)")
  }

  @Test("An unreadable image gets a line on standard error, the others their rows, and the status is 1")
  func badPictures() throws {
    let file = try model(784)
    let blank = try scratch.write("blank.pgm", "P2 2 2 255 7 7 7 7")
    let text = try scratch.write("notes.png", "not a picture")
    let missing = scratch.file("missing.png")
    let outcome = try Executable.run(["predict", file, blank, Self.digit(1), text, missing, scratch.path])
    #expect(outcome.status == 1 && outcome.lines.count == 2 && outcome.lines[1].hasPrefix(Self.digit(1)))
    let complaints = outcome.errors.split(separator: "\n")
    #expect(complaints.count == 4)
    for (complaint, (name, says)) in zip(
      complaints,
      [(blank, "one gray"), (text, "PNG, PGM or JPEG"), (missing, "no such file"), (scratch.path, "a folder")])
    {
      #expect(complaint.hasPrefix("descent: \(name): ") && complaint.contains(says), "\(complaint)")
    }
    let none = try Executable.run(["predict", file, text])
    #expect(none.status == 1 && none.output == "")
  }

  @Test("Models that take no pictures, and options of a data source beside one, are refused")
  func refusals() throws {
    let narrow = try Executable.run(["predict", try model(100), Self.digit(1)])
    #expect(narrow.status == 1 && narrow.errors.contains("100 inputs") && narrow.errors.contains("784"))
    #expect(narrow.errors.contains("give --resize 10."), "\(narrow.errors)")
    // Colored images, for which no --resize helps.
    let colored = try Executable.run(["predict", try model(2352), Self.digit(1)])
    #expect(colored.status == 1 && !colored.errors.contains("--resize"), "\(colored.errors)")
    #expect(colored.errors.contains("square gray images") && colored.errors.contains("--data"), "\(colored.errors)")
    let resized = try Executable.run(["predict", try model(784), Self.digit(1), "--resize", "20"])
    #expect(resized.status == 1 && resized.errors.contains("400"), "\(resized.errors)")
    let file = try model(784)
    for option in [
      "--data synthetic:20,10", "--split train", "--limit 3", "--test-limit 3", "--limit-per-class 3", "--label last",
      "--targets 1", "--variables A,b", "--data-seed 4", "--standardize",
    ] {
      let words = option.split(separator: " ").map(String.init)
      let outcome = try Executable.run(["predict", file, Self.digit(1)] + words)
      #expect(outcome.status == 2 && outcome.output == "", "\(option)")
      #expect(outcome.errors.contains(words[0]) && outcome.errors.contains("IMAGE"), "\(option): \(outcome.errors)")
      #expect(outcome.errors.split(separator: "\n").count == 1, "\(option)")
    }
    let classes = try Executable.run(["predict", file, Self.digit(1), "--classes", "a,b"])
    #expect(classes.status == 2 && classes.errors.contains("--classes"))
  }

  @Test(
    "Nine of ten digits of fonts are correct with a model of 98 % accuracy on MNIST's test digits",
    .enabled(if: TestData.mnist != nil, "needs MNIST in Data/mnist or in DESCENT_MNIST"))
  func fonts() throws {
    let trained = try Executable.run(
      "train --data \(TestData.mnist ?? "") --hidden 256,128 --batch-size 128 --schedule cosine --learning-rate 0.5 "
        + "--epochs 12 --seed 1 --quiet --save \(scratch.file("digits")) --metrics \(scratch.file("run.csv"))")
    try #require(trained.status == 0, "\(trained.errors)")
    let names = try FileManager.default.contentsOfDirectory(atPath: Self.digits).sorted()
    let outcome = try Executable.run(["predict", scratch.file("digits")] + names.map { "\(Self.digits)/\($0)" })
    try #require(outcome.status == 0, "\(outcome.errors)")
    let wrong = zip(names, outcome.lines.dropFirst()).filter { name, line in
      line.split(separator: ",")[1] != name.prefix(1)
    }
    #expect(names.count == 60 && outcome.lines.count == 61 && wrong.count <= 6, "\(wrong.map(\.0))")
  }
}
