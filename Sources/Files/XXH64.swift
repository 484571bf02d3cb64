/// The checksum XXH64 (Collet, https://github.com/Cyan4973/xxHash, "XXH64 algorithm description"), computed incrementally.
///
/// It detects damage, not forgery. At about 10 GB/s it is ten times as fast as zlib's CRC-32, and hardly delays checkpoints that are
/// written during training.
package struct XXH64: Sendable {
  private var lanes: (UInt64, UInt64, UInt64, UInt64)
  /// Bytes that do not fill a stripe yet; always fewer than 32.
  private var pending: [UInt8] = []
  private var length: UInt64 = 0

  private static let prime1: UInt64 = 0x9E37_79B1_85EB_CA87
  private static let prime2: UInt64 = 0xC2B2_AE3D_27D4_EB4F
  private static let prime3: UInt64 = 0x1656_67B1_9E37_79F9
  private static let prime4: UInt64 = 0x85EB_CA77_C2B2_AE63
  private static let prime5: UInt64 = 0x27D4_EB2F_1656_67C5
  private static let stripe = 32

  /// The sum of an empty message, to be updated.
  package init() {
    lanes = (Self.prime1 &+ Self.prime2, Self.prime2, 0, 0 &- Self.prime1)
    pending.reserveCapacity(Self.stripe)
  }

  /// The checksum of one message.
  package static func sum(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    var sum = XXH64()
    sum.update(bytes)
    return sum.value
  }

  /// Appends bytes to the message.
  package mutating func update(_ bytes: UnsafeRawBufferPointer) {
    length &+= UInt64(bytes.count)
    var start = 0
    if !pending.isEmpty {
      start = min(Self.stripe - pending.count, bytes.count)
      pending.append(contentsOf: bytes[..<start])
      guard pending.count == Self.stripe else { return }
      let full = pending
      pending.removeAll(keepingCapacity: true)
      full.withUnsafeBytes { takeStripes($0, from: 0, to: Self.stripe) }
    }
    let end = start + (bytes.count - start) / Self.stripe * Self.stripe
    takeStripes(bytes, from: start, to: end)
    pending.append(contentsOf: bytes[end...])
  }

  /// Appends bytes to the message.
  package mutating func update(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { update($0) }
  }

  /// The checksum of the message so far.
  package var value: UInt64 {
    var sum: UInt64
    if length >= UInt64(Self.stripe) {
      sum =
        Self.rotate(lanes.0, 1) &+ Self.rotate(lanes.1, 7) &+ Self.rotate(lanes.2, 12) &+ Self.rotate(lanes.3, 18)
      for lane in [lanes.0, lanes.1, lanes.2, lanes.3] {
        sum = (sum ^ Self.round(0, lane)) &* Self.prime1 &+ Self.prime4
      }
    } else {
      sum = Self.prime5
    }
    sum &+= length
    pending.withUnsafeBytes { Self.takeRest($0, into: &sum) }
    sum = (sum ^ sum >> 33) &* Self.prime2
    sum = (sum ^ sum >> 29) &* Self.prime3
    return sum ^ sum >> 32
  }

  private mutating func takeStripes(_ bytes: UnsafeRawBufferPointer, from start: Int, to end: Int) {
    guard start < end, let base = bytes.baseAddress else { return }
    var (a, b, c, d) = lanes
    var position = base + start
    let last = base + end
    while position < last {
      a = Self.round(a, Self.word(position))
      b = Self.round(b, Self.word(position + 8))
      c = Self.round(c, Self.word(position + 16))
      d = Self.round(d, Self.word(position + 24))
      position += Self.stripe
    }
    lanes = (a, b, c, d)
  }

  /// Mixes in the last bytes, fewer than a stripe: eight at a time, then four, then single bytes.
  private static func takeRest(_ bytes: UnsafeRawBufferPointer, into sum: inout UInt64) {
    var position = 0
    while position + 8 <= bytes.count {
      let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
      sum = rotate(sum ^ round(0, word), 27) &* prime1 &+ prime4
      position += 8
    }
    if position + 4 <= bytes.count {
      let word = UInt64(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self)))
      sum = rotate(sum ^ word &* prime1, 23) &* prime2 &+ prime3
      position += 4
    }
    while position < bytes.count {
      sum = rotate(sum ^ UInt64(bytes[position]) &* prime5, 11) &* prime1
      position += 1
    }
  }

  @inline(__always)
  private static func word(_ position: UnsafeRawPointer) -> UInt64 {
    UInt64(littleEndian: position.loadUnaligned(as: UInt64.self))
  }

  @inline(__always)
  private static func round(_ lane: UInt64, _ word: UInt64) -> UInt64 {
    rotate(lane &+ word &* prime2, 31) &* prime1
  }

  @inline(__always)
  private static func rotate(_ word: UInt64, _ bits: UInt64) -> UInt64 {
    word &<< bits | word &>> (64 &- bits)
  }
}
