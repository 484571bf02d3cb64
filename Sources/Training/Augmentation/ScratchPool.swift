import Kernels
import Synchronization

/// A pool of scratch blocks, as many as there are workers, so that one is always free.
///
/// It has only pointers, so that taking a block counts no references; `Memory` keeps them valid.
struct ScratchPool: Sendable, BitwiseCopyable {
  // Unchecked: a block has one user at a time, from `take` to `giveBack`.
  nonisolated(unsafe) private let flags: UnsafeMutablePointer<Atomic<Bool>>
  nonisolated(unsafe) private let blocks: UnsafeMutablePointer<UInt8>
  private let count: Int
  private let blockBytes: Int

  /// The memory of a pool.
  final class Memory: @unchecked Sendable {
    // Unchecked: as `ScratchPool`.
    let pool: ScratchPool
    private let bytes: AlignedBuffer<UInt8>
    private let flags: UnsafeMutablePointer<Atomic<Bool>>
    private let count: Int

    /// - Parameters:
    ///   - count: the largest number of threads that use blocks at the same time.
    ///   - blockBytes: the size of a block, a multiple of 64.
    init(count: Int, blockBytes: Int) {
      self.count = count
      bytes = AlignedBuffer(count: count * blockBytes)
      flags = .allocate(capacity: count)
      for index in 0..<count { (flags + index).initialize(to: Atomic(false)) }
      pool = ScratchPool(flags: flags, blocks: bytes.pointer, count: count, blockBytes: blockBytes)
    }

    deinit {
      flags.deinitialize(count: count)
      flags.deallocate()
    }
  }

  private init(
    flags: UnsafeMutablePointer<Atomic<Bool>>, blocks: UnsafeMutablePointer<UInt8>, count: Int, blockBytes: Int
  ) {
    (self.flags, self.blocks) = (flags, blocks)
    (self.count, self.blockBytes) = (count, blockBytes)
  }

  /// Takes a free block, aligned to 64 bytes; spins until there is one.
  @inline(__always)
  func take() -> UnsafeMutablePointer<UInt8> {
    var index = 0
    while flags[index].exchange(true, ordering: .acquiring) { index = index + 1 < count ? index + 1 : 0 }
    return blocks + index * blockBytes
  }

  /// Returns a block to the pool.
  @inline(__always)
  func giveBack(_ block: UnsafeMutablePointer<UInt8>) {
    flags[(block - blocks) / blockBytes].store(false, ordering: .releasing)
  }
}
