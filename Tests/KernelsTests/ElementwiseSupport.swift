import KernelInterface
import Kernels
import Random

/// Floats on a 64-byte boundary between two runs of sentinels, which show any write outside.
final class GuardedFloats {
  static let guardCount = 32
  static let sentinel: Float = -12345.5
  let count: Int
  private let buffer: AlignedBuffer<Float>

  init(_ values: [Float]) {
    count = values.count
    buffer = AlignedBuffer(count: values.count + 2 * Self.guardCount)
    for index in 0..<buffer.count { buffer.pointer[index] = Self.sentinel }
    for (index, value) in values.enumerated() { pointer[index] = value }
  }

  convenience init(count: Int) { self.init(Array(repeating: Self.sentinel, count: count)) }

  var pointer: MutableFloats { buffer.pointer + Self.guardCount }
  var values: [Float] { Array(UnsafeBufferPointer(start: pointer, count: count)) }

  /// True if every sentinel is unchanged.
  var isIntact: Bool {
    (0..<Self.guardCount).allSatisfy {
      buffer.pointer[$0] == Self.sentinel && buffer.pointer[Self.guardCount + count + $0] == Self.sentinel
    }
  }
}

extension InstructionSet {
  /// Its kernels, looked up once.
  var kernels: Kernels { Self.tables[self]! }
  private static let tables = Dictionary(uniqueKeysWithValues: available.map { ($0, Kernels($0)) })

  /// Floats in a vector of its kernels.
  var vectorWidth: Int {
    switch self {
    case .avx512, .amx: 16
    case .avx2: 8
    case .neon, .portable: 4
    }
  }

  /// `count` rounded up to whole vectors.
  func padded(_ count: Int) -> Int { (count + vectorWidth - 1) / vectorWidth * vectorWidth }
}

extension RandomSource {
  /// `count` floats, uniform in ±`bound`.
  mutating func floats(_ count: Int, bound: Float) -> [Float] {
    (0..<count).map { _ in Float.random(in: -bound...bound, using: &self) }
  }
}

/// A line about the first value that is off: where, what, what it should be, how far it may be; nil where none is.
///
/// NaN is right only where NaN is expected, and infinities have to be the same.
func firstMismatch(_ got: [Float], _ expected: [Double], tolerance: (Int) -> Double) -> String? {
  guard got.count == expected.count else { return "\(got.count) values, expected \(expected.count)" }
  for index in got.indices {
    let value = Double(got[index])
    let agrees =
      expected[index].isFinite
      ? abs(value - expected[index]) <= tolerance(index)
      : value == expected[index] || (value.isNaN && expected[index].isNaN)
    if !agrees { return "[\(index)] is \(value), expected \(expected[index]) ± \(tolerance(index))" }
  }
  return nil
}
