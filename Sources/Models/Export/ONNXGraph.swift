/// A graph of ONNX, built node by node. Each node has one output, whose name contains the node's number.
///
/// Field numbers: onnx/onnx.proto, ir version 8.
struct ONNXGraph {
  /// Types of elements.
  enum Element: Int {
    case float = 1
    case int64 = 7
    case double = 11
  }

  /// The number of bytes of a model before the version of its operators: those of the ir version and the producer.
  static let producerEnd = 2 + 2 + "descent".utf8.count

  private var message = ProtobufMessage()
  /// Nodes and constants so far.
  private(set) var count = 0

  /// Adds a node.
  /// - Returns: the name of its output.
  mutating func node(
    _ operation: String, _ inputs: [String], output: String? = nil, ints: [(String, [Int])] = [],
    floats: [(String, Float)] = []
  ) -> String {
    count += 1
    let name = output ?? "\(operation.lowercased())_\(count)"
    var node = ProtobufMessage()
    for input in inputs { node.add(1, input) }
    node.add(2, name)
    node.add(3, "\(operation)_\(count)")
    node.add(4, operation)
    for (name, values) in ints { node.add(5, Self.attribute(name, values)) }
    for (name, value) in floats {
      var attribute = ProtobufMessage()
      attribute.add(1, name)
      attribute.add(2, value)
      attribute.add(20, 1)
      node.add(5, attribute)
    }
    message.add(1, node)
    return name
  }

  /// One integer as INT, several as INTS.
  private static func attribute(_ name: String, _ values: [Int]) -> ProtobufMessage {
    var attribute = ProtobufMessage()
    attribute.add(1, name)
    if values.count == 1 {
      attribute.add(3, values[0])
      attribute.add(20, 2)
    } else {
      for value in values { attribute.add(8, value) }
      attribute.add(20, 7)
    }
    return attribute
  }

  /// Adds a constant tensor.
  /// - Returns: its name.
  mutating func constant(
    _ name: String, _ type: Element, shape: [Int], _ numbers: [some BitwiseCopyable]
  ) -> String {
    count += 1
    var tensor = ProtobufMessage()
    for size in shape { tensor.add(1, size) }
    tensor.add(2, type.rawValue)
    tensor.add(8, name)
    tensor.add(9, numbers: numbers)
    message.add(5, tensor)
    return name
  }

  /// The whole model: `input` and `output` of type float, `[N, inputs]` and `[N, outputs]`.
  ///
  /// - Parameters:
  ///   - metadata: names and texts for `metadata_props`.
  ///   - documentation: the text of `doc_string`; nil for none.
  func model(inputs: Int, outputs: Int, metadata: [(String, String)], documentation: String? = nil) -> [UInt8] {
    var graph = message
    graph.add(2, "network")
    graph.add(11, Self.value("input", width: inputs))
    graph.add(12, Self.value("output", width: outputs))
    var operators = ProtobufMessage()
    operators.add(1, "")
    operators.add(2, 13)
    var model = ProtobufMessage()
    model.add(1, 8)
    model.add(2, "descent")
    if let documentation { model.add(6, documentation) }
    model.add(8, operators)
    for (name, text) in metadata {
      var entry = ProtobufMessage()
      entry.add(1, name)
      entry.add(2, text)
      model.add(14, entry)
    }
    model.add(7, graph)
    return model.bytes
  }

  private static func value(_ name: String, width: Int) -> ProtobufMessage {
    var batch = ProtobufMessage()
    batch.add(2, "N")
    var size = ProtobufMessage()
    size.add(1, width)
    var shape = ProtobufMessage()
    shape.add(1, batch)
    shape.add(1, size)
    var tensor = ProtobufMessage()
    tensor.add(1, Element.float.rawValue)
    tensor.add(2, shape)
    var type = ProtobufMessage()
    type.add(1, tensor)
    var value = ProtobufMessage()
    value.add(1, name)
    value.add(2, type)
    return value
  }
}
