/// How a masked layer's inputs lie in the words of a row's mask, and whether they are summed up in two parts.
///
/// Two parts are for two workers: each looks up the inputs of one, and alone has their weights. The layer's product is then the sum of
/// both parts' products, rounded in that order whoever works them out.
public struct MaskLayout: Sendable, Equatable, BitwiseCopyable {
  public let inputs: Int
  /// Bits of the first word, before that of input 0, that stand for no input.
  public let padding: Int
  /// Words of the first part; all of them where it is the only one.
  public let firstPartWords: Int

  /// Words of a row's mask.
  public var words: Int { (padding + inputs + 63) / 64 }
  public var partCount: Int { firstPartWords == words ? 1 : 2 }

  /// Input i is bit i % 64 of word i / 64.
  public static func plain(_ inputs: Int) -> MaskLayout {
    MaskLayout(inputs: inputs, padding: 0, firstPartWords: (inputs + 63) / 64)
  }

  /// Two parts of about the same work: as many lit inputs in each. What bits are left over lie before the first input, which in pictures
  /// is dark: a word without a lit input costs nothing.
  ///
  /// - Parameter density: for each input the share of rows that light it.
  public static func halves(density: [Float]) -> MaskLayout {
    // A dark input still costs its look at the mask.
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

  /// Inputs of a first word that has bits for fewer than 64; 0 where there is none.
  public var inputsInPaddedWord: Int { padding == 0 ? 0 : min(inputs, 64 - padding) }

  /// The same words, summed up as one.
  public var whole: MaskLayout { MaskLayout(inputs: inputs, padding: padding, firstPartWords: words) }

  public func words(ofPart part: Int) -> Range<Int> {
    part == 0 ? 0..<firstPartWords : firstPartWords..<words
  }

  public func inputs(ofPart part: Int) -> Range<Int> {
    let words = words(ofPart: part)
    return max(0, words.lowerBound * 64 - padding)..<min(inputs, words.upperBound * 64 - padding)
  }
}
