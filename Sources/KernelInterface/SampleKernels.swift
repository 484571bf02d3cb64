/// Brings samples into the shape that products read, times `multiplier`, plus `shift`: one number of each for all
/// features, or one a feature where `perFeature`. Features beyond the width up to `stride` are left as they are.
/// - `rows`: which rows of the storage, `[width]` elements each.
public typealias GatherBytesKernel =
  @convention(c) (
    _ storage: UnsafePointer<UInt8>, _ width: Int, _ rows: UnsafePointer<Int32>, _ count: Int,
    _ result: MutableFloats, _ stride: Int, _ multiplier: Floats, _ shift: Floats, _ perFeature: Bool
  ) -> Void

/// `GatherBytesKernel` for samples stored as floats.
public typealias GatherFloatsKernel =
  @convention(c) (
    _ storage: Floats, _ width: Int, _ rows: UnsafePointer<Int32>, _ count: Int,
    _ result: MutableFloats, _ stride: Int, _ multiplier: Floats, _ shift: Floats, _ perFeature: Bool
  ) -> Void

/// The mask and the nonzero bytes of one row of `width` bytes.
/// - Returns: how many are not zero. `bytes` has room for `width` + 8.
public typealias PackBytesKernel =
  @convention(c) (
    _ row: UnsafePointer<UInt8>, _ width: Int, _ mask: UnsafeMutablePointer<UInt64>,
    _ bytes: UnsafeMutablePointer<UInt8>
  ) -> Int

/// The mask and the nonzero values of one row of `width` floats.
/// - Returns: how many are not zero.
public typealias PackFloatsKernel =
  @convention(c) (
    _ row: Floats, _ width: Int, _ mask: UnsafeMutablePointer<UInt64>, _ values: MutableFloats
  ) -> Int

/// A packed row, its mask's words with the nonzero bytes after them, as products read it, or some adjacent words' part of it: those words
/// of the mask, how many values come before each, and the values, bytes times `multiplier`. `values` has room for a multiple of 16, and as
/// many bytes may be read.
///
/// - `words`: of the whole row; `count` of them from `first` on are expanded.
public typealias ExpandBytesKernel =
  @convention(c) (
    _ record: UnsafePointer<UInt8>, _ words: Int, _ first: Int, _ count: Int, _ multiplier: Float,
    _ mask: UnsafeMutablePointer<UInt64>,
    _ offsets: UnsafeMutablePointer<UInt32>, _ values: MutableFloats
  ) -> Void

/// result = Σ sources in order, `count` (whole vectors) floats at `offset` of each: what reduces the workers' gradients.
public typealias AddSourcesKernel =
  @convention(c) (
    _ sources: UnsafePointer<Floats>, _ sourceCount: Int, _ offset: Int, _ count: Int, _ result: MutableFloats
  ) -> Void

/// Registers only: `rounds` times 24 (12 where there are 16 registers) independent multiply-adds of whole vectors. Returns their
/// sum, so that nothing can be left out.
public typealias MultiplyAddPeakKernel = @convention(c) (_ rounds: Int) -> Float

/// Gathering, the masked input layer and the reduction of one instruction set.
public struct SampleKernels: Sendable {
  public let maskedForward: MaskedForwardKernel
  public let transposeMasks: TransposeMasksKernel
  public let maskedGradient: MaskedGradientKernel
  public let maskedSampleStep: MaskedSampleStepKernel
  public let maskedReduction: MaskedReductionKernel
  public let gatherBytes: GatherBytesKernel
  public let gatherFloats: GatherFloatsKernel
  public let packBytes: PackBytesKernel
  public let packFloats: PackFloatsKernel
  public let expandBytes: ExpandBytesKernel
  public let addSources: AddSourcesKernel
  public let multiplyAddPeak: MultiplyAddPeakKernel

  public init(
    maskedForward: MaskedForwardKernel, transposeMasks: TransposeMasksKernel, maskedGradient: MaskedGradientKernel,
    maskedSampleStep: MaskedSampleStepKernel, maskedReduction: MaskedReductionKernel,
    gatherBytes: GatherBytesKernel, gatherFloats: GatherFloatsKernel, packBytes: PackBytesKernel,
    packFloats: PackFloatsKernel, expandBytes: ExpandBytesKernel, addSources: AddSourcesKernel,
    multiplyAddPeak: MultiplyAddPeakKernel
  ) {
    self.maskedForward = maskedForward
    self.transposeMasks = transposeMasks
    self.maskedGradient = maskedGradient
    self.maskedSampleStep = maskedSampleStep
    self.maskedReduction = maskedReduction
    self.gatherBytes = gatherBytes
    self.gatherFloats = gatherFloats
    self.packBytes = packBytes
    self.packFloats = packFloats
    self.expandBytes = expandBytes
    self.addSources = addSources
    self.multiplyAddPeak = multiplyAddPeak
  }
}
