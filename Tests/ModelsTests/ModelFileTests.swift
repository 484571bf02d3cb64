import Files
import Foundation
import Models
import Networks
import SampleData
import Testing

@Suite("Model files")
struct ModelFileTests {
  @Test("A model comes back from its file with everything it had")
  func roundTrip() throws {
    try withTemporaryFolder { folder in
      var model = try fullModel()
      (model.preprocessing.firstIndex, model.preprocessing.sourceSide) = (0, 3)
      model.preprocessing.pictures = PictureForm(isMNIST: false, white: 1)
      let path = folder + "/m.safetensors"
      try model.write(to: path)
      #expect(try ModelFile.read(path) == model)
      let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
      try model.write(to: path)
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == bytes)
    }
  }

  @Test("The places of columns come back from a file, of resampled images too, which have other inputs than columns")
  func places() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/m.safetensors"
      var model = try fullModel()
      for (resize, features, names) in [
        (nil, [3, 2, 1, 0], nil), (nil, [0, 1, 2, 3], ["a", "b", "c", "d"]), (2, Array(1...9), nil),
        (2, Array(0...8), (0..<9).map { "p\($0)" }),
      ] as [(Int?, [Int], [String]?)] {
        model.preprocessing.resize = resize
        var columns = TableColumns(names: names, count: features.count)
        let label = features[0] == 1 ? 0 : features.count
        (columns.label, columns.labelIndex) = (.index(label), label)
        columns.setPlaces(features: features, targets: [], width: features.count + 1)
        model.preprocessing.columns = columns
        model.sourceSplit = "test"
        try model.write(to: path)
        #expect(try ModelFile.read(path) == model, "\(features)")
      }
    }
  }

  @Test("A class column beside target columns, which is not theirs, may have any number")
  func otherLabel() throws {
    var model = try fullModel()
    var columns = TableColumns(count: model.widths[0])
    (columns.label, columns.labelIndex) = (.index(9), 9)
    columns.setPlaces(features: Array(0..<columns.count), targets: [columns.count], width: columns.count + 1)
    model.preprocessing.columns = columns
    let folder = try ScratchFolder()
    try model.write(to: folder.file("m.safetensors"))
    #expect(try ModelFile.read(folder.file("m.safetensors")).preprocessing.columns == columns)
  }

  @Test("The model of an interrupted run is marked in every format", arguments: [".safetensors", ".onnx", ".npz"])
  func interrupted(ending: String) throws {
    let folder = try ScratchFolder()
    for isInterrupted in [false, true] {
      var model = try fullModel()
      model.isInterrupted = isInterrupted
      try model.save(to: folder.file("m" + ending))
      let bytes = Data(try folder.read("m" + ending))
      #expect((bytes.range(of: Data("interrupted".utf8)) != nil) == isInterrupted)
    }
  }

  @Test("The properties of a model make the same one of other parameters")
  func properties() throws {
    var full = try fullModel()
    full.preprocessing.firstIndex = 1
    (full.threshold, full.targetOrigins) = (0.25, [1.7e9, 0.1])
    var columns = TableColumns(names: ["a", "b"], count: 2)
    columns.categories = [1: ["x", "y", "z"]]
    full.preprocessing.columns = columns
    for model in [full, try ModelFile.read(resource("python-tensors.safetensors"))] {
      var other = model
      for layer in other.parameters.layers.indices { other.parameters.layers[layer].weight[0] += 1 }
      let made = try ModelFile(
        properties: model.properties, parameters: other.parameters, widths: model.widths, file: "checkpoint")
      #expect(made.properties == model.properties && made.parameters == other.parameters)
      #expect(made.widths == model.widths && made.preprocessing == model.preprocessing)
    }
  }

  @Test("The golden file of version 1 is read, and written again byte for byte")
  func golden() throws {
    let path = resource("golden-model.safetensors")
    var model = try fullModel()
    // The file is older than the exact numbers of the standardization in the metadata.
    model.preprocessing.standardization?.isExact = false
    #expect(try ModelFile.read(path) == model)
    try withTemporaryFolder { folder in
      let copy = folder + "/copy.safetensors"
      try model.write(to: copy)
      #expect(try Data(contentsOf: URL(fileURLWithPath: copy)) == Data(contentsOf: URL(fileURLWithPath: path)))
    }
  }

  @Test("A file that Python's safetensors wrote, tensors alone, is read; its activations are open")
  func python() throws {
    let model = try ModelFile.read(resource("python-tensors.safetensors"))
    #expect(model.widths == [3, 4, 2])
    #expect(model.activations == nil && model.loss == nil && model.answers == nil)
    #expect(model.preprocessing == Preprocessing(scale: nil))
    #expect(model.labels == ["0", "1"])
    let weight: [Float] = (0..<12).map { Float($0) / 8 - 0.5 }
    #expect(model.parameters.layers[0].weight == weight)
    #expect(model.parameters.layers[1].bias == [-0.25, 0])
    let topology = try model.topology(hidden: [.tanh], output: .identity)
    #expect(topology.layers.map(\.activation) == [.tanh, .identity])
    #expect(topology.loss == .squaredError && topology.hasBiases)
  }

  @Test("Metadata that only names another program's format are tensors alone")
  func foreignFormat() throws {
    let bytes = safetensorsBytes(
      header: layerHeader("\"__metadata__\":{\"format\":\"pt\"},"), data: [UInt8](repeating: 0, count: 8))
    #expect(try ModelFile.parse(bytes, file: "m").activations == nil)
  }

  @Test("Without options a file's own activations and loss make the network; options win")
  func options() throws {
    var model = try fullModel()
    model.loss = .squaredError
    let own = try model.topology()
    #expect(own.layers.map(\.activation) == [.tanh, .sigmoid] && own.loss == .squaredError)
    #expect(try model.topology(hidden: [.relu]).layers.map(\.activation) == [.relu, .sigmoid])
    #expect(try model.topology(output: .softmax).loss == .crossEntropy)
    #expect(try model.topology(loss: .crossEntropy).loss == .crossEntropy)
    #expect(throws: TopologyError.self) { try model.topology(output: .tanh, loss: .crossEntropy) }
    #expect(throws: TopologyError.self) { try model.topology(hidden: [.relu, .relu]) }
    var open = ModelFile(parameters: model.parameters, widths: model.widths)
    #expect(try open.topology().layers.map(\.activation) == [.relu, .softmax])
    open.loss = .squaredError
    #expect(try open.topology().loss == .squaredError)
  }

  @Test("A model of one output answers two classes, one of target values none")
  func answers() throws {
    let topology = try Topology(inputs: 1, hidden: [], outputs: 1, output: .sigmoid, hasBiases: false)
    var model = ModelFile(topology: topology, parameters: Parameters.initial(topology: topology, seed: 1))
    #expect(model.labels == ["0", "1"] && !model.hasBiases)
    model.answers = .targets(1)
    #expect(model.labels == nil)
    try withTemporaryFolder { folder in
      try model.write(to: folder + "/m")
      #expect(try ModelFile.read(folder + "/m") == model)
      model.answers = .labels(["cat", "dog"])
      try model.write(to: folder + "/m")
      #expect(try ModelFile.read(folder + "/m").labels == ["cat", "dog"])
    }
  }

  @Test("A number that is not finite is never written over a good file, and is refused by its tensor's name")
  func notFinite() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/m.safetensors"
      var model = try fullModel()
      try model.write(to: path)
      let good = model
      for broken in [Float.nan, .infinity] {
        model.parameters.layers[1].weight[3] = broken
        let error = #expect(throws: FileError.self) { try model.write(to: path) }
        #expect(error?.description.contains("layers.1.weight") == true)
        #expect(try ModelFile.read(path) == good)
        try model.writeGradient(model.parameters, to: folder + "/g")
        let refusal = #expect(throws: FileError.self) { try ModelFile.read(folder + "/g") }
        #expect(refusal?.found == "a number in layers.1.weight that is not finite")
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["g", "m.safetensors"])
    }
  }

  @Test("A gradient has the model's own tensor names and shapes, and nothing else")
  func gradient() throws {
    try withTemporaryFolder { folder in
      let model = try fullModel()
      try model.writeGradient(model.parameters, to: folder + "/g")
      let contents = try Safetensors.read(folder + "/g")
      #expect(contents.metadata.isEmpty)
      #expect(
        contents.tensors.map(\.name) == ["layers.0.weight", "layers.0.bias", "layers.1.weight", "layers.1.bias"])
      #expect(contents.tensors.map(\.shape) == [[3, 4], [3], [2, 3], [2]])
    }
  }

  @Test(
    "A gradient has the names and shapes of another program's tensors",
    arguments: [
      [("fc1.weight", [3, 4]), ("fc1.bias", [3]), ("out.weight", [2, 3]), ("out.bias", [2])],
      [("b", [3, 4]), ("a", [2, 3])],
      [("first.kernel", [4, 3]), ("first.bias", [3]), ("second.kernel", [3, 2]), ("second.bias", [2])],
      [("1.weight", [3, 4]), ("2.weight", [2, 3]), ("2.bias", [2])],
    ])
  func foreignGradient(_ tensors: [(name: String, shape: [Int])]) throws {
    try withTemporaryFolder { folder in
      func contents(_ factor: Float) -> Safetensors {
        Safetensors(
          tensors: tensors.map { tensor in
            let count = tensor.shape.reduce(1, *)
            return .init(name: tensor.name, shape: tensor.shape, values: (0..<count).map { Float($0) * factor })
          })
      }
      try contents(1).write(to: folder + "/model")
      try contents(-2).write(to: folder + "/gradient")
      let model = try ModelFile.read(folder + "/model")
      try model.writeGradient(ModelFile.read(folder + "/gradient").parameters, to: folder + "/written")
      let written = try Safetensors.read(folder + "/written").tensors.map { ($0.name, ($0.shape, $0.values)) }
      let expected = contents(-2).tensors.map { ($0.name, ($0.shape, $0.values)) }
      #expect(Set(written.map(\.0)) == Set(expected.map(\.0)) && written.count == expected.count)
      for (name, (shape, values)) in expected {
        let found = written.first { $0.0 == name }?.1
        #expect(found?.0 == shape && found?.1 == values, "\(name)")
      }
    }
  }

  @Test("A missing file, a folder and an empty file are reported by name")
  func unreadable() throws {
    try withTemporaryFolder { folder in
      try Data().write(to: URL(fileURLWithPath: folder + "/empty"))
      for path in ["/missing", "", "/empty"].map({ folder + $0 }) {
        let error = #expect(throws: FileError.self) { try ModelFile.read(path) }
        #expect(error?.file == path)
      }
    }
  }
}
