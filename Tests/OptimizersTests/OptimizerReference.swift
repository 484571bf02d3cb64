import Foundation
import Optimizers
@_exported import TestSupport

/// Float64 trajectories of every optimizer, computed for this project by PyTorch's rules.
struct OptimizerReference: Decodable {
  struct Fixed: Decodable {
    var hyper: Hyper
    var params_after_step: [[Double]]
  }

  struct Quadratic: Decodable {
    var A: [[Double]]
    var b, p0: [Double]
    var runs: [String: Fixed]
  }

  struct Hyper: Decodable {
    var lr: Double
    var momentum, beta1, beta2, eps, weight_decay, alpha: Double?
  }

  var p0: [Double]
  var gradients: [[Double]]
  var fixed_gradients: [String: Fixed]
  var quadratic: Quadratic

  static let shared: OptimizerReference = TestData.json("Tests/OptimizersTests/Resources/optimizers.json")
}

extension OptimizerReference.Hyper {
  /// The optimizer with these hyper-parameters and no others.
  func optimizer(_ name: String) throws -> any Optimizer {
    let type = try OptimizerCatalog.type(named: name)
    let given = ["momentum": momentum, "beta1": beta1, "beta2": beta2, "epsilon": eps, "weight-decay": weight_decay]
      .compactMapValues(\.self)
    return try type.make(given)
  }
}

/// The largest difference of two arrays; infinite where their lengths differ.
func worstError(_ got: [Double], _ expected: [Double]) -> Double {
  guard got.count == expected.count else { return .infinity }
  return zip(got, expected).map { abs($0 - $1) }.max() ?? 0
}
