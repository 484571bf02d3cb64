import Files
import Foundation
import Models
import Networks
import Testing

@Suite("Other programs' models, and models for them")
struct ForeignModelTests {
  private typealias Tensor = Safetensors.Tensor

  private static func tensor(_ name: String, _ shape: [Int], _ first: Float = 0) -> Safetensors.Tensor {
    Safetensors.Tensor(name: name, shape: shape, values: (0..<shape.reduce(1, *)).map { first + Float($0) })
  }

  private func read(_ tensors: [Safetensors.Tensor], _ metadata: [Safetensors.Metadatum] = []) throws -> ModelFile {
    try ModelFile.parse(Safetensors(tensors: tensors, metadata: metadata).bytes(), file: "x.safetensors")
  }

  @Test("Thousands of layers are put in order, and more are refused with few comparisons")
  func manyLayers() throws {
    let count = 1 << 12
    let tensors = (0..<count).flatMap { layer in
      [
        Self.tensor("net.\(layer).weight", [1, 1], Float(layer)), Self.tensor("net.\(layer).bias", [1], 0),
      ]
    }
    let model = try read(tensors.reversed())
    #expect(model.parameters.layers.map { $0.weight[0] } == (0..<count).map { Float($0) })
    // Names without numbers allow every order.
    let letters = "abcdefghijklmnopqrstuvwxyz".map(String.init)
    let alike = try read(letters.flatMap { one in letters.map { Self.tensor(one + $0, [2, 2]) } })
    #expect(alike.widths.count == 26 * 26 + 1 && alike.assumedOrder?.first == "aa")
    let error = #expect(throws: FileError.self) { try read(tensors + [Self.tensor("last.weight", [1, 1])]) }
    #expect(
      error?.description
        == "x.safetensors: found 8193 tensors, expected at most 8192, the weights and biases of 4096 layers. "
        + "Save the tensors of a single network.")
  }

  @Test(
    "A chain of weights and biases is a network, whatever their names",
    arguments: [
      ["0.weight", "0.bias", "2.weight", "2.bias", "10.weight", "10.bias"],
      ["fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias", "fc3.weight", "fc3.bias"],
      ["net.0.weight", "net.0.bias", "net.2.weight", "net.2.bias", "net.4.weight", "net.4.bias"],
      [
        "layers.0.linear.weight", "layers.0.linear.bias", "layers.1.linear.weight", "layers.1.linear.bias",
        "out.weight", "out.bias",
      ],
      ["W1", "b1", "W2", "b2", "W3", "b3"],
      ["in.kernel", "in.bias", "mid.kernel", "mid.bias", "out.kernel", "out.bias"],
    ])
  func names(names: [String]) throws {
    let tensors = zip(names, [[4, 3], [4], [5, 4], [5], [2, 5], [2]]).map { Self.tensor($0, $1) }
    for order in [tensors, tensors.reversed(), tensors.sorted { $0.name < $1.name }] {
      let model = try read(order, [.init("format", "pt"), .init("author", "x"), .init("epochs", "3")])
      #expect(model.widths == [3, 4, 5, 2] && model.hasBiases && !model.isTransposed && model.activations == nil)
      #expect(
        model.parameters.layers[1].weight == tensors[2].values && model.parameters.layers[2].bias == tensors[5].values)
    }
  }

  /// Names and shapes of weights in the order of the file, that of the layers, and whether that is an assumption.
  @Test(
    "Shapes decide the order of layers, then numbers in names; an order that neither decides is an assumption",
    arguments: [
      (["hidden", "input", "output"], [[4, 4], [4, 3], [2, 4]], ["input", "hidden", "output"], false),
      (["head", "body"], [[2, 4], [4, 3]], ["body", "head"], false),
      (["fc10", "fc9", "fc1"], [[4, 4], [4, 4], [4, 4]], ["fc1", "fc9", "fc10"], false),
      (["fc1", "fc2"], [[2, 4], [4, 3]], ["fc2", "fc1"], false),
      (["hidden", "input", "output"], [[3, 3], [3, 3], [3, 3]], ["hidden", "input", "output"], true),
      (["stem", "b", "a", "out"], [[4, 3], [4, 4], [4, 4], [2, 4]], ["stem", "b", "a", "out"], true),
    ] as [([String], [[Int]], [String], Bool)])
  func order(names: [String], shapes: [[Int]], layers: [String], isAssumed: Bool) throws {
    let tensors = zip(names, shapes).enumerated().flatMap { index, layer in
      [
        Self.tensor(layer.0 + ".weight", layer.1, Float(100 * index)),
        Self.tensor(layer.0 + ".bias", [layer.1[0]], Float(10 * index)),
      ]
    }
    let model = try read(tensors)
    let positions = try layers.map { try #require(names.firstIndex(of: $0)) }
    #expect(model.parameters.layers.map { $0.weight.first } == positions.map { Float(100 * $0) })
    #expect(model.parameters.layers.map { $0.bias.first } == positions.map { Float(10 * $0) })
    #expect(model.assumedOrder == (isAssumed ? layers.map { $0 + ".weight" } : nil))
  }

  @Test("A file of this program's format has its tensors' names; others are read without that format")
  func otherNames() throws {
    let tensors = [Self.tensor("fc1.weight", [4, 3]), Self.tensor("fc1.bias", [4])]
    let error = #expect(throws: FileError.self) {
      try read(tensors, [.init("format", "descent"), .init("version", "1")])
    }
    let message = error?.description ?? ""
    #expect(
      message.contains("\"fc1.weight\" [4, 3]") && message.contains("expected layers.0.weight, layers.0.bias"),
      "\(message)")
    #expect(message.contains("Without format in the metadata"), "\(message)")
    #expect(try read(tensors).widths == [3, 4])
  }

  @Test("Weights stored [inputs, outputs] are recognized where only that fits")
  func transposed() throws {
    let model = try read([
      Self.tensor("a.kernel", [3, 4]), Self.tensor("a.bias", [4]), Self.tensor("b.kernel", [4, 2]),
    ])
    #expect(model.widths == [3, 4, 2] && model.isTransposed)
    #expect(model.parameters.layers[0].weight == [0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11])
    #expect(model.parameters.layers[1].bias == [0, 0])
  }

  /// Little-endian numbers of each type for 1, −2 and 0.5.
  @Test(
    "Half, brain and double precision are converted",
    arguments: [
      ("F16", [0x00, 0x3C, 0x00, 0xC0, 0x00, 0x38]), ("BF16", [0x80, 0x3F, 0x00, 0xC0, 0x00, 0x3F]),
      ("F64", [0, 0, 0, 0, 0, 0, 0xF0, 0x3F, 0, 0, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0xE0, 0x3F]),
    ] as [(String, [UInt8])])
  func types(type: String, bytes: [UInt8]) throws {
    var header = Array(#"{"w":{"dtype":"\#(type)","shape":[1,3],"data_offsets":[0,\#(bytes.count)]}}"#.utf8)
    header += [UInt8](repeating: 0x20, count: (8 - header.count % 8) % 8)
    let model = try ModelFile.parse([UInt8(header.count), 0, 0, 0, 0, 0, 0, 0] + header + bytes, file: "x")
    #expect(model.parameters.layers[0].weight == [1, -2, 0.5] && model.widths == [3, 1])
  }

  private func model() throws -> ModelFile {
    let topology = try Topology(inputs: 3, hidden: [4], outputs: 2, activations: [.tanh])
    let layers = [
      Parameters.LayerParameters(weight: (0..<12).map { Float($0) / 8 - 0.5 }, bias: [0.5, -1, 0, 2]),
      Parameters.LayerParameters(weight: (0..<8).map { Float($0) / 4 - 1 }, bias: [0.25, -0.25]),
    ]
    var model = ModelFile(topology: topology, parameters: Parameters(layers: layers))
    model.answers = .labels(["no", "yes"])
    model.preprocessing.scale = 2
    return model
  }

  /// Activations and the ONNX operators that compute them, in the order of the nodes.
  static let operators: [(activation: Activation, operators: [String], torch: String)] = [
    (.relu, ["Relu"], "torch.relu"), (.leakyReLU, ["LeakyRelu"], "leaky_relu(z, 0.01)"),
    (.sigmoid, ["Sigmoid"], "torch.sigmoid"), (.tanh, ["Tanh"], "torch.tanh"), (.identity, ["Identity"], "z"),
    (.elu, ["Elu"], "functional.elu"), (.softplus, ["Softplus"], "functional.softplus"),
    (.silu, ["Sigmoid", "Mul"], "functional.silu"),
    (.gelu, ["Mul", "Erf", "Add", "Mul", "Mul"], "functional.gelu"),
    (.geluTanh, ["Mul", "Mul", "Mul", "Add", "Mul", "Tanh", "Add", "Mul", "Mul"], "gelu(z, approximate='tanh')"),
    (.scaledTanh, ["Mul", "Tanh", "Mul"], "1.7159 * torch.tanh(2 / 3 * z)"),
  ]

  @Test("Every activation of hidden layers is exported to ONNX by standard operators, and to PyTorch")
  func activations() throws {
    #expect(Set(Self.operators.map(\.activation)).union([.softmax]) == Set(Activation.allCases))
    for (activation, operators, torch) in Self.operators {
      let folder = try ScratchFolder()
      let topology = try Topology(inputs: 2, hidden: [3], outputs: 2, activations: [activation])
      let parameters = Parameters(layers: [
        .init(weight: [1, 2, 3, 4, 5, 6], bias: [1, 2, 3]), .init(weight: [1, 2, 3, 4, 5, 6], bias: [1, 2]),
      ])
      let model = ModelFile(topology: topology, parameters: parameters)
      for ending in [".onnx", ".py"] {
        let format = try #require(ModelFormats.all.first { $0.ending == ending }, "\(ending)")
        try format.write(ExportedModel(model, topology: topology, scale: 1), to: folder.file("m" + ending))
      }
      // Field 4 of a node: the tag 0x22, the length, the name.
      let bytes = try folder.read("m.onnx")
      let names = Set(operators + ["Gemm", "Softmax"])
      var found: [(index: Int, name: String)] = []
      for name in names {
        let field = [0x22, UInt8(name.utf8.count)] + Array(name.utf8)
        for index in 0..<max(0, bytes.count - field.count) where bytes[index] == 0x22 {
          if Array(bytes[index..<(index + field.count)]) == field { found.append((index, name)) }
        }
      }
      #expect(
        found.sorted { $0.index < $1.index }.map(\.name) == ["Gemm"] + operators + ["Gemm", "Softmax"], "\(activation)")
      #expect(try folder.text("m.py").contains(torch), "\(activation)")
    }
  }

  @Test("A name that promises another program's format is refused", arguments: [".mat", ".PT", ".h5", ".npy"])
  func foreignEndings(ending: String) throws {
    let folder = try ScratchFolder()
    let path = folder.file("m" + ending)
    let error = #expect(throws: FileError.self) { try model().save(to: path) }
    #expect(error?.description.contains(ending.lowercased()) == true && error?.file == path)
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test("The ending of a saved model's name is its format", arguments: [".onnx", ".npz", ".safetensors", "", ".model"])
  func endings(ending: String) throws {
    let folder = try ScratchFolder()
    let path = folder.file("m" + ending)
    try model().save(to: path)
    let bytes = try folder.read("m" + ending)
    switch ending {
    // ir_version, the first field, is 8.
    case ".onnx": #expect(bytes.starts(with: [0x08, 8]) && String(decoding: bytes, as: UTF8.self).contains("Softmax"))
    case ".npz":
      let archive = try bytes.withUnsafeBytes { raw in
        try ZipArchive(raw, path: path).entries.map { ($0.name, try ZipArchive(raw, path: path).contents(of: $0)) }
      }
      #expect(
        archive.map(\.0) == [
          "activations.npy", "layers.0.weight.npy", "layers.0.bias.npy", "layers.1.weight.npy", "layers.1.bias.npy",
          "scale.npy", "labels.npy",
        ])
      #expect(archive[5].1.suffix(8) == [0, 0, 0, 0, 0, 0, 0, 0x40])
    default: #expect(try ModelFile.read(path) == model())
    }
  }
}
