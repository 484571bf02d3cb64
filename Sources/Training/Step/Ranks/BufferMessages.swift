import Kernels
import Ranks

extension RankMessages.Message {
  /// A message with a range of a buffer.
  static func send<Number>(_ buffer: AlignedBuffer<Number>, _ range: Range<Int>, to peer: Int) -> Self {
    .send(buffer.pointer + range.lowerBound, count: range.count, of: buffer, to: peer)
  }

  /// A message into a range of a buffer.
  static func receive<Number>(_ buffer: AlignedBuffer<Number>, _ range: Range<Int>, from peer: Int) -> Self {
    .receive(buffer.pointer + range.lowerBound, count: range.count, of: buffer, from: peer)
  }

  /// A message with one number of a buffer.
  static func send<Number>(_ buffer: AlignedBuffer<Number>, at index: Int, to peer: Int) -> Self {
    .send(buffer, index..<(index + 1), to: peer)
  }

  /// A message into one number of a buffer.
  static func receive<Number>(_ buffer: AlignedBuffer<Number>, at index: Int, from peer: Int) -> Self {
    .receive(buffer, index..<(index + 1), from: peer)
  }
}

extension RankMessages {
  /// The messages of an exchange in which every rank sends its range of a buffer to all others.
  convenience init<Number>(gathering buffer: AlignedBuffer<Number>, ranges: [Range<Int>], _ group: RankGroup) {
    self.init(gathering: buffer.pointer, ranges: ranges, of: buffer, group)
  }
}
