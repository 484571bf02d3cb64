extension BidirectionalCollection<UInt8> {
  /// The first byte that is not valid UTF-8; nil if all are.
  var firstInvalidUTF8: UInt8? {
    guard contains(where: { $0 >= 0x80 }) else { return nil }
    var position = startIndex
    for unit in String(decoding: self, as: UTF8.self).utf8 {
      // Invalid UTF-8 was replaced by the replacement character, and differs here.
      guard position < endIndex else { return last { $0 >= 0x80 } }
      if self[position] != unit { return self[position] }
      position = index(after: position)
    }
    return nil
  }
}
