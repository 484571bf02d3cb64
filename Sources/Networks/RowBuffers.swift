import KernelInterface
import Kernels

/// How samples enter the first layer.
public enum InputForm: String, Sendable, CaseIterable {
  /// Rows of floats.
  case dense
  /// Masks of the nonzero inputs, and their values.
  case masked
}

/// Everything that a batch's rows need on their way through a network: inputs, activations, error signals, targets, losses.
///
/// Unchecked: a row is written by the one worker that has it; others read it after a barrier only.
public final class RowBuffers: @unchecked Sendable {
  /// Rows that fit.
  public let capacity: Int
  public let form: InputForm
  /// Floats from one row of dense input to the next.
  public let inputStride: Int
  /// Masked: where inputs lie in the words of a mask.
  public let maskLayout: MaskLayout
  /// Words of a row's mask.
  public let words: Int

  /// Dense: `[capacity × inputStride]`. Masked: the values of row r lie from r · inputStride on.
  public let input: AlignedBuffer<Float>
  /// Masked: `[capacity × words]`.
  public let masks: AlignedBuffer<UInt64>
  /// Masked: `[capacity × words]`, values before each word.
  public let offsets: AlignedBuffer<UInt32>
  /// Masked: where each row's values start.
  public let values: AlignedBuffer<Floats>
  /// For each part of a masked input its product with the first layer's weights, `[capacity × paddedOutputs]`; one where input is dense.
  /// A single part's is the place of the first layer's pre-activations; two parts' are that and the place of its error signals, which come
  /// later, or places of their own.
  public let sums: UnsafePointer<MutableFloats>

  /// For each layer, `[capacity × paddedOutputs]`.
  public let activations: UnsafePointer<MutableFloats>
  /// For each layer the place of its pre-activations. It is that of its activations, which then overwrite them, unless their derivative
  /// asks for the pre-activations: so that it is what derivatives read.
  public let preactivations: UnsafePointer<MutableFloats>
  /// For each layer ∂loss/∂z, `[capacity × paddedOutputs]`, not divided by the batch size; without room where nothing is trained.
  public let deltas: UnsafePointer<MutableFloats>
  /// Where the first layer's error signals go too, for the worker of the other part of the input; nil where nobody has a part.
  public let mirroredDeltas: MutableFloats?
  public let trains: Bool

  /// A class a row, or nothing.
  public let classes: AlignedBuffer<Int32>
  /// `[capacity × targetStride]`, or nothing.
  public let targets: AlignedBuffer<Float>
  public let targetStride: Int
  /// Columns of targets; 0 where they are classes.
  public let targetWidth: Int
  public let losses: AlignedBuffer<Float>
  public let hits: AlignedBuffer<Float>

  /// Where each row's sample lies in its storage; the reader's scratch.
  public let storageRows: AlignedBuffer<Int32>

  /// What the tables of pointers above point into. The step reads the tables: a pointer costs no reference count.
  private let owned: [AlignedBuffer<Float>]
  private let ownedSums: [AlignedBuffer<Float>]
  private let ownedPreactivations: [AlignedBuffer<Float>]
  private let tables: [AlignedBuffer<MutableFloats>]

  /// What of other buffers is some buffers' too.
  public enum Sharing {
    /// Everything but inputs, targets and the first layer's product: a second set of these, written while the first is worked on.
    case afterFirstProduct(RowBuffers)
    /// Everything but the inputs: one worker's part of them.
    case allButInput(RowBuffers)

    var buffers: RowBuffers {
      switch self {
      case .afterFirstProduct(let other), .allButInput(let other): other
      }
    }
  }

  /// - Parameters:
  ///   - targetWidth: 0 where targets are classes.
  ///   - trains: whether there are error signals.
  ///   - masks: of masked input; nil for the plain layout. Two parts want error signals.
  ///   - part: the part of a masked input whose worker these are for: the first layer's error signals take the place of that part's sums, and
  ///     for the other worker that of the other part's.
  ///   - keepsSums: whether two parts' products have places of their own, which nothing else is written to.
  ///   - shared: what of other buffers, of the same sizes, is these ones' too.
  public init(
    _ layout: ParameterLayout, capacity: Int, form: InputForm, targetWidth: Int, trains: Bool,
    masks maskLayout: MaskLayout? = nil, keepsSums: Bool = false, part: Int? = nil, sharing shared: Sharing? = nil
  ) {
    let inputs = layout.layers[0].inputs
    self.capacity = capacity
    self.form = form
    // Bytes are expanded in groups of 16: what is converted beyond a row's last value must find room.
    inputStride = (inputs + 15) / 16 * 16
    let maskLayout = maskLayout ?? .plain(inputs)
    self.maskLayout = maskLayout
    words = maskLayout.words
    input = AlignedBuffer(count: capacity * inputStride)
    let isMasked = form == .masked
    masks = AlignedBuffer(count: isMasked ? capacity * words : 0)
    offsets = AlignedBuffer(count: isMasked ? capacity * words : 0)
    values = AlignedBuffer(count: isMasked ? capacity : 0)
    let depth = layout.layers.count
    var buffers: [AlignedBuffer<Float>]
    switch shared {
    case .allButInput(let other): buffers = other.owned
    case .afterFirstProduct(let other):
      buffers = other.owned
      buffers[0] = AlignedBuffer(count: buffers[0].count)
    case nil:
      buffers = layout.layers.map { AlignedBuffer(count: capacity * $0.paddedOutputs) }
      buffers += layout.layers.map { AlignedBuffer(count: trains ? capacity * $0.paddedOutputs : 0) }
    }
    let kept = Self.preactivations(layout, buffers, capacity: capacity, trains: trains, sharing: shared)
    var sums = [kept[0]]
    if case .allButInput(let other) = shared {
      sums = other.ownedSums
    } else if isMasked, maskLayout.partCount == 2 {
      sums = keepsSums ? (0..<2).map { _ in AlignedBuffer(count: buffers[0].count) } : [kept[0], buffers[depth]]
    }
    if let part { buffers[depth] = sums[part] }
    mirroredDeltas = part.map { sums[1 - $0].pointer }
    owned = buffers
    ownedSums = sums
    ownedPreactivations = kept
    tables = [buffers[..<depth], buffers[depth...], sums[...], kept[...]].map { buffers in
      let table = AlignedBuffer<MutableFloats>(count: buffers.count)
      for (index, buffer) in buffers.enumerated() { (table.pointer + index).initialize(to: buffer.pointer) }
      return table
    }
    self.activations = UnsafePointer(tables[0].pointer)
    self.deltas = UnsafePointer(tables[1].pointer)
    self.sums = UnsafePointer(tables[2].pointer)
    preactivations = UnsafePointer(tables[3].pointer)
    self.trains = trains
    self.targetWidth = targetWidth
    targetStride = layout.shape.padded(targetWidth)
    storageRows = AlignedBuffer(count: capacity)
    let withTargets = if case .allButInput(let other) = shared { other } else { nil as RowBuffers? }
    classes = withTargets?.classes ?? AlignedBuffer(count: capacity)
    targets = withTargets?.targets ?? AlignedBuffer(count: capacity * targetStride)
    losses = shared?.buffers.losses ?? AlignedBuffer(count: capacity)
    hits = shared?.buffers.hits ?? AlignedBuffer(count: capacity)
    if isMasked {
      for row in 0..<capacity { values.pointer[row] = UnsafePointer(input.pointer + row * inputStride) }
    }
  }

  /// Each layer's place for its pre-activations.
  ///
  /// - Parameter activations: the layers' places for activations, in front.
  private static func preactivations(
    _ layout: ParameterLayout, _ activations: [AlignedBuffer<Float>], capacity: Int, trains: Bool, sharing: Sharing?
  ) -> [AlignedBuffer<Float>] {
    layout.layers.enumerated().map { index, layer in
      guard trains, layer.keepsPreactivations else { return activations[index] }
      switch sharing {
      case .allButInput(let other): return other.ownedPreactivations[index]
      case .afterFirstProduct(let other) where index > 0: return other.ownedPreactivations[index]
      case .afterFirstProduct, nil: return AlignedBuffer(count: capacity * layer.paddedOutputs)
      }
    }
  }

  /// The bytes that one row takes, which bound the rows of a batch that are worked on at once.
  public static func bytesPerRow(_ layout: ParameterLayout) -> Int {
    let floats =
      layout.layers[0].inputs
      + layout.layers.reduce(0) { $0 + ($1.keepsPreactivations ? 3 : 2) * $1.paddedOutputs }
    return 4 * floats + 64
  }
}
