import Files
import JSON
import Models
import Networks
import Reports
import Training

/// The result of `info` for a model file.
struct ModelInfo {
  let file: String
  let model: ModelFile

  private var parameters: Int {
    model.parameters.layers.reduce(0) { $0 + $1.weight.count + $1.bias.count }
  }

  private var targets: Int? {
    if case .targets(let count) = model.answers { count } else { nil }
  }

  var json: JSONValue {
    let layers = (0..<(model.widths.count - 1)).map { index in
      JSONValue.object([
        .init("inputs", .number(model.widths[index])), .init("outputs", .number(model.widths[index + 1])),
        .init("activation", .string(model.activations?[index].rawValue)),
      ])
    }
    return [
      "file": .string(file), "layers": .array(layers), "parameters": .number(parameters),
      "bias": .bool(model.hasBiases), "loss": .string(model.loss?.rawValue),
      "labels": model.labels.map { .array($0.map(JSONValue.string)) } ?? .null,
      "targets": targets.map { .number($0) } ?? .null, "scale": .number(model.scale),
      "resize": model.resize.map { .number($0) } ?? .null, "transpose": .bool(model.transpose),
      "threshold": .number(model.threshold),
      "standardized": .bool(model.standardization != nil), "epoch": model.epoch.map { .number($0) } ?? .null,
      "interrupted": .bool(model.isInterrupted),
    ]
  }

  /// - Parameter width: the width of the terminal; nil for tables of any width.
  func text(width: Int?) -> String {
    var table = TextTable([.init("layer"), .init("inputs"), .init("outputs"), .init("activation", .left)])
    for index in 0..<(model.widths.count - 1) {
      table.add([
        String(index), String(model.widths[index]), String(model.widths[index + 1]),
        model.activations?[index].rawValue ?? "not stored",
      ])
    }
    return table.text(width: width) + "\n" + facts.text(width: width)
  }

  private static func list(_ names: [String]) -> String {
    names.prefix(20).joined(separator: ", ") + (names.count > 20 ? ", …" : "")
  }

  private var facts: TextTable {
    var table = TextTable([.init("", .left), .init("", .left)])
    table.add(["parameters", parameters.grouped + (model.hasBiases ? "" : ", no biases")])
    table.add(["loss", model.loss?.rawValue ?? "not stored"])
    if let labels = model.labels {
      table.add(["classes", "\(labels.count): \(Self.list(labels))"])
    } else {
      let names = model.columns?.targetNames.map { ": " + Self.list($0) } ?? ""
      table.add(["targets", String(model.widths[model.widths.count - 1]) + names])
    }
    if let names = model.columns?.names { table.add(["features", "\(names.count): \(Self.list(names))"]) }
    if let source = model.source { table.add(["data", source]) }
    table.add([
      "scale", model.scale.map { "features divided by " + NumberText.significant($0, 6) } ?? "default of the source",
    ])
    if model.standardization != nil { table.add(["standardized", "by stored means and standard deviations"]) }
    if let resize = model.resize { table.add(["images", "resized to \(resize) × \(resize)"]) }
    if model.transpose { table.add(["pixels", "column by column"]) }
    if let threshold = model.threshold {
      table.add(["threshold", NumberText.significant(threshold, 6) + ", from which on the second class is predicted"])
    }
    if let epoch = model.epoch { table.add(["epoch", "\(epoch), the best of its run by validation loss"]) }
    if model.isInterrupted { table.add(["interrupted", "the run ended early after a signal"]) }
    return table
  }
}
