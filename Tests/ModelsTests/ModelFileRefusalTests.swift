import Files
import Models
import Networks
import Testing

@Suite("Model files that are refused")
struct ModelFileRefusalTests {
  static func tensor(_ name: String, _ shape: [Int], _ value: Float = 1) -> Safetensors.Tensor {
    Safetensors.Tensor(name: name, shape: shape, values: [Float](repeating: value, count: shape.reduce(1, *)))
  }

  static let first = tensor("layers.0.weight", [2, 3])

  static let tensorRows: [([Safetensors.Tensor], String)] = [
    ([], "no tensors"),
    ([tensor("conv.weight", [2, 3, 3, 3])], "the tensors \"conv.weight\" [2, 3, 3, 3]"),
    ([tensor("conv.weight", [2, 3, 3, 3])], "conv.weight\" has 4 dimensions: convolutions"),
    ([tensor("0.weight", [2, 3]), tensor("1.weight", [4, 5])], "expected matrices that form a chain"),
    ([tensor("0.weight", [2, 3]), tensor("1.weight", [4, 5])], "or none. Each layer's outputs must be the next"),
    (
      [tensor("0.weight", [2, 3]), tensor("0.bias", [2]), tensor("1.running_mean", [2])],
      "Multiply the batch normalization 1 into the layer before it"
    ),
    ([tensor("0.weight", [2, 3]), tensor("0.bias", [4])], "expected matrices that form a chain"),
    ([tensor("0.weight", [2, 3]), tensor("0.bias", [2]), tensor("norm.weight", [2])], "the tensors"),
    ([first, tensor("optimizer.step", [1])], "the tensor \"optimizer.step\""),
    ([first, tensor("layers.1.weight", [4, 5])], "expected [outputs, 2]"),
    ([tensor("layers.0.weight", [6])], "layers.0.weight of shape [6]"),
    ([tensor("layers.0.weight", [1, 2, 3])], "layers.0.weight of shape [1, 2, 3]"),
    ([tensor("layers.0.weight", [0, 3])], "layers.0.weight of shape [0, 3]"),
    ([tensor("layers.0.weight", [3, 0])], "layers.0.weight of shape [3, 0]"),
    (
      [first, tensor("layers.0.bias", [4])],
      "layers.0.bias of shape [4], expected [2], one for each output. Each layer's outputs must be"
    ),
    ([first, tensor("layers.0.bias", [2, 1])], "layers.0.bias of shape [2, 1]"),
    (
      [first, tensor("input.mean", [3])],
      "found input.mean alone, expected input.mean and input.deviation together. An input.mean of 0 and an input.deviation of 1 change nothing"
    ),
    ([first, tensor("input.deviation", [3])], "input.deviation alone"),
    ([first, tensor("input.mean", [2]), tensor("input.deviation", [3])], "input.mean of shape [2]"),
    (
      [first, tensor("input.mean", [3]), tensor("input.deviation", [3], 0)],
      "input.deviation that is not positive, expected deviations above 0. A constant feature has 1"
    ),
    ([first, tensor("input.mean", [3]), tensor("input.deviation", [3], .nan)], "input.deviation that is not finite"),
    ([first, tensor("input.mean", [3], .infinity), tensor("input.deviation", [3])], "input.mean that is not finite"),
    (
      [tensor("layers.0.weight", [2, 3], -.infinity)],
      "layers.0.weight that is not finite, expected finite numbers. A training with a smaller learningRate"
    ),
  ]

  @Test("Tensors that do not form a network are named", arguments: tensorRows)
  func tensors(_ tensors: [Safetensors.Tensor], found: String) {
    let error = modelError(Safetensors(tensors: tensors).bytes())
    #expect(error?.description.contains(found) == true, "\(error?.description ?? "read")")
  }

  static let metadataRows: [([String: String], String)] = [
    (["format": "descent"], "without version, expected version 1. Without format in the metadata"),
    (
      ["format": "descent", "version": "2"],
      "found a model of version 2, expected version 1. Use the newer descent that wrote it"
    ),
    (["format": "descent", "version": "0"], "the version \"0\""),
    (["format": "descent", "version": "one"], "the version \"one\""),
    (["format": "descent", "version": "99999999999999999999"], "the version"),
    (["activations": "relu,softmax"], "2 activations, expected 1"),
    (["activations": "ReLU"], "the activation \"ReLU\""),
    (["activations": ""], "the activation \"\""),
    (["activations": "relu"], "output activation relu"),
    (["data_options": "[]"], "the data_options"), (["data_options": "{\"skip\": 1}"], "the data_options"),
    (["loss": "hinge"], "the loss \"hinge\""),
    (
      ["activations": "tanh", "loss": "cross-entropy"],
      "layers that do not form a network: found the loss cross-entropy on a tanh output, expected squared-error"
    ),
    (["labels": "[\"a\"]"], "the labels"),
    (["labels": "[\"a\",\"a\"]"], "different strings"),
    (["labels": "[1,2]"], "the labels"),
    (["labels": "[\"a\",\"b\",3]"], "the labels"),
    (["labels": "a,b"], "the labels"),
    (["labels": "[\"a\",\"b\",\"c\"]"], "array of 2"),
    (["targets": "3"], "the targets \"3\""),
    (["targets": "2.0"], "the targets \"2.0\""),
    (["targets": "2", "labels": "[\"a\",\"b\"]"], "both labels and targets"),
    (["scale": "0"], "the scale \"0\""),
    (["scale": "nan"], "the scale \"nan\""),
    (["scale": "1e999"], "the scale"),
    (["first_index": "2"], "the first_index \"2\""), (["first_index": "-1"], "the first_index"),
    (["resize": "3"], "the resize \"3\""),
    (["resize": "-1"], "the resize \"-1\""),
    (["resize": "9223372036854775807"], "the resize"),
    (["source_side": "0"], "the source_side \"0\""), (["source_side": "65537"], "from 1 to 65536"),
    (["transpose": "yes"], "the transpose \"yes\""),
    (["activations": "identity", "loss": "cross-entropy"], "cross-entropy on an identity output"),
    (["columns": "0"], "the columns \"0\""), (["columns": "9223372036854775807"], "the columns"),
    (["columns": "4", "label_index": "4"], "the label_index 4, expected one of the columns 0 to 3"),
    (["columns": "4", "feature_columns": "[0,1,4]"], "the feature_columns"),
    (["columns": "4", "feature_columns": "[0,1,1]"], "the feature_columns"),
    (["columns": "5", "feature_columns": "[0,1]", "label_index": "4"], "found 2 feature_columns, expected 3"),
    (["columns": "5", "label_index": "4"], "found 4 feature_columns, expected 3"),
    (["columns": "4", "target_columns": "[4,3]"], "the target_columns"), (["data_split": "train"], "the data_split"),
  ]

  @Test("Invalid metadata is named", arguments: metadataRows)
  func metadata(_ given: [String: String], found: String) {
    let isWhole = given.keys.contains("format") || given.keys.contains("version")
    let all = isWhole ? given : given.merging(["format": "descent", "version": "1"]) { old, _ in old }
    let contents = Safetensors(
      tensors: [Self.first], metadata: all.sorted { $0.key < $1.key }.map { .init($0.key, $0.value) })
    let error = modelError(contents.bytes())
    #expect(error?.description.contains(found) == true, "\(error?.description ?? "read")")
  }

  /// Of a file that says it is ours, in the names of our own.
  @Test(
    "Our own files have biases in every layer or in none, and no other tensors",
    arguments: [
      (
        [first, tensor("layers.0.bias", [2]), tensor("layers.1.weight", [1, 2])],
        "no layers.1.bias, expected biases in every layer, or in none. A layer without biases can have zeros"
      ),
      (
        [first, tensor("layers.1.weight", [1, 2]), tensor("layers.1.bias", [1])], "layers.1.bias after a layer without"
      ),
      (
        [first, tensor("layers.2.weight", [2, 2])],
        "the tensor \"layers.2.weight\", expected only those of layers 0 to 0, input.mean and input.deviation. Leave out other"
      ),
      ([tensor("0.weight", [2, 3])], "since its metadata has format descent. Without format in the metadata"),
      (
        [first, tensor("layers.1.weight", [4, 5])],
        "layers.1.weight of shape [4, 5], expected [outputs, 2], each from 1 to \(Topology.maximumWidth). Each layer's outputs"
      ),
      (
        [first, tensor("layers.0.bias", [4])],
        "layers.0.bias of shape [4], expected [2], one for each output. Each layer's outputs must be"
      ),
    ])
  func ours(_ tensors: [Safetensors.Tensor], found: String) {
    let contents = Safetensors(tensors: tensors, metadata: [.init("format", "descent"), .init("version", "1")])
    let error = modelError(contents.bytes())
    #expect(error?.description.contains(found) == true, "\(error?.description ?? "read")")
  }

  @Test("Unknown names in the metadata are ignored")
  func unknownMetadata() {
    let contents = Safetensors(
      tensors: [Self.first], metadata: [.init("format", "descent"), .init("version", "1"), .init("author", "x")])
    #expect(modelError(contents.bytes()) == nil)
  }

  @Test(
    "Files that are no models are named, with what they are for",
    arguments: [
      ([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13], "a PNG image", "predict MODEL IMAGE"),
      ([0xFF, 0xD8, 0xFF, 0xE0, 0, 16, 0x4A, 0x46, 0x49], "a JPEG image", "predict MODEL IMAGE"),
      (Array("P5\n28 28\n255\n".utf8), "a PGM image", "predict MODEL IMAGE"),
      (Array("P2 28 28 255 0 0".utf8), "a PGM image", "predict MODEL IMAGE"),
      (Array("GIF89a".utf8) + [1, 0, 1, 0], "a GIF image", "predict MODEL IMAGE"),
      ([0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0], "a NumPy array", "--data"),
      ([0, 0, 8, 3, 0, 0, 0xEA, 0x60, 0, 0, 0, 28], "IDX images", "--data"),
      ([0, 0, 8, 1, 0, 0, 0xEA, 0x60, 5, 0, 4, 1], "IDX labels", "--data"),
      ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0, 0, 4, 0xE6], "an xz file", "Unpack"),
      (Array("Pandas\n1,2".utf8), "a text", "--data"),
    ] as [([UInt8], String, String)])
  func foreign(bytes: [UInt8], name: String, hint: String) {
    let error = #expect(throws: FileError.self) { try ModelFile.parse(bytes, file: "x") }
    #expect(error?.found.hasPrefix(name) == true, "\(error?.description ?? "")")
    let text = error?.description { name, value in "--\(name)" + (value.map { " \($0)" } ?? "") } ?? ""
    #expect(text.contains(hint), "\(text)")
  }
}
