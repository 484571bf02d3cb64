import Platform

/// Zeroed memory for `count` trivial elements, aligned to 64 bytes: a cache line, and the widest vector.
///
/// Tables that a step reads are stored in such buffers, too, since iterating over an array retains and releases it.
package final class AlignedBuffer<Element: BitwiseCopyable>: @unchecked Sendable {
  // Unchecked: the class does not synchronize access. A comment at each class that shares a buffer between threads says
  // which thread writes which part, and when.
  /// The first element, aligned to 64 bytes.
  package let pointer: UnsafeMutablePointer<Element>
  /// The number of elements.
  package let count: Int
  private let raw: UnsafeMutableRawPointer

  /// Allocates the memory. `calloc` takes large buffers from the system as zeroed pages, which use no memory until they
  /// are written.
  package init(count: Int) {
    precondition(count >= 0, "a buffer has no negative length")
    self.count = count
    let bytes = max(64, (count * MemoryLayout<Element>.stride + 63) & ~63)
    raw = UnsafeMutableRawPointer(calloc(bytes + 64, 1)!)
    let aligned = UnsafeMutableRawPointer(bitPattern: (UInt(bitPattern: raw) + 63) & ~63)!
    pointer = aligned.bindMemory(to: Element.self, capacity: max(count, 1))
  }

  /// Allocates the memory of an array's elements, and copies them.
  package convenience init(_ array: [Element]) {
    self.init(count: array.count)
    _ = elements.update(fromContentsOf: array)
  }

  deinit { free(raw) }

  /// The elements, for as long as `self` lives.
  package var elements: UnsafeMutableBufferPointer<Element> { UnsafeMutableBufferPointer(start: pointer, count: count) }
}
