import Foundation
import JSON
import Testing

@Suite("Options with which a model's source was read")
struct StoredReadingTests {
  private let scratch: Scratch
  private let header = "Ort;Größe;Preis"
  private static let options = "--skip 2 --decimal , --encoding latin-1"

  init() throws { scratch = try Scratch() }

  private var lines: [String] { (0..<20).map { "\($0 % 2 == 0 ? "A" : "B");\($0),\($0 % 7);\(100 + $0 * 5 % 11)" } }

  private func write(_ name: String, title: String = "", isLatin: Bool) throws -> String {
    let text = title + ([header] + lines).joined(separator: "\n") + "\n"
    return try scratch.write(name, isLatin ? text.unicodeScalars.map { UInt8($0.value) } : Array(text.utf8))
  }

  private func train(_ data: String, _ options: String) throws -> String {
    let model = scratch.file("model")
    let run = try Executable.run(
      "train --data \(data) --label Ort \(options) --epochs 1 --hidden 2 --quiet --save \(model)")
    try #require(run.status == 0, "\(run.errors)")
    return model
  }

  @Test("are those of the source also if --data names it, unless they are given")
  func sameSource() throws {
    let data = try write("own.csv", title: "Bericht\nÜbersicht\n", isLatin: true)
    let model = try train(data, Self.options)
    for command in ["evaluate", "predict", "gradient", "gradcheck"] {
      let (own, named) = (
        try Executable.run("\(command) \(model)"), try Executable.run("\(command) \(model) --data \(data)")
      )
      #expect(named.status == 0 && named.output == own.output, "\(command): \(named.errors)")
      #expect(
        named.errors.contains("own.csv is read with \(Self.options) as in training"), "\(command): \(named.errors)")
      let given = try Executable.run("\(command) \(model) --data \(data) \(Self.options)")
      #expect(given.output == own.output && !given.errors.contains("as in training"), "\(command): \(given.errors)")
    }
    #expect(try Executable.run("evaluate \(model) --data \(data) --quiet").errors.isEmpty)
    let other = try Executable.run("evaluate \(model) --data \(data) --encoding utf-8")
    #expect(other.status == 1 && other.errors.contains("own.csv:3:2: found the byte 0xF6"), "\(other.errors)")
  }

  @Test("are not those of a file with the same relative name in another folder")
  func otherFolder() throws {
    let (here, there) = (scratch.file("here"), scratch.file("there"))
    for folder in [here, there] {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }
    let rows = "x,kind\n" + (0..<20).map { "\($0),\($0 % 2 == 0 ? "A" : "B")\n" }.joined()
    _ = try scratch.write("here/data.csv", Array(("title\n\n" + rows).utf8))
    _ = try scratch.write("there/data.csv", Array(rows.utf8))
    func run(_ line: String, in folder: String) throws -> Executable.Outcome {
      try Executable.shell("$descent \(line)", in: folder)
    }
    let trained = try run("train --data data.csv --skip 2 --epochs 1 --hidden 2 --quiet --save model", in: here)
    try #require(trained.status == 0, "\(trained.errors)")
    #expect(try run("evaluate model --data data.csv", in: here).errors.contains("as in training"))
    let other = try run("evaluate ../here/model --data data.csv --json", in: there)
    #expect(other.status == 0 && other.output.contains("\"samples\":20"), "\(other.output) \(other.errors)")
    #expect(!other.errors.contains("as in training"), "\(other.errors)")
  }

  @Test("are named by the error of another file that they may fit; not by that of a file that does not exist")
  func otherFile() throws {
    let title = "Bericht\nÜbersicht\n"
    let model = try train(try write("own.csv", title: title, isLatin: true), Self.options)
    let other = try write("other.csv", title: title, isLatin: true)
    let hint = "With \(Self.options) the model's own file was read: another one like it needs these options, too."
    for words in ["evaluate \(model)", "gradient \(model)", "train --epochs 1 --label Ort --initial-weights \(model)"] {
      let run = try Executable.run("\(words) --data \(other)")
      #expect(run.status != 0 && run.errors.contains(hint), "\(words): \(run.errors)")
      #expect(try Executable.run("\(words) --data \(other) \(Self.options)").status == 0)
    }
    let missing = try Executable.run("evaluate \(model) --data \(scratch.file("none.csv"))")
    #expect(missing.status == 1 && !missing.errors.contains("own file"), "\(missing.errors)")
    // The same options, and another fault.
    let narrow = try scratch.write("narrow.csv", "u\nv\nOrt;Preis\nA;1\nB;2\n")
    let lacking = try Executable.run("evaluate \(model) --data \(narrow) \(Self.options)")
    #expect(lacking.status == 1 && lacking.errors.contains("no column 'Größe'"), "\(lacking.errors)")
    #expect(!lacking.errors.contains("own file"), "\(lacking.errors)")
  }

  @Test("are listed by info")
  func info() throws {
    let model = try train(try write("own.csv", title: "Bericht\nÜbersicht\n", isLatin: true), Self.options)
    #expect(try Executable.run("info \(model)").output.contains("read with     \(Self.options)\n"))
    let json = try JSONValue.parse(Executable.run("info \(model) --json").output.utf8)["model"]
    #expect(json?["data_options"] == ["decimal": ",", "encoding": "latin-1", "skip": "2"])
    #expect(json?["data"]?.string?.hasSuffix("own.csv") == true)
  }

  @Test("A header in another encoding is named before its columns are missed, by every command that matches names")
  func encoding() throws {
    let data = try write("own.csv", isLatin: false)
    let model = try train(data, "--decimal ,")
    let latin = try write("latin.csv", isLatin: true)
    for words in [
      "predict \(model) --data \(latin)", "evaluate \(model) --data \(latin)",
      "train --epochs 1 --label Ort --data \(data) --test \(latin)",
      "train --epochs 1 --targets Größe --output identity --data \(latin)",
    ] {
      let run = try Executable.run("\(words) --decimal ,")
      #expect(run.status == 1, "\(words): \(run.errors)")
      #expect(
        run.errors.contains("latin.csv:1:2: found the byte 0xF6 at offset 6 in column Gr")
          && run.errors.contains("expected text in UTF-8. --encoding latin-1 or utf-16 reads it as it is"),
        "\(words): \(run.errors)")
    }
  }
}
