import Files
import Models
import Networks
import Testing

/// Models whose outputs have an offset beside the biases: the tensors of the file alone are the model, to rounding, and the metadata has
/// the exact numbers.
@Suite("Offsets of outputs in model files")
struct ModelFileOffsetTests {
  private static func model() throws -> ModelFile {
    let topology = try Topology(inputs: 2, hidden: [3], outputs: 2, activations: [.tanh], output: .identity)
    let layers = topology.layers.map { layer in
      Parameters.LayerParameters(
        weight: (0..<(layer.inputs * layer.outputs)).map { Float($0) / 8 - 0.5 },
        bias: (0..<layer.outputs).map { Float($0) / 4 + 0.3 })
    }
    var model = ModelFile(topology: topology, parameters: Parameters(layers: layers))
    model.answers = .targets(2)
    model.targetOrigins = [1_700_000_000.25, 0]
    var parameters = model.parameters
    parameters.layers[1].bias = [-7.7, 2]
    model.snapshots = [.init(epoch: 2, parameters: parameters)]
    return model
  }

  @Test("The tensors have the units of the targets, and the exact numbers come back")
  func roundTrip() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/m.safetensors"
      let model = try Self.model()
      try model.write(to: path)
      let contents = try Safetensors.read(path)
      func bias(_ name: String) -> [Float]? { contents.tensors.first { $0.name == name }?.values }
      #expect(bias("layers.1.bias") == [Float(1_700_000_000.25 + Double(Float(0.3))), 0.55])
      #expect(bias("snapshots.2.layers.1.bias") == [Float(1_700_000_000.25 - Double(Float(7.7))), 2])
      // Earlier versions would add an offset of this name to the biases once more.
      #expect(!contents.metadata.contains { $0.name == "target_offset" })
      #expect(try ModelFile.read(path) == model)
    }
  }

  @Test(
    "An edited tensor wins over the metadata", arguments: ["layers.1.bias", "snapshots.2.layers.1.bias"])
  func edited(name: String) throws {
    try withTemporaryFolder { folder in
      let path = folder + "/m.safetensors"
      let model = try Self.model()
      try model.write(to: path)
      var contents = try Safetensors.read(path)
      let index = try #require(contents.tensors.firstIndex { $0.name == name })
      contents.tensors[index].values[1] = 5
      let read = try ModelFile.parse(contents.bytes(), file: path)
      var expected = model.withoutTargetOrigins
      if name.hasPrefix("snapshots") {
        expected.snapshots[0].parameters.layers[1].bias[1] = 5
      } else {
        expected.parameters.layers[1].bias[1] = 5
      }
      #expect(read == expected)
    }
  }

  @Test("A file of an earlier version, whose biases lack the offset, is read as before")
  func earlier() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/m.safetensors"
      var model = try Self.model()
      let origins = model.targetOrigins
      model.targetOrigins = nil
      try model.write(to: path)
      var contents = try Safetensors.read(path)
      contents.metadata.append(.init("target_offset", "[1700000000.25,0]"))
      model.targetOrigins = origins
      #expect(try ModelFile.parse(contents.bytes(), file: path) == model)
    }
  }

  @Test("Numbers that are damaged are an error that names them", arguments: ["output_bias", "output_offset"])
  func damaged(name: String) throws {
    try withTemporaryFolder { folder in
      let path = folder + "/m.safetensors"
      try Self.model().write(to: path)
      var contents = try Safetensors.read(path)
      let index = try #require(contents.metadata.firstIndex { $0.name == name })
      for text in ["[1]", "[1,2,3]", "1", "[1,\"2\"]"] {
        contents.metadata[index] = .init(name, text)
        let error = modelError(contents.bytes())
        #expect(error?.description.contains(name) == true, "\(text): \(error?.description ?? "read")")
      }
      // Without one of the two, the tensors are the model.
      contents.metadata.remove(at: index)
      let read = try ModelFile.parse(contents.bytes(), file: path)
      #expect(try read == Self.model().withoutTargetOrigins)
    }
  }
}
