/// The elements of an array behind a pointer, for use in a step, since iterating over an array counts references.
@usableFromInline
package final class PointerTable<Element>: @unchecked Sendable {
  // Unchecked: written in `init` only.
  @usableFromInline let elements: UnsafeMutablePointer<Element>
  package let count: Int

  package init(_ array: [Element]) {
    count = array.count
    elements = .allocate(capacity: max(count, 1))
    for (index, element) in array.enumerated() { (elements + index).initialize(to: element) }
  }

  deinit {
    elements.deinitialize(count: count)
    elements.deallocate()
  }

  @inlinable
  package subscript(_ index: Int) -> Element { elements[index] }
}
