import Files
import Models
import Networks
import Testing

@Suite("Snapshots in model files")
struct ModelSnapshotTests {
  /// A model with the weights of two earlier epochs.
  static func model() throws -> ModelFile {
    var model = try fullModel()
    model.snapshots = [3, 12].map { epoch in
      var parameters = model.parameters
      parameters.layers[0].weight[0] = Float(epoch)
      return ModelFile.Snapshot(epoch: epoch, parameters: parameters)
    }
    return model
  }

  @Test("come back from the file, and leave the model's own tensors as they are")
  func roundTrip() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/m.safetensors"
      let model = try Self.model()
      try model.write(to: path)
      #expect(try ModelFile.read(path) == model)
      let contents = try Safetensors.read(path)
      #expect(contents.tensors.first?.name == "layers.0.weight")
      #expect(contents.tensors.contains { $0.name == "snapshots.12.layers.1.bias" && $0.shape == [2] })
    }
  }

  static let damages: [(String, String, @Sendable (inout Safetensors) -> Void)] = [
    (
      "a missing tensor", "no snapshots.3.layers.1.bias",
      { $0.tensors.removeAll { $0.name == "snapshots.3.layers.1.bias" } }
    ),
    (
      "a missing layer", "snapshot of epoch 12 of another network",
      {
        $0.tensors.removeAll { $0.name.hasPrefix("snapshots.12.layers.1") }
      }
    ),
    ("a missing snapshot", "the tensors", { $0.tensors.removeAll { $0.name.hasPrefix("snapshots.3.") } }),
    ("an epoch that is not listed", "the tensors \"snapshots.12.", { $0.set("[3]") }),
    ("epochs that fall", "the snapshots", { $0.set("[12,3]") }),
    ("an epoch 0", "the snapshots", { $0.set("[0,3]") }),
    ("no numbers", "the snapshots", { $0.set("3") }),
    ("a fraction", "the snapshots", { $0.set("[3,12.5]") }),
    (
      "a number that is not finite", "snapshots.3.layers.0.weight that is not finite",
      { contents in
        let index = contents.tensors.firstIndex { $0.name == "snapshots.3.layers.0.weight" }
        contents.tensors[index!].values[1] = .nan
      }
    ),
  ]

  @Test("that are damaged are an error that names what is wrong", arguments: damages.indices)
  func damaged(row: Int) throws {
    let (name, found, damage) = Self.damages[row]
    try withTemporaryFolder { folder in
      let path = folder + "/m.safetensors"
      try Self.model().write(to: path)
      var contents = try Safetensors.read(path)
      damage(&contents)
      let error = modelError(contents.bytes())
      #expect(error?.description.contains(found) == true, "\(name): \(error?.description ?? "read")")
    }
  }
}

extension Safetensors {
  /// Replaces the list of snapshots.
  fileprivate mutating func set(_ text: String) {
    metadata = metadata.map { $0.name == "snapshots" ? Metadatum($0.name, text) : $0 }
  }
}
