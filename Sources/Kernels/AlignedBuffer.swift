import Foundation

/// Zeroed memory for `count` trivial elements on a boundary of 64 bytes: a cache line, and the widest vector.
///
/// Unchecked: it hands out its pointer. Whoever shares it between threads says, beside the sharing, who writes what when.
public final class AlignedBuffer<Element: BitwiseCopyable>: @unchecked Sendable {
  public let pointer: UnsafeMutablePointer<Element>
  public let count: Int
  private let raw: UnsafeMutableRawPointer

  /// Fresh pages from the system are zero already, and untouched ones cost no memory: large buffers are not written here.
  public init(count: Int) {
    precondition(count >= 0, "a buffer has no negative length")
    self.count = count
    let bytes = max(64, (count * MemoryLayout<Element>.stride + 63) & ~63)
    raw = UnsafeMutableRawPointer(calloc(bytes + 64, 1)!)
    let aligned = UnsafeMutableRawPointer(bitPattern: (UInt(bitPattern: raw) + 63) & ~63)!
    pointer = aligned.bindMemory(to: Element.self, capacity: max(count, 1))
  }

  deinit { free(raw) }

  /// The elements, for as long as `self` lives.
  public var elements: UnsafeMutableBufferPointer<Element> { UnsafeMutableBufferPointer(start: pointer, count: count) }
}
