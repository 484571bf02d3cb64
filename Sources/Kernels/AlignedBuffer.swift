import Platform

/// The end of a process to which the system refuses the memory of a buffer.
package enum BufferMemory {
  /// Called with the number of bytes, and does not return. Set at most once, before other threads exist.
  nonisolated(unsafe) package static var onRefusal: @Sendable (_ bytes: Int) -> Never = {
    fatalError("the system refuses a buffer of \($0) bytes")
  }
}

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

  /// Allocates the memory; `BufferMemory.onRefusal` ends the process if the system refuses it.
  package convenience init(count: Int) {
    guard let raw = Self.memory(count) else { BufferMemory.onRefusal(count * MemoryLayout<Element>.stride) }
    self.init(raw, count: count)
  }

  /// Allocates the memory; nil if the system refuses it.
  package convenience init?(ifPossible count: Int) {
    guard let raw = Self.memory(count) else { return nil }
    self.init(raw, count: count)
  }

  private init(_ raw: UnsafeMutableRawPointer, count: Int) {
    self.count = count
    self.raw = raw
    let aligned = raw.alignedUp(toMultipleOf: 64)
    pointer = aligned.bindMemory(to: Element.self, capacity: max(count, 1))
  }

  /// `calloc` takes large buffers from the system as zeroed pages, which use no memory until they are written.
  private static func memory(_ count: Int) -> UnsafeMutableRawPointer? {
    precondition(count >= 0, "a buffer has no negative length")
    let bytes = max(64, (count * MemoryLayout<Element>.stride + 63) & ~63)
    return calloc(bytes + 64, 1)
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
