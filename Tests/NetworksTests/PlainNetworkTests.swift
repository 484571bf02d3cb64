import Networks
import Random
import Testing

@Suite("Plain network")
struct PlainNetworkTests {
  static let reference = GradientReference.shared

  @Test("There are 147 reference cases, with every pair of output and loss")
  func referenceIsComplete() {
    #expect(Self.reference.cases.count == 147)
    let pairs = Set(Self.reference.cases.map { "\($0.output) \($0.loss)" })
    #expect(
      pairs.isSuperset(of: ["softmax ce", "sigmoid bce", "sigmoid half_sq", "tanh half_sq", "identity half_sq"]))
  }

  @Test("Outputs, loss and gradient are those of the float64 reference", arguments: reference.cases)
  func agreesWithReference(_ reference: GradientReference.Case) throws {
    let (network, examples) = try Self.reference.setUp(
      arch: reference.arch, hidden: reference.hidden, output: reference.output, loss: reference.loss,
      target: reference.target)
    let gradient = network.gradient(examples, l2: reference.lambda)
    var worst = worstRelativeError([gradient.loss], [reference.value])
    if let expected = reference.output_values {
      let outputs = examples.inputs.flatMap { network.forward($0).output }
      worst = max(worst, worstRelativeError(outputs, expected.flatMap(\.self)))
    }
    for layer in reference.gradW.indices {
      worst = max(worst, worstRelativeError(gradient.weights[layer], reference.gradW[layer].flatMap(\.self)))
      worst = max(worst, worstRelativeError(gradient.biases[layer], reference.gradb[layer]))
    }
    #expect(worst < 1e-12, "\(reference.id)")
    let loss = network.meanLoss(examples, regularization: Regularization(l2: reference.lambda))
    #expect(abs(loss - reference.value) <= 1e-13 * max(1, abs(reference.value)))
  }

  @Test("A trace has every pre-activation, output and error signal of Bunge's algorithm")
  func traceAgrees() throws {
    let trace = Self.reference.trace
    let (network, examples) = try Self.reference.setUp(
      arch: trace.arch, hidden: trace.hidden, output: trace.output, loss: trace.loss, target: trace.target)
    var worst = 0.0
    var sum = 0.0
    for (index, example) in trace.per_example.enumerated() {
      let got = network.trace(examples.inputs[index], target: examples.targets[index])
      sum += got.loss
      worst = max(worst, worstRelativeError([got.loss], [example.L_i]))
      for layer in example.a.indices {
        worst = max(worst, worstRelativeError(got.forward.z[layer], example.a[layer]))
        worst = max(worst, worstRelativeError(got.forward.a[layer], example.z[layer + 1]))
        worst = max(worst, worstRelativeError(got.delta[layer], example.delta[layer]))
        worst = max(worst, worstRelativeError(got.weightGradient(layer: layer), example.dW[layer].flatMap(\.self)))
        worst = max(worst, worstRelativeError(got.delta[layer], example.dw0[layer]))
      }
    }
    #expect(worst < 1e-12)
    #expect(abs(sum - trace.L_sum) < 1e-13)

    let gradient = network.gradient(examples)
    for layer in trace.gradW_sum.indices {
      let summed = gradient.weights[layer].map { $0 * Double(examples.count) }
      #expect(worstRelativeError(summed, trace.gradW_sum[layer].flatMap(\.self)) < 1e-12)
    }
  }

  @Test("Activations and derivatives hold from -800 to 800, derivatives at a kink included")
  func activationsAgree() throws {
    let table = Self.reference.activations
    for (name, values) in table.values {
      let activation = try #require(Activation(rawValue: name.replacingOccurrences(of: "_", with: "-")))
      let got = activation.plainValues(table.z)
      #expect(worstRelativeError(got, values) < 1e-15, "\(name)")
      // A one-unit network of weight 1 under squared error shows f′: δ of the hidden layer is f′(z) · (a − t), t = a − 1.
      let topology = try Topology(inputs: 1, hidden: [1], outputs: 1, activations: [activation], output: .identity)
      let network = PlainNetwork(topology: topology, weights: [[1], [1]], biases: [[0], [0]])
      let derivatives = zip(table.z, got).map { z, a in network.trace([z], target: [a - 1]).delta[0][0] }
      #expect(worstRelativeError(derivatives, table.derivatives[name]!) < 1e-12, "\(name)")
    }
  }

  @Test("Activations and derivatives are those of the definitions, which PyTorch shares")
  func newerActivationsAgree() throws {
    let table = ActivationReference.shared
    let older: Set = ["relu", "leaky-relu", "sigmoid", "tanh", "identity"]
    #expect(Set(table.values.keys) == Set(Activation.hiddenChoices.map(\.rawValue)).subtracting(older))
    for (name, values) in table.values {
      let activation = try #require(Activation(rawValue: name))
      let got = activation.plainValues(table.z)
      #expect(worstEntry(got, values) < 1e-14, "\(name)")
      let topology = try Topology(inputs: 1, hidden: [1], outputs: 1, activations: [activation], output: .identity)
      let network = PlainNetwork(topology: topology, weights: [[1], [1]], biases: [[0], [0]])
      // The output's own value takes a target of a − 1 only to a rounding of a.
      let derivatives = zip(table.z, got).map { z, a in
        let trace = network.trace([z], target: [a - 1])
        return trace.delta[0][0] / trace.delta[1][0]
      }
      // Computed from a, a slope near 0 has the rounding of 1.
      #expect(worstRelativeError(derivatives, table.derivatives[name]!) < 1e-14, "\(name)")
    }
  }

  @Test("Huber's loss and error signal are those of the definition", arguments: ActivationReference.shared.huber)
  func huber(_ reference: ActivationReference.Huber) throws {
    let count = reference.z.count
    let loss = try #require(Loss(rawValue: "huber:\(reference.delta)"))
    let output = try #require(Activation(rawValue: reference.output))
    let topology = try Topology(inputs: 1, hidden: [], outputs: count, output: output, loss: loss)
    let network = PlainNetwork(
      topology: topology, weights: [Array(repeating: 0, count: count)], biases: [reference.z])
    let trace = network.trace([1], target: reference.target)
    #expect(worstEntry([trace.loss], [reference.loss]) < 1e-14)
    #expect(worstEntry(trace.delta[0], reference.signal) < 1e-14)
  }

  @Test("A loss is read from its text and written back; an invalid text is rejected")
  func lossTexts() {
    for text in ["cross-entropy", "squared-error", "huber:0.5", "huber:1e-10"] {
      #expect(Loss(rawValue: text)?.rawValue == text)
    }
    #expect(Loss(rawValue: "huber:1") == Loss(rawValue: "huber:1.0"))
    #expect(Loss(rawValue: "huber:1") != Loss(rawValue: "huber:2"))
    let none = [
      "", "huber", "huber:", "huber:0", "huber:-1", "huber:nan", "huber:inf", "huber:1e-50", "huber:1e50", "huber:1:2",
      "squared-error:1", "cross-entropy:", "mse",
    ]
    #expect(none.filter { Loss(rawValue: $0) != nil } == [])
    #expect(Loss.forms == ["cross-entropy", "squared-error", "huber:DELTA"])
  }

  /// The largest difference of two entries over the expected one, or over 10⁻²⁰ where that is smaller.
  private func worstEntry(_ got: [Double], _ expected: [Double]) -> Double {
    guard got.count == expected.count else { return .infinity }
    return zip(got, expected).map { abs($0 - $1) / max(abs($1), 1e-20) }.max() ?? 0
  }

  @Test("Losses are finite and exact where the sigmoid and softmax saturate")
  func saturation() throws {
    let binary = Self.reference.saturation.bce_from_logit
    let neuron = try Topology(inputs: 1, hidden: [], outputs: 1, output: .sigmoid)
    for (index, pair) in binary.z_y.enumerated() {
      let trace = PlainNetwork(topology: neuron, weights: [[1]], biases: [[0]]).trace([pair[0]], target: [pair[1]])
      #expect(worstRelativeError([trace.loss], [binary.loss[index]]) < 1e-15, "z, y = \(pair)")
      #expect(worstRelativeError(trace.delta[0], [binary.dz[index]]) < 1e-15, "z, y = \(pair)")
    }
    let softmax = Self.reference.saturation.softmax_ce
    let classifier = try Topology(inputs: 1, hidden: [], outputs: 3)
    for (index, z) in softmax.z.enumerated() {
      let network = PlainNetwork(topology: classifier, weights: [[0, 0, 0]], biases: [z])
      let trace = network.trace([1], target: network.target(class: softmax.label[index]))
      #expect(worstRelativeError([trace.loss], [softmax.loss[index]]) < 1e-14, "z = \(z)")
      #expect(worstRelativeError(trace.forward.output, softmax.p[index]) < 1e-14, "z = \(z)")
    }
  }

  @Test("Every activation of NaN is NaN")
  func notANumber() {
    for activation in Activation.allCases {
      #expect(activation.plainValues([.nan, 1])[0].isNaN, "\(activation)")
    }
  }

  @Test("The targets of a single output are 0 and 1")
  func singleTarget() throws {
    let one = PlainNetwork(
      topology: try Topology(inputs: 1, hidden: [], outputs: 1, output: .sigmoid), weights: [[0]], biases: [[0]])
    #expect([0, 1].map { one.target(class: $0) } == [[0], [1]])
  }
}
