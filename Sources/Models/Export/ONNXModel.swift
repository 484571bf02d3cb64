import Files
import JSON
import Networks

/// ONNX, ir version 8 and operators 13: raw features in, probabilities or values out, preprocessing included.
package enum ONNXModel: ModelFormat {
  package static var name: String { "onnx" }
  package static var ending: String { ".onnx" }
  package static func place(of property: String) -> String? { "'\(property)' in the file's metadata_props" }
  package static var filling: String? { "(NaN) are filled as in training" }
  package static var resampling: String? { nil }
  /// The largest number of parameters: 2 GB, the limit of a Protocol Buffers message, with a margin.
  private static let maximumParameters = 500_000_000

  package static func isBeginning(_ bytes: [UInt8]) -> Bool {
    // With the number of the field that follows the producer: training's have a text there.
    bytes.starts(with: ONNXGraph().model(inputs: 1, outputs: 1, metadata: []).prefix(ONNXGraph.producerEnd + 1))
  }

  package static func write(_ model: ExportedModel, to path: String) throws(FileError) {
    // The matrix of the resampling is of Doubles.
    let parameters = model.topology.parameters + (model.resampling.map { 2 * $0.side * $0.sourceSide } ?? 0)
    guard parameters <= maximumParameters else {
      throw FileError(
        file: path, found: "a model of \(parameters) parameters",
        expected: "at most \(maximumParameters), the limit of an ONNX file", hint: "Other formats have no such limit.")
    }
    try AtomicFile.write(bytes(of: model, for: path), to: path)
  }

  static func bytes(of model: ExportedModel, for path: String) throws(FileError) -> [UInt8] {
    var graph = ONNXGraph()
    var value = preprocessing(model, &graph)
    let layers = model.topology.layers
    for (index, layer) in layers.enumerated() {
      let parameters = model.parameters.layers[index]
      let weight = graph.constant(
        TensorName.weight(index), .float, shape: [layer.outputs, layer.inputs], parameters.weight)
      let bias =
        parameters.bias.isEmpty
        ? [] : [graph.constant(TensorName.bias(index), .float, shape: [layer.outputs], parameters.bias)]
      value = graph.node("Gemm", [value, weight] + bias, ints: [("transB", [1])])
      let activation = try ExportedActivation.of(layer.activation, for: path)
      value = activation.onnx(&graph, value, index == layers.count - 1 ? "output" : nil)
    }
    return graph.model(
      inputs: model.inputs, outputs: model.topology.outputs, metadata: metadata(model),
      documentation: model.isTrained ? "The model of a training run." : nil)
  }

  /// JSON arrays: the labels of the classes, the names of the inputs, and the values of missing features, one for each input;
  /// `threshold`; `resize`, the side of the images, if the input is resampled images; `interrupted` for the model of an interrupted run.
  private static func metadata(_ model: ExportedModel) -> [(String, String)] {
    func texts(_ name: String, _ texts: [String]?) -> [(String, String)] {
      texts.map { [(name, JSONValue.array($0.map(JSONValue.string)).text)] } ?? []
    }
    let fill = model.fill.map { [("fill", JSONValue.array($0.map { .number($0) }).text)] } ?? []
    let threshold = model.threshold.map { [("threshold", "\($0)")] } ?? []
    let resize = model.resampling == nil ? model.preprocessing.resize.map { [("resize", "\($0)")] } ?? [] : []
    return texts("labels", model.labels) + texts("features", model.features) + fill + threshold + resize
      + (model.isInterrupted ? [("interrupted", "true")] : [])
  }

  /// Adds the nodes from raw features to the first layer's inputs. Missing features are filled and means subtracted in
  /// double, since features may be large with small differences.
  private static func preprocessing(_ model: ExportedModel, _ graph: inout ONNXGraph) -> String {
    let standardization = model.preprocessing.standardization
    let isDouble = model.fill != nil || model.scale != 1 || standardization != nil || model.resampling != nil
    var value = "input"
    if isDouble { value = graph.converted(value, to: .double) }
    if let fill = model.fill {
      let isMissing = graph.node("IsNaN", ["input"])
      value = graph.node("Where", [isMissing, graph.constant("input.fill", .double, shape: [fill.count], fill), value])
    }
    if let resampling = model.resampling { value = graph.resampled(value, resampling) }
    if let side = model.transposedSide {
      value = graph.reshaped(value, [-1, side, side])
      value = graph.node("Transpose", [value], ints: [("perm", [0, 2, 1])])
      value = graph.reshaped(value, [-1, side * side])
    }
    if model.scale != 1 {
      value = graph.node("Div", [value, graph.constant("scale", .double, shape: [], [model.scale])])
    }
    if let standardization {
      let (mean, deviation) = (standardization.mean, standardization.deviation)
      value = graph.node("Sub", [value, graph.constant(TensorName.mean, .double, shape: [mean.count], mean)])
      value = graph.node("Div", [value, graph.constant(TensorName.deviation, .double, shape: [mean.count], deviation)])
    }
    return isDouble ? graph.converted(value, to: .float) : value
  }
}

extension ONNXGraph {
  fileprivate mutating func converted(_ value: String, to element: Element) -> String {
    node("Cast", [value], ints: [("to", [element.rawValue])])
  }

  fileprivate mutating func reshaped(_ value: String, _ shape: [Int]) -> String {
    let sizes = constant("shape_\(count)", .int64, shape: [shape.count], shape.map { Int64($0) })
    return node("Reshape", [value, sizes])
  }

  /// Resamples images of double, and rounds them to float as in training.
  fileprivate mutating func resampled(_ images: String, _ resampling: ExportedModel.Resampling) -> String {
    let (side, sourceSide) = (resampling.side, resampling.sourceSide)
    let matrix = constant("resize.matrix", .double, shape: [side, sourceSide], resampling.matrix())
    let transposed = node("Transpose", [matrix], ints: [("perm", [1, 0])])
    let lines = node("MatMul", [reshaped(images, [-1, sourceSide, sourceSide]), transposed])
    let pixels = reshaped(node("MatMul", [matrix, lines]), [-1, side * side])
    return converted(converted(pixels, to: .float), to: .double)
  }
}
