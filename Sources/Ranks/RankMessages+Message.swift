extension RankMessages {
  /// One message of this rank: numbers of one type, which both ranks name.
  package struct Message {
    let transfer: Transfer
    /// The owner of the numbers.
    let memory: AnyObject

    /// A message to another rank.
    ///
    /// - Parameters:
    ///   - count: the number of numbers, each of whole words of four bytes.
    ///   - memory: the object that frees the numbers' memory.
    package static func send<Number: BitwiseCopyable>(
      _ numbers: UnsafePointer<Number>, count: Int, of memory: AnyObject, to peer: Int
    ) -> Message {
      Message(transfer: Transfer(peer, isSent: true, UnsafeMutablePointer(mutating: numbers), count), memory: memory)
    }

    /// A message whose length varies from exchange to exchange.
    ///
    /// - Parameters:
    ///   - count: the largest number of numbers.
    ///   - length: the number of numbers of the next exchange; in memory of the same owner.
    package static func send<Number: BitwiseCopyable>(
      _ numbers: UnsafePointer<Number>, upTo count: Int, length: UnsafePointer<Int>, of memory: AnyObject, to peer: Int
    ) -> Message {
      var transfer = Transfer(peer, isSent: true, UnsafeMutablePointer(mutating: numbers), count)
      transfer.length = length
      return Message(transfer: transfer, memory: memory)
    }

    /// A message from another rank.
    ///
    /// - Parameter count: the number of numbers, or the largest one if it varies.
    package static func receive<Number: BitwiseCopyable>(
      _ numbers: UnsafeMutablePointer<Number>, count: Int, of memory: AnyObject, from peer: Int
    ) -> Message {
      Message(transfer: Transfer(peer, isSent: false, numbers, count), memory: memory)
    }
  }

  /// A message, or a part of a long one, in the words of four bytes of a transport.
  struct Transfer {
    let peer: Int
    let isSent: Bool
    private(set) var numbers: UnsafeMutableRawPointer
    /// The number of words; if it varies, the largest.
    private(set) var words: Int
    /// The number of words of each number.
    private let wordsPerNumber: Int
    /// The number of numbers to send in the next exchange, those of the message's other parts included; nil if it does
    /// not vary.
    var length: UnsafePointer<Int>?
    /// The number of words in earlier parts of a divided message.
    private var before = 0

    /// The largest number of words of one MPI message, whose count is a 32-bit integer; longer messages are divided.
    private static let maximumWords = 1 << 28

    init<Number: BitwiseCopyable>(_ peer: Int, isSent: Bool, _ numbers: UnsafeMutablePointer<Number>, _ count: Int) {
      precondition(MemoryLayout<Number>.stride % 4 == 0, "messages have whole words of four bytes")
      (self.peer, self.isSent, self.numbers) = (peer, isSent, UnsafeMutableRawPointer(numbers))
      wordsPerNumber = MemoryLayout<Number>.stride / 4
      words = count * wordsPerNumber
    }

    /// The parts of which each is an MPI message; none of an empty message.
    var parts: [Transfer] {
      stride(from: 0, to: words, by: Self.maximumWords).map { first in
        var part = self
        part.numbers = numbers + 4 * first
        part.words = min(Self.maximumWords, words - first)
        part.before = first
        return part
      }
    }

    /// The number of words in the next exchange.
    var currentWords: Int { length.map { min(words, max(0, wordsPerNumber * $0.pointee - before)) } ?? words }
  }
}
