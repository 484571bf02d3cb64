import Foundation
import JSON
import Testing

@Suite("Augmentation by descent")
struct AugmentationCommandTests {
  private static let digits = "--data synthetic:300,60"
  private static let both =
    "--augment affine:rotation=15,scale=0.175,shear=5,translate=1 --augment elastic:alpha=34,sigma=4"

  private func model(_ scratch: Scratch, _ name: String, _ options: String) throws -> [UInt8] {
    let outcome = try Executable.run("train \(Self.digits) --hidden 16 --quiet --save \(scratch.file(name)) \(options)")
    try #require(outcome.status == 0, "\(options): \(outcome.errors)")
    return try scratch.read(name)
  }

  @Test("The model has the same bits for 1, 2, 3 and 5 workers, and whether the kinds are given in one option or two")
  func workers() throws {
    let scratch = try Scratch()
    let models = try [1, 2, 3, 5].map { workers in
      try model(scratch, "\(workers)", "\(Self.both) --noise 0.1 --epochs 2 --gradients owned --workers \(workers)")
    }
    #expect(models.allSatisfy { $0 == models[0] })
    let joined = Self.both.replacingOccurrences(of: " --augment elastic", with: ",elastic")
    #expect(try model(scratch, "joined", "\(joined) --noise 0.1 --epochs 2 --gradients owned --workers 2") == models[0])
    let plain = try model(scratch, "plain", "--epochs 2 --gradients owned --workers 1")
    #expect(try model(scratch, "still", "--augment affine:rotation=0 --epochs 2 --gradients owned") == plain)
    #expect(try model(scratch, "clean", "\(Self.both) --clean-epochs 2 --epochs 2 --gradients owned") == plain)
    #expect(try model(scratch, "steps", "\(Self.both) --clean-epochs 2 --steps 10 --gradients owned") == plain)
    #expect(plain != models[0])
  }

  @Test("A run that is resumed in mid-epoch has the bits of one that was not interrupted, and keeps its options")
  func resume() throws {
    let scratch = try Scratch()
    let options = "\(Self.both) --noise 0.2 --epochs 4 --gradients owned"
    let through = try model(scratch, "through", options)
    let folder = scratch.file("ck")
    // Five steps an epoch: the budget ends in the third.
    _ = try model(scratch, "part", "\(options) --checkpoint \(folder) --checkpoint-every 1 --steps 13")
    let resumed = try Executable.run("train --resume \(folder) --steps 1000 --quiet --save \(scratch.file("resumed"))")
    #expect(resumed.status == 0, "\(resumed.errors)")
    #expect(try scratch.read("resumed") == through)
    let reordered = "--augment elastic:sigma=4,alpha=34.0 --augment affine:translate=1,rotation=15,shear=5,scale=.175"
    let same = try Executable.run("train --resume \(folder) --quiet \(reordered)")
    #expect(same.status == 0, "\(same.errors)")
    let clean = scratch.file("clean")
    _ = try model(scratch, "counted", "\(options) --clean-epochs 1 --checkpoint \(clean)")
    for (given, before) in [
      ("--augment elastic:alpha=1", "the checkpoint has --augment affine"), ("--noise 0", "--noise 0.2"),
      ("--clean-epochs 2", "--clean-epochs 1"), ("--epochs 5", "--epochs 4"),
      ("--steps 100", "no --steps"),
    ] {
      let outcome = try Executable.run("train --resume \(clean) --quiet \(given)")
      #expect(outcome.status == 2 && outcome.errors.contains(before), "\(given): \(outcome.errors)")
    }
  }

  @Test(
    "What cannot be distorted is a usage error that says so",
    arguments: [
      (
        "train --data TABLE --augment elastic:alpha=34,sigma=4", "--augment elastic:alpha=34,sigma=4 with --data",
        "not images"
      ),
      ("train --data synthetic:40,10 --augment elastic:alpha@11=3", "--augment", "one of the classes 0, 1, 2"),
      ("train --data synthetic:40,10 --augment affine:turn=3", "--augment", "rotation=DEGREES (0 to 180)"),
      ("train --data synthetic:40,10 --augment affine:rotation=3 --augment affine:rotation=4", "--augment", "expected"),
      ("train --data synthetic:40,10 --clean-epochs 1", "--clean-epochs 1", "--augment with it"),
      ("train --data synthetic:40,10 --noise -1", "--noise", "at least 0"),
      ("data describe TABLE --augment elastic", "--augment", "not images"),
      ("data augment TABLE DIR", "--augment", "not images"),
      ("data augment synthetic:40,10 DIR --copies -1", "--copies", "from 0 to"),
    ])
  func refusals(words: String, option: String, message: String) throws {
    let scratch = try Scratch()
    let table = try scratch.write("table.csv", "1,2,a\n3,4,b\n5,6,a\n7,8,b\n")
    let line = words.replacingOccurrences(of: "TABLE", with: table)
      .replacingOccurrences(of: "DIR", with: scratch.file("out"))
    let outcome = try Executable.run(line)
    #expect(outcome.status == 2 && outcome.errors.contains(option), "\(outcome.errors)")
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
  }

  @Test("data augment writes the images, then each copy of all, with their labels, and the test split as it is")
  func files() throws {
    let scratch = try Scratch()
    let outcome = try Executable.run("data augment synthetic:30,12 \(scratch.file("a")) --copies 2 --seed 7")
    try #require(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.lines.count == 4)
    _ = try Executable.run("data synthesize \(scratch.file("b")) --data synthetic:30,12")
    let images = try scratch.read("a/train-images-idx3-ubyte")
    let labels = try scratch.read("a/train-labels-idx1-ubyte")
    let plain = try scratch.read("b/train-images-idx3-ubyte")
    #expect(Array(images[4..<8]) == [0, 0, 0, 90] && images.count == 16 + 90 * 784)
    #expect(Array(images[16..<(16 + 30 * 784)]) == Array(plain[16...]))
    #expect(Array(images[(16 + 30 * 784)..<(16 + 60 * 784)]) != Array(plain[16...]))
    #expect(Array(images[(16 + 30 * 784)..<(16 + 60 * 784)]) != Array(images[(16 + 60 * 784)...]))
    #expect(Array(labels[8..<38]) == Array(labels[38..<68]) && Array(labels[8..<38]) == Array(labels[68...]))
    for name in ["t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"] {
      #expect(try scratch.read("a/\(name)") == scratch.read("b/\(name)"))
    }
    // Files of a source that reads as the images do; a copy is not one.
    let described = try Executable.run("data describe \(scratch.file("a"))")
    #expect(
      described.status == 0 && described.lines.contains { $0.hasPrefix("samples ") && $0.contains(" 90 ") },
      "\(described.output)")
  }

  @Test("A copy is what that epoch of train sees: both make the same first step")
  func copies() throws {
    let scratch = try Scratch()
    let augment = "--augment affine:rotation=20,translate=2,elastic:alpha=30,sigma=5 --seed 3"
    let outcome = try Executable.run("data augment synthetic:30,12 \(scratch.file("a")) --copies 1 \(augment)")
    try #require(outcome.status == 0, "\(outcome.errors)")
    // The copies alone, as a data set of their own.
    for (name, header, size) in [("train-images-idx3-ubyte", 16, 784), ("train-labels-idx1-ubyte", 8, 1)] {
      let bytes = try scratch.read("a/\(name)")
      var copy = Array(bytes[..<header]) + Array(bytes[(header + 30 * size)...])
      copy[7] = 30
      try Data(copy).write(to: URL(fileURLWithPath: scratch.file("a/\(name)")))
    }
    let common = "train --hidden 9 --quiet --epochs 1 --no-shuffle --batch-size 10 --input dense --workers 1"
    for (name, source) in [
      ("direct", "--data synthetic:30,12 \(augment)"), ("files", "--data \(scratch.file("a")) --seed 3"),
    ] {
      let trained = try Executable.run("\(common) --save \(scratch.file(name)).npz \(source)")
      try #require(trained.status == 0, "\(trained.errors)")
    }
    #expect(try scratch.read("direct.npz") == scratch.read("files.npz"))
  }

  @Test("data describe draws the first samples beside their distortions")
  func describe() throws {
    let plain = try Executable.run("data describe synthetic:60,20")
    let outcome = try Executable.run(
      ["data", "describe", "synthetic:60,20", "--augment", "elastic:alpha=34,sigma=4"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(!plain.output.contains("distorted"))
    let captions = outcome.lines.filter { $0.contains("distorted") }
    // Each sample and its distortion, one beside the other.
    #expect(captions.count == 6 && captions.allSatisfy { $0.first?.isNumber == true && $0.count <= 80 })
  }

  @Test("Rows of a table are distorted as images with the --resize that the error names, by each command")
  func tables() throws {
    let scratch = try Scratch()
    let rows = (0..<20).map { row in "\(row % 2)" + (0..<49).map { ",\((row * 31 + $0 * 17) % 256)" }.joined() }
    let table = try scratch.write("t.csv", rows.joined(separator: "\n") + "\n")
    for words in [
      "train --data \(table) --hidden 3 --epochs 1 --quiet --augment affine:rotation=3",
      "data describe \(table) --augment elastic", "data augment \(table) \(scratch.file("copies"))",
    ] {
      let refused = try Executable.run(words)
      #expect(refused.status == 2 || refused.status == 1, "\(words)")
      #expect(refused.errors.contains("rows of 7 × 7 pixels are images with --resize 7"), "\(refused.errors)")
      let taken = try Executable.run(words + " --resize 7")
      #expect(taken.status == 0, "\(words): \(taken.errors)")
    }
    let wide = try scratch.write("w.csv", "0,1,2\n1,3,4\n0,5,7\n")
    let none = try Executable.run("train --data \(wide) --augment affine:rotation=3")
    #expect(none.errors.contains("expected square images") && !none.errors.contains("--resize"), "\(none.errors)")
  }

  @Test("The report has twelve images with their distortions")
  func report() throws {
    let scratch = try Scratch()
    let outcome = try Executable.run(
      "train \(Self.digits) --hidden 9 --quiet --epochs 1 --augment elastic --report \(scratch.file("r.html"))")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let page = try scratch.text("r.html")
    #expect(page.contains("Training images and their distortions"))
  }

  @Test(
    "The report shows the distortions of the first epochs that had some, at most two",
    arguments: [
      ("--epochs 2", "distortions in the first epochs"), ("--epochs 1", "distortion in the first epoch "),
      ("--epochs 3 --clean-epochs 2", "distortion in the first epoch "), ("--epochs 2 --clean-epochs 2", nil),
      ("--epochs 0", nil),
    ] as [(String, String?)])
  func reportedEpochs(options: String, words: String?) throws {
    let scratch = try Scratch()
    let outcome = try Executable.run(
      "train \(Self.digits) --hidden 9 --quiet \(options) --augment elastic --report \(scratch.file("r.html"))")
    try #require(outcome.status == 0, "\(outcome.errors)")
    let page = try scratch.text("r.html")
    #expect(page.contains("Training images and their distortions") == (words != nil))
    if let words { #expect(page.contains("each followed by its " + words)) }
  }
}
