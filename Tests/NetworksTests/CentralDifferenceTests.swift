import Networks
import Random
import Testing

@Suite("Central differences")
struct CentralDifferenceTests {
  /// Every entry of a network's tensors.
  static func entries(_ topology: Topology) -> [PlainEntry] {
    topology.layers.enumerated().flatMap { index, layer in
      (0..<layer.outputs).flatMap { unit in
        (0..<layer.inputs).map { PlainEntry.weight(layer: index, unit: unit, input: $0) }
          + (topology.hasBiases ? [.bias(layer: index, unit: unit)] : [])
      }
    }
  }

  static func value(_ entry: PlainEntry, of gradient: PlainGradient, _ topology: Topology) -> Double {
    switch entry {
    case .weight(let layer, let unit, let input):
      gradient.weights[layer][unit * topology.layers[layer].inputs + input]
    case .bias(let layer, let unit): gradient.biases[layer][unit]
    }
  }

  /// A random network and examples; targets in (0, 1).
  static func random(_ topology: Topology, seed: UInt64) -> (network: PlainNetwork, examples: PlainExamples) {
    var source = RandomSource(seed: seed, purpose: .sampling)
    let parameters = Parameters.initial(
      topology: topology, initializer: Initializer(.normal(sigma: 0.7), drawsBiases: true), seed: seed)
    let inputs = (0..<4).map { _ in (0..<topology.inputs).map { _ in source.normal() } }
    let targets = (0..<4).map { _ in (0..<topology.outputs).map { _ in source.uniform() } }
    return (
      PlainNetwork(topology: topology, parameters: parameters), PlainExamples(inputs: inputs, targets: targets)
    )
  }

  static let pairs: [(Activation, Loss)] = [
    (.softmax, .crossEntropy), (.sigmoid, .crossEntropy), (.softmax, .squaredError), (.sigmoid, .squaredError),
    (.tanh, .squaredError), (.identity, .squaredError),
    (.softmax, Loss(rawValue: "huber:0.3")!), (.sigmoid, Loss(rawValue: "huber:0.3")!),
    (.tanh, Loss(rawValue: "huber:0.3")!), (.identity, Loss(rawValue: "huber:0.5")!),
  ]

  @Test(
    "Backpropagation agrees with them for every output, loss and hidden activation, biases or none", arguments: pairs)
  func gradientAgrees(output: Activation, loss: Loss) throws {
    for (number, hidden) in Activation.hiddenChoices.enumerated() {
      for hasBiases in [true, false] {
        let topology = try Topology(
          inputs: 3, hidden: [4, 3], outputs: 2, activations: [hidden], output: output, loss: loss, hasBiases: hasBiases
        )
        let seed = UInt64(number + 1)
        let (network, examples) = Self.random(topology, seed: seed)
        let gradient = network.gradient(examples, regularization: ["l2": 0.3, "l1": 0.2], samples: 7)
        let traces = examples.inputs.map(network.forward)
        let quotients = Self.entries(topology).map {
          (
            $0,
            network.centralDifference(
              $0, traces: traces, targets: examples.targets, regularization: ["l2": 0.3, "l1": 0.2], samples: 7)
          )
        }
        let smooth = quotients.filter { !$0.1.crossesKink }
        #expect(smooth.count > quotients.count / 2)
        let worst = smooth.map { abs($0.1.value - Self.value($0.0, of: gradient, topology)) }.max() ?? .infinity
        // h² of the formula and 10⁻¹⁶/h of rounding are both 10⁻¹⁰ and less, times small numbers.
        #expect(worst < 2e-9, "\(hidden) under \(output), \(loss), biases \(hasBiases), seed \(seed)")
      }
    }
  }

  @Test("Computing only the layers above gives what moving the entry and computing everything gives")
  func shortcutIsExact() throws {
    let topology = try Topology(inputs: 3, hidden: [4, 3], outputs: 2, activations: [.tanh], output: .sigmoid)
    let (network, examples) = Self.random(topology, seed: 11)
    let traces = examples.inputs.map(network.forward)
    let step = 1e-4
    var worst = 0.0
    for entry in Self.entries(topology) {
      func loss(movedBy shift: Double) -> Double {
        var moved = network
        switch entry {
        case .weight(let layer, let unit, let input):
          moved.weights[layer][unit * topology.layers[layer].inputs + input] += shift
        case .bias(let layer, let unit): moved.biases[layer][unit] += shift
        }
        return moved.meanLoss(examples, regularization: Regularization(l2: 0.5))
      }
      let naive = (loss(movedBy: step) - loss(movedBy: -step)) / (2 * step)
      let quick = network.centralDifference(
        entry, traces: traces, targets: examples.targets, step: step, regularization: Regularization(l2: 0.5))
      worst = max(worst, abs(naive - quick.value))
    }
    #expect(worst < 1e-11)
  }

  @Test("A quotient across a kink is marked")
  func kinks() throws {
    let topology = try Topology(inputs: 1, hidden: [1], outputs: 1, activations: [.relu], output: .identity)
    let network = PlainNetwork(topology: topology, weights: [[1], [1]], biases: [[0], [0]])
    func crosses(_ x: Double) -> Bool {
      network.centralDifference(
        .weight(layer: 0, unit: 0, input: 0), traces: [network.forward([x])], targets: [[3]], step: 1e-3
      ).crossesKink
    }
    #expect(!crosses(1))
    #expect(!crosses(-1))
    // The bias at z = 10⁻⁴ moves over the kink with h = 10⁻³.
    let bias = network.centralDifference(
      .bias(layer: 0, unit: 0), traces: [network.forward([1e-4])], targets: [[3]], step: 1e-3)
    #expect(bias.crossesKink)
  }
}
