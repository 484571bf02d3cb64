import Charts
import Datasets

/// An image of the training split beside its distortions.
package struct DistortedExample: Sendable {
  let picture: Picture
  let caption: String
  /// The number of distortions.
  private let distortions: Int

  /// - Parameters:
  ///   - images: the original, then its distortions, with pixels in the source's units and in the order of `shape`.
  ///   - caption: the class.
  package init(images: [[Float]], shape: ImageShape, caption: String) {
    let upright = images.map(shape.upright)
    let scale = BrightnessScale(upright.joined())
    // Black columns between images.
    let gap = [Float](repeating: scale.darkest, count: max(1, shape.width / 14))
    let width = images.count * shape.width + (images.count - 1) * gap.count
    let pixels = (0..<shape.height).flatMap { y in
      Array(upright.map { Array($0[(y * shape.width)..<((y + 1) * shape.width)]) }.joined(separator: gap))
    }
    picture = Picture(ink: scale.brightness(pixels), width: width)
    self.caption = caption
    distortions = images.count - 1
  }

  /// All examples as a chart.
  static func grid(_ examples: [DistortedExample]) -> ImageGrid {
    let following =
      examples.first?.distortions == 1 ? "its distortion in the first epoch" : "its distortions in the first epochs"
    return ImageGrid(
      "Training images and their distortions",
      summary: "\(examples.count) training images, each followed by \(following) of the run.",
      items: examples.map { .init($0.picture, caption: $0.caption) }, size: 220)
  }
}
