import Networks

/// A reader of a split's inputs into rows, in the form that one type of first layer takes: `DenseReader`,
/// `MaskingReader`, `PackedReader`.
///
/// Immutable: all workers share one reader, and each fills rows of its own. An `InputStage` changes samples as they are read; readers of
/// dense and of masked rows call it.
protocol SampleReader<Input>: AnyObject, Sendable {
  /// The type of the first layer for these inputs.
  associatedtype Input: InputLayer

  /// The number of input blocks whose products the first layer adds at the end: 1 or 2.
  var inputBlocks: Int { get }

  /// Allocates rows for this reader.
  func makeRows(capacity: Int) -> Input.Rows

  /// Reads samples into the rows from `first` on.
  ///
  /// - Parameters:
  ///   - order: `count` indices of samples within the split.
  ///   - epoch: the epoch of the run, from 0; 0 outside training.
  func read(_ order: UnsafePointer<Int32>, count: Int, epoch: Int, into rows: Input.Rows, first: Int)

  /// Prefetches the memory that `read` needs for these samples.
  func prefetch(_ order: UnsafePointer<Int32>, count: Int)
}
