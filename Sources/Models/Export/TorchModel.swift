import Files
import JSON
import Networks

/// A Python file that creates the model in PyTorch, with its parameters and preprocessing.
package enum TorchModel: ModelFormat {
  package static var name: String { "torch" }
  package static var ending: String { ".py" }
  package static func place(of property: String) -> String? { "\(property.uppercased()) in the file" }
  package static var filling: String? { "(NaN) are filled as in training" }
  package static var resampling: String? { nil }

  package static func isBeginning(_ bytes: [UInt8]) -> Bool {
    let line = String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    return line.hasPrefix("# A network of ") && line.hasSuffix(", exported by descent. As a module:")
  }

  package static func write(_ model: ExportedModel, to path: String) throws(FileError) {
    let file = try AtomicFile(path)
    try file.write(text(beginning: model))
    for layer in model.parameters.layers {
      try file.write("    (\"" + layer.weight.base64 + "\",\n     \"" + layer.bias.base64 + "\"),\n")
    }
    let activations = try model.topology.layers.map { layer throws(FileError) in
      try ExportedActivation.of(layer.activation, for: path).torch
    }
    try file.write("]\n" + end(activations))
    try file.commit()
  }

  private static func text(beginning model: ExportedModel) -> String {
    let topology = model.topology
    let sizes = topology.layers.map { "(\($0.inputs), \($0.outputs))" }.joined(separator: ", ")
    return """
      # A network of \(topology), exported by descent. As a module:
      #     from FILE import model
      #     outputs = model(features)        # \(inputs(model)) to [N, \(topology.outputs)]
      # `model.layers` are torch.nn.Linear, ready for further training.
      import base64
      import torch

      LABELS = \(texts(model.labels))
      # The least output for which the second of two classes is predicted; None: 0.5.
      THRESHOLD = \(model.threshold.map { "\($0)" } ?? "None")
      # The names of the inputs, and the values of missing ones (NaN).
      FEATURES = \(texts(model.features))
      FILL = \(numbers(model.fill))
      # The matrix R, [side, side in the source], that resamples images: R · image · Rᵀ.
      RESIZE = \(matrix(model.resampling))
      SCALE = \(model.scale)
      MEAN = \(numbers(model.preprocessing.standardization?.mean))
      DEVIATION = \(numbers(model.preprocessing.standardization?.deviation))
      TRANSPOSED_SIDE = \(model.transposedSide.map { "\($0)" } ?? "None")
      SIZES = [\(sizes)]
      # Weights [outputs, inputs] and biases of each layer: little-endian float32 in base64.
      NUMBERS = [

      """
  }

  private static func end(_ activations: [String]) -> String {
    let activations = activations.map { "    \($0),\n" }.joined()
    return """
      ACTIVATIONS = [
      \(activations)]


      def numbers(text):
          return torch.frombuffer(bytearray(base64.b64decode(text)), dtype=torch.float32).clone()


      class Model(torch.nn.Module):
          def __init__(self):
              super().__init__()
              self.layers = torch.nn.ModuleList()
              for (inputs, outputs), (weight, bias) in zip(SIZES, NUMBERS):
                  layer = torch.nn.Linear(inputs, outputs, bias=bool(bias))
                  with torch.no_grad():
                      layer.weight.copy_(numbers(weight).reshape(outputs, inputs))
                      if bias:
                          layer.bias.copy_(numbers(bias))
                  self.layers.append(layer)
              for name, values in [("fill", FILL), ("resize", RESIZE), ("mean", MEAN), ("deviation", DEVIATION)]:
                  self.register_buffer(name, None if values is None else torch.tensor(values, dtype=torch.float64))

          def preprocess(self, features):
              features = features.double()
              if self.fill is not None:
                  features = torch.where(torch.isnan(features), self.fill, features)
              if self.resize is not None:
                  side = self.resize.shape[1]
                  images = self.resize @ features.reshape(-1, side, side) @ self.resize.T
                  # Rounded as in training.
                  features = images.float().double().flatten(1)
              if TRANSPOSED_SIDE is not None:
                  features = features.reshape(-1, TRANSPOSED_SIDE, TRANSPOSED_SIDE).transpose(1, 2).flatten(1)
              features = features / SCALE
              if self.mean is not None:
                  features = (features - self.mean) / self.deviation
              return features.float()

          def forward(self, features):
              values = self.preprocess(features)
              for layer, activation in zip(self.layers, ACTIVATIONS):
                  values = activation(layer(values))
              return values


      model = Model()

      """
  }

  /// The meaning and the shape of the inputs.
  private static func inputs(_ model: ExportedModel) -> String {
    guard model.resampling == nil, let side = model.preprocessing.resize else {
      return "raw features [N, \(model.inputs)]"
    }
    return "images resampled to \(side) × \(side) pixels, [N, \(model.inputs)],"
  }

  /// A list of the matrix's rows.
  private static func matrix(_ resampling: ExportedModel.Resampling?) -> String {
    guard let resampling else { return "None" }
    let (matrix, width) = (resampling.matrix(), resampling.sourceSide)
    return list((0..<resampling.side).map { numbers(Array(matrix[($0 * width)..<(($0 + 1) * width)])) })
  }

  private static func texts(_ texts: [String]?) -> String {
    texts.map { list($0.map { JSONValue.string($0).text }) } ?? "None"
  }

  private static func numbers(_ numbers: [Double]?) -> String { numbers.map { list($0.map { "\($0)" }) } ?? "None" }

  private static func list(_ elements: [String]) -> String { "[" + elements.joined(separator: ", ") + "]" }
}
