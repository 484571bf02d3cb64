import KernelInterface
import Kernels
import Random

// Labeled wrappers of the kernels with many operands.

extension InputStage {
  /// Draws the knots of a sample's displacement field.
  @inline(__always)
  func drawKnots(_ distortion: Distortion, sample: UInt32, epoch: UInt32, into field: MutableFloats) {
    distortionKernels.randomKnots(
      distorter.key.x, distorter.key.y, sample, epoch, Distortion.knotStream, distortion.knots * distortion.knots,
      distortion.knotAmplitude, field, field + layout.fieldStride)
  }

  /// Distorts an image of bytes.
  ///
  /// - Parameter drawn: the result of `Distortion.draw`: the map, then the phases of the field.
  @inline(__always)
  func distort(
    _ image: UnsafePointer<UInt8>, _ distortion: Distortion, drawn: Floats, field: Floats,
    scratch: UnsafeMutableRawPointer, into result: UnsafeMutablePointer<UInt8>
  ) {
    distortionKernels.distortBytes(
      image, side, drawn, distortion.knots, distortion.inverseSpacing, drawn + 6, field, layout.fieldStride, scratch,
      result)
  }

  /// Distorts an image of floats.
  @inline(__always)
  func distort(
    _ image: Floats, _ distortion: Distortion, drawn: Floats, field: Floats, scratch: UnsafeMutableRawPointer,
    into result: MutableFloats
  ) {
    distortionKernels.distortFloats(
      image, side, drawn, distortion.knots, distortion.inverseSpacing, drawn + 6, field, layout.fieldStride, scratch,
      result)
  }

  /// Adds noise to a sample's inputs.
  @inline(__always)
  func addNoise(to inputs: MutableFloats, sample: UInt32, epoch: UInt32) {
    distortionKernels.addNoise(inputs, width, noiseDeviation, noiseSource.key.x, noiseSource.key.y, sample, epoch)
  }

  /// Reads one row of bytes through a transform.
  @inline(__always)
  func read(
    _ bytes: UnsafePointer<UInt8>, row: Int32 = 0, by transform: FeatureTransform.Pointers, into target: MutableFloats
  ) {
    var row = row
    sampleKernels.gather(bytes, width: width, rows: &row, count: 1, by: transform, into: target, stride: width)
  }

  /// Reads one row of floats through a transform.
  @inline(__always)
  func read(_ numbers: Floats, row: Int32 = 0, by transform: FeatureTransform.Pointers, into target: MutableFloats) {
    var row = row
    sampleKernels.gather(numbers, width: width, rows: &row, count: 1, by: transform, into: target, stride: width)
  }
}
