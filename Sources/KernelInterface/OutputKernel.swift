/// The output layer's activation, loss, error signal and correctness for each row; `operands` points to an
/// `OutputOperands`, which has no type in C. One kernel for each pair of activation and loss.
public typealias OutputKernel = @convention(c) (_ operands: UnsafeRawPointer) -> Void

/// The operands of an `OutputKernel`.
public struct OutputOperands {
  /// `[rows × stride]`; pre-activations z on entry, activations on return, padding columns then zero.
  public var values: MutableFloats
  /// Whole vectors.
  public var stride: Int
  /// The number of samples.
  public var rows: Int
  /// The number of outputs, without padding.
  public var outputs: Int
  /// One class per row, meaning a one-hot target (for a single output the class, 0 or 1, itself); nil for target
  /// values, or if only activations are needed.
  public var classes: UnsafePointer<Int32>?
  /// Target values, `[rows × targetStride]`, with a stride of whole vectors; or nil.
  public var targets: Floats?
  /// The stride between rows of `targets` in floats.
  public var targetStride: Int
  /// `[rows × stride]` or nil: ∂loss/∂z of each row's loss, not divided by the batch size; padding is zero.
  public var delta: MutableFloats?
  /// One loss per row, or nil.
  public var losses: MutableFloats?
  /// 1 per row if the predicted class is the target's, else 0; or nil. The predicted class is the argmax, the lowest of
  /// equals; for a single output a ≥ 0.5.
  public var correct: MutableFloats?
  /// The parameter of the loss function, such as Huber's δ; 0 for a loss without one.
  public var lossParameter: Float

  /// Operands that are nil or 0 unless given.
  @inlinable
  public init(
    values: MutableFloats, stride: Int, rows: Int, outputs: Int, classes: UnsafePointer<Int32>? = nil,
    targets: Floats? = nil, targetStride: Int = 0, delta: MutableFloats? = nil, losses: MutableFloats? = nil,
    correct: MutableFloats? = nil, lossParameter: Float = 0
  ) {
    self.values = values
    self.stride = stride
    self.rows = rows
    self.outputs = outputs
    self.classes = classes
    self.targets = targets
    self.targetStride = targetStride
    self.delta = delta
    self.losses = losses
    self.correct = correct
    self.lossParameter = lossParameter
  }
}
