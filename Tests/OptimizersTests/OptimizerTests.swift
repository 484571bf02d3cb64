import Foundation
import KernelInterface
import Kernels
import Optimizers
import Testing

@Suite("Optimizers")
struct OptimizerTests {
  static let reference = OptimizerReference.shared
  /// Those that update each parameter by itself.
  static let names = OptimizerCatalog.all.filter { !$0.searchesStepLength }.map { $0.name }

  @Test(
    "The catalog has its optimizers in the order of the help texts, their learning rates and states, and the reference has them all"
  )
  func catalog() {
    #expect(
      OptimizerCatalog.names == [
        "sgd", "momentum", "nesterov", "adam", "adamw", "rmsprop", "adagrad", "nadam", "lion", "rprop", "lbfgs",
      ])
    #expect(Set(OptimizerCatalog.names).subtracting(Self.names) == ["lbfgs"])
    #expect(
      OptimizerCatalog.all.map { $0.defaultLearningRate } == [
        0.1, 0.01, 0.01, 0.001, 0.001, 0.001, 0.01, 0.002, 0.0001, 0.01, 1,
      ])
    #expect(OptimizerCatalog.all.map { $0.stateCount } == [0, 1, 1, 2, 2, 1, 1, 2, 1, 2, 21])
    #expect(OptimizerCatalog.all.filter { $0.needsFullBatch }.map { $0.name } == ["rprop", "lbfgs"])
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

  @Test("Nesterov's classical look-ahead, with the gradient at w + μv, gives the path of PyTorch's parameters")
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
    "With scale, L2 and weight decay, the kernel agrees with the rule on the whole gradient", arguments: names)
  func decayAndScale(name: String) throws {
    let optimizer = try OptimizerCatalog.type(named: name).make(["weight-decay": 0.25])
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

  @Test("Weight decay computed by hand: decoupled for adamw and lion, in the gradient for the others")
  func decayByHand() throws {
    func afterOneStep(_ name: String) throws -> Double {
      let optimizer = try OptimizerCatalog.type(named: name).make(["weight-decay": 0.5])
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
    // m = 0.4, √v̂ = 4, μ₁ ≈ 0.4501 and μ₂ ≈ 0.4501: (1 + 0.1 · 0.4501 / (1 − 0.4501²)).
    #expect(try abs(afterOneStep("nadam") - (2 - 0.1 * (1 + 0.04501 / (1 - 0.4501 * 0.4501)))) < 1e-4)
    #expect(try abs(afterOneStep("lion") - (2 * 0.95 - 0.1)) < 1e-15)
    // Against the sign.
    #expect(try abs(afterOneStep("rprop") - (2 - 0.1)) < 1e-15)
    // s = 16, the quotient 4/4.
    #expect(try abs(afterOneStep("adagrad") - (2 - 0.1)) < 1e-10)
  }

  @Test("NAdam's product of momenta is that of all steps before, however many", arguments: [1, 2, 10, 500, 20_000])
  func momentumProduct(steps: Int) throws {
    let optimizer = try NAdam.make(["beta1": 0.9995])
    let momenta = (1...steps + 1).map { 0.9995 * (1 - 0.5 * pow(0.96, 0.004 * Double($0))) }
    let product = momenta[..<steps].reduce(1, *)
    var coefficients = UpdateCoefficients()
    optimizer.setCoefficients(&coefficients, step: steps)
    #expect(coefficients.gradientFactor == Float((1 - momenta[steps - 1]) / (1 - product)))
    #expect(coefficients.meanFactor == Float(momenta[steps] / (1 - product * momenta[steps])))
  }

  @Test("A weight whose gradients were always zero does not change, for any ε", arguments: names)
  func zeroGradient(name: String) throws {
    let type = try OptimizerCatalog.type(named: name)
    let hasEpsilon = type.hyperparameters.contains { $0.name == "epsilon" }
    let optimizer = try type.make(hasEpsilon ? ["epsilon": 1e-300, "weight-decay": 0] : ["weight-decay": 0])
    for instructionSet in InstructionSet.available {
      let kernel = KernelRun(optimizer, weights: [0.5], instructionSet: instructionSet)
      for step in 1...3 { kernel.step(step, gradient: [0], learningRate: 0.1) }
      #expect(kernel.weights == [0.5], "\(instructionSet)")
    }
  }

  @Test("Every instruction set has the kernels that optimizers name, and no other", arguments: InstructionSet.available)
  func kernels(set: InstructionSet) {
    #expect(Set(Kernels(set).updates.keys) == Set(OptimizerCatalog.all.compactMap { $0.kernelName }))
  }

  @Test("An optimizer without a kernel trains by its rule as with one", arguments: names)
  func withoutKernel(name: String) throws {
    let type = try OptimizerCatalog.type(named: name)
    let weights = [1.5, -0.75, 0.25, 0]
    let rule = Self.ruleAlone(type.init(), weights: weights)
    let kernel = KernelRun(type.init(), weights: weights, instructionSet: .portable)
    for step in 1...20 {
      for run in [rule, kernel] {
        let gradient = [3.0, -8, Double(step), 0]
        run.step(step, gradient: gradient, learningRate: 0.01, gradientScale: 0.125, l2: 0.5)
      }
      // Rounding of weights and averages to Float, some units in the last place a step.
      #expect(worstError(rule.weights, kernel.weights) < 1e-6 * Double(step), "\(name), step \(step)")
    }
    #expect(rule.weights[3] == 0)
  }

  private static func ruleAlone<Rule: Optimizer>(_ rule: Rule, weights: [Double]) -> KernelRun {
    KernelRun(WithoutKernel<Rule>(rule: rule), weights: weights, instructionSet: .portable)
  }

  @Test("A rule that divides zero by zero leaves padding at zero")
  func padding() {
    let run = KernelRun(Normalized(), weights: [2, 0, -1], instructionSet: .portable)
    run.step(1, gradient: [4, 0, -0.5], learningRate: 0.5)
    #expect(run.weights == [1.5, 0, -0.5])
  }

  @Test("Hyper-parameters are what was given, else standard; values come back in order")
  func values() throws {
    #expect(try Adam.make(["beta2": 0.5]).values == [0.9, 0.5, 1e-8, 0])
    #expect(AdamW().values == [0.9, 0.999, 1e-8, 0.01])
    for type in OptimizerCatalog.all {
      let defaults = type.hyperparameters.map(\.defaultValue)
      #expect(type.init(values: defaults).values == defaults)
      #expect(type.hyperparameters.contains { $0.name == "weight-decay" })
    }
  }

  @Test("Initializers with labels set the values of their names, and have the catalog's defaults")
  func labels() {
    let given: [any Optimizer] = [
      SGD(weightDecay: 0.1), Momentum(momentum: 0.2, weightDecay: 0.1), Nesterov(momentum: 0.2, weightDecay: 0.1),
      Adam(beta1: 0.4, beta2: 0.3, epsilon: 0.2, weightDecay: 0.1),
      AdamW(beta1: 0.4, beta2: 0.3, epsilon: 0.2, weightDecay: 0.1), RMSprop(epsilon: 0.2, weightDecay: 0.1),
      Adagrad(epsilon: 0.2, weightDecay: 0.1), NAdam(beta1: 0.4, beta2: 0.3, epsilon: 0.2, weightDecay: 0.1),
      Lion(beta1: 0.3, beta2: 0.2, weightDecay: 0.1),
    ]
    for optimizer in given {
      let names = type(of: optimizer).hyperparameters.map(\.name)
      #expect(names.last == "weight-decay" && optimizer.weightDecay == 0.1)
      #expect(optimizer.values == Array([0.4, 0.3, 0.2, 0.1].suffix(names.count)))
    }
    // Another label than the first leaves the defaults of the others.
    let decayed: [any Optimizer] = [
      SGD(weightDecay: 2), Momentum(weightDecay: 2), Nesterov(weightDecay: 2), Adam(weightDecay: 2),
      AdamW(weightDecay: 2), RMSprop(weightDecay: 2), Adagrad(weightDecay: 2), NAdam(weightDecay: 2),
      Lion(weightDecay: 2),
    ]
    for optimizer in decayed {
      #expect(optimizer.values.dropLast() == type(of: optimizer).init().values.dropLast())
    }
    #expect(AdamW(beta1: 0.9).values == AdamW().values && SGD(weightDecay: 0).values == SGD().values)
  }

  @Test(
    "An invalid name or number is rejected, and the message has the expected values",
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
    let type = try OptimizerCatalog.type(named: name)
    #expect(throws: error) { _ = try type.make(given) }
    #expect(error.description.contains("expected"))
  }

  @Test("Weight decay is the hyperparameter of that name, and 0 where there is none")
  func weightDecay() throws {
    #expect(try Adam.make(["weight-decay": 0.25]).weightDecay == 0.25)
    #expect(Normalized().weightDecay == 0)
  }

  @Test("NaN is out of all bounds")
  func notANumber() {
    for bounds in [Hyperparameter.Bounds.fraction, .positive, .nonNegative] { #expect(!bounds.contain(.nan)) }
  }

  @Test("An unknown optimizer is rejected with the known ones")
  func unknown() {
    #expect(throws: OptimizerError.unknownOptimizer("Adam")) { _ = try OptimizerCatalog.type(named: "Adam") }
    #expect(OptimizerError.unknownOptimizer("x").description.contains("rmsprop"))
  }
}

/// Another optimizer's rule, without its kernel.
private struct WithoutKernel<Rule: Optimizer>: Optimizer {
  static var name: String { Rule.name }
  static var defaultLearningRate: Double { Rule.defaultLearningRate }
  static var hyperparameters: [Hyperparameter] { Rule.hyperparameters }
  static var stateCount: Int { Rule.stateCount }
  let rule: Rule

  init(rule: Rule) { self.rule = rule }
  init(values: [Double]) { rule = Rule(values: values) }
  var values: [Double] { rule.values }

  func update(
    _ weight: inout Double, gradient: Double, state: inout OptimizerState, step: Int, learningRate: Double
  ) {
    rule.update(&weight, gradient: gradient, state: &state, step: step, learningRate: learningRate)
  }
}

/// w ← w − η g/|g|, as a user of the library might write it.
private struct Normalized: Optimizer {
  static let name = "normalized"
  static let defaultLearningRate = 0.01
  static let hyperparameters: [Hyperparameter] = []
  static let stateCount = 0

  init() {}
  init(values: [Double]) {}
  var values: [Double] { [] }

  func update(
    _ weight: inout Double, gradient: Double, state: inout OptimizerState, step: Int, learningRate: Double
  ) {
    weight -= learningRate * gradient / abs(gradient)
  }
}
