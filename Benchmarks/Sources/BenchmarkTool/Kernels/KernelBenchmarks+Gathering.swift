import Datasets
import KernelInterface
import Kernels
import Random

extension KernelBenchmarks {
  /// Bringing samples in random order into rows: dense from bytes, and masked from packed bytes; and the packing itself.
  func gathering(_ kernels: Kernels) -> [KernelMeasurement] {
    guard case .bytes(let storage) = data.training.storage else { return [] }
    let order = ShuffledOrder(data.training.rows)
    let width = storage.width
    let stride = (width + 15) / 16 * 16
    let count = 64
    let target = AlignedBuffer<Float>(count: count * stride)
    let factors = AlignedBuffer<Float>(count: 16)
    factors.pointer[0] = 1 / 255
    let packed = PackedSamples(storage, rows: data.training.rows, kernels)
    let mask = AlignedBuffer<UInt64>(count: packed.words)
    let bytes = AlignedBuffer<UInt8>(count: width + 64)
    let offsets = AlignedBuffer<UInt32>(count: packed.words)
    return [
      KernelMeasurement(
        name: "Gather bytes \(count)×\(width)", bytes: Double(count * width * 5), elements: Double(count)
      ) {
        kernels.samples.gatherBytes(
          storage.pointer, width, order.next(count), count, target.pointer, stride, factors.pointer,
          factors.pointer + 1, false)
      },
      KernelMeasurement(name: "Expand packed bytes \(count)×\(width)", elements: Double(count)) {
        let rows = order.next(count)
        for row in 0..<count {
          let record = packed.bytes.pointer + packed.starts[Int(rows[row]) % packed.starts.count]
          kernels.samples.expandBytes(
            UnsafePointer(record), packed.words, 0, packed.words, 1 / 255, mask.pointer, offsets.pointer,
            target.pointer + row * stride)
        }
      },
      KernelMeasurement(name: "Pack bytes 1×\(width)", bytes: Double(width), elements: 1) {
        _ = kernels.samples.packBytes(
          storage.pointer + Int(order.next(1)[0]) * width, width, mask.pointer, bytes.pointer)
      },
    ]
  }
}

/// Rows in random order, over and over.
private final class ShuffledOrder {
  private let rows: AlignedBuffer<Int32>
  private var position = 0

  init(_ rows: [Int32]) {
    var order = rows
    var random = RandomSource(seed: 1, purpose: .shuffle)
    random.shuffle(&order)
    self.rows = AlignedBuffer(count: order.count)
    _ = self.rows.elements.update(fromContentsOf: order)
  }

  /// The next `count` rows.
  func next(_ count: Int) -> UnsafePointer<Int32> {
    if position + count > rows.count { position = 0 }
    defer { position += count }
    return UnsafePointer(rows.pointer + position)
  }
}

/// Samples as training packs them: mask, then the bytes that are not zero, from a multiple of eight on.
private struct PackedSamples {
  let words: Int
  var starts: [Int] = []
  let bytes: AlignedBuffer<UInt8>

  init(_ storage: ByteRows, rows: [Int32], _ kernels: Kernels) {
    words = (storage.width + 63) / 64
    bytes = AlignedBuffer(count: rows.count * (8 * words + storage.width + 8) + 64)
    var at = 0
    for row in rows {
      starts.append(at)
      let mask = UnsafeMutableRawPointer(bytes.pointer + at).assumingMemoryBound(to: UInt64.self)
      let nonzeros = kernels.samples.packBytes(
        storage.pointer + Int(row) * storage.width, storage.width, mask, bytes.pointer + at + 8 * words)
      at += (8 * words + nonzeros + 7) & ~7
    }
  }
}
