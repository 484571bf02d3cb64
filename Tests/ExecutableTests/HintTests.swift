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
}
