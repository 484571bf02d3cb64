/// The layout of a masked layer's inputs in mask words, and their division into one or two blocks that are summed
/// separately.
///
/// Two blocks are for two workers: each processes the inputs of one and has their weights alone. The layer's product is
/// the sum of both blocks' products; its bits do not depend on the workers that compute them.
public struct MaskLayout: Sendable, Equatable, BitwiseCopyable {
  public let inputs: Int
  /// The number of padding bits in the first word, before that of input 0.
  public let padding: Int
  /// The number of words of the first block; all words if it is the only one.
  public let firstPartWords: Int

  /// The number of words of a row's mask.
  public var words: Int { (padding + inputs + 63) / 64 }
  public var partCount: Int { firstPartWords == words ? 1 : 2 }

  /// Input i is bit i % 64 of word i / 64.
  public static func plain(_ inputs: Int) -> MaskLayout {
    MaskLayout(inputs: inputs, padding: 0, firstPartWords: (inputs + 63) / 64)
  }

  /// Two blocks of about the same work, with the same expected number of nonzero inputs. Padding bits come before the
  /// first input, which is zero in most images: a word without nonzero inputs costs nothing.
  ///
  /// - Parameter density: for each input the fraction of rows in which it is nonzero.
  public static func halves(density: [Float]) -> MaskLayout {
    // A zero input still costs the test of its mask bit.
    let costs = density.map { Double($0) + 0.01 }
    let half = costs.reduce(0, +) / 2
    var sum = 0.0
    var cut = 0
    while cut < density.count - 1, cut == 0 || sum + costs[cut] / 2 < half {
      sum += costs[cut]
      cut += 1
    }
    return MaskLayout(inputs: density.count, padding: (64 - cut % 64) % 64, firstPartWords: (cut + 63) / 64)
  }

  /// The number of inputs in an incomplete first word; 0 if it is complete.
  public var inputsInPaddedWord: Int { padding == 0 ? 0 : min(inputs, 64 - padding) }

  /// The same words as one block.
  public var whole: MaskLayout { MaskLayout(inputs: inputs, padding: padding, firstPartWords: words) }

  public func words(ofPart part: Int) -> Range<Int> {
    part == 0 ? 0..<firstPartWords : firstPartWords..<words
  }

  public func inputs(ofPart part: Int) -> Range<Int> {
    let words = words(ofPart: part)
    return max(0, words.lowerBound * 64 - padding)..<min(inputs, words.upperBound * 64 - padding)
  }
}
