import Files
import JSON
import Models
import Networks
import Reports
import SampleData
import Training

/// The result of `info` for a model file.
struct ModelInfo {
  let file: String
  let model: ModelFile

  private var preprocessing: Preprocessing { model.preprocessing }

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
      "targets": targets.map { .number($0) } ?? .null, "scale": .number(preprocessing.scale),
      "resize": preprocessing.resize.map { .number($0) } ?? .null, "transpose": .bool(preprocessing.transpose),
      "mnist_form": model.mayTakePictures ? .bool(preprocessing.pictures.isMNIST) : .null,
      "threshold": .number(model.threshold),
      "features": featuresJSON, "missing": .string(preprocessing.columns?.missing?.rawValue),
      "standardized": .bool(preprocessing.standardization != nil), "epoch": model.epoch.map { .number($0) } ?? .null,
      "interrupted": .bool(model.isInterrupted), "data": .string(model.source),
      "data_split": .string(model.sourceSplit),
      "data_options": .object(model.sourceOptions.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) }),
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
    return table.fullText(width: width, remedy: "--json has them") + "\n" + facts.text(width: width)
  }

  /// True of any samples, also of a table of as many columns without names as square images have pixels.
  private static let otherForm =
    "predicted in MNIST's form (light ink on black, centered), which the samples of training do not have"

  /// The first names, quoted if they have commas.
  private static func list(_ names: [String]) -> String {
    joined(names.prefix(20).map(\.commaSeparatedCell), of: names.count)
  }

  private static func joined(_ texts: [String], of count: Int) -> String {
    texts.prefix(20).joined(separator: ", ") + (count > 20 ? ", …" : "")
  }

  /// The names of the feature columns, of a text column with its levels: `color (red, green)`.
  private func features(_ columns: TableColumns) -> [String] {
    (0..<columns.count).map { column in
      (columns.names?[column].commaSeparatedCell ?? "\(column)")
        + (columns.categories[column].map { " (\(Self.list($0)))" } ?? "")
    }
  }

  /// The feature columns of a table in their order; null for a model of other data, such as a `.npy` file.
  private var featuresJSON: JSONValue {
    guard let columns = preprocessing.columns else { return .null }
    let hasProperties = columns.names != nil || !columns.categories.isEmpty || columns.fill != nil
    guard hasProperties || model.source?.lowercased().hasSuffix(".npy") != true else { return .null }
    return .array(
      (0..<columns.count).map { column in
        let levels = columns.categories[column]
        return [
          "name": .string(columns.names?[column]), "levels": levels.map { .array($0.map(JSONValue.string)) } ?? .null,
          "fill": levels == nil ? .number(columns.fill?[column]) : .null,
        ]
      })
  }

  private var facts: TextTable {
    var table = TextTable([.init("", .left), .init("", .left)])
    table.add(["parameters", parameters.grouped + (model.hasBiases ? "" : ", no biases")])
    table.add(["loss", model.loss?.rawValue ?? "not stored"])
    if let labels = model.labels {
      table.add(["classes", "\(labels.count): \(Self.list(labels))"])
    } else {
      let names = preprocessing.columns?.targetNames.map { ": " + Self.list($0) } ?? ""
      table.add(["targets", String(model.widths[model.widths.count - 1]) + names])
    }
    if let columns = preprocessing.columns, columns.names != nil || !columns.categories.isEmpty {
      table.add(["features", "\(columns.count): \(Self.joined(features(columns), of: columns.count))"])
    }
    if let missing = preprocessing.columns?.missing, preprocessing.columns?.fill != nil {
      table.add(["missing features", "filled with the training samples' \(missing.rawValue)"])
    }
    if let source = model.source { table.add(["data", source + (model.sourceSplit.map { ", --split \($0)" } ?? "")]) }
    if let options = model.readingLine { table.add(["read with", options]) }
    table.add([
      "scale",
      preprocessing.scale.map { "features divided by " + NumberText.significant($0, 6) } ?? "default of the source",
    ])
    if preprocessing.standardization != nil { table.add(["standardized", "by stored means and standard deviations"]) }
    if let resize = preprocessing.resize {
      let source = preprocessing.sourceSide.map { " from \($0) × \($0)" } ?? ""
      table.add(["images", "resized\(source) to \(resize) × \(resize)"])
    }
    if !preprocessing.pictures.isMNIST, model.mayTakePictures { table.add(["pictures", Self.otherForm]) }
    if preprocessing.transpose { table.add(["pixels", "column by column"]) }
    if let threshold = model.threshold {
      table.add(["threshold", NumberText.significant(threshold, 6) + ", from which on the second class is predicted"])
    }
    if let epoch = model.epoch { table.add(["epoch", "\(epoch), the best of its run by validation loss"]) }
    if model.isInterrupted { table.add(["interrupted", "the run ended early after a signal"]) }
    return table
  }
}
