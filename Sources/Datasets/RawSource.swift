import Files

/// A split as its files have it, before any option has touched it.
struct RawSplit {
  /// `nil` where the split's targets alone were asked for.
  var storage: SampleStorage?
  var targets: RawTargets
  var imageShape: ImageShape?
  /// Of a table: its columns, and how its numbers are stored.
  var table: TableContent?
  /// Whether more features may follow in each sample, all of them zero: sparse text has no width of its own.
  var mayBeWidened = false

  var count: Int { targets.count }

  /// Appends zeros to each sample up to a width, where that is allowed and needed.
  /// - Throws: `FileError` naming `path` where the memory is not to be had.
  mutating func widen(to width: Int, for path: String) throws(FileError) {
    guard mayBeWidened, case .floats(let rows)? = storage, rows.width < width else { return }
    let memory = try MemoryLimit.take(
      rows.rows * width * MemoryLayout<Float>.stride, for: path, "\(rows.rows) samples of \(width) features"
    ).assumingMemoryBound(to: Float.self)
    memory.initialize(repeating: 0, count: rows.rows * width)
    for row in 0..<rows.rows {
      (memory + row * width).update(from: rows.pointer + row * rows.width, count: rows.width)
    }
    storage = .floats(FloatRows(adopting: memory, rows: rows.rows, width: width))
  }
}

/// Targets as files have them: labels not yet numbered as classes, or values.
enum RawTargets {
  /// Sample i has label `names[codes[i]]`; a name may belong to no sample.
  case labels(codes: [Int32], names: [String])
  case values([Float], width: Int)
  /// Not read, or not there.
  case none(count: Int)

  /// Labels that are bytes: each its own code, of 256 names.
  static func labelBytes(_ labels: [UInt8]) -> RawTargets {
    .labels(codes: labels.map { Int32($0) }, names: (0..<256).map { "\($0)" })
  }

  var count: Int {
    switch self {
    case .labels(let codes, _): codes.count
    case .values(let values, let width): values.count / max(width, 1)
    case .none(let count): count
    }
  }

  /// Whether both are labels, or both values of the same width.
  func isLikeKind(of other: RawTargets) -> Bool {
    switch (self, other) {
    case (.labels, .labels): true
    case (.values(_, let width), .values(_, let otherWidth)): width == otherWidth
    default: false
    }
  }

  /// These targets, then the others, of the same kind.
  func joined(with other: RawTargets) -> RawTargets {
    switch (self, other) {
    case (.labels(let codes, let names), .labels(let otherCodes, let otherNames)):
      .labels(codes: codes + otherCodes.map { $0 + Int32(names.count) }, names: names + otherNames)
    case (.values(let values, let width), .values(let otherValues, _)): .values(values + otherValues, width: width)
    case (.none(let count), .none(let otherCount)): .none(count: count + otherCount)
    case (.labels, _), (.values, _), (.none, _): preconditionFailure("one set of options makes one kind of targets")
    }
  }

  /// The labels that samples have.
  var labelsInUse: [String] {
    guard case .labels(let codes, let names) = self else { return [] }
    var used = [Bool](repeating: false, count: names.count)
    for code in codes { used[Int(code)] = true }
    return names.indices.filter { used[$0] }.map { names[$0] }
  }
}

/// A source as its files have it: its training split, or all of it, and its own test split where it has one.
struct RawSource {
  var training: RawSplit
  var test: RawSplit?
  /// What features are divided by where nothing says otherwise.
  var defaultScale: Double
  /// The source as messages name it.
  var description: String
  /// The options that the source's format takes, of those that not every format does.
  var formatOptions: Set<DataOption> = []
}

/// Which parts of a source a command is going to use; what it does not use need not be read.
enum RawNeed {
  /// Training and test split, apart.
  case both
  /// One of the splits, and the targets of the other.
  case training
  case test
  /// Both as one, the training split first.
  case pooled
}
