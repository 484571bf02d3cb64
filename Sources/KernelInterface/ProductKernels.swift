/// The address of weights in panels, numbers as the product of a table reads them: 32-bit floats, or if the table has a
/// `RoundWeightsKernel` what that writes.
public typealias WeightNumbers = UnsafeRawPointer

/// Rounds `count` adjacent weights, whole vectors, to bfloat16 numbers in the same order. Both addresses are multiples of 32
/// bytes.
public typealias RoundWeightsKernel =
  @convention(c) (_ weights: Floats, _ rounded: UnsafeMutablePointer<UInt16>, _ count: Int) -> Void

/// z = x · W + b for `rows` samples: `[rows × inputs] · [inputs × outputs]`, W in panels, x and z row-major.
/// Without a bias (nil) sums start at zero. `paddedOutputs`: the layer's outputs in whole vectors, or half a vector for
/// a layer of no more outputs; padding columns of z become 0.
public typealias ForwardKernel =
  @convention(c) (
    _ x: Floats, _ xStride: Int, _ weights: WeightNumbers, _ bias: Floats?, _ z: MutableFloats, _ zStride: Int,
    _ rows: Int, _ inputs: Int, _ paddedOutputs: Int
  ) -> Void

/// gradient = xᵀ · δ, or gradient += xᵀ · δ, for `inputs` adjacent inputs (x points at the first one of row 0) and
/// `columns` adjacent outputs from the start of a panel on. δ is packed (`PackColumnsKernel`): panel after panel,
/// `packedRows` rows each. Panel q of the result starts at gradient + q · panelStride, with one row of the panel's
/// width per input. `columns`: whole vectors, or half a vector for a layer of no more outputs.
/// With an `xStride` of 0, x is a block of inputs that `PackInputsKernel` packed, and `inputs` their number.
public typealias WeightGradientKernel =
  @convention(c) (
    _ x: Floats, _ xStride: Int, _ packedDelta: Floats, _ packedRows: Int, _ gradient: MutableFloats,
    _ panelStride: Int,
    _ rows: Int, _ inputs: Int, _ columns: Int, _ accumulates: Bool
  ) -> Void

/// Packs `inputs` adjacent inputs (x points at the first one of row 0) for `WeightGradientKernel`: block after block of a
/// tile's inputs, each of `packedBlock(rows:)` floats. So a gradient that is computed in several calls rounds its inputs
/// once, or reads them in the order of memory.
public typealias PackInputsKernel =
  @convention(c) (_ x: Floats, _ xStride: Int, _ packed: MutableFloats, _ rows: Int, _ inputs: Int) -> Void

/// The error signals of the layer below before the derivative, W · δᵀ, in transposed layout. δᵀ: `[row
/// panels][outputs][panelWidth rows]`, as written by `TransposeToColumnsKernel`, with zero padding outputs; the result
/// has the layout `[row panels][inputs][panelWidth rows]`.
public typealias ErrorSignalKernel =
  @convention(c) (
    _ weights: WeightNumbers, _ deltaColumns: Floats, _ result: MutableFloats, _ rows: Int, _ inputs: Int,
    _ paddedOutputs: Int
  ) -> Void

/// Wᵀ in panels, `[outputs × inputs]`, for `ForwardKernel`: it computes error signals in rows, δ · Wᵀ. `weights`:
/// `[inputs × outputs]` in panels. Efficient for few outputs and many rows. The result's last panel is padded with
/// zeros.
public typealias TransposeWeightsKernel =
  @convention(c) (_ weights: Floats, _ inputs: Int, _ outputs: Int, _ result: MutableFloats) -> Void

/// Copies columns of a row-major matrix into panels: panel after panel, each `rows` rows of the panel's width (one
/// vector for a narrow last panel). `columns`: whole vectors.
public typealias PackColumnsKernel =
  @convention(c) (
    _ source: Floats, _ stride: Int, _ packed: MutableFloats, _ rows: Int, _ columns: Int
  ) -> Void

/// Row-major `[rows × columns]` into `[row panels][columns][panelWidth rows]`; missing rows are zero up to a whole
/// vector, and not written beyond. `columns`: whole vectors.
public typealias TransposeToColumnsKernel =
  @convention(c) (
    _ source: Floats, _ stride: Int, _ result: MutableFloats, _ rows: Int, _ columns: Int
  ) -> Void

/// `[row panels][columns][panelWidth rows]` into row-major `[rows × stride]`; columns from `columns` up to `paddedColumns` become zero.
public typealias TransposeToRowsKernel =
  @convention(c) (
    _ source: Floats, _ result: MutableFloats, _ stride: Int, _ rows: Int, _ columns: Int, _ paddedColumns: Int
  ) -> Void

/// Σ over rows of δ, for `columns` (whole vectors) adjacent columns, rows in order; added to the existing values if
/// `accumulates`.
public typealias BiasGradientKernel =
  @convention(c) (
    _ delta: Floats, _ stride: Int, _ rows: Int, _ columns: Int, _ gradient: MutableFloats, _ accumulates: Bool
  ) -> Void

/// The matrix products of one instruction set, and the layout conversions of their operands.
public struct ProductKernels: Sendable {
  /// The sizes of vectors, panels and tiles.
  public let shape: KernelShape
  /// z = x · W + b.
  public let forward: ForwardKernel
  /// xᵀ · δ.
  public let weightGradient: WeightGradientKernel
  /// W · δᵀ.
  public let errorSignal: ErrorSignalKernel
  /// Wᵀ.
  public let transposeWeights: TransposeWeightsKernel
  /// Columns of a row-major matrix in panels.
  public let packColumns: PackColumnsKernel
  /// Inputs in blocks, for `weightGradient`; nil if it reads them only as they are.
  public let packInputs: PackInputsKernel?
  /// The weights of `forward` and `errorSignal` in bfloat16, which these read in place of floats; a full panel of them starts at
  /// a multiple of 64 bytes. Nil if they read floats.
  public let roundWeights: RoundWeightsKernel?
  /// Rows in panels as a row-major matrix.
  public let transposeToRows: TransposeToRowsKernel
  /// A row-major matrix as rows in panels.
  public let transposeToColumns: TransposeToColumnsKernel
  /// Σ δ over rows.
  public let biasGradient: BiasGradientKernel
  /// The widest matrix of error signals, in floats, that `weightGradient` reads without `packColumns`: that of one
  /// panel; 0 if all must be packed.
  public let unpackedWidth: Int
  /// The number of floats of a row in a block of packed inputs.
  private let packedRow: Int

  /// - Parameters:
  ///   - packInputs: nil if `weightGradient` reads inputs only as they are.
  ///   - packedRow: nil for two bfloat16 numbers in each float, in whole vectors.
  ///   - roundWeights: nil if `forward` and `errorSignal` read weights as they are.
  public init(
    shape: KernelShape, forward: ForwardKernel, weightGradient: WeightGradientKernel, errorSignal: ErrorSignalKernel,
    transposeWeights: TransposeWeightsKernel, packColumns: PackColumnsKernel, transposeToRows: TransposeToRowsKernel,
    transposeToColumns: TransposeToColumnsKernel, biasGradient: BiasGradientKernel, unpackedWidth: Int,
    packInputs: PackInputsKernel? = nil, packedRow: Int? = nil, roundWeights: RoundWeightsKernel? = nil
  ) {
    self.shape = shape
    self.forward = forward
    self.weightGradient = weightGradient
    self.errorSignal = errorSignal
    self.transposeWeights = transposeWeights
    self.packColumns = packColumns
    self.packInputs = packInputs
    self.roundWeights = roundWeights
    self.transposeToRows = transposeToRows
    self.transposeToColumns = transposeToColumns
    self.biasGradient = biasGradient
    self.unpackedWidth = unpackedWidth
    self.packedRow = packedRow ?? shape.padded(shape.tileRows) / 2
  }

  /// The number of floats of a block of packed inputs, those of a tile, with rows in whole tiles of AMX.
  public func packedBlock(rows: Int) -> Int { (rows + 31) / 32 * 32 * packedRow }
}
