import Files
import Foundation
import Models
import Networks
import SampleData
@_exported import TestSupport
import Testing

/// A header of one layer, 2 inputs and 1 output, between other members; `data` for it are 8 bytes.
func layerHeader(_ others: String = "", dtype: String = "F32", shape: String = "[1,2]", offsets: String = "[0,8]")
  -> String
{
  "{\(others)\"layers.0.weight\":{\"dtype\":\"\(dtype)\",\"shape\":\(shape),\"data_offsets\":\(offsets)}}"
}

/// The path of a file of another program.
func resource(_ name: String) -> String { TestData.path("Tests/ModelsTests/Resources/\(name)") }

/// A model with everything that a file can tell, its numbers exact in Float.
func fullModel() throws -> ModelFile {
  let topology = try Topology(inputs: 4, hidden: [3], outputs: 2, activations: [.tanh], output: .sigmoid)
  let layers = topology.layers.map { layer in
    Parameters.LayerParameters(
      weight: (0..<(layer.inputs * layer.outputs)).map { Float($0) / 8 - 0.5 },
      bias: (0..<layer.outputs).map { Float($0) / 4 - 0.25 })
  }
  var model = ModelFile(topology: topology, parameters: Parameters(layers: layers))
  model.answers = .labels(["zero", "\"quoted\", ñ 数\n"])
  model.preprocessing = Preprocessing(
    scale: 255, standardization: .init(mean: [0.5, 0.25, 0, -1], deviation: [1, 2, 0.125, 1]), resize: 2,
    transpose: true)
  return model
}

/// The error of reading these bytes as a model, or nil where that went well.
func modelError(_ bytes: [UInt8]) -> FileError? {
  do throws(FileError) {
    _ = try ModelFile.parse(bytes, file: "m.safetensors")
    return nil
  } catch {
    return error
  }
}
