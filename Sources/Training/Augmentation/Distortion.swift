import Foundation
import KernelInterface
import Random

/// The amplitudes of one class's distortions, in the units of the computation.
struct Distortion: Sendable, Equatable, BitwiseCopyable {
  /// Radians.
  let rotation: Double
  let scale: Double
  /// Radians.
  let shear: Double
  /// Pixels.
  let translation: Double
  /// The largest magnitude of a knot of the displacement field, in pixels.
  let knotAmplitude: Float
  /// Knots of the field an axis; 0 for no field.
  let knots: Int
  /// Knots a pixel.
  let inverseSpacing: Float

  /// - Parameter side: the image's pixels an axis.
  init(_ augmentation: Augmentation, label: String?, side: Int) {
    func radians(_ quantity: Augmentation.Quantity) -> Double {
      augmentation.value(quantity, label: label) * .pi / 180
    }
    rotation = radians(.rotation)
    scale = augmentation.value(.scale, label: label)
    shear = radians(.shear)
    translation = augmentation.value(.translate, label: label)
    let alpha = augmentation.isElastic ? augmentation.value(.alpha, label: label) : 0
    let sigma = augmentation.value(.sigma, label: label)
    // A cubic B-spline over knots h apart has the standard deviation h/√3, and ∫B² = 151/315: with knots uniform in ±a at a random
    // phase, the field's variance is a²/3 · (151/315)², and its correlation that of smoothed noise, e^(−r²/4σ²), nearly. Uniform noise
    // in ±α under a Gaussian has the variance α²/(12πσ²).
    let spacing = sigma * 3.0.squareRoot()
    inverseSpacing = Float(1 / spacing)
    knotAmplitude = Float(alpha / (2 * sigma * Double.pi.squareRoot()) * 315 / 151)
    knots = alpha > 0 ? Int(Float(side - 1) * inverseSpacing + 1) + 4 : 0
  }

  /// True if samples do not change.
  var isIdentity: Bool { rotation == 0 && scale == 0 && shear == 0 && translation == 0 && knots == 0 }

  /// The map of a distorted image's pixels to the original's, and the phases of the field: (a, b, c, d, e, f, phase x, phase y).
  ///
  /// The image's content is scaled by axis, sheared along x, rotated about the middle, then moved.
  ///
  /// - Parameters:
  ///   - sample: the sample's index in its source.
  ///   - isTransposed: whether pixels lie column by column.
  @inline(__always)
  func draw(_ generator: Philox, sample: UInt32, epoch: UInt32, side: Int, isTransposed: Bool) -> SIMD8<Float> {
    let first = generator.block(SIMD4(0, sample, epoch, Self.affineStream))
    let second = generator.block(SIMD4(1, sample, epoch, Self.affineStream))
    let angle = rotation * Self.signed(first.x)
    let (scaleX, scaleY) = (1 / (1 + scale * Self.signed(first.y)), 1 / (1 + scale * Self.signed(first.z)))
    let (shearSine, shearCosine) = Self.sineAndCosine(shear * Self.signed(first.w))
    let slope = shearSine / shearCosine
    let (sine, cosine) = Self.sineAndCosine(angle)
    let a = (cosine + slope * sine) * scaleX
    let b = (sine - slope * cosine) * scaleX
    let d = -sine * scaleY
    let e = cosine * scaleY
    let middle = Double(side - 1) / 2
    let (x, y) = (middle + translation * Self.signed(second.x), middle + translation * Self.signed(second.y))
    let c = middle - a * x - b * y
    let f = middle - d * x - e * y
    let phases = SIMD2(Float(second.z >> 8) * 0x1p-24, Float(second.w >> 8) * 0x1p-24)
    let map = isTransposed ? (SIMD4(e, d, f, b), SIMD2(a, c)) : (SIMD4(a, b, c, d), SIMD2(e, f))
    return SIMD8(
      lowHalf: SIMD4(Float(map.0.x), Float(map.0.y), Float(map.0.z), Float(map.0.w)),
      highHalf: SIMD4(lowHalf: SIMD2(Float(map.1.x), Float(map.1.y)), highHalf: phases))
  }

  /// The last word of counters: of maps, and of knots.
  static let affineStream: UInt32 = 0
  static let knotStream: UInt32 = 1

  /// A number in ±1 with mean 0.
  @inline(__always)
  private static func signed(_ word: UInt32) -> Double { (Double(word) + 0.5) * 0x1p-31 - 1 }

  /// Sine and cosine of −π…π by their Taylor series, to 1e-10: the C library's may differ between machines in the last bit.
  @inline(__always)
  static func sineAndCosine(_ angle: Double) -> (sine: Double, cosine: Double) {
    let square = angle * angle
    var (sine, cosine) = (1.0, 1.0)
    var power = 24.0
    while power > 0 {
      cosine = 1 - square / (power * (power - 1)) * cosine
      sine = 1 - square / (power * (power + 1)) * sine
      power -= 2
    }
    return (angle * sine, cosine)
  }
}
