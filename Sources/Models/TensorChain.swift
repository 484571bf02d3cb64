import Files
import Networks

/// The layers formed by the tensors of another program's file: matrices are weights and vectors are biases, with any
/// names.
///
/// Weights are `[outputs, inputs]` as in PyTorch, or `[inputs, outputs]` as in Keras, if only that order forms a chain,
/// in which each layer's outputs are the next one's inputs.
struct TensorChain {
  let parameters: Parameters
  let widths: [Int]
  /// True if weights were stored `[inputs, outputs]`.
  let isTransposed: Bool
  /// The names of the weights in the order of the layers, if their shapes allow other orders; else nil.
  let assumedOrder: [String]?
  /// The tensors' names, by layer.
  let names: [LayerTensorNames]

  private typealias Tensor = Safetensors.Tensor

  /// - Returns: nil if the tensors do not form a chain that contains all of them.
  init?(_ tensors: [Safetensors.Tensor]) {
    let sorted = tensors.sorted { NaturalOrder.precedes($0.name, $1.name) }
    let weights = sorted.filter { $0.shape.count == 2 }
    let biases = sorted.filter { $0.shape.count == 1 }
    guard !weights.isEmpty, weights.count + biases.count == tensors.count, biases.count <= weights.count,
      let pairs = TensorChain.pairs(weights, biases)
    else { return nil }
    let file = Dictionary(uniqueKeysWithValues: tensors.enumerated().map { ($1.name, $0) })
    for isTransposed in [false, true] {
      let links = pairs.map { LayerOrder.Link($0.weight, bias: $0.bias, isTransposed: isTransposed) }
      // The shapes decide; if they allow several orders, that of the names, or of the file.
      let order = LayerOrder(links, filePositions: pairs.map { file[$0.weight.name] ?? 0 })
      guard let chosen = order.chosen,
        let (parameters, widths) = TensorChain.layers(chosen.map { pairs[$0] }, isTransposed: isTransposed)
      else { continue }
      (self.parameters, self.widths, self.isTransposed) = (parameters, widths, isTransposed)
      assumedOrder = order.isAmbiguous ? chosen.map { pairs[$0].weight.name } : nil
      names = chosen.map { LayerTensorNames(weight: pairs[$0].weight.name, bias: pairs[$0].bias?.name) }
      return
    }
    return nil
  }

  /// Pairs each weight with its bias: by the common prefix of their names, else in order.
  private static func pairs(_ weights: [Tensor], _ biases: [Tensor]) -> [(weight: Tensor, bias: Tensor?)]? {
    if biases.isEmpty { return weights.map { ($0, nil) } }
    func owner(_ name: String) -> Substring { name[..<(name.lastIndex(of: ".") ?? name.startIndex)] }
    let byOwner = Dictionary(grouping: biases) { owner($0.name) }
    let named = weights.map { byOwner[owner($0.name)] ?? [] }
    if named.allSatisfy({ $0.count <= 1 }), named.map(\.count).reduce(0, +) == biases.count {
      return zip(weights, named).map { ($0, $1.first) }
    }
    return weights.count == biases.count ? zip(weights, biases).map { ($0, $1) } : nil
  }

  private static func layers(
    _ pairs: [(weight: Tensor, bias: Tensor?)], isTransposed: Bool
  ) -> (Parameters, [Int])? {
    func shape(_ tensor: Tensor) -> (outputs: Int, inputs: Int) {
      isTransposed ? (tensor.shape[1], tensor.shape[0]) : (tensor.shape[0], tensor.shape[1])
    }
    var widths = [shape(pairs[0].weight).inputs]
    let hasBiases = pairs.contains { $0.bias != nil }
    var layers: [Parameters.LayerParameters] = []
    for (weight, bias) in pairs {
      let (outputs, inputs) = shape(weight)
      guard inputs == widths[widths.count - 1], bias == nil || bias?.shape == [outputs],
        [outputs, inputs].allSatisfy((1...Topology.maximumWidth).contains)
      else { return nil }
      widths.append(outputs)
      // A layer without biases among others has biases of zero.
      let zeros = hasBiases ? [Float](repeating: 0, count: outputs) : []
      let values =
        isTransposed ? weight.values.transposed(rows: inputs, columns: outputs) : weight.values
      layers.append(.init(weight: values, bias: bias?.values ?? zeros))
    }
    return (Parameters(layers: layers), widths)
  }
}

/// The natural order of names: `layers.2` before `layers.10`.
enum NaturalOrder {
  static func precedes(_ one: String, _ other: String) -> Bool {
    var (first, second) = (Array(one.utf8)[...], Array(other.utf8)[...])
    func digits(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> { bytes.prefix { (0x30...0x39).contains($0) } }
    while let a = first.first, let b = second.first {
      let numbers = (digits(first), digits(second))
      if !numbers.0.isEmpty, !numbers.1.isEmpty {
        let values = (numbers.0.drop { $0 == 0x30 }, numbers.1.drop { $0 == 0x30 })
        if values.0.count != values.1.count { return values.0.count < values.1.count }
        if !values.0.elementsEqual(values.1) { return values.0.lexicographicallyPrecedes(values.1) }
        first = first.dropFirst(numbers.0.count)
        second = second.dropFirst(numbers.1.count)
      } else if a != b {
        return a < b
      } else {
        first.removeFirst()
        second.removeFirst()
      }
    }
    return first.isEmpty && !second.isEmpty
  }
}
