import Charts
import Datasets
import Networks

/// The weights from an image's pixels to the units of the first layer, drawn as images.
enum WeightPictures {
  /// The largest number of units that are drawn.
  private static let maximumUnits = 24

  /// The chart; nil if inputs are not images.
  static func chart(_ parameters: Parameters, _ topology: Topology, shape: ImageShape?) -> (any Chart)? {
    guard let shape, let weight = parameters.layers.first?.weight else { return nil }
    let (inputs, outputs) = (topology.layers[0].inputs, topology.layers[0].outputs)
    guard shape.height * shape.width == inputs else { return nil }
    let units = (0..<outputs).map { Array(weight[($0 * inputs)..<(($0 + 1) * inputs)]) }
    let norms = units.map { unit in unit.reduce(0) { $0 + $1 * $1 } }
    let kept = units.indices.sorted { (norms[$1], $0) < (norms[$0], $1) }.prefix(maximumUnits)
    // A few extreme weights must not make the rest pale: the largest 0.5 % are drawn at full intensity.
    let magnitudes = kept.flatMap { units[$0].map(abs) }.filter(\.isFinite).sorted()
    guard let largest = magnitudes.last, largest > 0 else { return nil }
    let scale = max(magnitudes[magnitudes.count * 199 / 200], largest / 1000)
    let items = kept.map { unit in
      ImageGrid.Item(
        Picture(signed: shape.upright(units[unit]), width: shape.width, scale: scale), caption: "unit \(unit)")
    }
    return ImageGrid(
      "Weights of the first layer",
      summary: "Input weights of each unit, those with the largest norm first: blue is positive, orange negative."
        + (outputs > kept.count ? " \(kept.count) of \(outputs) units are shown." : ""),
      items: items, size: 60)
  }
}
