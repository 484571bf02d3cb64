import KernelInterface
import Kernels

/// The first layer for masks of nonzero inputs and their values.
package final class MaskedInput: InputLayer, @unchecked Sendable {
  // Unchecked: each thread changes parameters of its own between barriers, and no other thread reads them then.
  private let kernels: Kernels
  private let layer: ParameterLayout.Layer
  private let parameters: AlignedBuffer<Float>
  private let sharesWeights: Bool

  package typealias Gradient = MaskedGradient
  package static func workDensity(_ density: [Float]?) -> [Float]? { density }

  package init(_ network: FastNetwork, parameters: AlignedBuffer<Float>, sharesWeights: Bool) {
    kernels = network.kernels
    layer = network.layout.layers[0]
    self.parameters = parameters
    self.sharesWeights = sharesWeights
  }

  package func forward(_ input: MaskedRows, into product: LayerProduct, first: Int, count: Int, columns: Range<Int>) {
    var block = 0
    while block < input.layout.blockCount {
      forward(block: block, input, into: product, first: first, count: count, columns: columns)
      block += 1
    }
  }

  /// Computes the product of one input block. The first block includes the biases.
  package func forward(
    block: Int, _ input: MaskedRows, into product: LayerProduct, first: Int, count: Int, columns: Range<Int>
  ) {
    let words = input.layout.words(ofBlock: block)
    let biases = block == 0 && layer.biasCount > 0 ? UnsafePointer(parameters.pointer + layer.biases) : nil
    kernels.masked.product(
      input, words: words, first: first, count: count,
      weights: UnsafePointer(parameters.pointer + layer.weights + columns.lowerBound * layer.inputs),
      biases: biases.map { $0 + columns.lowerBound },
      into: product.blocks[block] + first * product.stride + columns.lowerBound, stride: product.stride,
      inputs: layer.inputs, columns: columns.count, sharesWeights: sharesWeights)
  }
}

/// Rows of inputs as masks and nonzero values.
package final class MaskedRows: InputRows, @unchecked Sendable {
  // Unchecked: each row is written by the thread that reads its sample; others read it only after a barrier.
  package let capacity: Int
  /// The layout of inputs in mask words.
  package let layout: MaskLayout
  /// The number of words of a row's mask.
  package let words: Int
  /// `[capacity × words]`.
  package let masks: AlignedBuffer<UInt64>
  /// `[capacity × words]`: the number of the row's values before each word.
  package let offsets: AlignedBuffer<UInt32>
  /// For each row a pointer to its first value.
  package let starts: AlignedBuffer<Floats>
  /// `[capacity × stride]`: each row's nonzero values from its start on.
  package let values: AlignedBuffer<Float>
  /// The stride between the values of two rows in floats.
  package let stride: Int

  /// Empty rows, without any active input.
  package init(_ layout: MaskLayout, capacity: Int) {
    self.capacity = capacity
    self.layout = layout
    words = layout.words
    // Bytes are expanded in groups of 16, so a row has whole groups.
    stride = (layout.inputs + 15) / 16 * 16
    masks = AlignedBuffer(count: capacity * words)
    offsets = AlignedBuffer(count: capacity * words)
    starts = AlignedBuffer(count: capacity)
    values = AlignedBuffer(count: capacity * stride)
    for row in 0..<capacity { starts.pointer[row] = UnsafePointer(values.pointer + row * stride) }
  }
}

/// The layout of a masked layer's inputs in mask words, and their division into one or two blocks that are summed
/// separately.
///
/// Two threads can process one block each: neither needs the weights of the other's. The layer's product is the sum of
/// both blocks' products, with the same bits whichever threads compute them.
package struct MaskLayout: Sendable, Equatable, BitwiseCopyable {
  /// The number of inputs.
  package let inputs: Int
  /// The number of padding bits in the first word, before the bit of input 0.
  package let padding: Int
  /// The number of words of the first block; all words if it is the only one.
  package let firstBlockWords: Int

  /// The number of words of a row's mask.
  package var words: Int { (padding + inputs + 63) / 64 }
  /// The number of blocks, 1 or 2.
  package var blockCount: Int { firstBlockWords == words ? 1 : 2 }

  /// Input i is bit i % 64 of word i / 64.
  package static func plain(_ inputs: Int) -> MaskLayout {
    MaskLayout(inputs: inputs, padding: 0, firstBlockWords: (inputs + 63) / 64)
  }

  /// Two blocks of about the same work: with about the same expected number of nonzero inputs. Padding bits before the
  /// first input move the cut to the start of a word. They cost nothing if the first inputs are always zero, as in most
  /// images.
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
    return MaskLayout(inputs: density.count, padding: (64 - cut % 64) % 64, firstBlockWords: (cut + 63) / 64)
  }

  /// The number of inputs in an incomplete first word; 0 if it is complete.
  package var inputsInPaddedWord: Int { padding == 0 ? 0 : min(inputs, 64 - padding) }

  /// The same words as one block.
  package var whole: MaskLayout { MaskLayout(inputs: inputs, padding: padding, firstBlockWords: words) }

  /// The mask words of a block.
  package func words(ofBlock block: Int) -> Range<Int> {
    block == 0 ? 0..<firstBlockWords : firstBlockWords..<words
  }

  /// The inputs of a block.
  package func inputs(ofBlock block: Int) -> Range<Int> {
    let words = words(ofBlock: block)
    return max(0, words.lowerBound * 64 - padding)..<min(inputs, words.upperBound * 64 - padding)
  }
}
