import KernelInterface
import Kernels

/// Rows of inputs as masks and nonzero values.
package final class MaskedRows: InputRows, @unchecked Sendable {
  // Unchecked: each row is written by the worker that reads its sample; others read it only after a barrier.
  package let capacity: Int
  /// The layout of inputs in mask words.
  package let layout: MaskLayout
  /// The number of words of a row's mask.
  package let words: Int
  /// `[capacity × words]`.
  package let masks: AlignedBuffer<UInt64>
  /// `[capacity × words]`: the number of the row's values before each word.
  package let offsets: AlignedBuffer<UInt32>
  /// For each row a pointer to its first value.
  package let starts: AlignedBuffer<Floats>
  /// `[capacity × stride]`: each row's nonzero values from its start on.
  package let values: AlignedBuffer<Float>
  /// The stride between the values of two rows in floats.
  package let stride: Int

  package init(_ layout: MaskLayout, capacity: Int) {
    self.capacity = capacity
    self.layout = layout
    words = layout.words
    // Bytes are expanded in groups of 16, so memory for 16 numbers after a row's last value is needed.
    stride = (layout.inputs + 15) / 16 * 16
    masks = AlignedBuffer(count: capacity * words)
    offsets = AlignedBuffer(count: capacity * words)
    starts = AlignedBuffer(count: capacity)
    values = AlignedBuffer(count: capacity * stride)
    for row in 0..<capacity { starts.pointer[row] = UnsafePointer(values.pointer + row * stride) }
  }
}
