/// The layout of a masked layer's inputs in mask words, and their division into one or two blocks that are summed
/// separately.
///
/// Two blocks are for two workers: each processes the inputs of one and has their weights alone. The layer's product is
/// the sum of both blocks' products; its bits do not depend on the workers that compute them.
package struct MaskLayout: Sendable, Equatable, BitwiseCopyable {
  package let inputs: Int
  /// The number of padding bits in the first word, before that of input 0.
  package let padding: Int
  /// The number of words of the first block; all words if it is the only one.
  package let firstPartWords: Int

  /// The number of words of a row's mask.
  package var words: Int { (padding + inputs + 63) / 64 }
  package var partCount: Int { firstPartWords == words ? 1 : 2 }

  /// Input i is bit i % 64 of word i / 64.
  package static func plain(_ inputs: Int) -> MaskLayout {
    MaskLayout(inputs: inputs, padding: 0, firstPartWords: (inputs + 63) / 64)
  }

  /// Two blocks of about the same work, with the same expected number of nonzero inputs. Padding bits come before the
  /// first input, which is zero in most images: a word without nonzero inputs costs nothing.
  ///
  /// - Parameter density: for each input the fraction of rows in which it is nonzero.
  package static func halves(density: [Float]) -> MaskLayout {
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
  package var inputsInPaddedWord: Int { padding == 0 ? 0 : min(inputs, 64 - padding) }

  /// The same words as one block.
  package var whole: MaskLayout { MaskLayout(inputs: inputs, padding: padding, firstPartWords: words) }

  package func words(ofPart part: Int) -> Range<Int> {
    part == 0 ? 0..<firstPartWords : firstPartWords..<words
  }

  package func inputs(ofPart part: Int) -> Range<Int> {
    let words = words(ofPart: part)
    return max(0, words.lowerBound * 64 - padding)..<min(inputs, words.upperBound * 64 - padding)
  }
}
