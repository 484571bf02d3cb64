import KernelInterface
import Kernels
import Random
import SampleData

/// The stage that changes samples while they are read for a step: distorts images, and adds noise to inputs.
///
/// It has only numbers and pointers, so that a step counts no references; `InputStageMemory` keeps the pointers valid.
/// All workers share one stage.
struct InputStage: @unchecked Sendable {
  // Unchecked: the memory behind the pointers is written only in `InputStageMemory.init`, except scratch blocks, each
  // of which one worker uses at a time.
  let distorter: Philox
  /// Epochs from this one on are not distorted.
  let firstCleanEpoch: Int
  let noiseSource: Philox
  /// The standard deviation of the noise on inputs; 0 for none.
  let noiseDeviation: Float
  let side: Int
  let isTransposed: Bool
  /// The number of inputs of a sample.
  let width: Int
  let isBytes: Bool
  /// True if bytes have a single scale factor.
  let isFactor: Bool
  /// Each sample's class if classes have distortions of their own; else nil.
  let classes: UnsafePointer<Int32>?
  /// One distortion for each class, or a single one for all samples.
  let distortions: UnsafePointer<Distortion>
  let storage: UnsafeRawPointer
  /// Each sample's row in the storage: its index in the source.
  let rows: UnsafePointer<Int32>
  /// The map of stored numbers to those of the source, whose background is 0.
  let toSource: FeatureTransform.Pointers
  /// The map of numbers of the source to inputs.
  let toInputs: FeatureTransform.Pointers
  /// The map of stored numbers to inputs.
  let plain: FeatureTransform.Pointers
  let layout: InputScratchLayout
  let pool: ScratchPool
  let sampleKernels: SampleKernels
  let distortionKernels: DistortionKernels

  /// True if samples of an epoch are distorted.
  @inline(__always)
  func distorts(epoch: Int) -> Bool { epoch < firstCleanEpoch }

  /// True if samples of an epoch differ from those of the source.
  @inline(__always)
  func changes(epoch: Int) -> Bool { distorts(epoch: epoch) || noiseDeviation > 0 }

  /// True if changed samples are still bytes with a single scale factor.
  var packsBytes: Bool { isBytes && isFactor && noiseDeviation == 0 }

  /// Writes the changed inputs of a sample.
  ///
  /// - Parameters:
  ///   - block: a scratch block of the pool.
  ///   - target: memory for `width` inputs, aligned to 64 bytes.
  @inline(__always)
  func inputs(_ sample: Int, epoch: Int, _ block: UnsafeMutablePointer<UInt8>, into target: MutableFloats) {
    let row = rows[sample]
    switch (distorts(epoch: epoch), isBytes) {
    case (true, true): read(distortedBytes(sample, epoch: epoch, block), by: toInputs, into: target)
    case (true, false): read(distortedSource(sample, epoch: epoch, block), by: toInputs, into: target)
    case (false, true): read(storage.assumingMemoryBound(to: UInt8.self), row: row, by: plain, into: target)
    case (false, false): read(storage.assumingMemoryBound(to: Float.self), row: row, by: plain, into: target)
    }
    if noiseDeviation > 0 {
      addNoise(to: target, sample: UInt32(bitPattern: row), epoch: UInt32(truncatingIfNeeded: epoch))
    }
  }

  /// Distorts a sample that is stored as bytes.
  ///
  /// - Returns: a pointer to its bytes in `block`.
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

  /// Distorts a sample that is stored as floats.
  ///
  /// - Returns: a pointer to its numbers in `block`, in the units of the source.
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

  /// Draws a sample's distortion: the map, and the phases and knots of the displacement field.
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

/// The layout of a scratch block: offsets in bytes.
struct InputScratchLayout: Sendable, BitwiseCopyable {
  /// A copy of the stored image, with 64 bytes before and after it, which kernels may read.
  let image: Int
  /// The distorted image.
  let result: Int
  /// A packed row: masks, then nonzero bytes.
  let record: Int
  /// The knots of the two displacement fields, one per axis.
  let field: Int
  /// The number of floats of one field.
  let fieldStride: Int
  /// The scratch memory of the distortion kernel.
  let distortion: Int
  /// The size of a block.
  let bytes: Int

  /// - Parameters:
  ///   - words: the number of mask words of a packed row; 0 for dense input.
  ///   - knots: the largest number of knots per axis.
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
