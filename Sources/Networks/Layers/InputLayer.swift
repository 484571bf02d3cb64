import KernelInterface
import Kernels

/// The form in which samples enter the first layer.
public enum InputForm: String, Sendable, CaseIterable {
  /// Rows of floats.
  case dense
  /// Masks of the nonzero inputs, and their values.
  case masked
}

/// The inputs of a number of rows, in the form that one kind of first layer takes.
public protocol InputRows: AnyObject, Sendable {
  /// Rows that fit.
  var capacity: Int { get }
}

/// The first layer's product, for one form of the input: `DenseInput`, `MaskedInput`.
///
/// A further form of input is a type that conforms to this protocol, its rows, its gradient, and a reader that fills the rows.
public protocol InputLayer: AnyObject, Sendable {
  /// The inputs that the layer takes.
  associatedtype Rows: InputRows
  /// The gradient of the layer's weights.
  associatedtype Gradient: InputGradient where Gradient.Rows == Rows

  /// The name of the form in options and files.
  static var form: InputForm { get }

  /// The part of each input's work that is done, where it differs between inputs; nil where every input costs the same.
  ///
  /// - Parameter density: for each input the share of samples in which it is not zero; nil where that is not known.
  static func workDensity(_ density: [Float]?) -> [Float]?

  /// - Parameters:
  ///   - parameters: the network's, or a copy of them, in the network's layout.
  ///   - sharesWeights: whether other cores write the weights between one product and the next.
  init(_ network: FastNetwork, parameters: AlignedBuffer<Float>, sharesWeights: Bool)

  /// Computes x · W + b, the layer's pre-activations, for `count` rows from `first` on, in `columns`: whole panels of outputs.
  ///
  /// - Parameter product: receives the result: one buffer, or one for each part of the input, to be added up before the activation.
  func forward(_ input: Rows, into product: LayerProduct, first: Int, count: Int, columns: Range<Int>)
}

/// The gradient of the first layer's weights: of slices of it, over rows whose error signals are known.
///
/// A number is a sum over the rows in their order, whatever slice it lies in: the same bits for any division of the layer.
public protocol InputGradient: AnyObject, Sendable {
  associatedtype Rows: InputRows

  /// - Parameters:
  ///   - rows: the most rows of a call.
  ///   - scratch: one worker's, shared with the gradients of the other layers.
  ///   - sources: the most gradients that `reduce` adds up.
  init(_ network: FastNetwork, rows: Int, scratch: GradientScratch, sources: Int)

  /// gradient (+)= xᵀ · δ for a slice's weights over the first `count` rows.
  ///
  /// - Parameters:
  ///   - delta: the error signals of the first row, `[count × paddedOutputs]`, from the slice's first column on.
  ///   - gradient: in the parameters' layout.
  ///   - adds: whether the sums go on from what `gradient` has.
  func accumulate(
    _ slice: GradientSlice, _ input: Rows, delta: Floats, count: Int, into gradient: MutableFloats, adds: Bool)

  /// The same gradient, applied to the weights at once: it never leaves the first-level cache.
  func update(_ slice: GradientSlice, _ input: Rows, delta: Floats, count: Int, by update: ParameterUpdate)

  /// 64-bit words that hold a flag for each input, as `accumulateActive` marks them.
  static func activeWords(_ input: Rows) -> Int

  /// As `accumulate` without `adds`, but weights of inputs that are zero in every row may be left as they are in `gradient`: the inputs
  /// that are not are marked in `active`.
  func accumulateActive(
    _ slice: GradientSlice, _ input: Rows, delta: Floats, count: Int, into gradient: MutableFloats,
    active: UnsafeMutablePointer<UInt64>)

  /// Adds up gradients that `accumulateActive` left, source after source, and applies the sum to a slice's weights.
  ///
  /// - Parameters:
  ///   - sources: `count` gradients in the parameters' layout.
  ///   - active: for each source the inputs that it has.
  ///   - input: rows like those of the sources.
  func reduce(
    _ slice: GradientSlice, _ input: Rows, sources: UnsafePointer<Floats>,
    active: UnsafePointer<UnsafePointer<UInt64>>, count: Int, by update: ParameterUpdate)
}

/// The buffers that a first layer's product goes to: one, or one for each part of an input that is summed in two parts.
public struct LayerProduct {
  /// For each part `[capacity × stride]`.
  let parts: UnsafePointer<MutableFloats>
  let partCount: Int
  /// Floats from one row to the next.
  let stride: Int
}
