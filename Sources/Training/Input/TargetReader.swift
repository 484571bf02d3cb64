import Datasets
import KernelInterface
import Kernels
import Networks

/// A reader of a split's targets into rows.
///
/// Immutable: all workers share one, each filling rows of its own.
final class TargetReader: @unchecked Sendable {
  // Unchecked: immutable after `init`. Pointers cost a step no reference counts.
  /// Columns of targets; 0 where targets are classes.
  let width: Int
  private let classes: AlignedBuffer<Int32>
  private let values: AlignedBuffer<Float>

  init(_ samples: Samples) {
    switch samples.targets {
    case .classes(let numbers, _):
      width = 0
      classes = AlignedBuffer(count: numbers.count)
      _ = classes.elements.update(fromContentsOf: numbers)
      values = AlignedBuffer(count: 0)
    case .values(let numbers, let width):
      self.width = width
      classes = AlignedBuffer(count: 0)
      values = AlignedBuffer(count: numbers.count)
      _ = values.elements.update(fromContentsOf: numbers)
      guard let units = samples.targetUnits else { return }
      for index in 0..<numbers.count {
        values.pointer[index] = units.standardized(numbers[index], target: index % width)
      }
    }
  }

  /// Reads the targets of `count` samples, whose indices are `order`'s, into the rows from `first` on.
  func read(_ order: UnsafePointer<Int32>, count: Int, into rows: TargetRows, first: Int) {
    var row = 0
    if width == 0 {
      while row < count {
        rows.classes.pointer[first + row] = classes.pointer[Int(order[row])]
        row += 1
      }
    } else {
      while row < count {
        (rows.values.pointer + (first + row) * rows.stride)
          .update(from: values.pointer + Int(order[row]) * width, count: width)
        row += 1
      }
    }
  }
}
