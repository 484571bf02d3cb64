import Descent

/// Moves every weight by the learning rate against the sign of its gradient: an optimizer defined outside of the library.
struct SignDescent: Optimizer {
  static let name = "sign-descent"
  static let defaultLearningRate = 0.01
  static let hyperparameters: [Hyperparameter] = []
  static let stateCount = 0

  init(values: [Double]) {}
  var values: [Double] { [] }

  func update(
    _ weight: inout Double, gradient: Double, state: inout OptimizerState, step: Int, learningRate: Double
  ) {
    if gradient != 0 { weight -= learningRate * (gradient > 0 ? 1 : -1) }
  }
}

let points = try Samples(features: [1, 2, 3, 4], width: 1, targets: [2, 4, 6, 8])
let network = try Topology(for: points, hidden: [], output: .identity)
let trainer = try Trainer(
  network, training: points,
  configuration: .init {
    $0.optimizer = SignDescent()
    $0.learningRate = 0.01
    $0.batchSize = .full
    $0.epochs = 600
  })
try trainer.run()
let loss = Evaluator(trainer.network, points).evaluate().loss
print(loss < 0.1 ? "fitted" : "loss \(loss)")
