import Datasets
import KernelInterface
import Kernels
import Networks
import ProcessorBuiltins

/// Brings samples and their targets into the rows that a network works on.
///
/// Immutable: all workers share one, each writing rows of its own.
final class InputReader: Sendable {
  let samples: Samples
  let form: InputForm
  /// Columns of targets; 0 where targets are classes.
  let targetWidth: Int
  /// Where masked inputs lie.
  let maskLayout: MaskLayout
  private let kernels: SampleKernels
  /// Where packed rows lie: pointers, since a step that unwraps an optional object counts its references.
  private let packed: PackedRows.Places?
  /// Internal, so that a test can see whose they are.
  let packedRows: PackedRows?
  private let transform: ReadTransform
  private let lookup: SampleLookup

  /// - Parameters:
  ///   - packsAhead: whether masked bytes are packed now, rather than batch by batch.
  ///   - masks: where masked inputs lie; nil for the plain layout.
  init(_ samples: Samples, form: InputForm, kernels: Kernels, packsAhead: Bool, masks: MaskLayout? = nil) {
    self.samples = samples
    self.form = form
    self.kernels = kernels.samples
    transform = ReadTransform(samples.transform)
    lookup = SampleLookup(samples)
    maskLayout = masks ?? .plain(samples.width)
    if case .values(_, let width) = samples.targets { targetWidth = width } else { targetWidth = 0 }
    if packsAhead, form == .masked, case .bytes(let rows) = samples.storage, samples.transform.isFactor {
      packedRows = .shared(rows, masks: maskLayout, selection: samples.rows, kernels: kernels)
    } else {
      packedRows = nil
    }
    packed = packedRows?.places
  }

  /// Whether all samples' masked rows are to be packed at once: bytes that become values by one factor, within a budget of memory.
  static func shouldPackAhead(_ samples: Samples, form: InputForm, density: Double) -> Bool {
    guard form == .masked, case .bytes = samples.storage, samples.transform.isFactor else { return false }
    return PackedRows.bytes(samples: samples.count, width: samples.width, density: density) <= PackedRows.budget
  }

  /// Reads `count` samples, whose numbers are `order`'s, into the rows from `first` on.
  func read(_ order: UnsafePointer<Int32>, count: Int, into rows: RowBuffers, first: Int) {
    readTargets(order, count: count, into: rows, first: first)
    if let packed {
      readPacked(packed, order, count: count, into: rows, first: first, words: 0..<packed.words)
      return
    }
    let storageRows = rows.storageRows.pointer + first
    var row = 0
    while row < count {
      storageRows[row] = lookup.rows[Int(order[row])]
      row += 1
    }
    if form == .masked {
      packNow(storageRows, count: count, into: rows, first: first)
    } else {
      gatherInGroups(order, storageRows, count: count, into: rows, first: first)
    }
  }

  /// Asks for what `read` will want of these samples.
  ///
  /// - Parameter part: the part of their inputs that will be read; nil for all.
  @inline(__always)
  func prefetch(_ order: UnsafePointer<Int32>, count: Int, part: Int? = nil) {
    guard let packed else {
      return prefetchStored(order, count: min(count, Self.mostPrefetched / max(lookup.rowBytes, 64)))
    }
    var row = 0
    while row < count {
      packed.prefetch(Int(order[row]), lines: part == 0 ? Self.firstPartLines : Self.lines)
      row += 1
    }
  }

  /// Cache lines of a packed row that are asked for: all of it for nearly every digit of MNIST, whose rows are 254 bytes long and begin anywhere
  /// in a line.
  private static let lines = 6
  /// The same without the values of a second part of the inputs.
  private static let firstPartLines = 4

  /// How many rows before a row is read it is asked for once more: what came a step ago may have had to go from the second cache. With this,
  /// and with whole rows asked for, reading took 49 ns a row where it had taken 91 (784-128-10, batch 256, one worker).
  private static let prefetchDistance = 4

  /// Rows of so many bytes fit into half of the first cache.
  private static let mostPrefetchedAgain = 16 << 10

  /// Rows of so many bytes fit into half of a second cache, beside what is being worked on.
  private static let mostPrefetched = 256 << 10

  /// Rows as they are stored: random ones of a large file are a cache miss a line otherwise.
  @inline(__always)
  private func prefetchStored(_ order: UnsafePointer<Int32>, count: Int) {
    var row = 0
    while row < count {
      let start = lookup.storage + Int(lookup.rows[Int(order[row])]) * lookup.rowBytes
      var offset = 0
      while offset < lookup.rowBytes {
        processor_prefetch(start + offset)
        offset += 64
      }
      row += 1
    }
  }

  /// Reads the targets alone.
  func readTargets(_ order: UnsafePointer<Int32>, count: Int, into rows: RowBuffers, first: Int) {
    var row = 0
    if let classes = lookup.classes {
      while row < count {
        rows.classes.pointer[first + row] = classes[Int(order[row])]
        row += 1
      }
    } else if let values = lookup.values {
      while row < count {
        let source = values + Int(order[row]) * targetWidth
        (rows.targets.pointer + (first + row) * rows.targetStride).update(from: source, count: targetWidth)
        row += 1
      }
    }
  }

  private func gather(_ storageRows: UnsafePointer<Int32>, count: Int, into target: MutableFloats, stride: Int) {
    switch samples.storage {
    case .bytes(let bytes):
      kernels.gatherBytes(
        bytes.pointer, bytes.width, storageRows, count, target, stride, transform.multiplier, transform.shift,
        transform.isPerFeature)
    case .floats(let floats):
      kernels.gatherFloats(
        floats.pointer, floats.width, storageRows, count, target, stride, transform.multiplier, transform.shift,
        transform.isPerFeature)
    }
  }

  /// Rows a few at a time, while the next few are on their way.
  private func gatherInGroups(
    _ order: UnsafePointer<Int32>, _ storageRows: UnsafePointer<Int32>, count: Int, into rows: RowBuffers, first: Int
  ) {
    let most = min(Self.prefetchDistance, Self.mostPrefetchedAgain / max(lookup.rowBytes, 1))
    var done = 0
    while done < count {
      let group = min(Self.prefetchDistance, count - done)
      prefetchStored(order + done + group, count: min(most, count - done - group))
      gather(
        storageRows + done, count: group, into: rows.input.pointer + (first + done) * rows.inputStride,
        stride: rows.inputStride)
      done += group
    }
  }

  /// Reads one part of the inputs of samples that are packed ahead, and no targets.
  func readPart(_ part: Int, _ order: UnsafePointer<Int32>, count: Int, into rows: RowBuffers, first: Int) {
    readPacked(
      packed.unsafelyUnwrapped, order, count: count, into: rows, first: first, words: maskLayout.words(ofPart: part))
  }

  /// - Parameter part: the words of a mask that are read.
  @inline(__always)
  private func readPacked(
    _ packed: PackedRows.Places, _ order: UnsafePointer<Int32>, count: Int, into rows: RowBuffers, first: Int,
    words part: Range<Int>
  ) {
    let words = packed.words
    let lines = part.upperBound < words ? Self.firstPartLines : Self.lines
    let expand = kernels.expandBytes
    let multiplier = transform.multiplier.pointee
    var row = 0
    var mask = rows.masks.pointer + first * words + part.lowerBound
    var offsets = rows.offsets.pointer + first * words + part.lowerBound
    var values = rows.input.pointer + first * rows.inputStride
    while row < count {
      if row + Self.prefetchDistance < count { packed.prefetch(Int(order[row + Self.prefetchDistance]), lines: lines) }
      expand(packed.record(Int(order[row])), words, part.lowerBound, part.count, multiplier, mask, offsets, values)
      mask += words
      offsets += words
      values += rows.inputStride
      row += 1
    }
  }

  /// Parts of the inputs that `readPart` reads by themselves.
  var readableParts: Int { packed == nil ? 1 : maskLayout.partCount }

  /// Masks and values of rows that are not packed yet: a row is read densely where it will lie, then its zeros are left out.
  private func packNow(_ storageRows: UnsafePointer<Int32>, count: Int, into rows: RowBuffers, first: Int) {
    let words = rows.words
    let inFirst = maskLayout.inputsInPaddedWord
    var row = first
    while row < first + count {
      let values = rows.input.pointer + row * rows.inputStride
      gather(storageRows + (row - first), count: 1, into: values, stride: rows.inputStride)
      let mask = rows.masks.pointer + row * words
      // In place: the value written never lies beyond the one read.
      var stored = 0
      if inFirst > 0 {
        stored = kernels.packFloats(UnsafePointer(values), inFirst, mask, values)
        mask[0] <<= UInt64(maskLayout.padding)
      }
      _ = kernels.packFloats(
        UnsafePointer(values) + inFirst, samples.width - inFirst, mask + (inFirst > 0 ? 1 : 0), values + stored)
      var before: UInt32 = 0
      var word = 0
      while word < words {
        rows.offsets.pointer[row * words + word] = before
        before += UInt32(mask[word].nonzeroBitCount)
        word += 1
      }
      row += 1
    }
  }
}

/// The arrays of a split as pointers, which cost a step no reference counts.
private final class SampleLookup: @unchecked Sendable {
  // Unchecked: immutable after `init`.
  let rows: UnsafePointer<Int32>
  /// The storage's first byte; its rows are `rowBytes` long. The reader's samples keep it alive.
  let storage: UnsafeRawPointer
  let rowBytes: Int
  let classes: UnsafePointer<Int32>?
  let values: Floats?
  private let owned: [AnyObject]

  init(_ samples: Samples) {
    let rows = AlignedBuffer<Int32>(count: samples.count)
    _ = rows.elements.update(fromContentsOf: samples.rows)
    self.rows = UnsafePointer(rows.pointer)
    switch samples.storage {
    case .bytes(let bytes): (storage, rowBytes) = (UnsafeRawPointer(bytes.pointer), bytes.width)
    case .floats(let floats):
      (storage, rowBytes) = (UnsafeRawPointer(floats.pointer), floats.width * MemoryLayout<Float>.stride)
    }
    switch samples.targets {
    case .classes(let numbers, _):
      let classes = AlignedBuffer<Int32>(count: numbers.count)
      _ = classes.elements.update(fromContentsOf: numbers)
      self.classes = UnsafePointer(classes.pointer)
      values = nil
      owned = [rows, classes]
    case .values(let numbers, let width):
      let values = AlignedBuffer<Float>(count: numbers.count)
      _ = values.elements.update(fromContentsOf: numbers)
      if let units = samples.targetUnits {
        for index in 0..<numbers.count {
          values.pointer[index] = units.standardized(numbers[index], target: index % width)
        }
      }
      classes = nil
      self.values = UnsafePointer(values.pointer)
      owned = [rows, values]
    }
  }
}

/// A transform as kernels take it.
private final class ReadTransform: @unchecked Sendable {
  // Unchecked: immutable after `init`.
  let multiplier: Floats
  let shift: Floats
  let isPerFeature: Bool
  private let owned: [AlignedBuffer<Float>]

  init(_ transform: InputTransform) {
    isPerFeature = transform.multiplier.count > 1 || transform.shift.count > 1
    let features = max(transform.multiplier.count, transform.shift.count)
    owned = [transform.multiplier, transform.shift].map { numbers in
      let buffer = AlignedBuffer<Float>(count: features)
      for index in 0..<features { buffer.pointer[index] = numbers.count == 1 ? numbers[0] : numbers[index] }
      return buffer
    }
    multiplier = UnsafePointer(owned[0].pointer)
    shift = UnsafePointer(owned[1].pointer)
  }
}
