import Files
import SampleData

extension ModelFileEncoder {
  /// The metadata on scale and images: `scale`, `resize`, `source_side`, `transpose`, `mnist_form`, `white_level`.
  static func images(_ preprocessing: Preprocessing) -> [Safetensors.Metadatum] {
    let pictures = preprocessing.pictures
    let texts: [(String, String?)] = [
      ("scale", preprocessing.scale.map { Int(exactly: $0).map(String.init) ?? "\($0)" }),
      ("resize", preprocessing.resize.map { "\($0)" }),
      ("source_side", preprocessing.sourceSide.map { "\($0)" }),
      ("transpose", preprocessing.transpose ? "true" : nil),
      ("mnist_form", pictures.isMNIST ? nil : "false"),
      ("white_level", pictures.white == 255 ? nil : "\(pictures.white)"),
    ]
    return texts.compactMap { name, text in text.map { .init(name, $0) } }
  }

  /// The metadata on the features of the source: those on a table's columns, and `first_index`.
  static func features(_ preprocessing: Preprocessing) -> [Safetensors.Metadatum] {
    let index = preprocessing.firstIndex.map { [Safetensors.Metadatum("first_index", "\($0)")] } ?? []
    return (preprocessing.columns.map { columns($0) } ?? []) + index
  }
}

extension ModelFileDecoder {
  /// The largest side of a source's images: no sample has so many features.
  private static let maximumSide = 1 << 16

  /// Reads the metadata on the preprocessing, whose standardization tensors have.
  func readPreprocessing(into model: inout ModelFile) throws(FileError) {
    let inputs = model.widths[0]
    var preprocessing = model.preprocessing
    preprocessing.scale = try value("scale", "a finite number other than 0") { text in
      Double(text).flatMap { $0.isFinite && $0 != 0 ? $0 : nil }
    }
    preprocessing.resize = try value("resize", "the side of square images of \(inputs) pixels") { text in
      Int(text).flatMap { (1...inputs).contains($0) && inputs / $0 == $0 && inputs % $0 == 0 ? $0 : nil }
    }
    preprocessing.sourceSide = try value("source_side", "a whole number from 1 to \(Self.maximumSide)") { text in
      Int(text).flatMap { (1...Self.maximumSide).contains($0) ? $0 : nil }
    }
    preprocessing.transpose = try flag("transpose") ?? false
    preprocessing.pictures.isMNIST = try flag("mnist_form") ?? true
    let white = try value("white_level", "a finite number above 0") { text in
      Double(text).flatMap { $0 > 0 && $0.isFinite ? $0 : nil }
    }
    preprocessing.pictures.white = white ?? 255
    try readExact(into: &preprocessing.standardization, inputs: inputs)
    preprocessing.columns = try columns(
      inputs: inputs, outputs: model.widths[model.widths.count - 1], isResized: preprocessing.resize != nil)
    preprocessing.firstIndex = try value("first_index", "0 or 1") { ["0": 0, "1": 1][$0] }
    model.preprocessing = preprocessing
  }
}
