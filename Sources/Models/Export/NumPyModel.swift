import Files
import Networks

/// A NumPy archive: weights and biases with the names of a model file's tensors, preprocessing, activations and labels;
/// of an interrupted run also `interrupted`, true.
package enum NumPyModel: ModelFormat {
  package static var name: String { "npz" }
  package static var ending: String { ".npz" }
  package static func place(of property: String) -> String? { "the array '\(property)'" }
  package static var filling: String? { "are yours to fill, with the numbers of 'input.fill'" }
  package static var resampling: String? { "are yours to resample, as R · image · Rᵀ with R = 'resize.matrix'" }

  package static func isBeginning(_ bytes: [UInt8]) -> Bool {
    // The header of an archive's first entry has 30 bytes, then comes its name. Training's begin with the activations.
    bytes.starts(with: Array("PK".utf8)) && bytes.dropFirst(30).starts(with: Array(TensorName.weight(0).utf8))
  }

  package static func write(_ model: ExportedModel, to path: String) throws(FileError) {
    let archive = try ZipWriter(path)
    let activations = model.topology.layers.map(\.activation.rawValue)
    if model.isTrained { try add("activations", texts: activations, to: archive) }
    for (index, layer) in model.topology.layers.enumerated() {
      let parameters = model.parameters.layers[index]
      try add(TensorName.weight(index), "<f4", [layer.outputs, layer.inputs], parameters.weight, to: archive)
      if !parameters.bias.isEmpty {
        try add(TensorName.bias(index), "<f4", [layer.outputs], parameters.bias, to: archive)
      }
    }
    if let side = model.preprocessing.resize { try add("resize", "<i8", [], [Int64(side)], to: archive) }
    if let resampling = model.resampling {
      let shape = [resampling.side, resampling.sourceSide]
      try add("resize.matrix", "<f8", shape, resampling.matrix(), to: archive)
    }
    if let standardization = model.preprocessing.standardization {
      let (mean, deviation) = (standardization.mean, standardization.deviation)
      try add(TensorName.mean, "<f8", [mean.count], mean, to: archive)
      try add(TensorName.deviation, "<f8", [deviation.count], deviation, to: archive)
    }
    try add("scale", "<f8", [], [model.scale], to: archive)
    if !model.isTrained { try add("activations", texts: activations, to: archive) }
    if let labels = model.labels { try add("labels", texts: labels, to: archive) }
    if let threshold = model.threshold { try add("threshold", "<f8", [], [threshold], to: archive) }
    if let features = model.features { try add("features", texts: features, to: archive) }
    if let fill = model.fill { try add("input.fill", "<f8", [fill.count], fill, to: archive) }
    if let side = model.transposedSide { try add("transpose", "<i8", [], [Int64(side)], to: archive) }
    if model.isInterrupted { try add("interrupted", "|b1", [], [UInt8(1)], to: archive) }
    try archive.commit()
  }

  /// An array of texts in UTF-32, padded to the length of the longest.
  private static func add(_ name: String, texts: [String], to archive: ZipWriter) throws(FileError) {
    let scalars = texts.map { $0.unicodeScalars.map(\.value) }
    let longest = max(scalars.map(\.count).max() ?? 0, 1)
    let numbers = scalars.flatMap { $0 + [UInt32](repeating: 0, count: longest - $0.count) }
    try add(name, "<U\(longest)", [texts.count], numbers, to: archive)
  }

  private static func add(
    _ name: String, _ type: String, _ shape: [Int], _ numbers: [some BitwiseCopyable], to archive: ZipWriter
  ) throws(FileError) {
    let sizes = shape.map { "\($0), " }.joined()
    var header = Array("{'descr': '\(type)', 'fortran_order': False, 'shape': (\(sizes)), }".utf8)
    header += [UInt8](repeating: 0x20, count: (64 - (header.count + 11) % 64) % 64) + [0x0A]
    let length = [UInt8(header.count & 0xFF), UInt8(header.count >> 8)]
    try archive.add(
      name + ".npy", header: [0x93] + Array("NUMPY".utf8) + [1, 0] + length + header, numbers: numbers)
  }
}
