import KernelInterface
import Kernels

/// The form of the first layer's input.
public enum InputForm: String, Sendable, CaseIterable {
  /// Rows of floats.
  case dense
  /// Masks of the nonzero inputs, and their values.
  case masked
}

/// The inputs of several rows, in the form for one type of first layer.
package protocol InputRows: AnyObject, Sendable {
  /// The largest number of rows.
  var capacity: Int { get }
}

/// The first layer's product for one input form: `DenseInput`, `MaskedInput`.
///
/// Another input form needs a conforming type, a type of rows, a gradient, and a reader that fills the rows.
package protocol InputLayer: AnyObject, Sendable {
  /// The type of the layer's inputs.
  associatedtype Rows: InputRows
  /// The gradient of the layer's weights.
  associatedtype Gradient: InputGradient where Gradient.Rows == Rows

  /// The density of the inputs, by which the work on the layer is divided into equal parts; nil if all inputs count as
  /// equally expensive.
  ///
  /// - Parameter density: for each input the fraction of samples in which it is nonzero; nil if unknown.
  static func workDensity(_ density: [Float]?) -> [Float]?

  /// - Parameters:
  ///   - parameters: the network's, or a copy of them, in the network's layout.
  ///   - sharesWeights: true if other cores write the weights between two products: a hint, for products that prefetch such
  ///     weights.
  init(_ network: FastNetwork, parameters: AlignedBuffer<Float>, sharesWeights: Bool)

  /// Computes x · W + b, the layer's pre-activations, for `count` rows from `first` on, in `columns`: whole panels of outputs.
  ///
  /// - Parameter product: receives the result: one buffer, or one for each block of the input, which are added before
  ///   the activation.
  func forward(_ input: Rows, into product: LayerProduct, first: Int, count: Int, columns: Range<Int>)
}

extension InputLayer {
  /// The layer with the network's own parameters, which no other core writes between two products.
  package init(_ network: FastNetwork) { self.init(network, parameters: network.buffer, sharesWeights: false) }
}

/// The gradient of slices of the first layer's weights, over rows with known error signals.
///
/// Each number is a sum over the rows in order, so that its bits do not depend on the division of the layer into
/// slices.
package protocol InputGradient: AnyObject, Sendable {
  associatedtype Rows: InputRows

  /// - Parameters:
  ///   - rows: the largest number of rows of a call.
  ///   - scratch: scratch memory, shared with the gradients of other layers.
  ///   - sources: the largest number of gradients that `reduce` sums.
  init(_ network: FastNetwork, rows: Int, scratch: GradientScratch, sources: Int)

  /// Computes xᵀ · δ for a slice's weights over the first `count` rows, and stores it in `gradient` or adds it there.
  ///
  /// - Parameters:
  ///   - delta: the error signals of these rows, `paddedOutputs` floats apart, from the slice's first column on.
  ///   - gradient: in the parameters' layout.
  ///   - adds: true to continue the sums in `gradient`.
  func accumulate(
    _ slice: GradientSlice, _ input: Rows, delta: Floats, count: Int, into gradient: MutableFloats, adds: Bool)

  /// Computes the same gradient and applies it to the weights, in pieces that stay in the L1 cache.
  func update(_ slice: GradientSlice, _ input: Rows, delta: Floats, count: Int, by update: ParameterUpdate)

  /// The number of 64-bit words with a flag for each input, as set by `accumulateActive`; 0 without flags.
  static func activeWords(_ input: Rows) -> Int

  /// Like `accumulate` without `adds`, but `gradient` may stay undefined for inputs that are zero in all rows; the
  /// other inputs are marked in `active`.
  func accumulateActive(
    _ slice: GradientSlice, _ input: Rows, delta: Floats, count: Int, into gradient: MutableFloats,
    active: UnsafeMutablePointer<UInt64>)

  /// Sums gradients of `accumulateActive`, in a fixed tree of pairs, and applies the sum to a slice's weights.
  ///
  /// - Parameters:
  ///   - sources: `count` gradients in the parameters' layout.
  ///   - active: for each source its active inputs.
  ///   - input: rows like those of the sources.
  func reduce(
    _ slice: GradientSlice, _ input: Rows, sources: UnsafePointer<Floats>,
    active: UnsafePointer<UnsafePointer<UInt64>>, count: Int, by update: ParameterUpdate)
}

/// The buffers of a first layer's product: one, or one for each of two input blocks.
package struct LayerProduct {
  /// For each block `[capacity × stride]`.
  let blocks: UnsafePointer<MutableFloats>
  let blockCount: Int
  /// The stride between rows in floats.
  let stride: Int
}
