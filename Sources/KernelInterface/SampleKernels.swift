/// Copies samples into rows of floats, times `multiplier`, plus `shift`: one number of each for all features, or one per feature with
/// `perFeature`. Columns from the width up to `stride` are not written.
/// - `rows`: indices of rows of the storage, `[width]` elements each.
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
/// - Returns: the number of nonzero bytes. `bytes` has memory for `width` + 8 bytes.
public typealias PackBytesKernel =
  @convention(c) (
    _ row: UnsafePointer<UInt8>, _ width: Int, _ mask: UnsafeMutablePointer<UInt64>,
    _ bytes: UnsafeMutablePointer<UInt8>
  ) -> Int

/// The mask and the nonzero values of one row of `width` floats.
/// - Returns: the number of nonzero values.
public typealias PackFloatsKernel =
  @convention(c) (
    _ row: Floats, _ width: Int, _ mask: UnsafeMutablePointer<UInt64>, _ values: MutableFloats
  ) -> Int

/// Expands a packed row (the words of its mask, then its nonzero bytes), or some adjacent words of it, for the masked
/// product: these words of the mask, the number of values before each, and the values, bytes times `multiplier`.
/// `values` has memory for the next multiple of 16 values, and as many bytes may be read.
///
/// - `words`: the number of words of the whole row, of which `count` from `first` on are expanded.
public typealias ExpandBytesKernel =
  @convention(c) (
    _ record: UnsafePointer<UInt8>, _ words: Int, _ first: Int, _ count: Int, _ multiplier: Float,
    _ mask: UnsafeMutablePointer<UInt64>,
    _ offsets: UnsafeMutablePointer<UInt32>, _ values: MutableFloats
  ) -> Void

/// result = Σ sources in a tree of pairs (`PairwiseSum`), `count` (whole vectors) floats at `offset` of each: the
/// reduction of the workers' gradients.
public typealias AddSourcesKernel =
  @convention(c) (
    _ sources: UnsafePointer<Floats>, _ sourceCount: Int, _ offset: Int, _ count: Int, _ result: MutableFloats
  ) -> Void

/// Gathering and packing of samples, and the reduction of gradients, of one instruction set.
public struct SampleKernels: Sendable {
  /// Rows of floats from samples stored as bytes.
  public let gatherBytes: GatherBytesKernel
  /// Rows of floats from samples stored as floats.
  public let gatherFloats: GatherFloatsKernel
  /// The mask and the nonzero bytes of a row.
  public let packBytes: PackBytesKernel
  /// The mask and the nonzero values of a row.
  public let packFloats: PackFloatsKernel
  /// The mask and the values of a packed row.
  public let expandBytes: ExpandBytesKernel
  /// Σ sources.
  public let addSources: AddSourcesKernel

  /// A table of one instruction set's functions.
  public init(
    gatherBytes: GatherBytesKernel, gatherFloats: GatherFloatsKernel, packBytes: PackBytesKernel,
    packFloats: PackFloatsKernel, expandBytes: ExpandBytesKernel, addSources: AddSourcesKernel
  ) {
    self.gatherBytes = gatherBytes
    self.gatherFloats = gatherFloats
    self.packBytes = packBytes
    self.packFloats = packFloats
    self.expandBytes = expandBytes
    self.addSources = addSources
  }
}
