import Foundation
@_exported import TestSupport

/// Float64 values and derivatives of activations and Huber losses, which `Tests/References/activations.py` makes.
struct ActivationReference: Decodable {
  struct Huber: Decodable, Sendable {
    var output: String
    var delta: Double
    var z, target: [Double]
    var loss: Double
    var signal: [Double]
  }

  var z: [Double]
  var values, derivatives: [String: [Double]]
  var huber: [Huber]

  static let shared: ActivationReference = TestData.json("Tests/NetworksTests/Resources/activations.json")
}
