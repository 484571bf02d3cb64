import Files
import JSON
import Networks

/// A self-contained page that runs the model in a browser. Its inputs are drawn images, or a table's features set by sliders.
package enum HTMLModel: ModelFormat {
  package static var name: String { "html" }
  package static var ending: String { ".html" }
  package static func place(of property: String) -> String? { nil }
  package static var resampling: String? { nil }
  package static var filling: String? { nil }

  package static func isBeginning(_ bytes: [UInt8]) -> Bool {
    // A report begins in the same way, but has no script of this name; that of a model follows its body of 4 kB.
    String(decoding: bytes, as: UTF8.self).contains("\nconst MODEL = {")
  }

  package static func write(_ model: ExportedModel, to path: String) throws(FileError) {
    let isPicture = model.takesPictures
    let file = try AtomicFile(path)
    let title = escaped("\(model.topology) network")
    try file.write(
      """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <title>\(title)</title>
      <style>
      \(HTMLModelStyle.text)
      </style>
      </head>
      <body>
      <main>
      <h1>\(title)</h1>
      \(isPicture ? HTMLModelBody.picture(isOwnForm: model.preprocessing.pictures.isMNIST) : HTMLModelBody.table)
      \(model.snapshots.isEmpty ? "" : HTMLModelBody.snapshots)
      </main>
      <script>
      'use strict';
      const MODEL = \(description(model));
      // Weights [outputs, inputs] and biases of each layer: little-endian float32 in base64.
      const NUMBERS = [

      """)
    try write(model.parameters, to: file)
    try file.write("];\n// The same after earlier epochs.\nconst SNAPSHOTS = [\n")
    for snapshot in model.snapshots {
      try file.write("[\(snapshot.epoch), [\n")
      try write(snapshot.parameters, to: file)
      try file.write("]],\n")
    }
    let scripts =
      isPicture
      ? [
        HTMLModelScript.network, HTMLModelScript.picture, HTMLModelScript.ink, HTMLModelScript.paper,
        HTMLModelScript.drawing, HTMLModelScript.snapshots,
      ]
      : [HTMLModelScript.network, HTMLModelScript.table, HTMLModelScript.snapshots]
    try file.write("];\n" + scripts.joined(separator: "\n") + "\n</script>\n</body>\n</html>\n")
    try file.commit()
  }

  /// Writes each layer's weights and biases as an element of an array.
  private static func write(_ parameters: Parameters, to file: AtomicFile) throws(FileError) {
    for layer in parameters.layers {
      try file.write("['" + layer.weight.base64 + "',\n '" + layer.bias.base64 + "'],\n")
    }
  }

  /// The model without its parameters, as JSON that is safe inside a script element.
  private static func description(_ model: ExportedModel) -> String {
    var model = model
    // Resampled images, the inputs of the page, have no columns.
    if model.resampling != nil { (model.features, model.choices) = (nil, []) }
    let layers = model.topology.layers.map { layer -> JSONValue in
      [
        "inputs": .number(layer.inputs), "outputs": .number(layer.outputs),
        "activation": .string(layer.activation.rawValue),
      ]
    }
    func numbers(_ values: [Double]?) -> JSONValue { values.map { .array($0.map { .number($0) }) } ?? .null }
    func texts(_ values: [String]?) -> JSONValue { values.map { .array($0.map { .string($0) }) } ?? .null }
    let choices = model.choices.map { choice -> JSONValue in
      ["name": .string(choice.name), "first": .number(choice.first), "levels": texts(choice.levels)]
    }
    let standardization = model.preprocessing.standardization
    let object: JSONValue = [
      "layers": .array(layers), "labels": texts(model.labels),
      "threshold": model.threshold.map { .number($0) } ?? .null, "scale": .number(model.scale),
      "whiteLevel": .number(model.preprocessing.pictures.white),
      "mean": numbers(standardization?.mean), "deviation": numbers(standardization?.deviation),
      "transposedSide": model.transposedSide.map { .number($0) } ?? .null,
      "resize": model.pictureSide.map { .number($0) } ?? .null,
      "epoch": model.epoch.map { .number($0) } ?? .null,
      "features": texts(model.features),
      "choices": .array(choices), "targets": texts(model.targetNames),
      "points": .array(model.points.map { numbers($0) }),
    ]
    return object.text.replacing("<", with: "\\u003c")
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
  }
}

extension ExportedModel {
  /// True if the model's inputs are the pixels of square gray images. Other numbers of them than MNIST's 784 may be features of any kind,
  /// unless they have the values of pixels: divided by 255, or trained on from 0 to 1. The columns of a table may have values from 0 to 1
  /// without being pixels: they need names of pixels.
  var takesPictures: Bool {
    guard mayTakePictures else { return false }
    if let resize = preprocessing.resize { return topology.inputs == resize * resize }
    let mayBeFractions = preprocessing.columns.map { $0.names != nil } ?? true
    let haveValuesOfPixels =
      preprocessing.scale == 255 || transposedSide != nil
      || mayBeFractions && preprocessing.pictures.white == 1 && preprocessing.standardization == nil
    return topology.inputs == 28 * 28 || topology.inputs >= 64 && haveValuesOfPixels
  }

  /// The side to which pictures of MNIST's form, 28 × 28 pixels, are resampled for the model; nil without resampling.
  var pictureSide: Int? {
    let resize = preprocessing.resize
    guard resize == nil, takesPictures, topology.inputs != 28 * 28 else { return resize }
    return Int(Double(topology.inputs).squareRoot().rounded())
  }
}
