/// Draws the random knots of two fields: `count` numbers each, uniform in ±`amplitude`, from Philox4x32-10 at counters
/// (b, c1, c2, c3), b = 0, 1, …, in the order of `KnotDraw`. Numbers are written in whole groups: both results have
/// memory for `KnotDraw.room(count)` of them.
public typealias RandomKnotsKernel =
  @convention(c) (
    _ key0: UInt32, _ key1: UInt32, _ c1: UInt32, _ c2: UInt32, _ c3: UInt32, _ count: Int, _ amplitude: Float,
    _ first: MutableFloats, _ second: MutableFloats
  ) -> Void

/// Resamples an image of `side` × `side` bytes bilinearly: result(x, y) = image(a x + b y + c + Dx(x, y), d x + e y + f
/// + Dy(x, y)), with coordinates rounded to 1/256 of a pixel, and 0 beyond the edges.
///
/// - Parameters:
///   - image: `[side × side]`, with 64 readable bytes before and after it.
///   - affine: a, b, c, d, e, f.
///   - knots: the number of knots per axis; 0 for no displacement.
///   - inverseSpacing: the number of knots per pixel.
///   - phases: the offsets of the knots along x and y, in [0, 1) of their spacing.
///   - field: the knots of Dx, `[knots × knots]`; those of Dy start `fieldStride` floats later.
///   - scratch: `DistortionLayout.bytes` bytes, aligned to 64 bytes.
///   - result: `[side × side]`, followed by 64 writable bytes.
public typealias DistortBytesKernel =
  @convention(c) (
    _ image: UnsafePointer<UInt8>, _ side: Int, _ affine: Floats, _ knots: Int, _ inverseSpacing: Float,
    _ phases: Floats, _ field: Floats, _ fieldStride: Int, _ scratch: UnsafeMutableRawPointer,
    _ result: UnsafeMutablePointer<UInt8>
  ) -> Void

/// `DistortBytesKernel` for an image of floats; `result` is followed by 16 writable floats.
public typealias DistortFloatsKernel =
  @convention(c) (
    _ image: Floats, _ side: Int, _ affine: Floats, _ knots: Int, _ inverseSpacing: Float,
    _ phases: Floats, _ field: Floats, _ fieldStride: Int, _ scratch: UnsafeMutableRawPointer,
    _ result: MutableFloats
  ) -> Void

/// Adds Gaussian noise of standard deviation `deviation` to `count` adjacent values, aligned to 64 bytes. The normal
/// numbers come from Philox4x32-10 at counters (b, c1, c2, 0), b = 0, 1, …: two from words 0 and 1 of a block, two from
/// words 2 and 3, in the order of `KnotDraw`.
public typealias AddNoiseKernel =
  @convention(c) (
    _ values: MutableFloats, _ count: Int, _ deviation: Float, _ key0: UInt32, _ key1: UInt32, _ c1: UInt32,
    _ c2: UInt32
  ) -> Void

/// The kernels that distort images, bit-identically on every instruction set, and add noise to inputs.
public struct DistortionKernels: Sendable {
  /// Random displacements of knots.
  public let randomKnots: RandomKnotsKernel
  /// Distorts an image of bytes.
  public let distortBytes: DistortBytesKernel
  /// Distorts an image of floats.
  public let distortFloats: DistortFloatsKernel
  /// Adds Gaussian noise.
  public let addNoise: AddNoiseKernel

  /// A table of one instruction set's functions.
  public init(
    randomKnots: RandomKnotsKernel, distortBytes: DistortBytesKernel, distortFloats: DistortFloatsKernel,
    addNoise: AddNoiseKernel
  ) {
    self.randomKnots = randomKnots
    self.distortBytes = distortBytes
    self.distortFloats = distortFloats
    self.addNoise = addNoise
  }
}

/// The order of random knots. Word w of block b, which has the counter (b, …), gives number w · `blocks` + b of both
/// fields: the low 16 bits that of the first field, the high 16 bits that of the second.
public enum KnotDraw {
  /// The number of blocks for `count` numbers, a multiple of 16.
  @inlinable
  public static func blocks(_ count: Int) -> Int { (count + 63) / 64 * 16 }

  /// The number of values written for `count` requested ones: all four words of every block.
  @inlinable
  public static func room(_ count: Int) -> Int { 4 * blocks(count) }
}

/// The scratch memory of one image's distortion, in elements of four bytes.
public struct DistortionLayout: Sendable {
  /// The number of elements from one row of pixels to the next: whole vectors that include the image's margin.
  public let stride: Int
  /// The offset of the padded source: pixels with their neighbors.
  public let source = 0
  /// The offset of two sets of three rows, for two adjacent rows of the result: the source index (overwritten by the
  /// neighbors found there), the fraction along x, and the fraction along y.
  public let rows: Int
  /// The offset of the column numbers 0, 1, … as floats, `[stride]`.
  public let columns: Int
  /// The offset of the weights of the knots along x, `[knots × stride]`.
  public let columnWeights: Int
  /// The offset of the weights of the knots along y, `[knots × stride]`.
  public let rowWeights: Int
  /// The offset of the displacements at each row of knots, `[2 × knots × stride]`.
  public let knotRows: Int
  /// The total number of elements.
  public let count: Int

  /// - Parameters:
  ///   - side: the height and width of the image in pixels.
  ///   - knots: the number of knots along each side.
  @inlinable
  public init(side: Int, knots: Int) {
    stride = (side + 3 + 15) / 16 * 16
    rows = (side + 3) * stride
    columns = rows + 6 * stride
    columnWeights = columns + stride
    rowWeights = columnWeights + knots * stride
    knotRows = rowWeights + knots * stride
    count = knotRows + 2 * knots * stride
  }

  /// The size in bytes.
  public var bytes: Int { 4 * count }
}
