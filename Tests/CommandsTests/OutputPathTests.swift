import Foundation
import Testing

@testable import Commands

@Suite("Paths of output")
struct OutputPathTests {
  @Test(
    "at the path of an input are rejected, since the input would be replaced",
    arguments: [
      ("train --data a.csv --save a.csv", "--data a.csv with --save a.csv"),
      ("train --data a.csv --save ./a.csv", "--data a.csv with --save ./a.csv"),
      ("train --data a.csv --metrics a.csv", "--data a.csv with --metrics a.csv"),
      ("train --data a.csv --test b.csv --report b.csv", "--test b.csv with --report b.csv"),
      ("train --data a-2.csv --save a.csv --seeds 2", "--data a-2.csv with --save a-2.csv"),
      ("train --initial-weights m --report m", "--initial-weights m with --report m"),
      ("evaluate m --data a.csv --report a.csv", "--data a.csv with --report a.csv"),
      ("evaluate m n --report n", "MODEL n with --report n"),
      ("predict m --data a.csv --output a.csv", "--data a.csv with --output a.csv"),
      ("predict m --output ./m", "MODEL m with --output ./m"),
      ("predict m a.png b.png --output b.png", "IMAGE b.png with --output b.png"),
      ("gradient m --data a.csv --save a.csv", "--data a.csv with --save a.csv"),
      ("gradient m --save ./m", "MODEL m with --save ./m"),
      ("export m --to npz --output m", "MODEL m with --output m"),
      ("scale --data a.csv --report a.csv", "--data a.csv with --report a.csv"),
      ("scale --resume r --report r", "--resume r with --report r"),
      ("scale --merge a b --report b", "FILE b with --report b"),
      ("compare --data a.csv --report a.csv", "--data a.csv with --report a.csv"),
      ("compare --data a.csv --metrics a.csv", "--data a.csv with --metrics a.csv"),
      ("compare --resume r --report r", "--resume r with --report r"),
      ("sweep --momentum 0|0.9 -o momentum --data a.csv --metrics a.csv", "--data a.csv with --metrics a.csv"),
      ("sweep --momentum 0|0.9 -o momentum --resume r --report r", "--resume r with --report r"),
      ("course all --weights w --report w", "--weights w with --report w"),
    ])
  func inputs(words: String, options: String) {
    #expect(Invocation.refusal(words) == options + ": both name the same file; expected two different files.")
  }

  @Test(
    "with the ending of a format that is not written are rejected",
    arguments: [
      "train --save m.mat", "train --save m.MAT", "train --save m.html", "train --save m.py", "train --save m.npy",
      "train --save m.gguf",
      "train --seeds 2 --save m.torch",
      "train --report r.pdf", "train --report r.json", "compare --report r.pdf",
      "reproduce speed --report r.docx",
      "course all --report r.docx",
      "evaluate m --report r.svg", "train --report r.txt", "compare --report pages/r.md", "predict m --output p.xlsx",
      "predict m --output p.parquet",
      "gradient m --save g.mat",
      "gradient m --save g.npy", "export m --to onnx --output m.zip", "export m --to npz --output m.csv",
    ])
  func endings(words: String) {
    let refusal = Invocation.refusal(words) ?? "accepted"
    #expect(refusal.contains("the ending of another format") && refusal.contains("expected"), "\(refusal)")
  }

  @Test(
    "with the ending of the format that is written, with no ending or with one of no format are accepted",
    arguments: [
      "train --save m", "train --save m.safetensors", "train --save m.ST", "train --save m.onnx", "train --save m.NPZ",
      "train --save m.bin", "train --save m.v2", "train --save m.json", "train --metrics r.tsv",
      "train --metrics r.csv", "train --metrics r.jsonl",
      "train --metrics r.json", "train --metrics r.log", "train --report r.htm", "train --report r",
      "predict m --output p.json", "predict m --output p.csv", "predict m --output p.txt", "gradient m --save g.st",
      "export m --to html --output m.htm", "export m --to torch --output m.py",
    ])
  func otherEndings(words: String) { #expect(Invocation.refusal(words) == nil) }

  @Test(
    "at the path of another output are rejected, since one of them would be lost",
    arguments: [
      ("train --save x --report x", "--save x with --report x: both name the same file"),
      (
        "sweep --momentum 0|0.9 -o momentum --metrics q --report q",
        "--metrics q with --report q: both name the same file"
      ),
      ("reproduce speed --metrics q --report q", "--metrics q with --report q: both name the same file"),
      ("train --save x --charts x", "--save x with --charts x: both name the same path"),
      ("train --save x --tensorboard ./x", "--save x with --tensorboard ./x: both name the same path"),
      ("train --report x --charts x/", "--report x with --charts x/: both name the same path"),
      ("train --metrics x --checkpoint x", "--metrics x with --checkpoint x: both name the same path"),
      ("evaluate m --report x --charts x", "--report x with --charts x: both name the same path"),
      ("train --save /dev/stdout --metrics -", "--save /dev/stdout with --metrics -: both are standard output"),
      ("train --save x --charts x/y", "--save x with --charts x/y: a file would be where a folder has to be"),
      ("train --save x --report x/y", "--save x with --report x/y: a file would be where a folder has to be"),
      ("train --charts x --save x/m.svg", "--save x/m.svg with --charts x: a chart could replace the file"),
    ])
  func outputs(words: String, message: String) {
    let refusal = Invocation.refusal(words)
    #expect(refusal?.hasPrefix(message) == true, "\(refusal ?? "accepted")")
  }

  @Test(
    "that are meant to be shared are accepted",
    arguments: [
      "train --initial-weights m --save m", "train --charts x --tensorboard x --checkpoint x",
      "train --charts x --report x/a.html",
      "train --resume c --checkpoint c", "train --save /dev/null --metrics /dev/null", "compare --resume r --metrics r",
      "scale --resume r --metrics r", "train --data . --save model", "gradient m --data - --save g",
      "predict m --output softmax",
    ])
  func shared(words: String) { #expect(Invocation.refusal(words) == nil) }

  @Test("are recognized by the file, not by the text: links, hard links and absolute paths")
  func links() throws {
    let scratch = try ScratchFolder()
    let folder = scratch.path
    let model = try scratch.write("m.st", "model")
    try FileManager.default.createSymbolicLink(atPath: folder + "/link", withDestinationPath: "m.st")
    try FileManager.default.createSymbolicLink(atPath: folder + "/here", withDestinationPath: ".")
    try FileManager.default.linkItem(atPath: model, toPath: folder + "/hard")
    for name in ["m.st", "./m.st", "link", "hard", "here/m.st", "here/here/link"] {
      let refusal = Invocation.refusal(["gradient", model, "--save", "\(folder)/\(name)"])
      #expect(refusal?.contains("both name the same file") == true, "\(name)")
    }
    try scratch.write("c.json", "{}")
    let configuration = Invocation.refusal(["train", "--config", folder + "/c.json", "--save", folder + "/here/c.json"])
    #expect(configuration?.contains("both name the same file") == true)
    // Elsewhere an option of the command line wins over one of the file, but an input must not be left out for an output.
    try scratch.write("data.json", #"{"data": "\#(model)"}"#)
    let data = Invocation.refusal(["train", "--config", folder + "/data.json", "--save", model])
    #expect(data?.contains("both name the same file") == true, "\(data ?? "accepted")")
  }

  @Test("with the name of an IDX file in the folder of the data are rejected")
  func folders() throws {
    let scratch = try ScratchFolder()
    let folder = scratch.file("Zahlen-für-ßäöü-手書きの数字の画像と表")
    try FileManager.default.createDirectory(atPath: folder + "/d/MNIST/raw", withIntermediateDirectories: true)
    let reason = "the output would replace a file of the data; expected a path in another folder."
    let data = folder + "/d"
    let refused = [
      ["train", "--data", data, "--save", data + "/train-images-idx3-ubyte"],
      ["train", "--data", data, "--report", data + "/MNIST/raw/t10k-labels-idx1-ubyte"],
      ["train", "--data", data, "--metrics", data + "/train-images-idx3-ubyte/train-images.idx3-ubyte.gz"],
      ["train", "--data", data + "/letters", "--save", data + "/letters-train-images-idx3-ubyte"],
      ["data", "augment", data, data + "/"], ["data", "augment", data + "/train-labels-idx1-ubyte.gz", data],
    ]
    for words in refused { #expect(Invocation.refusal(words)?.hasSuffix(reason) == true, "\(words)") }
    for words in [
      ["train", "--data", data, "--save", data + "/model.safetensors"], ["data", "augment", data, data + "/augmented"],
      ["train", "--data", data, "--save", folder + "/train-images-idx3-ubyte"],
    ] { #expect(Invocation.refusal(words) == nil, "\(words)") }
  }

  @Test("A name that is not UTF-8 is rejected, since its replacement would name another file")
  func encoding() {
    let words = ["train", "--save", String(decoding: [0x73, 0xE9], as: UTF8.self)]
    #expect(Invocation.refusal(words)?.contains("UTF-8") == true)
    #expect(Invocation.refusal("train --save \u{E9}") == nil)
  }
}
