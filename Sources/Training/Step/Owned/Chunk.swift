/// A chunk of a batch, whose rows are in memory at the same time.
struct Chunk {
  let batch: Batch
  /// The index of its first row within the batch.
  let first: Int
  let count: Int
  /// The number of rows of the following chunk, in this batch or the next.
  let nextCount: Int
  /// The indices of its samples, then those of the next chunk.
  let order: UnsafePointer<Int32>

  /// - Parameter capacity: the largest number of rows of a chunk.
  @inline(__always)
  init(_ batch: Batch, first: Int, capacity: Int) {
    self.batch = batch
    self.first = first
    count = min(capacity, batch.rows - first)
    nextCount = max(0, min(capacity, batch.rows + batch.next - first - count))
    order = batch.order + first
  }

  var isWholeBatch: Bool { count == batch.rows }
  var endsBatch: Bool { first + count == batch.rows }
}
