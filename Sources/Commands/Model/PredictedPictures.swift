import Datasets
import Reports
import Training

/// The first samples of a data source of images, drawn with their predictions on a terminal.
struct PredictedPictures {
  private let use: ModelUse
  private let threshold: Float
  /// Activations, `[samples × outputs]`, row-major.
  private let outputs: [Float]

  /// The largest number of pictures: a table of all samples of a data set is followed by a few of them.
  static let most = 12

  init(_ use: ModelUse, _ outputs: [Float]) {
    self.use = use
    self.outputs = outputs
    threshold = use.part.samples.threshold ?? 0.5
  }

  /// Draws the pictures; nothing for samples that are no images, or if predictions are not printed on a terminal.
  /// - Throws: the errors of `StandardOutput.write(_:)`.
  func write(_ sink: PredictionSink, _ console: Console) throws {
    let samples = use.part.samples
    guard sink.drawsPictures, let gallery = SampleGallery(samples, captions: captions(min(samples.count, Self.most)))
    else { return }
    try console.write(gallery)
  }

  /// The names are `#0`, with the index in the split.
  private func captions(_ count: Int) -> [String] {
    let width = use.network.topology.outputs
    return (0..<count).map { sample in
      Prediction(
        activations: outputs[(sample * width)..<((sample + 1) * width)], labels: use.part.labels, threshold: threshold
      ).caption("#\(use.part.rows[sample])")
    }
  }
}
