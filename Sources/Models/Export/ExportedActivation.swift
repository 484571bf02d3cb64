import Files
import Networks

/// An activation in ONNX and in PyTorch.
struct ExportedActivation {
  /// Adds ONNX nodes that compute the activation of `value`, and returns the name of their output: `output`, if it is not nil.
  var onnx: (_ graph: inout ONNXGraph, _ value: String, _ output: String?) -> String
  /// A Python expression for the activation as a function of a tensor.
  var torch: String

  /// - Throws: `FileError` naming `path` for an activation that cannot be exported.
  static func of(_ activation: Activation, for path: String) throws(FileError) -> ExportedActivation {
    guard let exported = all[activation] else {
      throw FileError(
        file: path, found: "the activation \(activation.rawValue)",
        expected: "one that can be exported: " + all.keys.map(\.rawValue).sorted().joined(separator: ", "))
    }
    return exported
  }

  // Immutable; the closures capture nothing.
  nonisolated(unsafe) private static let all: [Activation: ExportedActivation] = [
    .relu: node("Relu", torch: "torch.relu"),
    .leakyReLU: node(
      "LeakyRelu", floats: [("alpha", 0.01)], torch: "lambda z: torch.nn.functional.leaky_relu(z, 0.01)"),
    .sigmoid: node("Sigmoid", torch: "torch.sigmoid"),
    .tanh: node("Tanh", torch: "torch.tanh"),
    .identity: node("Identity", torch: "lambda z: z"),
    .softmax: node("Softmax", ints: [("axis", [1])], torch: "lambda z: torch.softmax(z, dim=1)"),
    .elu: node("Elu", floats: [("alpha", 1)], torch: "torch.nn.functional.elu"),
    .softplus: node("Softplus", torch: "torch.nn.functional.softplus"),
    .silu: ExportedActivation(
      onnx: { graph, z, output in graph.node("Mul", [z, graph.node("Sigmoid", [z])], output: output) },
      torch: "torch.nn.functional.silu"),
    .gelu: ExportedActivation(
      onnx: { graph, z, output in
        let scaled = graph.node("Mul", [z, graph.scalar(Float(0.5.squareRoot()))])
        return graph.halved(z, graph.node("Erf", [scaled]), output)
      }, torch: "torch.nn.functional.gelu"),
    .geluTanh: ExportedActivation(
      onnx: { graph, z, output in
        let cube = graph.node("Mul", [graph.node("Mul", [z, z]), z])
        let sum = graph.node("Add", [z, graph.node("Mul", [cube, graph.scalar(0.044715)])])
        let scaled = graph.node("Mul", [sum, graph.scalar(Float((2 / Double.pi).squareRoot()))])
        return graph.halved(z, graph.node("Tanh", [scaled]), output)
      }, torch: "lambda z: torch.nn.functional.gelu(z, approximate='tanh')"),
    .scaledTanh: ExportedActivation(
      onnx: { graph, z, output in
        let inner = graph.node("Tanh", [graph.node("Mul", [z, graph.scalar(2 / 3)])])
        return graph.node("Mul", [inner, graph.scalar(1.7159)], output: output)
      }, torch: "lambda z: 1.7159 * torch.tanh(2 / 3 * z)"),
  ]

  private static func node(
    _ operation: String, ints: [(String, [Int])] = [], floats: [(String, Float)] = [], torch: String
  ) -> ExportedActivation {
    ExportedActivation(
      onnx: { graph, value, output in graph.node(operation, [value], output: output, ints: ints, floats: floats) },
      torch: torch)
  }
}

extension ONNXGraph {
  /// A constant without dimensions.
  fileprivate mutating func scalar(_ number: Float) -> String {
    constant("number_\(count)", .float, shape: [], [number])
  }

  /// ½ z (1 + x).
  fileprivate mutating func halved(_ z: String, _ x: String, _ output: String?) -> String {
    let sum = node("Add", [x, scalar(1)])
    let half = node("Mul", [z, scalar(0.5)])
    return node("Mul", [half, sum], output: output)
  }
}
