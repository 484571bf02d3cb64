// The tables of kernels that each instruction set fills (`ProductKernels`, `MaskedKernels`, `SampleKernels`,
// `ElementwiseKernels`): C functions on raw memory, so that a call is only a jump.
//
// Terms: `rows` are samples, `inputs` and `outputs` a layer's widths, a stride the number of floats from one row to the
// next. "Whole vectors" means a number of floats that is a multiple of the vector width. Matrices of samples are
// row-major with rows padded to whole vectors; weights and arrays of their shape are stored in panels (see
// `KernelShape`). All vector memory is 64-byte aligned, all strides are whole vectors.

/// Adjacent floats.
public typealias Floats = UnsafePointer<Float>
/// Adjacent floats that are written.
public typealias MutableFloats = UnsafeMutablePointer<Float>

/// The vector, panel and tile sizes of one instruction set's kernels.
///
/// Weights `[inputs × outputs]` are stored in panels of `panelWidth` columns (outputs): panel p has `panelWidth`
/// adjacent floats for each input, and starts at float p · panelWidth · inputs. The last panel is one vector wide if
/// that suffices, so that an output layer of ten units does not take a panel of 32 columns. Columns beyond the layer's
/// outputs are zero.
public struct KernelShape: Sendable, Equatable {
  /// The number of floats in a vector.
  public let vectorWidth: Int
  /// The number of rows of a register tile, which has two vectors of columns.
  public let tileRows: Int
  /// The number of columns of a full panel: two vectors.
  public var panelWidth: Int { 2 * vectorWidth }

  /// The sizes of one instruction set's kernels.
  public init(vectorWidth: Int, tileRows: Int) {
    self.vectorWidth = vectorWidth
    self.tileRows = tileRows
  }

  /// `count` rounded up to whole vectors.
  public func padded(_ count: Int) -> Int { (count + vectorWidth - 1) / vectorWidth * vectorWidth }
}
