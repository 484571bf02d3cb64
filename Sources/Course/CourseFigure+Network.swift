import Descent

extension CourseFigure {
  /// A network with the numbers of one example: outputs and error signals in its units, gradients on its connections.
  package struct Network: Sendable, Equatable {
    /// A row of units.
    package struct Layer: Sendable, Equatable {
      package var name: LocalizedText
      package var units: [Unit]
    }

    /// A unit: its name and its numbers, each with a symbol.
    package struct Unit: Sendable, Equatable {
      package var name: LocalizedText
      package var symbols: [String]
      package var numbers: [Double]
    }

    package var layers: [Layer]
    /// The symbol of the connections' numbers.
    package var connection: String
    /// The numbers between a layer and the next, `[units of the next × units]`, row-major.
    package var connections: [[Double]]
  }

  /// The forward and backward pass of one example, as a drawn network.
  ///
  /// - Parameter symbols: the symbols of an input, an output and an error signal.
  static func trace(
    _ title: LocalizedText, _ summary: LocalizedText, _ network: PlainNetwork, input: [Double], target: [Double],
    symbols: (input: String, output: String, signal: String) = ("x", "z", "δ")
  ) -> CourseFigure {
    let pass = FastPass(network, PlainExamples(inputs: [input], targets: [target]))
    let last = network.topology.layers.count - 1
    var layers = [
      Network.Layer(
        name: .init("input", es: "entrada"),
        units: input.enumerated().map { index, value in
          Network.Unit(name: .init(same: "\(index + 1)"), symbols: [symbols.input], numbers: [value])
        })
    ]
    for (index, layer) in network.topology.layers.enumerated() {
      let units = (0..<layer.outputs).map { unit in
        var numbers = [pass.activations[index][0][unit], pass.deltas[index][0][unit]]
        var names = [symbols.output, symbols.signal]
        if index == last {
          numbers.append(target[unit])
          names.append("t")
        }
        return Network.Unit(name: .init(same: "\(unit + 1)"), symbols: names, numbers: numbers)
      }
      let activation = layer.activation.rawValue
      layers.append(
        .init(name: .init("layer \(index + 1), \(activation)", es: "capa \(index + 1), \(activation)"), units: units))
    }
    return CourseFigure(
      title, summary,
      .network(
        Network(
          layers: layers, connection: "∂L/∂W",
          connections: pass.gradientSum.layers.map { $0.weight.map(Double.init) })))
  }

  /// The sentence of captions that explains colors and widths of the connections.
  static let gradientLines = LocalizedText(
    "The color of a line is the sign of ∂L/∂W, its width the magnitude relative to the largest of its layer; t is the target.",
    es:
      "El color de una línea es el signo de ∂L/∂W, su anchura la magnitud relativa a la mayor de su capa; t es el objetivo."
  )
}
