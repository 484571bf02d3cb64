/// Random knots of two fields: `count` numbers each, uniform in ±`amplitude`, from Philox4x32-10 at counters (0…, c1, c2, c3); see
/// `KnotDraw` for the number of each word. Written in whole groups: both results have room for `KnotDraw.room(count)`.
public typealias RandomKnotsKernel =
  @convention(c) (
    _ key0: UInt32, _ key1: UInt32, _ c1: UInt32, _ c2: UInt32, _ c3: UInt32, _ count: Int, _ amplitude: Float,
    _ first: MutableFloats, _ second: MutableFloats
  ) -> Void

/// An image of `side` × `side` bytes, resampled bilinearly: the pixel at (x, y) is what lies at
/// (a x + b y + c + Dx(x, y), d x + e y + f + Dy(x, y)), to 1/256 of a pixel; there is 0 beyond the edges.
///
/// - Parameters:
///   - image: `[side × side]`, with 64 readable bytes before and after it.
///   - affine: a, b, c, d, e, f.
///   - knots: of an axis; 0 for no displacement.
///   - inverseSpacing: knots a pixel.
///   - phases: of the knots along x and y, in [0, 1) of their spacing.
///   - field: Dx's knots `[knots × knots]`, Dy's after `fieldStride`.
///   - scratch: `DistortionLayout.bytes` of room on a boundary of 64 bytes.
///   - result: `[side × side]`, with room for 64 bytes more.
public typealias DistortBytesKernel =
  @convention(c) (
    _ image: UnsafePointer<UInt8>, _ side: Int, _ affine: Floats, _ knots: Int, _ inverseSpacing: Float,
    _ phases: Floats, _ field: Floats, _ fieldStride: Int, _ scratch: UnsafeMutableRawPointer,
    _ result: UnsafeMutablePointer<UInt8>
  ) -> Void

/// `DistortBytesKernel` for an image of floats; `result` has room for 16 numbers more.
public typealias DistortFloatsKernel =
  @convention(c) (
    _ image: Floats, _ side: Int, _ affine: Floats, _ knots: Int, _ inverseSpacing: Float,
    _ phases: Floats, _ field: Floats, _ fieldStride: Int, _ scratch: UnsafeMutableRawPointer,
    _ result: MutableFloats
  ) -> Void

/// values += noise of a standard deviation, for `count` adjacent values on a boundary of 64 bytes: normal numbers from Philox4x32-10 at
/// counters (0…, c1, c2, 0), in the order of `KnotDraw`, of words 0 and 1, and of 2 and 3, of a block.
public typealias AddNoiseKernel =
  @convention(c) (
    _ values: MutableFloats, _ count: Int, _ deviation: Float, _ key0: UInt32, _ key1: UInt32, _ c1: UInt32,
    _ c2: UInt32
  ) -> Void

/// Distortion of images, with the same bits on every instruction set, and noise on inputs.
public struct DistortionKernels: Sendable {
  public let randomKnots: RandomKnotsKernel
  public let distortBytes: DistortBytesKernel
  public let distortFloats: DistortFloatsKernel
  public let addNoise: AddNoiseKernel

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

/// The order of random knots: word w of block b, counter (b, …), is number w · `blocks` + b; its low 16 bits are the first field's, its
/// high ones the second's.
public enum KnotDraw {
  /// Blocks for `count` numbers, a multiple of 16.
  @inlinable
  public static func blocks(_ count: Int) -> Int { (count + 63) / 64 * 16 }

  /// Numbers that are written for `count`.
  @inlinable
  public static func room(_ count: Int) -> Int { 4 * blocks(count) }
}

/// The scratch memory of one image's distortion, in elements of four bytes.
public struct DistortionLayout: Sendable {
  /// Elements from one row of pixels to the next: whole vectors with room for the image's margin.
  public let stride: Int
  /// Padded source: pixels with their neighbors.
  public let source = 0
  /// Two rows of coordinates.
  public let rows: Int
  /// Weights of the knots along x, `[knots × stride]`.
  public let columnWeights: Int
  /// Weights of the knots along y, `[knots × stride]`.
  public let rowWeights: Int
  /// Displacements at each row of knots, `[2 × knots × stride]`.
  public let knotRows: Int
  /// Elements in all.
  public let count: Int

  @inlinable
  public init(side: Int, knots: Int) {
    stride = (side + 3 + 15) / 16 * 16
    rows = (side + 3) * stride
    columnWeights = rows + 4 * stride
    rowWeights = columnWeights + knots * stride
    knotRows = rowWeights + knots * stride
    count = knotRows + 2 * knots * stride
  }

  public var bytes: Int { 4 * count }
}
