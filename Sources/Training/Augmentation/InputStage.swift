import Datasets
import KernelInterface
import Kernels
import Random

/// Changes samples on their way from their source into a step: distorts images, and adds noise to inputs.
///
/// Numbers and pointers alone, so that a step counts no references; `InputStageMemory` keeps them valid. All workers share one.
struct InputStage: @unchecked Sendable {
  // Unchecked: what the pointers lead to is written in `InputStageMemory.init` only, scratch memory aside, which is one worker's at a time.
  let distorter: Philox
  /// Epochs from this one on are not distorted.
  let firstCleanEpoch: Int
  let noiseSource: Philox
  /// The standard deviation of the noise on inputs; 0 for none.
  let noise: Float
  let side: Int
  let isTransposed: Bool
  /// Inputs of a sample.
  let width: Int
  let isBytes: Bool
  /// True if bytes have a single scale factor.
  let isFactor: Bool
  /// Each sample's class, where classes have distortions of their own.
  let classes: UnsafePointer<Int32>?
  /// For each class, or for all.
  let distortions: UnsafePointer<Distortion>
  let storage: UnsafeRawPointer
  /// Each sample's row in the storage: its index in the source.
  let rows: UnsafePointer<Int32>
  /// Stored numbers to those of the source, whose background is 0.
  let toSource: AffineFeatures
  /// Numbers of the source to inputs.
  let toInputs: AffineFeatures
  /// Stored numbers to inputs.
  let plain: AffineFeatures
  let layout: InputScratchLayout
  let pool: ScratchPool
  let samples: SampleKernels
  let kernels: DistortionKernels

  /// x ↦ x · multiplier + shift, for all features or for each.
  struct AffineFeatures: @unchecked Sendable, BitwiseCopyable {
    // Unchecked: as `InputStage`.
    let multiplier: UnsafePointer<Float>
    let shift: UnsafePointer<Float>
    let isPerFeature: Bool
  }

  /// True if samples of an epoch are distorted.
  @inline(__always)
  func distorts(epoch: Int) -> Bool { epoch < firstCleanEpoch }

  /// True if samples of an epoch differ from those of the source.
  @inline(__always)
  func changes(epoch: Int) -> Bool { distorts(epoch: epoch) || noise > 0 }

  /// True if changed samples are still bytes with a single scale factor.
  var packsBytes: Bool { isBytes && isFactor && noise == 0 }

  /// Writes a sample's inputs, changed.
  ///
  /// - Parameter target: on a boundary of 64 bytes.
  @inline(__always)
  func inputs(_ sample: Int, epoch: Int, _ block: UnsafeMutablePointer<UInt8>, into target: MutableFloats) {
    let row = rows[sample]
    switch (distorts(epoch: epoch), isBytes) {
    case (true, true): read(distortedBytes(sample, epoch: epoch, block), by: toInputs, into: target)
    case (true, false): read(distortedSource(sample, epoch: epoch, block), by: toInputs, into: target)
    case (false, true): read(storage.assumingMemoryBound(to: UInt8.self), row: row, by: plain, into: target)
    case (false, false): read(storage.assumingMemoryBound(to: Float.self), row: row, by: plain, into: target)
    }
    if noise > 0 {
      addNoise(to: target, sample: UInt32(bitPattern: row), epoch: UInt32(truncatingIfNeeded: epoch))
    }
  }

  /// The distorted bytes of a sample, in the block.
  @inline(__always)
  func distortedBytes(_ sample: Int, epoch: Int, _ block: UnsafeMutablePointer<UInt8>) -> UnsafePointer<UInt8> {
    let (image, result) = (block + layout.image, block + layout.result)
    let row = rows[sample]
    image.update(from: storage.assumingMemoryBound(to: UInt8.self) + Int(row) * width, count: width)
    withDraw(sample, row: row, epoch: epoch, block) { distortion, drawn, field in
      distort(
        image, distortion, drawn: drawn, field: field, scratch: UnsafeMutableRawPointer(block + layout.distortion),
        into: result)
    }
    return UnsafePointer(result)
  }

  /// The distorted numbers of a sample that is stored as floats, in the source's units, in the block.
  @inline(__always)
  func distortedSource(_ sample: Int, epoch: Int, _ block: UnsafeMutablePointer<UInt8>) -> Floats {
    let row = rows[sample]
    let image = UnsafeMutableRawPointer(block + layout.image).assumingMemoryBound(to: Float.self)
    let result = UnsafeMutableRawPointer(block + layout.result).assumingMemoryBound(to: Float.self)
    read(storage.assumingMemoryBound(to: Float.self), row: row, by: toSource, into: image)
    withDraw(sample, row: row, epoch: epoch, block) { distortion, drawn, field in
      distort(
        Floats(image), distortion, drawn: drawn, field: field,
        scratch: UnsafeMutableRawPointer(block + layout.distortion), into: result)
    }
    return Floats(result)
  }

  /// Draws a sample's distortion: its map with the field's phases, and the field's knots.
  @inline(__always)
  private func withDraw(
    _ sample: Int, row: Int32, epoch: Int, _ block: UnsafeMutablePointer<UInt8>,
    _ body: (Distortion, _ drawn: Floats, _ field: Floats) -> Void
  ) {
    let distortion = distortions[classes.map { Int($0[sample]) } ?? 0]
    let (index, epoch) = (UInt32(bitPattern: row), UInt32(truncatingIfNeeded: epoch))
    let field = UnsafeMutableRawPointer(block + layout.field).assumingMemoryBound(to: Float.self)
    if distortion.knots > 0 { drawKnots(distortion, sample: index, epoch: epoch, into: field) }
    var drawn = distortion.draw(distorter, sample: index, epoch: epoch, side: side, isTransposed: isTransposed)
    withUnsafePointer(to: &drawn) { drawn in
      body(distortion, UnsafeRawPointer(drawn).assumingMemoryBound(to: Float.self), Floats(field))
    }
  }
}

/// One worker's block of scratch memory, in bytes.
struct InputScratchLayout: Sendable, BitwiseCopyable {
  /// A copy of the stored image, with room before and after it.
  let image: Int
  /// The distorted image.
  let result: Int
  /// A packed row: masks, then nonzero bytes.
  let record: Int
  /// Knots of both fields.
  let field: Int
  /// Numbers of one field.
  let fieldStride: Int
  /// A kernel's own.
  let distortion: Int
  let bytes: Int

  /// - Parameters:
  ///   - words: of a packed row's mask.
  ///   - knots: the most of an axis.
  init(width: Int, isBytes: Bool, words: Int, side: Int, knots: Int) {
    func aligned(_ bytes: Int) -> Int { (bytes + 63) & ~63 }
    let image = aligned(width * (isBytes ? 1 : MemoryLayout<Float>.stride)) + 64
    self.image = 64
    result = self.image + image
    record = result + image
    field = record + aligned(words * 8 + width) + 64
    fieldStride = KnotDraw.room(knots * knots)
    distortion = field + aligned(2 * fieldStride * MemoryLayout<Float>.stride)
    bytes = distortion + aligned(DistortionLayout(side: side, knots: knots).bytes)
  }
}
