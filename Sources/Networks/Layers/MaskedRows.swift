import KernelInterface
import Kernels

/// Inputs as masks of the nonzero ones, and their values: zero inputs cost nothing.
public final class MaskedRows: InputRows, @unchecked Sendable {
  // Unchecked: a row is written by the one worker that reads its sample; others read it after a barrier only.
  public let capacity: Int
  /// The division of inputs into the words of a mask.
  public let layout: MaskLayout
  /// Words of a row's mask.
  public let words: Int
  /// `[capacity × words]`.
  public let masks: AlignedBuffer<UInt64>
  /// `[capacity × words]`: the number of the row's values before each word.
  public let offsets: AlignedBuffer<UInt32>
  /// For each row its first value.
  public let starts: AlignedBuffer<Floats>
  /// `[capacity × stride]`: each row's nonzero values from its start on.
  public let values: AlignedBuffer<Float>
  /// Floats from the room of one row's values to the next one's.
  public let stride: Int

  public init(_ layout: MaskLayout, capacity: Int) {
    self.capacity = capacity
    self.layout = layout
    words = layout.words
    // Bytes are expanded in groups of 16: what is converted beyond a row's last value must find room.
    stride = (layout.inputs + 15) / 16 * 16
    masks = AlignedBuffer(count: capacity * words)
    offsets = AlignedBuffer(count: capacity * words)
    starts = AlignedBuffer(count: capacity)
    values = AlignedBuffer(count: capacity * stride)
    for row in 0..<capacity { starts.pointer[row] = UnsafePointer(values.pointer + row * stride) }
  }
}
