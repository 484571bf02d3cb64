import Foundation
import Testing

/// Each row: the fault, the command line, its status, and a part of the one line on standard error.
@Suite("Bad input gets one clear line", .serialized)
struct BadInputTests {
  private let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    try Self.writeFiles(scratch)
  }

  /// The files that rows name, in a folder that `@` stands for.
  private static func writeFiles(_ scratch: Scratch) throws {
    try SmallData.idxFolder(scratch, "good")
    try scratch.write("clouds.csv", SmallData.clouds())
    try scratch.write("plane.csv", SmallData.plane())
    let images = IDXBytes.file([3, 2, 3], [UInt8](repeating: 1, count: 18))
    let labels = IDXBytes.file([3], [0, 1, 2])
    try damage(scratch, "truncated-images", "train-images-idx3-ubyte", Array(images.dropLast()))
    try damage(scratch, "overlong-images", "train-images-idx3-ubyte", images + [0])
    try damage(scratch, "short-header", "train-images-idx3-ubyte", Array(images.prefix(7)))
    try damage(scratch, "empty-images", "train-images-idx3-ubyte", [])
    try damage(scratch, "swapped", "train-images-idx3-ubyte", labels)
    try damage(scratch, "wrong-type", "train-images-idx3-ubyte", [0, 0, 13] + images.dropFirst(3))
    try damage(scratch, "no-pixels", "train-images-idx3-ubyte", IDXBytes.file([3, 0, 3], []))
    try damage(scratch, "counts", "train-labels-idx1-ubyte", IDXBytes.file([4], [0, 1, 2, 0]))
    try damage(scratch, "truncated-labels", "t10k-labels-idx1-ubyte", Array(labels.dropLast()))
    try damage(scratch, "labels-are-images", "t10k-labels-idx1-ubyte", images)
    try damage(
      scratch, "other-size", "t10k-images-idx3-ubyte", IDXBytes.file([6, 3, 3], [UInt8](repeating: 1, count: 54)))
    try damage(
      scratch, "bad-gzip", "train-images-idx3-ubyte.gz", [31, 139, 8, 0, 1, 2, 3], removing: "train-images-idx3-ubyte")
    try damage(scratch, "missing-labels", nil, [], removing: "train-labels-idx1-ubyte")
    try damage(scratch, "two-of-a-kind", "more-train-labels-idx1-ubyte", labels)
    try FileManager.default.createDirectory(atPath: scratch.file("empty"), withIntermediateDirectories: true)
    for (name, text) in tables { try scratch.write(name, text) }
    try scratch.write("zeros.gz.csv.gz", [0, 0, 0, 0])
    try scratch.write("pictures/seven.png", [0x89, 0x50, 0x4E, 0x47])
    try scratch.write("noise.safetensors", (0..<100).map { UInt8($0 * 37 % 256) })
    try scratch.write("packed.safetensors", [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 1, 2, 3])
    try scratch.write("trees.ubj", Array("{L".utf8) + [0, 0, 0, 0, 0, 0, 0, 7] + Array("learner".utf8))
    try scratch.write("mobile.tflite", [0x1C, 0, 0, 0] + Array("TFL3".utf8) + [0, 0, 0, 0])
    try scratch.write("language.gguf", Array("GGUF".utf8) + [3, 0, 0, 0, 0, 0, 0, 0])
    for folder in ["photos/cat", "photos/dog", "cifar"] {
      try FileManager.default.createDirectory(atPath: scratch.file(folder), withIntermediateDirectories: true)
    }
    for name in ["photos/cat/1.png", "photos/dog/1.JPG", "cifar/data_batch_1"] { try scratch.write(name, [0x80, 2]) }
    try scratch.write("empty.safetensors", [UInt8]())
    try scratch.write("text.safetensors", "not a model\n")
    let outcome = try Executable.run(
      "train --data \(scratch.file("clouds.csv")) --hidden 4 --epochs 1 --quiet --save \(scratch.file("model"))")
    try #require(outcome.status == 0, "\(outcome.errors)")
    try scratch.write("cut.safetensors", Array(try scratch.read("model").dropLast(5)))
  }

  private static let tables = [
    ("ragged.csv", "0,1,2\n1,2,3\n0,1\n"), ("longer.csv", "0,1,2\n1,2,3\n0,1,2,3\n"),
    ("word.csv", "0,1,2\n1,two,3\n0,1,2\n"), ("nan.csv", "0,1,2\n1,nan,3\n"), ("infinite.csv", "0,1,2\n1,1e999,3\n"),
    ("missing.csv", "0,1,2\n1,,3\n"), ("empty.csv", ""), ("header.csv", "class,x,y\n"), ("blank.csv", "\n\n\n"),
    ("one-column.csv", "0\n1\n"), ("one-class.csv", "5,1,2\n5,2,3\n5,3,4\n"), ("quote.csv", "0,1,2\n1,\"2,3\n"),
    ("no-label.csv", "0,1,2\n,2,3\n"), ("single.csv", "0,1\n1,2\n"),
    ("huge.csv", "0,3.4e38,3.4e38\n1,-3.4e38,3.4e38\n2,3.4e38,-3.4e38\n"), ("wide.csv", "0,1,2,3\n1,2,3,4\n"),
  ]

  /// A copy of the good folder with one file replaced or taken away.
  private static func damage(
    _ scratch: Scratch, _ name: String, _ file: String?, _ bytes: [UInt8], removing: String? = nil
  ) throws {
    try SmallData.idxFolder(scratch, name, training: 3, test: 6)
    if let removing { try FileManager.default.removeItem(atPath: scratch.file("\(name)/\(removing)")) }
    if let file { try scratch.write("\(name)/\(file)", bytes) }
  }

  static let rows: [(words: String, status: Int32, says: [String])] = [
    // IDX folders.
    ("train --data @/nowhere", 1, ["nowhere"]),
    ("train --data @/no/where", 1, ["@/no/where: no such file or folder."]),
    ("train --data @/nowhere/", 1, ["@/nowhere/: no such file or folder"]),
    ("train --data ./nowhere", 1, ["./nowhere: found no such file or folder"]),
    (
      "evaluate @/clouds.csv", 1,
      ["clouds.csv: found a text, expected a safetensors file. A data source is given after a model: --data "]
    ),
    ("evaluate @/no-model", 1, ["no-model: no such file or directory."]),
    (
      "train --data @/plane.csv --targets 1", 1,
      ["expected 0 to 1 for --loss cross-entropy. For a regression give --output identity"]
    ),
    ("evaluate @/model --data no/where", 1, ["no/where: no such file or folder"]),
    ("train --data Data/kmnist", 1, ["Data/kmnist: no such", "'descent data fetch kmnist'"]),
    ("train --data nowhere", 2, ["--data: no such file or folder 'nowhere'"]),
    ("train --data kmnist", 2, ["--data", "'descent data fetch kmnist'"]),
    ("train --data @/clouds.csv --test @/no/where", 1, ["@/no/where: no such file or folder"]),
    ("evaluate @/model --data @/clouds.csv --activation tanh,relu", 2, ["model with --activation tanh,relu: found 2"]),
    ("train --data @/empty", 1, ["empty", "train-images-idx3-ubyte"]),
    ("train --data @/truncated-images", 1, ["train-images-idx3-ubyte", "33", "34"]),
    ("train --data @/overlong-images", 1, ["train-images-idx3-ubyte", "35", "34"]),
    ("train --data @/short-header", 1, ["train-images-idx3-ubyte", "7"]),
    ("train --data @/empty-images", 1, ["train-images-idx3-ubyte"]),
    ("train --data @/swapped", 1, ["train-images-idx3-ubyte", "swapped"]),
    ("train --data @/wrong-type", 1, ["train-images-idx3-ubyte", "expected"]),
    ("train --data @/no-pixels", 1, ["train-images-idx3-ubyte"]),
    ("train --data @/counts", 1, ["3", "4", "labels"]),
    ("train --data @/truncated-labels", 1, ["t10k-labels-idx1-ubyte"]),
    ("train --data @/labels-are-images", 1, ["t10k-labels-idx1-ubyte"]),
    ("train --data @/other-size", 1, ["t10k-images-idx3-ubyte", "3"]),
    ("train --data @/bad-gzip", 1, ["train-images-idx3-ubyte.gz"]),
    ("train --data @/missing-labels", 1, ["train-labels-idx1-ubyte"]),
    ("train --data @/two-of-a-kind", 1, ["train-labels-idx1-ubyte"]),
    ("train --data @/good/emnist", 1, ["emnist"]),
    ("evaluate @/model --data @/truncated-labels", 1, ["t10k-labels-idx1-ubyte"]),

    // Tables.
    ("train --data @/nowhere.csv", 1, ["nowhere.csv"]),
    ("train --data @/ragged.csv", 1, ["ragged.csv:3"]),
    ("train --data @/longer.csv", 1, ["longer.csv:3"]),
    ("train --data @/word.csv", 1, ["word.csv:2:", "two"]),
    ("train --data @/nan.csv", 1, ["nan.csv:2:"]),
    ("train --data @/infinite.csv", 1, ["infinite.csv:2:"]),
    ("train --data @/missing.csv", 1, ["missing.csv:2:"]),
    ("train --data @/empty.csv", 1, ["empty.csv"]),
    ("train --data @/header.csv", 1, ["header.csv"]),
    ("train --data @/blank.csv", 1, ["blank.csv"]),
    ("train --data @/one-column.csv", 1, ["one-column.csv"]),
    ("train --data @/one-class.csv", 1, ["one-class.csv", "5"]),
    ("train --data @/quote.csv", 1, ["quote.csv"]),
    ("train --data @/no-label.csv", 1, ["no-label.csv:2"]),
    ("train --data @/zeros.gz.csv.gz", 1, ["zeros.gz.csv.gz"]),
    ("train --data @/clouds.csv --label 9", 2, ["--label", "clouds.csv", "9"]),
    ("train --data @/clouds.csv --label colour", 2, ["--label", "clouds.csv", "colour"]),
    ("train --data @/clouds.csv --classes 1,7", 2, ["--classes", "7"]),
    ("train --data @/clouds.csv --targets 3", 2, ["--targets", "clouds.csv"]),
    ("train --data @/plane.csv --targets 1", 1, ["plane.csv", "cross-entropy", "--output identity"]),
    ("train --data @/clouds.csv --test @/wide.csv", 1, ["wide.csv", "3 features", "2"]),
    (
      "compare --data @/plane.csv --targets 1 --output tanh --epochs 1 --standardize-targets", 2,
      ["--standardize-targets", "tanh"]
    ),
    ("train --data @/clouds.csv --standardize-targets", 2, ["--standardize-targets", "has classes", "--targets"]),
    ("train --data @/clouds.csv --label 0 --features 0,1", 2, ["--label", "a column has one role", "--features"]),
    ("train --data @/clouds.csv --label last --ignore 2", 2, ["--label", "--ignore"]),
    ("train --data @/clouds.csv --features x,y,x", 2, ["--features: invalid value x,y,x", "'x' is repeated"]),
    ("train --data @/clouds.csv --ignore 0,1,0", 2, ["--ignore", "'0' is repeated"]),
    ("train --data @/plane.csv --targets z,y,z", 2, ["--targets", "'z' is repeated"]),
    ("train --data @/clouds.csv --categorical x,x", 2, ["--categorical", "'x' is repeated"]),
    ("train --data @/plane.csv --targets 1 --ignore 0 --label 1", 2, ["--targets", "--label"]),
    ("train --data @/good --test @/clouds.csv", 2, ["--test"]),
    ("train --data @/good --test-fraction 0.5", 2, ["--test-fraction"]),
    ("train --data @/good --label last", 2, ["--label"]),
    ("train --data @/good --targets 1", 2, ["--targets"]),
    ("train --data @/clouds.csv --split test", 2, ["--split"]),
    ("train --data synthetic:0,0", 2, ["--data", "synthetic:0,0"]),
    ("train --data synthetic:10", 2, ["--data", "synthetic:10"]),
    ("train --data @/single.csv --validation-fraction 0.5 --test-fraction 0 --limit 1", 2, ["--validation-fraction"]),

    // Options.
    ("train --epoch 3", 2, ["--epoch", "--epochs"]),
    ("trian", 2, ["trian", "train"]),
    ("train --learning-rate 0", 2, ["--learning-rate", "0"]),
    ("train --learning-rate nan", 2, ["--learning-rate", "nan"]),
    ("train --workers 129", 2, ["--workers", "129", "128"]),
    ("train --hidden 16777217", 2, ["--hidden", "16777217"]),
    ("train --epochs 99999999999999999999", 2, ["--epochs"]),
    ("train --batch-size 0", 2, ["--batch-size"]),
    ("train --momentum 0.9", 2, ["--momentum", "--optimizer"]),
    ("train --output identity --loss cross-entropy", 2, ["--output", "--loss"]),
    ("train --activation tanh,relu", 2, ["--activation", "--hidden"]),
    ("train --patience 3", 2, ["--patience", "--validation-fraction"]),
    ("train --save-best", 2, ["--save-best"]),
    ("train --snapshots 3", 2, ["--snapshots 3", "--save"]),
    ("train --snapshots 3 --save @/m.npz", 2, ["--snapshots 3", "--save @/m.npz", "safetensors"]),
    ("train --snapshots 0", 2, ["--snapshots", "0", "1000"]),
    ("train --instruction-set sse9", 2, ["--instruction-set", "sse9"]),
    ("train --data @/clouds.csv --target-accuracy 0.9 --test-fraction 0", 2, ["--target-accuracy"]),

    // Outputs.
    ("train --data @/clouds.csv --save @/no/model", 1, ["@/no/model"]),
    ("train --data @/clouds.csv --save @", 1, ["@", "folder"]),
    ("train --data @/clouds.csv --metrics @/no/run.csv", 1, ["@/no/run.csv"]),
    ("train --data @/clouds.csv --metrics @/empty", 1, ["@/empty"]),
    ("train --data @/clouds.csv --save @/clouds.csv/model", 1, ["@/clouds.csv/model"]),
    ("train --data @/clouds.csv --save @/x --metrics @/x", 2, ["--save", "--metrics"]),
    ("train --data @/clouds.csv --save x --metrics @/empty/../x", 2, ["--save", "--metrics"]),
    ("train --data @/clouds.csv --initial-weights model --metrics ./model", 2, ["--initial-weights", "--metrics"]),

    // Models.
    ("evaluate @/nowhere --data @/clouds.csv", 1, ["nowhere"]),
    ("evaluate @/empty.safetensors --data @/clouds.csv", 1, ["empty.safetensors"]),
    ("evaluate @/text.safetensors --data @/clouds.csv", 1, ["text.safetensors"]),
    ("evaluate @/noise.safetensors --data @/clouds.csv", 1, ["noise.safetensors"]),
    ("evaluate @/cut.safetensors --data @/clouds.csv", 1, ["cut.safetensors"]),
    ("info @/packed.safetensors", 1, ["a gzip file", "gunzip"]),
    ("info @/trees.ubj", 1, ["an XGBoost model"]),
    ("info @/mobile.tflite", 1, ["a TensorFlow Lite model"]),
    ("info @/language.gguf", 1, ["a GGUF model"]),
    ("train --data https://example.org/a.csv", 1, ["not read from a URL", "curl -LO 'https://example.org/a.csv'"]),
    ("train --data @/photos", 1, ["Folders of images, one for each class, are not read", "numpy.savez"]),
    ("train --data @/photos/cat", 1, ["'descent predict MODEL IMAGE …'", "numpy.savez"]),
    ("train --data @/cifar", 1, ["CIFAR's batches are Python pickles"]),
    ("sweep --data @/clouds.csv --threshold 0.2|0.5", 2, ["--threshold", "one value for all trials"]),
    ("sweep --data @/clouds.csv --class-weights balanced|1,2,3", 2, ["--class-weights", "run 'descent sweep' once"]),
    ("sweep --data @/clouds.csv --scale 1..2", 2, ["--scale", "one value for all trials"]),
    ("evaluate @ --data @/clouds.csv", 1, ["@"]),
    ("evaluate @/model --data @/good", 1, ["6 features", "2"]),
    ("evaluate @/model --data @/plane.csv --targets 1 --output identity", 1, ["1 target", "3"]),
    ("evaluate @/model --data @/clouds.csv --activation relu,relu", 2, ["--activation"]),
    ("evaluate @/model --data @/clouds.csv --output identity --loss cross-entropy", 2, ["--loss"]),
    ("evaluate @/model --data @/clouds.csv --split test", 2, ["--split"]),
    (
      "gradcheck @/model --data @/clouds.csv --hidden 3", 2,
      ["--hidden 3 with @/model: the model's widths are [2, 4, 3]"]
    ),
    ("gradcheck @/model --data @/clouds.csv --no-bias", 2, ["--no-bias", "@/model", "the model has biases"]),
    ("gradcheck @/model --data @/clouds.csv --activation relu,tanh", 2, ["model with --activation relu,tanh: found 2"]),
    ("gradcheck @/model --initial-weights @/model", 2, ["--initial-weights", "both give a model"]),
    (
      "gradient @/model --data @/huge.csv --quiet", 1,
      ["@/model: found the loss nan with a gradient of norm nan", "finite", "--scale, --standardize"]
    ),
    ("predict @/model @/pictures", 2, ["@/pictures is a folder", "predict @/model @/pictures/*"]),
    ("completions tcsh", 2, ["SHELL: invalid value tcsh; expected bash, zsh or fish"]),
    ("completions zhs", 2, ["expected bash, zsh or fish; the nearest is zsh"]),
    ("course rivera-base --data nowhere", 2, ["no such file or folder 'nowhere'"]),
    ("train --config @/empty", 1, ["@/empty: found no valid checkpoint", "option values"]),
    ("predict @/cut.safetensors --data @/clouds.csv", 1, ["cut.safetensors"]),
    ("info @/cut.safetensors", 1, ["cut.safetensors"]),
    ("train --data @/clouds.csv --initial-weights @/cut.safetensors", 1, ["cut.safetensors"]),
    ("train --data @/good --initial-weights @/model", 1, ["6 features", "2"]),
    ("data describe @/ragged.csv", 1, ["ragged.csv:3"]),
  ]

  @Test("Bad input gets one clear line, whatever it is, and the good files stay")
  func table() throws {
    let before = scratch.names
    let good = try scratch.read("model")
    for row in Self.rows {
      let words = row.words.replacing("@", with: scratch.path).split(separator: " ").map(String.init)
      // In the scratch folder there is no Data/mnist.
      let line = words.map { "'\($0)'" }.joined(separator: " ")
      let outcome = try Executable.shell("exec $descent \(line) >/dev/null", in: scratch.path)
      let errors = outcome.errors
      let missing = row.says.filter { !errors.contains($0.replacing("@", with: scratch.path)) }
      #expect(outcome.status == row.status, "\(row.words): \(errors)")
      #expect(missing.isEmpty, "\(row.words): \(errors)")
      #expect(errors.hasPrefix("descent: ") && errors.split(separator: "\n").count == 1, "\(row.words): \(errors)")
    }
    #expect(try scratch.read("model") == good)
    #expect(scratch.names == before, "nothing is left behind")
  }
}
