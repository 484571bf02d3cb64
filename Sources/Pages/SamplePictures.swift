import Charts
import Datasets

extension Samples {
  /// Images of samples, black to white from the smallest to the largest pixel among them; nil if samples are not images.
  func pictures(_ indices: [Int]) -> [Picture]? {
    guard let shape = imageShape, shape.height * shape.width == width, width > 0 else { return nil }
    let values = indices.map(stored)
    let scale = BrightnessScale(values.joined())
    return values.map { Picture(ink: scale.brightness(shape.upright($0)), width: shape.width) }
  }
}
