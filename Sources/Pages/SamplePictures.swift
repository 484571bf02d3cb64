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

extension ImageShape {
  /// The pixels in row-major order, even if the data are stored in column-major order.
  func upright(_ values: [Float]) -> [Float] {
    guard isTransposed else { return values }
    return (0..<(height * width)).map { values[$0 % width * height + $0 / width] }
  }
}
