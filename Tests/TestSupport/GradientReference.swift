/// Float64 losses and gradients of 147 networks, which `Tests/References/gradients.py` computes with NumPy and confirms by complex steps.
package struct GradientReference: Decodable {
  package struct Network: Decodable {
    package var sizes: [Int]
    package var X: [[Double]]
    package var W: [[[Double]]]
    package var b: [[Double]]
    package var targets: [String: [[Double]]]
  }

  package struct Case: Decodable {
    package var id, arch, output, loss, target: String
    package var hidden: [String]
    package var lambda, value: Double
    package var gradW: [[[Double]]]
    package var gradb: [[Double]]
    package var output_values: [[Double]]?
  }

  package struct Trace: Decodable {
    /// `a` and `z` in Bunge's naming: a the pre-activation, z the output, z[0] the input.
    package struct Example: Decodable {
      package var a, z, delta: [[Double]]
      package var L_i: Double
      package var dW: [[[Double]]]
      package var dw0: [[Double]]
    }
    package var arch, output, loss, target: String
    package var hidden: [String]
    package var per_example: [Example]
    package var L_sum: Double
    package var gradW_sum: [[[Double]]]
    package var gradb_sum: [[Double]]
  }

  package struct Activations: Decodable {
    package var z: [Double]
    package var values, derivatives: [String: [Double]]
  }

  package struct Saturation: Decodable {
    package struct Binary: Decodable {
      package var z_y: [[Double]]
      package var loss, dz: [Double]
    }
    package struct Softmax: Decodable {
      package var z, p: [[Double]]
      package var label: [Int]
      package var loss: [Double]
    }
    package var bce_from_logit: Binary
    package var softmax_ce: Softmax
  }

  package var data: [String: Network]
  package var cases: [Case]
  package var trace: Trace
  package var activations: Activations
  package var saturation: Saturation

  package static let shared: GradientReference = TestData.json("Tests/NetworksTests/Resources/mlp-gradients.json")
}
