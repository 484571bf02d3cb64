import Networks

/// A reader of a split's inputs into rows, in the form that one kind of first layer takes: `DenseReader`, `MaskingReader`, `PackedReader`.
///
/// Immutable: all workers share one reader, and each fills rows of its own. An `InputStage` changes samples as they are read; readers of
/// dense and of masked rows call it.
protocol SampleReader<Input>: AnyObject, Sendable {
  /// The first layer that takes these inputs.
  associatedtype Input: InputLayer

  /// Parts in which the first layer's product is summed: 1 or 2.
  var productParts: Int { get }

  /// Rows that this reader fills.
  func makeRows(capacity: Int) -> Input.Rows

  /// Reads samples into the rows from `first` on.
  ///
  /// - Parameters:
  ///   - order: `count` indices of samples within the split.
  ///   - epoch: of the run, from 0; 0 where nothing is trained.
  func read(_ order: UnsafePointer<Int32>, count: Int, epoch: Int, into rows: Input.Rows, first: Int)

  /// Asks the memory for what `read` will want of these samples.
  func prefetch(_ order: UnsafePointer<Int32>, count: Int)
}
