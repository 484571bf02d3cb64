import Testing

@Suite("Hints on arguments that are none")
struct HintTests {
  private func errors(_ line: String, in scratch: Scratch) throws -> String {
    let run = try Executable.shell("$descent \(line)", in: scratch.path)
    #expect(run.status == 2, "\(line): \(run.errors)")
    return run.errors
  }

  @Test("name the folder of MNIST, or the command that fetches it, as the command takes a source")
  func mnist() throws {
    let scratch = try Scratch()
    let fetch = "for MNIST run 'descent data fetch' and omit --data."
    for command in ["train", "scale", "compare"] {
      #expect(try errors("\(command) mnist", in: scratch).hasSuffix("; \(fetch)\n"))
    }
    #expect(
      try errors("train --data mnist", in: scratch) == "descent: --data: no such file or folder 'mnist'. "
        + "For MNIST run 'descent data fetch' and omit --data; sources are a folder of IDX files, FOLDER/PREFIX, a file "
        + "in any format that is read, - for standard input, synthetic and synthetic:TRAIN,TEST.\n")
    // A command whose source is an argument has no --data.
    for line in ["data describe mnist", "data augment mnist x"] {
      let text = try errors(line, in: scratch)
      #expect(text.contains("run 'descent data fetch', then give Data/mnist;") && !text.contains("--data"), "\(text)")
    }
    try SmallData.idxFolder(scratch, "Data/mnist")
    for command in ["train", "scale"] {
      #expect(
        try errors("\(command) mnist", in: scratch).hasSuffix("; MNIST is in Data/mnist: --data Data/mnist reads it.\n")
      )
    }
    #expect(
      try errors("train --data mnist", in: scratch).contains("'mnist'. MNIST is in Data/mnist: --data Data/mnist;"))
    #expect(try errors("data describe mnist", in: scratch).contains("'mnist'. MNIST is in Data/mnist; "))
  }

  @Test("are those of other programs' options for tables")
  func tables() throws {
    let scratch = try Scratch()
    for (option, says) in [
      ("--sep x", "separators are detected: commas, semicolons, tabs or spaces"),
      ("--delimiter x", "separators are detected"), ("--separator=x", "separators are detected"),
      ("--no-header", "write --header no"), ("--index_col 0", "--ignore COLUMN leaves the column out"),
    ] {
      let text = try errors("train --data t.csv \(option)", in: scratch)
      #expect(text.contains(says) && !text.contains("nearest"), "\(text)")
    }
  }

  @Test("for standard input, which is no file, have no command that reads it")
  func standardInput() throws {
    let scratch = try Scratch()
    for (text, says, command) in [
      ("a,b,kind\\ncm,kg,\\n1,2,x\\n3,4,y\\n", "further names: remove it.", "sed 2d 't 1.csv' > NEW removes it."),
      ("a|b|kind\\n1|2|x\\n3|4|y\\n", "'|': write commas.", "tr '|' ',' < 't 1.csv' > NEW writes commas."),
      ("k,caf\\351\\nx,1\\n", "or convert it.", "iconv -f latin1 -t utf-8 't 1.csv' > NEW converts it."),
    ] {
      let stream = try Executable.shell("printf \"\(text)\" | $descent train --data -", in: scratch.path)
      #expect(stream.status == 1 && stream.errors.contains(says) && !stream.errors.contains("NEW"), "\(stream.errors)")
      let file = try Executable.shell(
        "printf \"\(text)\" > 't 1.csv'; $descent train --data 't 1.csv'", in: scratch.path)
      #expect(file.status == 1 && file.errors.contains(command), "\(file.errors)")
    }
  }
}
