import Kernels
import Optimizers
import Testing

@Suite("Optimizers")
struct OptimizerTests {
  static let reference = OptimizerReference.shared
  static let names = OptimizerCatalogue.names

  @Test(
    "The catalogue has six optimizers in the order of the help texts, their learning rates and states, and the reference has them all"
  )
  func catalogue() {
    #expect(Self.names == ["sgd", "momentum", "nesterov", "adam", "adamw", "rmsprop"])
    #expect(OptimizerCatalogue.all.map { $0.standardLearningRate } == [0.1, 0.01, 0.01, 0.001, 0.001, 0.001])
    #expect(OptimizerCatalogue.all.map { $0.stateCount } == [0, 1, 1, 2, 2, 1])
    #expect(Set(Self.reference.fixed_gradients.keys) == Set(Self.names))
    #expect(Set(Self.reference.quadratic.runs.keys) == Set(Self.names))
  }

  @Test(
    "Ten steps along fixed gradients end where PyTorch's do: in Double, and as a kernel takes them", arguments: names)
  func fixedGradients(name: String) throws {
    let run = try #require(Self.reference.fixed_gradients[name])
    let optimizer = try run.hyper.optimizer(name)
    var weights = Self.reference.p0
    var states = weights.map { _ in OptimizerState() }
    let kernels = InstructionSet.available.map { KernelRun(optimizer, weights: weights, instructionSet: $0) }
    for (index, gradient) in Self.reference.gradients.enumerated() {
      optimizer.update(
        &weights, gradient: gradient, states: &states, step: index + 1, learningRate: run.hyper.lr)
      #expect(worstError(weights, run.params_after_step[index]) < 1e-14, "\(name), step \(index + 1)")
      for kernel in kernels {
        kernel.step(index + 1, gradient: gradient, learningRate: run.hyper.lr)
        // A Float step is right to 2⁻²⁴ of numbers below 2; a step's own quotient has about ten roundings.
        let error = worstError(kernel.weights, run.params_after_step[index])
        #expect(error < 1e-6 * Double(index + 1), "\(name), step \(index + 1)")
      }
    }
  }

  @Test("Descent on a quadratic follows the reference: in Double, and as a kernel takes it", arguments: names)
  func quadratic(name: String) throws {
    let quadratic = Self.reference.quadratic
    let run = try #require(quadratic.runs[name])
    let optimizer = try run.hyper.optimizer(name)
    func gradient(_ p: [Double]) -> [Double] {
      zip(quadratic.A, quadratic.b).map { row, b in zip(row, p).reduce(0) { $0 + $1.0 * $1.1 } - b }
    }
    var weights = quadratic.p0
    var states = weights.map { _ in OptimizerState() }
    let kernels = InstructionSet.available.map { KernelRun(optimizer, weights: weights, instructionSet: $0) }
    for (index, expected) in run.params_after_step.enumerated() {
      optimizer.update(
        &weights, gradient: gradient(weights), states: &states, step: index + 1, learningRate: run.hyper.lr)
      #expect(worstError(weights, expected) < 1e-12, "\(name), step \(index + 1)")
      for kernel in kernels {
        kernel.step(index + 1, gradient: gradient(kernel.weights), learningRate: run.hyper.lr)
        #expect(worstError(kernel.weights, expected) < 1e-5, "\(name), step \(index + 1)")
      }
    }
  }

  @Test("Nesterov's classical look-ahead, g taken at w + μv, walks where PyTorch's parameters walk")
  func lookAhead() throws {
    let quadratic = Self.reference.quadratic
    let run = try #require(quadratic.runs["nesterov"])
    let mu = try #require(run.hyper.momentum)
    var w = quadratic.p0
    var velocity = w.map { _ in 0.0 }
    for expected in run.params_after_step {
      let ahead = zip(w, velocity).map { $0 + mu * $1 }
      let gradient = zip(quadratic.A, quadratic.b).map { row, b in zip(row, ahead).reduce(0) { $0 + $1.0 * $1.1 } - b }
      velocity = zip(velocity, gradient).map { mu * $0 - run.hyper.lr * $1 }
      w = zip(w, velocity).map { $0 + $1 }
      #expect(worstError(zip(w, velocity).map { $0 + mu * $1 }, expected) < 1e-14)
    }
  }

  @Test(
    "With scale, L2 and weight decay, the rule on the whole gradient is the kernel's on its parts", arguments: names)
  func decayAndScale(name: String) throws {
    let optimizer = try OptimizerCatalogue.type(named: name).make(["weight-decay": 0.25])
    let (scale, l2, rate) = (1.0 / 8, 0.5, 0.05)
    var weights = [1.5, -0.75, 0.25]
    var states = weights.map { _ in OptimizerState() }
    let kernels = InstructionSet.available.map { KernelRun(optimizer, weights: weights, instructionSet: $0) }
    for (index, sum) in [[4.0, -8.0, 2.0], [-1.0, 16.0, 0.5]].enumerated() {
      let whole = zip(sum, weights).map { $0 * scale + l2 * $1 }
      optimizer.update(&weights, gradient: whole, states: &states, step: index + 1, learningRate: rate)
      for kernel in kernels {
        kernel.step(index + 1, gradient: sum, learningRate: rate, gradientScale: scale, l2: l2)
        #expect(worstError(kernel.weights, weights) < 1e-6, "\(name), step \(index + 1)")
      }
    }
  }

  @Test("Weight decay worked by hand: decoupled for adamw, in the gradient for the others")
  func decayByHand() throws {
    func afterOneStep(_ name: String) throws -> Double {
      let optimizer = try OptimizerCatalogue.type(named: name).make(["weight-decay": 0.5])
      var weight = 2.0
      var state = OptimizerState()
      optimizer.update(&weight, gradient: 3, state: &state, step: 1, learningRate: 0.1)
      return weight
    }
    // g + λw = 4.
    #expect(try abs(afterOneStep("sgd") - (2 - 0.1 * 4)) < 1e-15)
    #expect(try abs(afterOneStep("momentum") - (2 - 0.1 * 4)) < 1e-15)
    #expect(try abs(afterOneStep("nesterov") - (2 - 0.1 * (4 + 0.9 * 4))) < 1e-15)
    // The first step of Adam is η along the sign; AdamW shrinks w by 1 − ηλ before.
    #expect(try abs(afterOneStep("adam") - (2 - 0.1)) < 1e-8)
    #expect(try abs(afterOneStep("adamw") - (2 * 0.95 - 0.1)) < 1e-8)
    // s = 0.01 · 16, so the quotient is 4/0.4.
    #expect(try abs(afterOneStep("rmsprop") - (2 - 0.1 * 10)) < 1e-6)
  }

  @Test("A weight whose gradient is and was zero stays, finite, whatever ε", arguments: names)
  func zeroGradient(name: String) throws {
    let type = try OptimizerCatalogue.type(named: name)
    let hasEpsilon = type.hyperparameters.contains { $0.name == "epsilon" }
    let optimizer = try type.make(hasEpsilon ? ["epsilon": 1e-300, "weight-decay": 0] : ["weight-decay": 0])
    for instructionSet in InstructionSet.available {
      let kernel = KernelRun(optimizer, weights: [0.5], instructionSet: instructionSet)
      for step in 1...3 { kernel.step(step, gradient: [0], learningRate: 0.1) }
      #expect(kernel.weights == [0.5], "\(instructionSet)")
    }
  }

  @Test("Only the coefficients of the layout are written, within the room there is", arguments: names)
  func coefficientRoom(name: String) throws {
    let optimizer = try OptimizerCatalogue.type(named: name).make()
    let own = ["sgd": 0, "momentum": 1, "nesterov": 1, "adam": 7, "adamw": 7, "rmsprop": 3]
    var coefficients = [Float](repeating: .nan, count: maximumCoefficients + 8)
    coefficients.withUnsafeMutableBufferPointer {
      optimizer.writeCoefficients(step: 1, learningRate: 0.1, gradientScale: 0.5, l2: 0, into: $0.baseAddress!)
    }
    #expect(coefficients.prefix { !$0.isNaN }.count == 4 + own[name]!)
    #expect(coefficients.dropFirst(4 + own[name]!).allSatisfy { $0.isNaN })
  }

  @Test("Hyper-parameters are what was given, else standard; values come back in order")
  func values() throws {
    #expect(try Adam.make(["beta2": 0.5]).values == [0.9, 0.5, 1e-8, 0])
    #expect(AdamW().values == [0.9, 0.999, 1e-8, 0.01])
    for type in OptimizerCatalogue.all {
      let standard = type.hyperparameters.map(\.standard)
      #expect(type.init(values: standard).values == standard)
      #expect(type.hyperparameters.contains { $0.name == "weight-decay" })
    }
  }

  @Test(
    "A name or number that cannot be is refused, and the message says what was expected",
    arguments: [
      (
        "momentum", ["momentum": 1.0],
        OptimizerError.outOfBounds(name: "momentum", value: 1, expectation: "a number in [0, 1)")
      ),
      ("nesterov", ["momentum": -0.1], .outOfBounds(name: "momentum", value: -0.1, expectation: "a number in [0, 1)")),
      ("adam", ["beta1": 1], .outOfBounds(name: "beta1", value: 1, expectation: "a number in [0, 1)")),
      ("adam", ["epsilon": 0], .outOfBounds(name: "epsilon", value: 0, expectation: "a finite number above 0")),
      (
        "sgd", ["weight-decay": .infinity],
        .outOfBounds(name: "weight-decay", value: .infinity, expectation: "a finite number, 0 or more")
      ),
      (
        "sgd", ["beta1": 0.9],
        .unknownHyperparameter("beta1", optimizer: "sgd", known: ["weight-decay"])
      ),
    ])
  func refused(name: String, given: [String: Double], error: OptimizerError) throws {
    let type = try OptimizerCatalogue.type(named: name)
    #expect(throws: error) { _ = try type.make(given) }
    #expect(error.description.contains("expected"))
  }

  @Test("NaN is out of all bounds")
  func notANumber() {
    for bounds in [Hyperparameter.Bounds.fraction, .positive, .nonNegative] { #expect(!bounds.contain(.nan)) }
  }

  @Test("An unknown optimizer is refused with the known ones")
  func unknown() {
    #expect(throws: OptimizerError.unknownOptimizer("Adam")) { _ = try OptimizerCatalogue.type(named: "Adam") }
    #expect(OptimizerError.unknownOptimizer("x").description.contains("rmsprop"))
  }
}
