/// A reference implementation of a network in Double, one example at a time, with exactly the formulas of the course
/// notes.
///
/// It is simple, not fast. `FastNetwork` is checked against it, and the course's exercises use it.
///
/// Notation, with layers counted from 0: z⁽ˡ⁾ = W⁽ˡ⁾ a⁽ˡ⁻¹⁾ + b⁽ˡ⁾ is a layer's pre-activation, a⁽ˡ⁾ = f⁽ˡ⁾(z⁽ˡ⁾) its
/// output, and a⁽⁻¹⁾ the input x. (The notation of Arriola, Práctica 5 and Ng; Bunge writes a for z and z for a; Rivera
/// y for a.)
package struct PlainNetwork: Sendable, Equatable {
  /// The layers and the loss.
  package let topology: Topology
  /// For each layer `[outputs × inputs]`, row-major: row j has the weights into unit j (Bunge's W⁽ˡ⁾, Práctica 5's Θ
  /// without column 0).
  package var weights: [[Double]]
  /// For each layer `[outputs]`; empty without biases.
  package var biases: [[Double]]

  /// - Precondition: the arrays have the topology's shapes.
  package init(topology: Topology, weights: [[Double]], biases: [[Double]]) {
    let shapes = topology.layers
    precondition(
      weights.map(\.count) == shapes.map { $0.outputs * $0.inputs }, "weights must have the topology's shapes")
    precondition(
      biases.map(\.count) == shapes.map { topology.hasBiases ? $0.outputs : 0 },
      "biases must have the topology's shapes")
    self.topology = topology
    self.weights = weights
    self.biases = biases
  }

  /// - Precondition: the parameters have the topology's shapes.
  package init(topology: Topology, parameters: Parameters) {
    self.init(
      topology: topology, weights: parameters.layers.map { $0.weight.map(Double.init) },
      biases: parameters.layers.map { $0.bias.map(Double.init) })
  }

  /// The values of all layers for one example.
  package struct ForwardTrace: Sendable, Equatable {
    /// The example's inputs.
    package var input: [Double]
    /// The pre-activations of each layer.
    package var z: [[Double]]
    /// The activations of each layer.
    package var a: [[Double]]
    /// The dropout factors of each layer's input, the network's input first; nil for a layer without dropout.
    package var dropoutFactors: [[Double]?] = []

    /// The network's output, ŷ.
    package var output: [Double] { a[a.count - 1] }

    /// The dropout factors of a layer's input; nil without dropout.
    package func dropoutFactors(layer: Int) -> [Double]? { layer < dropoutFactors.count ? dropoutFactors[layer] : nil }

    /// The values that enter a layer: a⁽ˡ⁻¹⁾, the input itself for the first, times the factors of dropout.
    package func entering(layer: Int) -> [Double] { dropped(layer == 0 ? input : a[layer - 1], layer: layer) }

    /// A layer's input times the factors of dropout.
    func dropped(_ entering: [Double], layer: Int) -> [Double] {
      guard let factors = dropoutFactors(layer: layer) else { return entering }
      return zip(entering, factors).map { $0 * $1 }
    }
  }

  /// Forward propagation: Bunge (2)–(4), Rivera's z₁, y₁, z₂, y₂, Práctica 5's a₁, a₂, a₃, for any depth.
  ///
  /// - Parameter input: `topology.inputs` numbers.
  package func forward(_ input: [Double]) -> ForwardTrace { forward(input, dropoutFactors: []) }

  /// Forward propagation with dropout.
  ///
  /// - Parameter dropoutFactors: the factors of each layer's input, nil for a layer without dropout; empty for none.
  package func forward(_ input: [Double], dropoutFactors: [[Double]?]) -> ForwardTrace {
    precondition(input.count == topology.inputs, "an example needs one number per network input")
    var trace = ForwardTrace(input: input, z: [], a: [], dropoutFactors: dropoutFactors)
    for layer in topology.layers.indices {
      let z = preactivation(layer: layer, entering: trace.entering(layer: layer))
      trace.z.append(z)
      trace.a.append(topology.layers[layer].activation.plainValues(z))
    }
    return trace
  }

  /// z⁽ˡ⁾ = W⁽ˡ⁾ a⁽ˡ⁻¹⁾ + b⁽ˡ⁾.
  func preactivation(layer: Int, entering a: [Double]) -> [Double] {
    let inputs = topology.layers[layer].inputs
    return (0..<topology.layers[layer].outputs).map { unit in
      var sum = topology.hasBiases ? biases[layer][unit] : 0
      for input in 0..<inputs {
        sum += weights[layer][unit * inputs + input] * a[input]
      }
      return sum
    }
  }
}

extension Parameters {
  /// The parameters of a network in Double, rounded to Float.
  package init(_ network: PlainNetwork) {
    self.init(
      layers: zip(network.weights, network.biases).map { weights, biases in
        LayerParameters(weight: weights.map { Float($0) }, bias: biases.map { Float($0) })
      })
  }
}
