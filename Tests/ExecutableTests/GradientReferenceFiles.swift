import Foundation
import Models

@testable import Training

extension GradientReference.Case {
  /// The names of files and options.
  var activations: [String] { (hidden + [output]).map { $0.replacingOccurrences(of: "_", with: "-") } }
  var lossName: String { loss == "half_sq" ? "squared-error" : "cross-entropy" }
  /// The weight and bias of each layer, row-major.
  var tensors: [[Double]] { zip(gradW, gradb).flatMap { [$0.flatMap(\.self), $1] } }
}

extension GradientReference.Network {
  /// Writes the weights; with `metadata` all that options may leave out, else tensors alone.
  func writeModel(to path: String, metadata: GradientReference.Case?) throws {
    var tensors: [Safetensors.Tensor] = []
    for layer in W.indices {
      let shape = [sizes[layer + 1], sizes[layer]]
      tensors.append(
        .init(name: "layers.\(layer).weight", shape: shape, values: W[layer].flatMap { $0.map(Float.init) }))
      tensors.append(.init(name: "layers.\(layer).bias", shape: [shape[0]], values: b[layer].map(Float.init)))
    }
    let texts = metadata.map {
      [
        Safetensors.Metadatum("format", "descent"), .init("version", "1"),
        .init("activations", $0.activations.joined(separator: ",")), .init("loss", $0.lossName),
      ]
    }
    try Safetensors(tensors: tensors, metadata: texts ?? []).write(to: path)
  }

  /// The examples as a table, with these columns after the features.
  func table(columns: [[String]]) -> String {
    zip(X, columns).map { ($0.map { "\($0)" } + $1).joined(separator: ",") + "\n" }.joined()
  }
}
