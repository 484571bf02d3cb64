import KernelInterface
import Platform
import Random

/// The amplitudes of one class's distortions, converted for the computation.
struct Distortion: Sendable, Equatable, BitwiseCopyable {
  /// In radians.
  let rotation: Double
  /// A fraction.
  let scale: Double
  /// In radians.
  let shear: Double
  /// In pixels.
  let translation: Double
  /// The largest magnitude of a knot of the displacement field, in pixels.
  let knotAmplitude: Float
  /// The number of knots of the displacement field per axis; 0 for no field.
  let knots: Int
  /// The number of knots per pixel.
  let inverseSpacing: Float

  /// - Parameter side: the number of pixels of the image per axis.
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
    // The displacement field is a cubic B-spline over knots at distance h, in place of Gaussian-smoothed noise. The
    // spline's basis function has the standard deviation h/√3, and ∫B² = 151/315. With knots uniform in ±a at a random
    // phase, the variance of the field is a²/3 · (151/315)², and its correlation nearly that of smoothed noise,
    // e^(−r²/4σ²). Noise uniform in ±α, smoothed by a Gaussian, has the variance α²/(12πσ²).
    let spacing = sigma * 3.0.squareRoot()
    inverseSpacing = Float(1 / spacing)
    knotAmplitude = Float(alpha / (2 * sigma * Double.pi.squareRoot()) * 315 / 151)
    knots = alpha > 0 ? Int(Float(side - 1) * inverseSpacing + 1) + 4 : 0
  }

  /// Draws the map of a distorted image's pixels to the original's, (x, y) ↦ (a x + b y + c, d x + e y + f), and the
  /// phases of the displacement field.
  ///
  /// The image is scaled along each axis, sheared along x, rotated about its center, then translated.
  ///
  /// - Parameters:
  ///   - sample: the sample's index in its source.
  ///   - isTransposed: true if pixels are stored column by column.
  /// - Returns: (a, b, c, d, e, f, phase x, phase y).
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

  /// The last word of the generator's counter for affine maps.
  static let affineStream: UInt32 = 0
  /// The last word of the generator's counter for knots.
  static let knotStream: UInt32 = 1

  /// A number uniform in (−1, 1), with mean 0.
  @inline(__always)
  private static func signed(_ word: UInt32) -> Double { (Double(word) + 0.5) * 0x1p-31 - 1 }

  /// Sine and cosine of an angle in −π…π by their Taylor series, with an error below 1e-10. Not those of the C library,
  /// whose last bit may differ between machines.
  @inline(__always)
  static func sineAndCosine(_ angle: Double) -> (sine: Double, cosine: Double) {
    // Both series in one vector, which halves the number of divisions: these take most of the time.
    let square = SIMD2(repeating: angle * angle)
    var both = SIMD2(repeating: 1.0)
    var power = 24.0
    while power > 0 {
      both = 1 - square / SIMD2(power * (power + 1), power * (power - 1)) * both
      power -= 2
    }
    return (angle * both[0], both[1])
  }
}
